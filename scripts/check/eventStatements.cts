/** What holds for security events alone: created_after and its trap, the order of the chain, polls, IDs, links, details. */
import type { ApiRecord } from '@nodes/shared/api/contract';
import { fieldsIn, isRecord, textOf } from '@nodes/shared/core/eventRecord';
import { isAfter, sortableTime, toMillis } from '@nodes/shared/core/timestamp';
import type { Page } from '@nodes/shared/core/walk';
import {
	lookAt,
	looksAt,
	pageOf,
	pagesOf,
	statusOf,
	toldStatus,
	type Evidence,
} from './evidence.cjs';
import { recordsOf } from './recordKinds.cjs';
import {
	differs,
	holds,
	many,
	unknown,
	whyNot,
	type Statement,
	type Verdict,
} from './statement.cjs';

const DAY_MS = 86_400_000;
/** `updated_at` was seen this much before `created_at`, and a little more is no news. */
const EARLY_MS = 1_000;

export const eventStatements: Statement[] = [
	{
		id: 'events.default',
		says: 'Without a limit, GET /api/v1/events answers up to 100 events',
		why: 'The nodes always send a limit.',
		judge: ({ evidence }) => {
			const page = pageOf(lookAt(evidence, 'events.default'));
			if (!page) return unknown(whyNot(evidence, 'events.default'));
			const seen = many(page.records.length, 'event');
			if (page.records.length > 100) return differs(seen);
			if (page.records.length === 100 || !page.more) return holds(seen);
			return differs(`${seen}, and more to come`);
		},
	},
	{
		id: 'events.createdAfter',
		says: 'created_after leaves out what was created before, on the first page',
		why: 'Get Many and the trigger start with it.',
		judge: ({ evidence }) => createdAfter(evidence),
	},
	{
		id: 'events.trap',
		says: 'The checkpoint of an empty answer to created_after leads to the beginning of the platform',
		why: 'The nodes never use that checkpoint: they ask again with the same created_after. (The check used it once, for two events.)',
		judge: ({ evidence }) => trap(evidence),
	},
	{
		id: 'events.both',
		says: 'created_after and after_checkpoint in one request are refused with 400',
		why: 'The nodes never send both.',
		judge: ({ evidence }) => both(evidence),
	},
	{
		id: 'events.again',
		says: 'The same checkpoint gives the same page again',
		why: 'After a failure the trigger asks once more from where it stood.',
		judge: ({ evidence }) => again(evidence),
	},
	{
		id: 'events.unknownCheckpoint',
		says: 'An after_checkpoint that the API never gave is refused with 400',
		why: 'So a position that the portal does not know any more is noticed, and nothing is read from the beginning unasked.',
		judge: ({ evidence }) => {
			const status = toldStatus(lookAt(evidence, 'events.unknown'));
			if (status === 400) return holds('400');
			if (status === undefined || status === 429 || (status !== 200 && !isRefusal(status))) {
				return unknown(whyNot(evidence, 'events.unknown'));
			}
			return differs(
				`status ${status}`,
				status === 200
					? 'A position that was lost is not noticed: events may come again from the beginning.'
					: 'The trigger shows this as an error of the portal: please report it.',
			);
		},
	},
	{
		id: 'events.end',
		says: 'Asked from the last page on, the API answers what came since, and nothing else',
		why: 'This is how the trigger polls.',
		judge: ({ evidence }) => {
			const last = chainOf(evidence).at(-1);
			return poll(evidence, 'events.poll', last && !last.more ? last : undefined);
		},
	},
	{
		id: 'events.quietEnd',
		says: 'So does the checkpoint of an empty answer to after_checkpoint: it leads on, not to the beginning',
		why: 'A trigger whose portal is quiet goes on with it, poll after poll.',
		judge: ({ evidence }) => {
			const before = pageOf(lookAt(evidence, 'events.poll'));
			if (before && before.checkpoint === undefined) {
				return differs('an empty answer had none', 'The trigger goes on with the one before.');
			}
			return poll(evidence, 'events.pollAgain', before);
		},
	},
	{
		id: 'events.order',
		says: 'Events come in the order of updated_at, oldest first',
		why: 'The later one of two versions is the newer one; the trigger goes along this chain.',
		judge: ({ evidence }) => order(evidence),
	},
	{
		id: 'events.ties',
		says: 'Events that share one updated_at are all there, also where a page ends between them',
		why: 'The nodes compare IDs, not times alone.',
		judge: ({ evidence }) => ties(evidence),
	},
	{
		id: 'events.early',
		says: 'updated_at is not before created_at, but for less than a second',
		why: 'Each is compared with its own kind only.',
		judge: ({ evidence }) => {
			const lags = lagsOf(recordsOf(evidence, 'events'));
			if (lags.length === 0) return unknown(noEvents(evidence));
			const early = lags.filter((lag) => lag < -EARLY_MS).length;
			const seen = `${many(lags.length, 'event')}, up to ${Math.max(0, -Math.min(...lags.slice(0, 10_000)))} ms before`;
			return early === 0
				? holds(seen)
				: differs(
						`${many(early, 'event')} of ${lags.length} a second or more before`,
						'Get Many by creation and the trigger by update may disagree: please report it.',
					);
		},
	},
	{
		id: 'events.late',
		says: 'A Guardian event shows up within a day of its creation',
		why: 'The trigger takes an event for a new one up to a day after its creation.',
		judge: ({ evidence }) => late(evidence),
	},
	{
		id: 'events.ids',
		says: 'IDs are guardian::outbound-<digits>, architect::outbound-<digits>, defender::inbound-<64 hexadecimal digits>',
		why: 'The nodes take IDs as they are; only a link that somebody pastes is looked up by its number.',
		judge: ({ evidence }) => {
			const events = recordsOf(evidence, 'events');
			if (events.length === 0) return unknown(noEvents(evidence));
			const forms = [/^(?:guardian|architect)::outbound-\d+$/, /^defender::inbound-[0-9a-f]{64}$/];
			const odd = events.filter(({ id }) => !forms.some((form) => form.test(textOf(id) ?? '')));
			if (odd.length === 0) return holds(many(events.length, 'event'));
			return differs(
				`${many(odd.length, 'ID')} of ${events.length} look otherwise`,
				'Events are read all the same. A link to one may not be understood: use its ID.',
			);
		},
	},
	{
		id: 'events.links',
		says: 'portal_link leads to the portal and holds a check_log_id: in an outbound event the number of its ID',
		why: 'So a link that somebody pastes can be looked up.',
		judge: ({ evidence }) => links(evidence),
	},
	{
		id: 'events.details',
		says: 'Each type has the details that belong to it',
		why: 'Filters, Output: Simplified and the playbooks read them.',
		judge: ({ evidence }) => details(evidence),
	},
	{
		id: 'events.bursts',
		says: 'Every Defender event has a burst_attack_id',
		why: 'The burst playbook groups by it; events without one are no burst.',
		judge: ({ evidence }) =>
			share(evidence, (details) => textOf(details.burst_attack_id) !== undefined, 'all'),
	},
	{
		id: 'events.quarantine',
		says: 'Defender events tell what became of the mail: quarantine_status_count and deletion_status_count',
		why: 'The quarantine filter, the release playbook and Wait for Confirmation read these counts. Older events lack them.',
		judge: ({ evidence }) =>
			share(
				evidence,
				(details) =>
					isRecord(details.quarantine_status_count) && isRecord(details.deletion_status_count),
				'some',
			),
	},
];

