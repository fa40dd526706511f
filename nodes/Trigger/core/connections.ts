/**
 * Which monitored users' connections changed since the last poll. The API has no chain of changes for
 * users, so each poll lists them all and compares with what it stored. Nothing here knows n8n or HTTP.
 */
import { z } from 'zod';

import type { ApiRecord } from '../../shared/api/contract';
import type { Fault } from '../../shared/core/fault';
import { pageSizeFor, walk, type FetchPage } from '../../shared/core/walk';
import { whyDiscarded, type Discarded } from './state';

/** Users beyond this are not watched: 90,000 take up to 450 kB of state, with ids less than 1.6 million apart. */
export const MOST_USERS = 90_000;
const SEPARATOR = '.';

const stateSchema = z.object({
	version: z.literal(1),
	fingerprint: z.string(),
	/** Status -> ids of the users that have it: ascending, each as the difference to the one before, in base 36. */
	statuses: z.record(z.string()),
});

export type ConnectionState = z.infer<typeof stateSchema>;

/** Reads a stored state for a configuration; another one's or a damaged one is not used. */
export function readConnections(
	stored: unknown,
	fingerprint: string,
): { state?: ConnectionState; discarded: Discarded } {
	const { data } = stateSchema.safeParse(stored);
	if (data?.fingerprint === fingerprint) return { state: data, discarded: 'none' };
	return { discarded: whyDiscarded(stored, fingerprint) };
}

/** The state of a trigger that has not listed the users yet. */
export function newConnections(fingerprint: string): ConnectionState {
	return { version: 1, fingerprint, statuses: {} };
}

export interface Watch {
	state: ConnectionState;
	fetchPage: FetchPage;
	pageSize: { min: number; max: number };
	maxItems: number;
	matches(record: ApiRecord): boolean;
	outOfTime(): boolean;
}

export interface Watched {
	/** The users whose status changed, each with `previous_status`. */
	emit: ApiRecord[];
	state: ConnectionState;
	progressed: boolean;
	caughtUp: boolean;
	fault?: Fault;
	notice?: string;
}

/**
 * Lists the users and compares. A user that is seen for the first time is only remembered; one that is
 * no longer listed is forgotten after a complete listing. A listing that ends early counts as far as it came.
 */
export async function watchConnections(poll: Watch): Promise<Watched> {
	const before = unpack(poll.state.statuses);
	const now = new Map(before);
	const listed = new Set<number>();
	const emit: ApiRecord[] = [];
	let fault: Fault | undefined;
	let complete = false;
	let unwatched = 0;

	const pages = walk(poll.fetchPage, { at: 'beginning' }, () =>
		pageSizeFor(poll.pageSize.max, poll.pageSize),
	);
	for await (const step of pages) {
		if (step.kind === 'fault') {
			fault = step.fault;
			break;
		}
		for (const user of step.records) {
			const { id, status } = user;
			if (typeof id !== 'number' || !Number.isSafeInteger(id) || typeof status !== 'string')
				continue;
			listed.add(id);
			const previous = now.get(id);
			if (previous === undefined && now.size >= MOST_USERS) {
				unwatched++;
				continue;
			}
			now.set(id, status);
			if (previous === undefined || previous === status) continue;
			const change = { ...user, previous_status: previous };
			if (poll.matches(change)) emit.push(change);
		}
		complete = step.end;
		if (complete || emit.length >= poll.maxItems || poll.outOfTime()) break;
	}
	if (complete) {
		for (const id of before.keys()) if (!listed.has(id)) now.delete(id);
	}
	const statuses = pack(now);
	const progressed = JSON.stringify(statuses) !== JSON.stringify(poll.state.statuses);
	return {
		emit,
		state: progressed ? { ...poll.state, statuses } : poll.state,
		progressed,
		caughtUp: complete,
		...(fault === undefined ? {} : { fault }),
		...(unwatched === 0
			? {}
			: {
					notice: `The portal has more than ${MOST_USERS} monitored users; ${unwatched} of them are not watched.`,
				}),
	};
}

/** Status -> packed ids. */
export function pack(statuses: ReadonlyMap<number, string>): Record<string, string> {
	const byStatus = new Map<string, number[]>();
	for (const [id, status] of statuses) {
		const ids = byStatus.get(status);
		if (ids) ids.push(id);
		else byStatus.set(status, [id]);
	}
	const packed: Record<string, string> = {};
	for (const status of [...byStatus.keys()].sort()) {
		let last = 0;
		packed[status] = (byStatus.get(status) ?? [])
			.sort((a, b) => a - b)
			.map((id) => {
				const step = (id - last).toString(36);
				last = id;
				return step;
			})
			.join(SEPARATOR);
	}
	return packed;
}

/** The reverse of {@link pack}; what is not a number is left out. */
export function unpack(packed: Record<string, string>): Map<number, string> {
	const statuses = new Map<number, string>();
	for (const [status, text] of Object.entries(packed)) {
		let id = 0;
		for (const step of text === '' ? [] : text.split(SEPARATOR)) {
			const difference = Number.parseInt(step, 36);
			if (Number.isNaN(difference)) continue;
			id += difference;
			statuses.set(id, status);
		}
	}
	return statuses;
}
