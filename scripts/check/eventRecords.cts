/** What single events say: when they show up, where their links lead, which details they have. */
import type { ApiRecord } from '@nodes/shared/api/contract';
import { fieldsIn, isRecord, textOf } from '@nodes/shared/core/eventRecord';
import { toMillis } from '@nodes/shared/core/timestamp';
import type { Evidence } from './evidence.cjs';
import { noEvents } from './eventChain.cjs';
import { recordsOf } from './recordKinds.cjs';
import { differs, holds, many, unknown, type Verdict } from './statement.cjs';

const DAY_MS = 86_400_000;

export function lagsOf(events: ApiRecord[]): number[] {
	return events.flatMap(({ created_at, updated_at }) => {
		const [created, updated] = [toMillis(created_at), toMillis(updated_at)];
		return created === undefined || updated === undefined ? [] : [updated - created];
	});
}

export function late(evidence: Evidence): Verdict {
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

export function links(evidence: Evidence): Verdict {
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

export function details(evidence: Evidence): Verdict {
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
export function share(
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