function isRefusal(status: number): boolean {
	return status >= 400 && status < 500 && status !== 401 && status !== 403;
}

function noEvents(evidence: Evidence): string {
	return pagesOf(evidence, 'events').length === 0
		? whyNot(evidence, 'events.first')
		: 'there are no events';
}

function createdAfter(evidence: Evidence): Verdict {
	const looks = looksAt(evidence, 'events.since');
	const first = looks[0];
	if (!first) return unknown(whyNot(evidence, 'events.since'));
	const read = looks.flatMap((look) => {
		const page = pageOf(look);
		return page ? [{ page, after: look.query.created_after ?? '' }] : [];
	});
	if (read.length === 0) {
		return statusOf(first) === 400
			? differs('refused with 400', 'Get Many and the trigger cannot start: please report it.')
			: unknown(whyNot(evidence, 'events.since'));
	}
	const events = read.reduce((sum, { page }) => sum + page.records.length, 0);
	if (events === 0) return unknown('no event came within a week');
	const older = read.reduce(
		(sum, { page, after }) =>
			sum + page.records.filter(({ created_at }) => !isAfter(created_at, after)).length,
		0,
	);
	return older === 0
		? holds(`${many(events, 'event')}, none older`)
		: differs(
				`${many(older, 'event')} of ${events} ${older === 1 ? 'is' : 'are'} older`,
				'The nodes drop older events themselves; reading takes longer.',
			);
}

