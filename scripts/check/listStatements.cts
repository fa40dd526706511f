/** What holds for every list of the API: its envelope, its flag, its checkpoints, its limits, and that pages join. */
import { endpoints, type ListEndpointName } from '@nodes/shared/api/endpoints';
import { isRecord } from '@nodes/shared/core/eventRecord';
import type { Page } from '@nodes/shared/core/walk';
import {
	goodBody,
	lookAt,
	pageOf,
	pagesOf,
	statusOf,
	toldStatus,
	type Evidence,
	type Look,
} from './evidence.cjs';
import { shownNames } from './names.cjs';
import { joins, repeats } from './pagesJoin.cjs';
import { namesOfKinds } from './recordKinds.cjs';
import {
	differs,
	holds,
	many,
	titleOf,
	unknown,
	whyNot,
	type Facts,
	type Statement,
	type Verdict,
} from './statement.cjs';

/** Fields of the envelopes, as documented. */
const envelopes: Record<ListEndpointName, string[]> = {
	events: ['checkpoint', 'additional_results', 'results'],
	groups: ['checkpoint', 'additional_results', 'groups'],
	group: ['checkpoint', 'additional_results', 'results'],
	monitoredUsers: ['checkpoint', 'additional_results', 'results'],
	anomalies: ['status', 'has_more', 'data'],
	audits: ['checkpoint', 'additional_results', 'results'],
	companyRisk: ['checkpoint', 'additional_results', 'results'],
};

/** The statements about each list. */
export const listStatements: Statement[] = (
	['events', 'groups', 'group', 'monitoredUsers', 'anomalies', 'audits', 'companyRisk'] as const
).flatMap((list) => {
	const flag = list === 'anomalies' ? 'has_more' : 'additional_results';
	const { min, max } = endpoints[list].pageSize;
	const from = list === 'events' ? `from ${min} ` : '';
	return [
		{
			id: `${list}.envelope`,
			says: `GET ${titleOf(list)} answers {${envelopes[list].join(', ')}}`,
			why: 'Any other answer is an error for the nodes; fields that come on top are passed over.',
			judge: ({ evidence, texts }: Facts) => envelope(evidence, list, texts),
		},
		{
			id: `${list}.flag`,
			says: `${flag} is true as long as more ${namesOfKinds[list]} follow, and false on the last page`,
			why: 'The nodes read on as long as it says so, and no longer.',
			judge: ({ evidence }: Facts) => flagOf(evidence, list),
		},
		{
			id: `${list}.checkpoint`,
			says:
				list === 'anomalies'
					? 'Every anomaly has a checkpoint, and the last one of a page leads on'
					: `Every page of ${namesOfKinds[list]} has a checkpoint: a text, another one on each page`,
			why: 'It is the only way to the next page, and where the trigger goes on.',
			judge: ({ evidence }: Facts) => checkpoints(evidence, list),
		},
		{
			id: `${list}.pages`,
			says: `Pages of ${namesOfKinds[list]} join: nothing comes twice, nothing is left out`,
			why: 'Otherwise lists would be incomplete or hold the same record twice.',
			judge: ({ evidence }: Facts) => joins(evidence, list),
		},
		{
			id: `${list}.limits`,
			says: `limit of ${titleOf(list)} goes ${from}up to ${many(max, 'record')}; anything else is refused with 400`,
			why: 'The nodes ask for as many as they need, within these bounds.',
			judge: ({ evidence }: Facts) => limits(evidence, list),
		},
	];
});

