/** What a run did, against the simulator's ledger. */
import type { StartedExecution } from '@host/queueMode.cjs';
import type { Ledger, RequestEntry } from '@simulator/client.cjs';
import type { Postgres } from '@test/e2e/postgres.cjs';
import { compare, type DoubledEvent, type Life, type LostEvent } from '@test/kill/compare.cjs';
import { nodesThatRan, readJournal, type QueuedExecution } from './journal.cjs';
import { ids, RELEASES } from './workflows.cjs';

/** How the events of one trigger came. */
export interface Delivery {
	workflow: string;
	/** Events that had to come once each. */
	expected: number;
	delivered: number;
	lost: LostEvent[];
	doubled: DoubledEvent[];
	/** Ids that the platform does not know. */
	unknown: string[];
	/** Executions by status. */
	executions: Record<string, number>;
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

/** One run's findings. */
export interface Outcome {
	deliveries: Delivery[];
	writes: Writes;
	/** Executions that each worker took. */
	byWorker: Record<string, number>;
	/** Executions of the third workflow that ended well, and how often each of its nodes ran in these. */
	operations: { executions: Record<string, number>; nodes: Record<string, number> };
}

/** What an outcome is made from. */
export interface Findings {
	postgres: Postgres;
	ledger: Ledger;
	/** The triggers' requests. */
	requests: RequestEntry[];
	/** Of the main. */
	lives: Life[];
	streamedFromMs: number;
	started: StartedExecution[];
}

/** Reads what n8n has stored and compares it with the ledger. n8n need not run. */
export async function outcomeOf(findings: Findings): Promise<Outcome> {
	const { postgres, ledger, started } = findings;
	const stream = await readJournal(postgres, ids.stream);
	const release = await readJournal(postgres, ids.release);
	const operations = await readJournal(postgres, ids.operations);
	const defender = { ...ledger, events: ledger.events.filter(({ type }) => type === 'defender') };
	const readsOf = (token: string) => ({
		...findings,
		requests: findings.requests.filter((request) => request.token === token),
	});
	const nodes: Record<string, number> = {};
	for (const { id, status } of operations) {
		if (status !== 'success') continue;
		for (const name of await nodesThatRan(postgres, id)) nodes[name] = (nodes[name] ?? 0) + 1;
	}
	return {
		deliveries: [
			deliveryOf(ids.stream, ledger, stream, readsOf('main')),
			deliveryOf(ids.release, defender, release, readsOf('release')),
		],
		writes: writesOf(ledger, release, operations),
		byWorker: countBy(started, ({ worker }) => worker),
		operations: { executions: countBy(operations, ({ status }) => status), nodes },
	};
}

/** How the events of one trigger came: executions against the ledger. */
export function deliveryOf(
	workflow: string,
	ledger: Ledger,
	executions: QueuedExecution[],
	{ requests, lives, streamedFromMs }: Pick<Findings, 'requests' | 'lives' | 'streamedFromMs'>,
): Delivery {
	const compared = compare(ledger, executions, requests, lives);
	const cutOff = executions.filter(
		({ status, eventIds }) => status !== 'success' && eventIds.length > 0,
	);
	const createdAtMs = new Map(
		ledger.events.map(({ id, created_at }) => [id, Date.parse(created_at)]),
	);
	const delays: number[] = [];
	for (const { startedAtMs, eventIds } of executions) {
		if (startedAtMs === undefined) continue;
		for (const id of eventIds) {
			const created = createdAtMs.get(id) ?? 0;
			if (created >= streamedFromMs) delays.push(startedAtMs - created);
		}
	}
	delays.sort((one, other) => one - other);
	const { expected, delivered, lost, doubled, unknown } = compared;
	return {
		workflow,
		expected,
		delivered,
		lost,
		doubled,
		unknown,
		executions: compared.executions,
		cutOff: {
			executions: cutOff.length,
			events: cutOff.reduce((sum, { eventIds }) => sum + eventIds.length, 0),
			retriable: cutOff.filter(({ isRetriable }) => isRetriable).length,
			retriedEvents: new Set(cutOff.flatMap(({ retriedIds = [] }) => retriedIds)).size,
		},
		delay: {
			p50: quantile(delays, 0.5),
			p95: quantile(delays, 0.95),
			max: quantile(delays, 1),
		},
	};
}

/** What was written, by the ledger, against the executions that should have written it. */
export function writesOf(
	ledger: Pick<Ledger, 'remediations' | 'remediationCounts' | 'groupWrites'>,
	release: QueuedExecution[],
	operations: QueuedExecution[],
): Writes {
	const released = (id: string): number => ledger.remediationCounts[id]?.releaseFromQuarantine ?? 0;
	const due = release
		.filter(({ status }) => status === 'success')
		.flatMap(({ eventIds }) => eventIds.slice(-RELEASES));

	const endedWell = new Set(
		operations.filter(({ status }) => status === 'success').map(({ id }) => `Execution ${id}`),
	);
	const actions = new Map<number, { name: string; done: Record<string, number> }>();
	for (const { id, name, action } of ledger.groupWrites) {
		const group = actions.get(id) ?? { name, done: {} };
		actions.set(id, group);
		group.done[action] = (group.done[action] ?? 0) + 1;
	}
	const groups = [...actions.values()];
	const names = countBy(groups, ({ name }) => name);
	const isRepeated = ({ name, done }: (typeof groups)[number]): boolean =>
		(names[name] ?? 0) > 1 ||
		Object.entries(expectedOfGroup).some(([action, times]) => (done[action] ?? 0) > times);
	const isComplete = ({ done }: (typeof groups)[number]): boolean =>
		Object.entries(expectedOfGroup).every(([action, times]) => done[action] === times);
	const missing = [...endedWell].filter((name) => names[name] === undefined);
	return {
		releases: ledger.remediations.filter(({ action }) => action === 'releaseFromQuarantine').length,
		releasedTwice: Object.keys(ledger.remediationCounts).filter((id) => released(id) > 1),
		notReleased: due.filter((id) => released(id) === 0),
		groupWrites: ledger.groupWrites.length,
		wrongGroups: [
			...missing,
			...groups
				.filter((group) => endedWell.has(group.name) && (!isComplete(group) || isRepeated(group)))
				.map(({ name }) => name),
		],
		partGroups: groups.filter((group) => !endedWell.has(group.name) && !isComplete(group)).length,
		repeatedGroups: groups.filter(isRepeated).map(({ name }) => name),
	};
}

/** What one execution of the third workflow writes to its group: "Sync" adds one member and removes two. */
const expectedOfGroup = { create: 1, add: 2, remove: 1, delete: 1 };

function quantile(sorted: number[], part: number): number {
	return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0);
}

function countBy<Value>(values: Value[], name: (value: Value) => string): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const value of values) counts[name(value)] = (counts[name(value)] ?? 0) + 1;
	return counts;
}
