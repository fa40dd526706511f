/** What the platform had against what n8n has, event by event, and which kill a difference belongs to. */
import type { Ledger, RequestEntry } from '@simulator/client.cjs';
import { compare, countBy, type Comparison } from './compare.cjs';
import type { StoredExecution } from './executions.cjs';
import { counted } from './report.cjs';

/** One life of the n8n process; times in milliseconds since 1970. */
export interface Life {
	startedAtMs: number;
	endedAtMs: number;
	/** Whether `kill -9` ended it. */
	wasKilled: boolean;
}

/** The comparison of events with executions. */
export interface Deliveries extends Comparison {
	/** Lost events that n8n's default storage does not explain: it loses what the last poll before a kill had taken. */
	unexplained: string[];
	/** How many came in executions alone that did not end well. */
	onlyInCrashed: number;
	/** Executions by status. */
	executions: Record<string, number>;
	/** Where lost events were read, and in which executions doubled ones are. */
	notes: string[];
}

/** What is known of a run. */
export interface Lived {
	/** The trigger's requests, in order. */
	requests: Array<Pick<RequestEntry, 'endpoint' | 'inMs' | 'status'>>;
	/** Of the n8n that polls, in order. */
	lives: Life[];
	/** From one poll of the schedule to the next. */
	pollEveryMs: number;
}

/** Compares events with executions; each has to be in one, once. */
export function deliveriesOf(
	events: Ledger['events'],
	executions: StoredExecution[],
	{ requests, lives, pollEveryMs }: Lived,
): Deliveries {
	const lifeAt = (ms: number) => lives.findLastIndex(({ startedAtMs }) => startedAtMs <= ms);
	const reads = requests.filter(({ endpoint, status }) => endpoint === 'events' && status === 200);
	const came = executions.flatMap(({ eventIds }) => eventIds);
	const compared = compare(
		events.map(({ id }) => id),
		came,
	);
	const endedWell = new Set(
		executions.filter(({ status }) => status === 'success').flatMap(({ eventIds }) => eventIds),
	);
	const notes: string[] = [];
	const unexplained: string[] = [];
	const lost = new Set(compared.lost);
	for (const { id, created_at } of events) {
		if (!lost.has(id)) continue;
		// Of two times that differ in microseconds only the same poll is the first one.
		const read = reads.find(({ inMs }) => inMs > Date.parse(created_at));
		const at = lifeAt(read?.inMs ?? 0);
		const { endedAtMs = Infinity, wasKilled = false } = lives[at] ?? {};
		const afterMs = Math.round(endedAtMs - (read?.inMs ?? 0));
		if (read === undefined || !wasKilled || afterMs >= pollEveryMs) unexplained.push(id);
		notes.push(
			read === undefined
				? 'lost, no poll was answered with it'
				: `lost, n8n was ended ${afterMs} ms after the request that was answered with it (life ${at})`,
		);
	}
	for (const id of new Set(compared.doubled)) {
		const places = executions.filter(({ eventIds }) => eventIds.includes(id));
		const where = places.map(
			(one) => `execution ${one.id} (${one.status}, life ${lifeAt(one.createdAtMs)})`,
		);
		notes.push(`twice: ${where.join(', ')}`);
	}
	return {
		...compared,
		unexplained,
		onlyInCrashed: new Set(came.filter((id) => !endedWell.has(id))).size,
		executions: Object.fromEntries(countBy(executions.map(({ status }) => status))),
		notes: counted(notes),
	};
}