function trap(evidence: Evidence): Verdict {
	const looks = looksAt(evidence, 'events.trap').filter(({ name }) => name === 'events.trap');
	const empty = looks.find((look) => pageOf(look)?.records.length === 0);
	if (!empty) {
		return looks.some((look) => pageOf(look))
			? unknown('events came all the time: no answer was empty')
			: unknown(whyNot(evidence, 'events.trap'));
	}
	if (pageOf(empty)?.checkpoint === undefined) {
		return differs('an empty answer had no checkpoint', 'Nothing: the nodes would not use it.');
	}
	const used = lookAt(evidence, 'events.trapUsed');
	const page = pageOf(used);
	const beginning = pageOf(lookAt(evidence, 'events.first'));
	if (!page || !beginning) {
		return statusOf(used) === 400
			? differs('it is refused with 400', 'Nothing: the nodes do not use it.')
			: unknown(whyNot(evidence, 'events.trapUsed'));
	}
	if (beginning.records.length === 0) return unknown('there are no events');
	if (sameIds(page, beginning)) return holds('the first events of the platform came');
	return page.records.length === 0
		? differs('nothing came: it leads on', 'Nothing: the nodes are more careful than they need be.')
		: differs('other events than the first ones came', 'Nothing: the nodes do not use it.');
}

function both(evidence: Evidence): Verdict {
	const look = lookAt(evidence, 'events.both');
	const status = statusOf(look);
	if (status === 400) return holds('400');
	const page = pageOf(look);
	if (!page) return unknown(whyNot(evidence, 'events.both'));
	const second = pageOf(lookAt(evidence, 'events.second'));
	const leads = second !== undefined && second.records.length > 0 && sameIds(page, second);
	return differs(
		`taken (200)${leads ? ': the checkpoint leads' : ''}`,
		'Nothing: the nodes never send both.',
	);
}

function again(evidence: Evidence): Verdict {
	const one = pageOf(lookAt(evidence, 'events.second'));
	const other = pageOf(lookAt(evidence, 'events.again'));
	if (!one || !other) {
		return one && statusOf(lookAt(evidence, 'events.again')) === 400
			? differs(
					'refused with 400 the second time',
					'After a failure the trigger starts from its last time: events may come twice.',
				)
			: unknown(whyNot(evidence, one ? 'events.again' : 'events.second'));
	}
	if (one.records.length === 0) return unknown('there is no second page');
	return sameIds(one, other)
		? holds(many(one.records.length, 'event'))
		: differs('other events came', 'If they were not updated meanwhile, please report it.');
}

/** The chain from an hour back to its end, as far as it was read. */
function chainOf(evidence: Evidence): Page[] {
	const looks = evidence.looks.filter(
		({ name }) => name === 'events.since' || name === 'events.onward',
	);
	const start = looks.findLastIndex(({ name }) => name === 'events.since');
	return looks.slice(Math.max(start, 0)).flatMap((look) => pageOf(look) ?? []);
}

