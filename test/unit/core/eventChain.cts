/** A portal whose events move on in the chain, in virtual time. */
import type { ApiRecord } from '@nodes/shared/api/contract';
import type { Answer, Fault } from '@nodes/shared/core/fault';
import type { Page, PageQuery } from '@nodes/shared/core/walk';

import type { VirtualTime } from './virtualTime.cjs';

/** When all versions of the events are from. */
export const start = '2026-01-01T00:00:00.000000Z';

/** Where the one mail of an event is. */
export type Place = 'pending_release' | 'quarantined' | 'released';

/** The events' chain as the API keeps it: an update moves the event to its end. No simulator: an answer takes virtual time. */
export class EventChain {
	readonly queries: PageQuery[] = [];
	/** When each page was asked for, in seconds since the first follow. */
	readonly times: number[] = [];
	/** Answers instead of pages, one for each request; `hang` is one that never comes. */
	faults: Array<Fault | 'hang' | undefined> = [];
	private chain: ApiRecord[] = [];
	private updates = 0;

	constructor(private readonly time: VirtualTime) {}

	/** A new version of an event whose one mail is somewhere. */
	put(id: string, place: Place): void {
		const admin_quarantine_status_count = { [place]: 1 };
		this.chain = this.chain.filter((event) => event.id !== id);
		this.chain.push({
			id,
			// Never newer: only what the counts say matters.
			updated_at: start,
			number: ++this.updates,
			defender_details: { quarantine_status_count: { admin_quarantine_status_count } },
		});
	}

	/** A new version after some seconds. */
	async putIn(seconds: number, id: string, place: Place): Promise<void> {
		await this.time.sleep(seconds * 1000);
		this.put(id, place);
	}

	fetchPage = async (query: PageQuery): Promise<Answer<Page>> => {
		this.queries.push(query);
		this.times.push(this.time.now());
		const fault = this.faults.shift();
		if (fault === 'hang') await this.time.sleep(3_600_000);
		else if (fault) return { ok: false, fault };
		const after = Number(query.after_checkpoint?.slice(1) ?? 0);
		const behind = this.chain.filter(({ number }) => Number(number) > after);
		const records = behind.slice(0, query.limit);
		const last = records.at(-1)?.number ?? (query.created_after === undefined ? after : 0);
		return {
			ok: true,
			value: { records, checkpoint: `c${String(last)}`, more: behind.length > records.length },
		};
	};

	/** Where the pages were asked for. */
	get places(): Array<string | undefined> {
		return this.queries.map(({ created_after: from, after_checkpoint: at }) => from ?? at);
	}
}
