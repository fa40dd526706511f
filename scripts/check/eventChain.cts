/** The chain of events: its order, what stands behind a checkpoint, and what comes from its end on. */
import type { ApiRecord } from '@nodes/shared/api/contract';
import { textOf } from '@nodes/shared/core/eventRecord';
import { sortableTime } from '@nodes/shared/core/timestamp';
import type { Page } from '@nodes/shared/core/walk';
import { lookAt, pageOf, pagesOf, statusOf, type Evidence } from './evidence.cjs';
import { differs, holds, many, unknown, whyNot, type Verdict } from './statement.cjs';

export function noEvents(evidence: Evidence): string {
	return pagesOf(evidence, 'events').length === 0
		? whyNot(evidence, 'events.first')
		: 'there are no events';
}

export function again(evidence: Evidence): Verdict {
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
export function chainOf(evidence: Evidence): Page[] {
	const looks = evidence.looks.filter(
		({ name }) => name === 'events.since' || name === 'events.onward',
	);
	const start = looks.findLastIndex(({ name }) => name === 'events.since');
	return looks.slice(Math.max(start, 0)).flatMap((look) => pageOf(look) ?? []);
}

/** A poll behind a page: everything that comes must be later in the chain. */
export function poll(evidence: Evidence, name: string, before: Page | undefined): Verdict {
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

export function sameIds(one: Page, other: Page): boolean {
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

export function order(evidence: Evidence): Verdict {
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

export function ties(evidence: Evidence): Verdict {
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