/** A poll behind a page: everything that comes must be later in the chain. */
function poll(evidence: Evidence, name: string, before: Page | undefined): Verdict {
	const page = pageOf(lookAt(evidence, name));
	if (!page) {
		const status = statusOf(lookAt(evidence, name));
		if (status === 400)
			return differs('refused with 400', 'The trigger cannot go on: please report it.');
		return unknown(
			lookAt(evidence, name) || pagesOf(evidence, 'events').length === 0
				? whyNot(evidence, name)
				: 'no last page could be reached: too much happens, or nothing did within a week',
		);
	}
	const chain = before?.records.length
		? before.records
		: chainOf(evidence).flatMap(({ records }) => records);
	const seen = new Set(chain.map(versionOf));
	const newest = latest(chain);
	const old = page.records.filter(
		(event) =>
			seen.has(versionOf(event)) ||
			(newest !== undefined && (sortableTime(event.updated_at) ?? newest) < newest),
	);
	if (old.length === 0) {
		return holds(
			page.records.length === 0
				? 'nothing came'
				: `${many(page.records.length, 'event')}, all later`,
		);
	}
	return differs(
		`${many(old.length, 'older event')} came${page.more ? ', and more would' : ''}`,
		'The trigger would read the platform again with each poll: please report it.',
	);
}

function versionOf(event: ApiRecord): string {
	return `${textOf(event.id) ?? ''}\u0000${textOf(event.updated_at) ?? ''}`;
}

function latest(events: ApiRecord[]): string | undefined {
	return events.reduce<string | undefined>((last, { updated_at }) => {
		const time = sortableTime(updated_at);
		return time !== undefined && (last === undefined || time > last) ? time : last;
	}, undefined);
}

function sameIds(one: Page, other: Page): boolean {
	const ids = ({ records }: Page) => records.map(({ id }) => textOf(id) ?? '').join('\u0000');
	return ids(one) === ids(other);
}

/** Runs of events that follow each other in the chain, each read in one go. */
function runsOf(evidence: Evidence): ApiRecord[][] {
	const joined = (...names: string[]) =>
		names.flatMap((name) => pageOf(lookAt(evidence, name))?.records ?? []);
	return [
		joined('events.first', 'events.second'),
		joined('events.whole'),
		[...chainOf(evidence).flatMap(({ records }) => records), ...joined('events.poll')],
	].filter((run) => run.length > 1);
}

function order(evidence: Evidence): Verdict {
	const runs = runsOf(evidence);
	if (runs.length === 0) return unknown(noEvents(evidence));
	let compared = 0;
	let wrong = 0;
	for (const run of runs) {
		for (const [at, event] of run.entries()) {
			const before = at === 0 ? undefined : sortableTime(run[at - 1]?.updated_at);
			const time = sortableTime(event.updated_at);
			if (before === undefined || time === undefined) continue;
			compared++;
			if (time < before) wrong++;
		}
	}
	if (compared === 0) return unknown('no updated_at could be read');
	return wrong === 0
		? holds(`${many(compared, 'pair')} of neighbours`)
		: differs(
				`${wrong} of ${many(compared, 'pair')} of neighbours the other way round`,
				'Of two versions of an event the older one may win; please report it.',
			);
}

function ties(evidence: Evidence): Verdict {
	const runs = runsOf(evidence);
	if (runs.length === 0) return unknown(noEvents(evidence));
	let largest = 0;
	let groups = 0;
	for (const run of runs) {
		const times = new Map<string, Set<string>>();
		for (const event of run) {
			const time = sortableTime(event.updated_at);
			if (time === undefined) continue;
			const ids = times.get(time) ?? new Set<string>();
			if (ids.has(textOf(event.id) ?? '')) {
				return differs(
					'an event came twice with the same updated_at',
					'Nothing: one of them remains.',
				);
			}
			times.set(time, ids.add(textOf(event.id) ?? ''));
		}
		for (const { size } of times.values()) {
			if (size > 1) groups++;
			largest = Math.max(largest, size);
		}
	}
	if (groups === 0) return unknown('no two events shared one');
	return holds(`${many(groups, 'time')} shared, by up to ${many(largest, 'event')}; none twice`);
}

function lagsOf(events: ApiRecord[]): number[] {
	return events.flatMap(({ created_at, updated_at }) => {
		const [created, updated] = [toMillis(created_at), toMillis(updated_at)];
		return created === undefined || updated === undefined ? [] : [updated - created];
	});
}