function envelope(evidence: Evidence, list: ListEndpointName, texts: ReadonlySet<string>): Verdict {
	const bodies = evidence.looks
		.filter((look) => look.list === list)
		.flatMap((look) => {
			const body = goodBody(look);
			return body === undefined ? [] : [{ body, page: pageOf(look) }];
		});
	if (bodies.length === 0) return unknown(whyNot(evidence, `${list}.first`));
	const names = (records: unknown[]) =>
		shownNames(
			records.flatMap((body) => (isRecord(body) ? Object.keys(body).slice(0, 100) : [])),
			texts,
		);
	const wrong = bodies.filter(({ page }) => !page).map(({ body }) => body);
	if (wrong.length > 0) {
		const found = names(wrong);
		return differs(
			`${wrong.length} of ${many(bodies.length, 'answer')} had another shape: ${found === '' ? 'no fields' : found}`,
			'Operations on this list end with an error: please report it.',
		);
	}
	const others = bodies.map(({ body }) =>
		Object.fromEntries(
			Object.entries(isRecord(body) ? body : {}).filter(
				([name]) => !envelopes[list].includes(name),
			),
		),
	);
	const extra = names(others);
	if (extra !== '') {
		return differs(`more fields: ${extra}`, 'Nothing is lost: the nodes pass over them.');
	}
	const odd = bodies.some(
		({ body }) => isRecord(body) && 'status' in body && !Number.isInteger(body.status),
	);
	if (list === 'anomalies' && odd) {
		return differs('status is no whole number', 'Nothing: the nodes do not read it.');
	}
	const failed = evidence.looks.filter((look) => look.list === list && isBroken(look)).length;
	return holds(
		`${many(bodies.length, 'answer')}${failed === 0 ? '' : `; ${many(failed, 'other')} could not be read`}`,
	);
}

function isBroken(look: Look): boolean {
	const status = statusOf(look);
	return status !== undefined && status < 300 && goodBody(look) === undefined;
}

function flagOf(evidence: Evidence, list: ListEndpointName): Verdict {
	const first = pageOf(lookAt(evidence, `${list}.first`));
	const whole = pageOf(lookAt(evidence, `${list}.whole`));
	if (!first) return unknown(whyNot(evidence, `${list}.first`));
	const second = pageOf(lookAt(evidence, `${list}.second`));
	if (whole && !first.more && whole.records.length > first.records.length) {
		return differs(
			`false on a page of ${first.records.length}, although there are ${whole.records.length} or more`,
			'Lists end too early: please report it.',
		);
	}
	const all = pagesOf(evidence, list);
	const empty = all.filter(({ page }) => page.more && page.records.length === 0).length;
	const aside = empty === 0 ? '' : `; ${many(empty, 'empty page')} in between, which is allowed`;
	const dead = lookAt(evidence, `${list}.second`);
	if (first.more && dead && !second) {
		return statusOf(dead) === 400
			? differs('true, and asking on was refused with 400', 'Lists cannot be read to their end.')
			: unknown(whyNot(evidence, `${list}.second`));
	}
	// With the first page the whole list came, and still more is promised.
	if (first.more && second && second.records.length === 0 && !second.more && whole) {
		return whole.records.length <= first.records.length
			? differs(
					'true, and nothing followed',
					'The nodes ask once more than necessary; nothing is lost.',
				)
			: differs(
					`true, and the next page was empty and the last one, although ${whole.records.length} or more are there`,
					'Lists end too early: please report it.',
				);
	}
	const past = afterTheEnd(evidence, list);
	if (past !== undefined) {
		return differs(
			`false, and ${many(past, 'older record')} followed at once`,
			'Lists end too early: please report it.',
		);
	}
	const trues = all.filter(({ page }) => page.more).length;
	const falses = all.length - trues;
	const seen = `true on ${many(trues, 'page')}, false on ${falses}${aside}`;
	if (trues === 0) return unknown(`${seen}: there are too few ${namesOfKinds[list]}`);
	if (falses === 0) return unknown(`${seen}: the end was too far away to be reached`);
	return holds(seen);
}

/** Records that stood behind a last page already when it was read; `undefined` where there were none. */
function afterTheEnd(evidence: Evidence, list: ListEndpointName): number | undefined {
	if (list !== 'audits') return undefined;
	const whole = pageOf(lookAt(evidence, 'audits.whole'));
	const poll = pageOf(lookAt(evidence, 'audits.poll'));
	if (!whole || whole.more || !poll) return undefined;
	const newest = whole.records.at(-1)?.timestamp;
	const older = poll.records.filter(
		({ timestamp }) =>
			typeof timestamp === 'string' && typeof newest === 'string' && timestamp < newest,
	);
	return older.length === 0 ? undefined : older.length;
}

