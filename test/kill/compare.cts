/** What the platform had against what n8n has, event by event, and which kill a difference belongs to. */
import type { Ledger, RequestEntry } from '@simulator/client.cjs';
import type { StoredExecution } from './deliveries.cjs';

/** One life of the n8n process; times in milliseconds since 1970. */
export interface Life {
	startedAtMs: number;
	endedAtMs: number;
}

/** An event that is in no execution. */
export interface LostEvent {
	id: string;
	/** The life in which a poll first was answered with it, counted from 0; undefined when none was. */
	life?: number;
	/** Milliseconds from that poll's request to the end of that life. */
	endedAfterMs?: number;
}

/** An event that is in executions more than once. */
export interface DoubledEvent {
	id: string;
	/** Where it is; `life` in which the execution was made, counted from 0. */
	executions: Array<{ id: number; status: string; life: number }>;
}

/** The outcome of a run. */
export interface Comparison {
	/** Events that had to come once each. */
	expected: number;
	/** Of these, how many came at least once. */
	delivered: number;
	/** Of these, how many are only in executions that a kill cut off. */
	onlyInCrashed: number;
	lost: LostEvent[];
	doubled: DoubledEvent[];
	/** How many of these came again after a kill; the others came twice within one life. */
	doubledByKill: number;
	/** Ids in executions that the platform does not know. */
	unknown: string[];
	/** Executions by status. */
	executions: Record<string, number>;
	/**
	 * How often a life asked again from the same place within five seconds: two polls at once, of which the second
	 * does not know yet what the first one took.
	 */
	repeatedReads: number;
}

const AT_ONCE_MS = 5000;

/**
 * Compares a ledger with executions. Each event of the ledger is expected once.
 * @param requests all requests of the run, in order
 * @param lives of n8n, in order
 */
export function compare(
	ledger: Ledger,
	executions: StoredExecution[],
	requests: RequestEntry[],
	lives: Life[],
): Comparison {
	const lifeAt = (ms: number): number =>
		lives.findLastIndex(({ startedAtMs }) => startedAtMs <= ms);
	const where = new Map<string, StoredExecution[]>();
	for (const execution of executions) {
		for (const id of execution.eventIds) where.set(id, [...(where.get(id) ?? []), execution]);
	}
	const known = new Set(ledger.events.map(({ id }) => id));
	const found = ledger.events.map((event) => ({ event, in: where.get(event.id) ?? [] }));
	const reads = requests.filter(({ endpoint, status }) => endpoint === 'events' && status === 200);

	const doubled = found
		.filter((one) => one.in.length > 1)
		.map(({ event: { id }, in: places }) => ({
			id,
			executions: places.map(({ id: execution, status, createdAtMs }) => ({
				id: execution,
				status,
				life: lifeAt(createdAtMs),
			})),
		}));
	const livesOf = ({ executions: places }: DoubledEvent) => new Set(places.map(({ life }) => life));

	return {
		expected: ledger.events.length,
		delivered: found.filter((one) => one.in.length > 0).length,
		onlyInCrashed: found.filter(
			(one) => one.in.length > 0 && one.in.every(({ status }) => status !== 'success'),
		).length,
		lost: found
			.filter((one) => one.in.length === 0)
			.map(({ event: { id, created_at } }) => {
				// Of two times that differ in microseconds only the same poll is the first one.
				const read = reads.find(({ inMs }) => inMs > Date.parse(created_at));
				if (read === undefined) return { id };
				const life = lifeAt(read.inMs);
				return { id, life, endedAfterMs: Math.round((lives[life]?.endedAtMs ?? 0) - read.inMs) };
			}),
		doubled,
		doubledByKill: doubled.filter((event) => livesOf(event).size > 1).length,
		unknown: [...where.keys()].filter((id) => !known.has(id)),
		executions: countBy(executions, ({ status }) => status),
		repeatedReads: reads.filter((read, index) => {
			const before = reads[index - 1];
			return (
				before !== undefined &&
				before.query.after_checkpoint === read.query.after_checkpoint &&
				read.inMs - before.inMs < AT_ONCE_MS &&
				lifeAt(before.inMs) === lifeAt(read.inMs)
			);
		}).length,
	};
}

function countBy<Value>(values: Value[], name: (value: Value) => string): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const value of values) counts[name(value)] = (counts[name(value)] ?? 0) + 1;
	return counts;
}
