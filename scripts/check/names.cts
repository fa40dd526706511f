/**
 * Which names of fields may be shown. The names of the contract may; one that it does not know only where it looks like
 * a name that a programmer gave, and not like something from the data: some servers key an object by address.
 */
import type { ApiRecord } from '@nodes/shared/api/contract';
import type { ListEndpointName } from '@nodes/shared/api/endpoints';
import { isRecord } from '@nodes/shared/core/eventRecord';
import { pagesOf, type Evidence } from './evidence.cjs';

/** Names of a message that are shown; the others are counted. */
const MOST_NAMES = 12;
const LONGEST_NAME = 40;
const identifier = /^[a-z][a-z]*[0-9]{0,2}(?:_[a-z]+[0-9]{0,2})*$/;
/** So many texts of the data are compared with a name. */
const MOST_TEXTS = 300_000;
const DEEPEST = 12;

/**
 * Every text of the data, the parts of its addresses and of the portal's host, and the token: none of them is the name
 * of a field.
 */
export function textsOf(evidence: Evidence, token: string): Set<string> {
	const texts = new Set([token.toLowerCase(), ...new URL(evidence.origin).hostname.split('.')]);
	const lists: ListEndpointName[] = [
		'events',
		'groups',
		'group',
		'monitoredUsers',
		'anomalies',
		'audits',
		'companyRisk',
	];
	for (const list of lists) {
		for (const { page } of pagesOf(evidence, list)) {
			for (const record of page.records) collect(record, texts, 0);
		}
	}
	return texts;
}

function collect(value: unknown, texts: Set<string>, depth: number): void {
	if (texts.size > MOST_TEXTS || depth > DEEPEST) return;
	if (typeof value === 'string') {
		const text = value.slice(0, 200).toLowerCase();
		texts.add(text);
		if (text.includes('@')) for (const part of text.split(/[^a-z0-9_]+/)) texts.add(part);
		texts.add(text.replace(/[^a-z0-9]+/g, '_'));
	} else if (Array.isArray(value)) {
		for (const entry of value) collect(entry, texts, depth + 1);
	} else if (isRecord(value)) {
		const record: ApiRecord = value;
		for (const name of Object.keys(record)) collect(record[name], texts, depth + 1);
	}
}

/**
 * Names for people: those that may be shown, and how many others there are.
 * @param texts what none of them may be; see {@link textsOf}
 */
export function shownNames(names: Iterable<string>, texts: ReadonlySet<string>): string {
	const unique = [...new Set(names)];
	const shown = unique.filter((name) => isShowable(name, texts)).sort();
	const rest = unique.length - Math.min(shown.length, MOST_NAMES);
	const hidden = rest === 0 ? [] : [`${rest} ${shown.length === 0 ? '' : 'more '}not shown`];
	return [...shown.slice(0, MOST_NAMES), ...hidden].join(', ');
}

/** Whether the last part of a path may be shown. The parts before it are the contract's own. */
function isShowable(path: string, texts: ReadonlySet<string>): boolean {
	const name = path.split('.').at(-1) ?? '';
	return name.length <= LONGEST_NAME && identifier.test(name) && !texts.has(name);
}