function checkpoints(evidence: Evidence, list: ListEndpointName): Verdict {
	const pages = pagesOf(evidence, list);
	if (pages.length === 0) return unknown(whyNot(evidence, `${list}.first`));
	const filled = pages.filter(({ page }) => page.records.length > 0);
	if (filled.length === 0) return unknown(`there are no ${namesOfKinds[list]}`);
	const missing = filled.filter((entry) => rawCheckpoints(entry).some(isNothing));
	const stops = missing.filter(({ page }) => page.more && page.checkpoint === undefined).length;
	if (missing.length > 0) {
		return differs(
			`missing, null or empty on ${missing.length} of ${many(filled.length, 'page')}`,
			stops > 0
				? 'Where more follows, lists end with an error: please report it.'
				: 'The trigger cannot go on from there: it looks again from where it was.',
		);
	}
	const back = pages.filter(
		({ look, page }) =>
			page.more && page.checkpoint !== undefined && page.checkpoint === look.query.after_checkpoint,
	);
	if (back.length > 0) {
		return differs(
			`the one that was asked with came back on ${many(back.length, 'page')} that promised more`,
			'Lists end with an error there, as they would go round for ever.',
		);
	}
	const numbers = filled.filter((entry) =>
		rawCheckpoints(entry).some((raw) => typeof raw === 'number'),
	);
	if (numbers.length > 0) {
		return differs(
			`a number on ${numbers.length} of ${many(filled.length, 'page')}`,
			'Nothing: the nodes take it as well.',
		);
	}
	const first = pageOf(lookAt(evidence, `${list}.first`));
	const second = pageOf(lookAt(evidence, `${list}.second`));
	if (first && second && list === 'anomalies' && repeats(list, first, second) > 0) {
		return differs(
			'the page behind the last checkpoint repeats records: another one leads on',
			'Anomalies may come twice; please report it.',
		);
	}
	const refused = lookAt(evidence, `${list}.second`);
	if (refused && statusOf(refused) === 400) {
		return differs('a fresh one was refused with 400', 'Lists cannot be read beyond a page.');
	}
	return holds(`on ${many(filled.length, 'page')}`);
}

/** As they were sent: {@link pageOf} takes numbers for texts. */
function rawCheckpoints({ look, page }: { look: Look; page: Page }): unknown[] {
	if (look.list === 'anomalies') return page.records.map(({ checkpoint }) => checkpoint);
	const body = goodBody(look);
	return [isRecord(body) ? body.checkpoint : undefined];
}

function isNothing(raw: unknown): boolean {
	return raw === undefined || raw === null || raw === '';
}

function limits(evidence: Evidence, list: ListEndpointName): Verdict {
	const { max } = endpoints[list].pageSize;
	const wrong: string[] = [];
	const right: string[] = [];
	const untold: string[] = [];
	// Told by their place and not as numbers, which might be taken for the ID of something.
	const probe = (name: string, isWithin: boolean, place: string) => {
		const look = lookAt(evidence, `${list}.${name}`);
		const status = toldStatus(look);
		if (status === undefined || ![200, 400].includes(status)) {
			untold.push(whyNot(evidence, `${list}.${name}`));
		} else if ((status === 200) === isWithin) right.push(`${place}: ${status}`);
		else wrong.push(`${place}: ${status}`);
	};
	probe('first', true, 'few');
	probe('whole', true, 'the most');
	if (list === 'events') probe('below', false, 'one too few');
	probe('above', false, 'one too many');
	const over = pagesOf(evidence, list).filter(
		({ look, page }) => page.records.length > (look.query.limit ?? max) && isAllowed(list, look),
	);
	if (over.length > 0) wrong.push(`more records than asked for on ${many(over.length, 'page')}`);
	if (wrong.length > 0) {
		return differs(
			wrong.join('; '),
			'The nodes ask within the documented bounds only. Where those are refused, please report it.',
		);
	}
	if (untold.length > 0) return unknown(untold[0] ?? '');
	return holds(right.join('; '));
}

/** A limit out of bounds that was taken is named already. */
function isAllowed(list: ListEndpointName, { query }: Look): boolean {
	const { min, max } = endpoints[list].pageSize;
	return query.limit === undefined || (query.limit >= min && query.limit <= max);
}