function late(evidence: Evidence): Verdict {
	const events = recordsOf(evidence, 'events').filter(({ type }) => type === 'guardian');
	const lags = lagsOf(events);
	if (lags.length === 0) {
		return unknown(
			recordsOf(evidence, 'events').length > 0 ? 'there is no Guardian event' : noEvents(evidence),
		);
	}
	const within = lags.filter((lag) => lag <= DAY_MS).length;
	const minutes = Math.max(0, ...lags.filter((lag) => lag <= DAY_MS).slice(0, 10_000)) / 60_000;
	if (within === lags.length)
		return holds(`${many(within, 'event')}, up to ${Math.round(minutes)} minutes`);
	return unknown(
		`${lags.length - within} of ${many(lags.length, 'event')} ${lags.length - within === 1 ? 'has' : 'have'} an updated_at that is more than a day later: shown late, or updated since`,
	);
}

function links(evidence: Evidence): Verdict {
	const events = recordsOf(evidence, 'events');
	if (events.length === 0) return unknown(noEvents(evidence));
	const given = events.filter(({ portal_link }) => typeof portal_link === 'string');
	if (given.length === 0) return unknown('no event has a link');
	const read = given.map(({ id, portal_link }) => {
		const url = URL.parse(textOf(portal_link) ?? '');
		const number = url?.searchParams.get('check_log_id') ?? '';
		const outbound = /::outbound-(\d+)$/.exec(textOf(id) ?? '')?.[1];
		return {
			isHome: url?.host === new URL(evidence.origin).host,
			isRight: /^\d+$/.test(number) && (outbound === undefined || outbound === number),
		};
	});
	const wrong = read.filter(({ isRight }) => !isRight).length;
	const away = read.filter(({ isHome }) => !isHome).length;
	if (wrong > 0) {
		return differs(
			`${wrong} of ${many(given.length, 'link')} without that number`,
			'An event is not found by such a link: use its ID.',
		);
	}
	if (away > 0) {
		return differs(
			`${away} of ${many(given.length, 'link')} to another host than the one that was asked`,
			'A link is taken only if its host is the Portal URL of the credential: enter the host of the links there, or use IDs.',
		);
	}
	return holds(many(given.length, 'link'));
}

const parts: Record<string, string[]> = {
	guardian: ['outbound_email_details', 'guardian_details'],
	architect: ['outbound_email_details', 'architect_details'],
	defender: ['inbound_email_details', 'defender_details'],
};

function details(evidence: Evidence): Verdict {
	const events = recordsOf(evidence, 'events');
	if (events.length === 0) return unknown(noEvents(evidence));
	const seen: string[] = [];
	const wrong: string[] = [];
	for (const [type, names] of Object.entries(parts)) {
		const own = events.filter((event) => event.type === type);
		const lacking = own.filter((event) => names.some((name) => !isRecord(event[name])));
		if (own.length > 0) seen.push(`${type} ${own.length}`);
		if (lacking.length > 0)
			wrong.push(`${lacking.length} of ${many(own.length, `${type} event`)} without`);
	}
	const others = events.filter(({ type }) => parts[textOf(type) ?? ''] === undefined).length;
	if (others > 0) seen.push(`other types ${others}`);
	if (wrong.length > 0) {
		return differs(
			wrong.join('; '),
			'Filters let such events pass; simplified records lack those fields.',
		);
	}
	return seen.length === 0 ? unknown('no type is known') : holds(seen.join(', '));
}

/** How many Defender events have something: all of them must, or some. */
function share(
	evidence: Evidence,
	has: (details: ApiRecord) => boolean,
	wanted: 'all' | 'some',
): Verdict {
	const events = recordsOf(evidence, 'events');
	const own = events.filter(({ type }) => type === 'defender');
	if (own.length === 0)
		return unknown(events.length > 0 ? 'there is no Defender event' : noEvents(evidence));
	const having = own.filter(({ defender_details }) => has(fieldsIn(defender_details))).length;
	const seen = `${having} of ${many(own.length, 'Defender event')}`;
	return (wanted === 'all' ? having === own.length : having > 0) ? holds(seen) : differs(seen);
}
