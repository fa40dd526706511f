/** What holds for security events alone: created_after and its trap, the order of the chain, polls, IDs, links, details. */
import { isRecord, textOf } from '@nodes/shared/core/eventRecord';
import { isAfter } from '@nodes/shared/core/timestamp';
import { lookAt, looksAt, pageOf, statusOf, toldStatus, type Evidence } from './evidence.cjs';
import { again, chainOf, noEvents, order, poll, sameIds, ties } from './eventChain.cjs';
import { details, lagsOf, late, links, share } from './eventRecords.cjs';
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
