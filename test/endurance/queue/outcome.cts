/** What a run did, against the simulator's ledger. */
import type { Ledger } from '@simulator/client.cjs';
import { compare, countBy, isExact } from '../compare.cjs';
import { deliveriesOf, type Deliveries, type Lived } from '../deliveries.cjs';
import type { QueuedExecution } from './journal.cjs';
import { RELEASES } from './workflows.cjs';

/** How the events of one trigger came. */
export interface Delivery extends Deliveries {
	workflow: string;
	/** Executions that did not end well although their events were given to them. */
	cutOff: {
		executions: number;
		events: number;
		/** Of these executions, how many n8n can retry, because their row still holds the items. */
		retriable: number;
		/** Events that the workflow got in the end, by a retry from n8n's list of executions; of the stream only. */
		retriedEvents: number;
	};
	/** From an event's creation to the moment when a worker began with it, in milliseconds; of the stream only. */
	delay: { p50: number; p95: number; max: number };
}

/** What was written to the API, by executions that ended and by those that were cut off. */
export interface Writes {
	releases: number;
	/** Events released more than once. */
	releasedTwice: string[];
	/** Events of executions that ended well, due to be released, that no release reached. */
	notReleased: string[];
	groupWrites: number;
	/** Groups of executions that ended well in which something was done twice or not at all. */
	wrongGroups: string[];
	/** Groups of executions that were cut off: done in part, and nothing twice. */
	partGroups: number;
	/** Groups in which something was done twice. */
	repeatedGroups: string[];
}

/** How the events of one trigger came: executions against the ledger. */
export function deliveryOf(
	workflow: string,
	events: Ledger['events'],
	executions: QueuedExecution[],
	lived: Lived & { streamedFromMs: number },
): Delivery {
	const cutOff = executions.filter(
		({ status, eventIds }) => status !== 'success' && eventIds.length > 0,
	);
	const createdAtMs = new Map(events.map(({ id, created_at }) => [id, Date.parse(created_at)]));
	const delays = executions
		.flatMap(({ startedAtMs, eventIds }) =>
			eventIds.flatMap((id) => {
				const created = createdAtMs.get(id) ?? 0;
				return startedAtMs === undefined || created < lived.streamedFromMs
					? []
					: [startedAtMs - created];
			}),
		)
		.sort((one, other) => one - other);
	const quantile = (part: number): number =>
		Math.round(delays[Math.min(delays.length - 1, Math.floor(part * delays.length))] ?? 0);
	return {
		workflow,
		...deliveriesOf(events, executions, lived),
		cutOff: {
			executions: cutOff.length,
			events: cutOff.flatMap(({ eventIds }) => eventIds).length,
			retriable: cutOff.filter(({ isRetriable }) => isRetriable).length,
			retriedEvents: new Set(cutOff.flatMap(({ retriedIds }) => retriedIds)).size,
		},
		delay: { p50: quantile(0.5), p95: quantile(0.95), max: quantile(1) },
	};
}

/** What one execution of the third workflow writes to its group: "Sync" adds one member and removes two. */
const wholeGroup = ['create', 'add', 'add', 'remove', 'delete'];

/** What was written, by the ledger, against the executions that should have written it. */
export function writesOf(
	ledger: Pick<Ledger, 'remediationCounts' | 'groupWrites'>,
	release: QueuedExecution[],
	operations: QueuedExecution[],
): Writes {
	const due = release
		.filter(({ status }) => status === 'success')
		.flatMap(({ eventIds }) => eventIds.slice(-RELEASES));
	const released = releasesIn(ledger);

	const endedWell = operations.filter(({ status }) => status === 'success');
	const names = new Set(endedWell.map(({ id }) => `Execution ${id}`));
	// By name: a group that was made twice has two ids.
	const groups = new Map<string, string[]>([...names].map((name) => [name, []]));
	for (const { name, action } of ledger.groupWrites) {
		groups.set(name, [...(groups.get(name) ?? []), action]);
	}
	const compared = [...groups].map(([name, actions]) => ({
		name,
		...compare(wholeGroup, actions),
	}));
	const namesOf = (isFound: (group: (typeof compared)[number]) => boolean) =>
		compared.filter(isFound).map(({ name }) => name);
	return {
		releases: released.length,
		releasedTwice: [...countBy(released)].filter(([, count]) => count > 1).map(([id]) => id),
		notReleased: compare(new Set(due), released, released).lost,
		groupWrites: ledger.groupWrites.length,
		wrongGroups: namesOf((group) => names.has(group.name) && !isExact(group)),
		partGroups: namesOf(({ name, lost }) => !names.has(name) && lost.length > 0).length,
		repeatedGroups: namesOf(({ doubled, replayed }) => doubled.length + replayed.length > 0),
	};
}

/** Ids of the events whose mail the platform has released, as often as it has. */
export function releasesIn({ remediationCounts }: Pick<Ledger, 'remediationCounts'>): string[] {
	return Object.entries(remediationCounts).flatMap(([id, { releaseFromQuarantine: count = 0 }]) =>
		Array.from({ length: count }, () => id),
	);
}
