/** Whether the pages of a list join: two small ones are compared with a large one. */
import type { ApiRecord } from '@nodes/shared/api/contract';
import type { ListEndpointName } from '@nodes/shared/api/endpoints';
import type { Page } from '@nodes/shared/core/walk';
import { lookAt, pageOf, pagesOf, type Evidence } from './evidence.cjs';
import { identityOf, namesOfKinds } from './recordKinds.cjs';
import { differs, holds, many, unknown, whyNot, type Verdict } from './statement.cjs';

export function joins(evidence: Evidence, list: ListEndpointName): Verdict {
	const first = pageOf(lookAt(evidence, `${list}.first`));
	const second = pageOf(lookAt(evidence, `${list}.second`));
	const whole = pageOf(lookAt(evidence, `${list}.whole`));
	const pages = pagesOf(evidence, list);
	if (!first || pages.length === 0) return unknown(whyNot(evidence, `${list}.first`));
	const twice = pages.reduce((sum, { page }) => sum + twiceOn(list, page.records), 0);
	if (twice > 0) {
		return differs(
			`${many(twice, 'record')} twice on one page`,
			list === 'events' ? 'Nothing: of equal events one remains.' : 'Get Many shows both.',
		);
	}
	if (first.records.length === 0) return unknown(`there are no ${namesOfKinds[list]}`);
	if (!first.more || !second) return unknown(`there was no second page`);
	const repeated = repeats(list, first, second);
	if (repeated > 0) {
		return differs(
			`${many(repeated, 'record')} of the first page came again on the second`,
			list === 'events'
				? 'Nothing: of equal events one remains.'
				: 'Records come twice; please report it.',
		);
	}
	if (!whole) return unknown(whyNot(evidence, `${list}.whole`));
	const small = [...first.records, ...second.records].map((record) => identityOf(list, record));
	const large = whole.records.map((record) => identityOf(list, record));
	const end = large.lastIndexOf(small.at(-1) ?? '');
	if (end < 0) {
		return whole.more || list === 'events'
			? unknown('the list changed while it was read')
			: differs('records of the small pages are missing on the large one', 'Please report it.');
	}
	const leftOut = large.slice(0, end + 1).filter((id) => !small.includes(id)).length;
	if (leftOut > 0) {
		return differs(
			`${many(leftOut, 'record')} of the large page ${leftOut === 1 ? 'is' : 'are'} missing on the small ones`,
			'Lists are incomplete: please report it.',
		);
	}
	return holds(`two pages of ${first.records.length} are the beginning of one of ${large.length}`);
}

function twiceOn(list: ListEndpointName, records: ApiRecord[]): number {
	// Two equal audit entries are two entries: they have no ID.
	if (list === 'audits') return 0;
	const ids = records.map((record) => versionOf(list, record));
	return ids.length - new Set(ids).size;
}

/** An event that was updated comes again, rightly. */
function versionOf(list: ListEndpointName, record: ApiRecord): string {
	const version =
		list === 'events' && typeof record.updated_at === 'string' ? record.updated_at : '';
	return `${identityOf(list, record)}\u0000${version}`;
}

export function repeats(list: ListEndpointName, first: Page, second: Page): number {
	const before = new Set(first.records.map((record) => versionOf(list, record)));
	return second.records.filter((record) => before.has(versionOf(list, record))).length;
}
