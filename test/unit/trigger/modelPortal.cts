/**
 * The API in memory, for property tests: a chain of events ordered by update, audits, anomalies per
 * day, checkpoints that expire, the created_after trap, and odd pages on request. Time is a number
 * that the history moves.
 */
import type { ApiRecord } from '@nodes/shared/api/contract';
import type { Answer, Fault } from '@nodes/shared/core/fault';
import type { FetchPage, Page, PageQuery } from '@nodes/shared/core/walk';

/** How the API behaves for one request; what it does by itself is `plain`. */
export type PageScript =
	| 'duplicate'
	| 'emptyTrue'
	| 'fullFalse'
	| 'missingCheckpoint'
	| 'plain'
	| 'short'
	| 'trueAtEnd'
	| 'unchangedCheckpoint'
	| Fault;

/** One version of an event, or one audit entry or anomaly, as the portal recorded it. */
export interface Entry {
	record: ApiRecord;
	/** Place in the chain. */
	sequence: number;
	/** When it became visible, in milliseconds. */
	visibleAt: number;
}

/** A timestamp as the API writes it: without a fraction where there is none. */
export function isoOf(micros: number): string {
	const text = new Date(Math.floor(micros / 1000)).toISOString();
	const fraction = String(micros % 1_000_000).padStart(6, '0');
	return fraction === '000000' ? `${text.slice(0, 19)}Z` : `${text.slice(0, 19)}.${fraction}Z`;
}

/** Microseconds since 1970 of a timestamp that {@link isoOf} wrote. */
export function microsOf(iso: unknown): number {
	const text = String(iso);
	const [, fraction = '0'] = /\.(\d{6})Z$/.exec(text) ?? [];
	return Date.parse(`${text.slice(0, 19)}Z`) * 1000 + Number(fraction);
}

type Kind = 'anomalies' | 'audits' | 'events';

export class ModelPortal {
	/** Every version that ever was, in the order of the chain. */
	readonly versions: Entry[] = [];
	readonly audits: Entry[] = [];
	readonly anomalies: Array<Entry & { day: number }> = [];
	/** Sequence of the newest version by event id. */
	readonly newest = new Map<string, number>();
	/** What the next requests meet, first come first served. */
	script: PageScript[] = [];
	/** How wrong the `Date` of the next answers is, in milliseconds, first come first served; `undefined` for none at all. */
	dates: Array<number | undefined> = [];
	/** Runs before each answer: events change while somebody reads. */
	between: Array<() => void> = [];
	requests: PageQuery[] = [];
	/** The anomalies that were on show when a listing of them last began. */
	shown: ApiRecord[] = [];
	/** When the first page was answered since this was last cleared, in milliseconds. */
	firstAnswerAt: number | undefined;
	private generation = 0;
	private serial = 0;
	private lastMicros = 0;
	private nonce: number;

	constructor(
		private readonly kind: Kind,
		/** True time in milliseconds. */
		public now: number,
		private readonly options: {
			dateHeader: boolean;
			seed: number;
			looseEnd: boolean;
		},
	) {
		this.nonce = options.seed;
	}

	/** A moment in microseconds: the present one, or exactly the one of a record shortly before. */
	private moment(equal: boolean): number {
		const micros = Math.max(this.now * 1000 + (this.random() % 1000), this.lastMicros);
		if (!equal || micros - this.lastMicros > 60_000_000) this.lastMicros = micros;
		return this.lastMicros;
	}

	create(
		how: {
			lateMinutes?: number;
			stampedLate?: boolean;
			equal?: boolean;
			type?: string;
		} = {},
	) {
		const visible = this.moment(how.equal ?? false);
		const created = visible - (how.lateMinutes ?? 0) * 60_000_000;
		const id = `event-${this.serial++}`;
		this.append({
			id,
			type: how.type ?? (this.serial % 3 === 0 ? 'guardian' : 'defender'),
			created_at: isoOf(created),
			updated_at: isoOf(how.stampedLate === true ? created : visible),
			revision: 0,
		});
	}

	/** Updates the event at this place of the list of ids, counted round and round. */
	update(pick: number, equal = false): void {
		const ids = [...this.newest.keys()];
		const id = ids[pick % Math.max(1, ids.length)];
		if (id === undefined) return;
		const before = this.versions[this.newest.get(id) ?? -1]?.record;
		if (!before) return;
		let at = this.moment(equal);
		// Two versions of one event always differ in time; those of two events need not.
		if (at <= microsOf(before.updated_at)) at = microsOf(before.updated_at) + 1;
		this.lastMicros = Math.max(this.lastMicros, at);
		this.append({
			...before,
			updated_at: isoOf(at),
			revision: Number(before.revision) + 1,
		});
	}

	addAudit(equal: boolean): void {
		const record = {
			timestamp: isoOf(this.moment(equal)),
			type: 'Changed',
			details: 'the same',
		};
		this.audits.push({
			record,
			sequence: this.audits.length,
			visibleAt: this.now,
		});
	}

	addAnomaly(periodEndInHours: number): void {
		const record = {
			id: `anomaly-${this.serial++}`,
			severity_label: 'high',
			anomalous_period_end: isoOf((this.now + periodEndInHours * 3_600_000) * 1000),
		};
		const day = Math.floor(this.now / 86_400_000);
		this.anomalies.push({
			record,
			sequence: this.anomalies.length,
			visibleAt: this.now,
			day,
		});
	}

	/** The period of a finding goes on: the same anomaly, another end. */
	prolongAnomalies(hours: number): void {
		for (const anomaly of this.anomalies) {
			const end = microsOf(anomaly.record.anomalous_period_end) + hours * 3_600_000_000;
			anomaly.record = { ...anomaly.record, anomalous_period_end: isoOf(end) };
		}
	}

	/** Anomalies that a listing without a checkpoint shows: those of the latest day that has any. */
	latestDay(): Entry[] {
		return this.anomaliesOf(this.anomalies.at(-1)?.day);
	}

	private anomaliesOf(day: number | undefined): Entry[] {
		return this.anomalies.filter((anomaly) => anomaly.day === day);
	}

	/** From now on every checkpoint handed out so far is refused. */
	expireCheckpoints(): void {
		this.generation++;
	}

	readonly fetchPage: FetchPage = async (query) => {
		this.requests.push(query);
		this.now += 300;
		this.between.shift()?.();
		const script = this.script.shift() ?? 'plain';
		if (typeof script === 'object') return { ok: false, fault: script };
		const page = this.page(query, script);
		if (!page) return { ok: false, fault: { kind: 'status', status: 400 } };
		this.firstAnswerAt ??= this.now;
		const answer: Answer<Page> = { ok: true, value: page };
		const lie = this.dates.length > 0 ? this.dates.shift() : 0;
		if (!this.options.dateHeader || lie === undefined) return answer;
		return { ...answer, serverTime: Math.floor((this.now + lie) / 1000) * 1000 };
	};

	private append(record: ApiRecord): void {
		const sequence = this.versions.length;
		this.versions.push({ record, sequence, visibleAt: this.now });
		// Re-inserted, so that ids stay in the order of the chain.
		const id = String(record.id);
		this.newest.delete(id);
		this.newest.set(id, sequence);
	}

	/** `undefined` for a checkpoint that the API refuses. */
	private page(query: PageQuery, script: PageScript): Page | undefined {
		const start = query.after_checkpoint === undefined ? 0 : this.placeOf(query.after_checkpoint);
		if (start === undefined) return undefined;
		if (query.created_after !== undefined && query.after_checkpoint !== undefined) return undefined;
		const limit = script === 'short' ? 1 : query.limit;
		const source = this.source(query.after_checkpoint);
		if (this.kind === 'anomalies' && start === 0) {
			this.shown = source.map(({ record }) => record);
		}
		const createdAfter =
			query.created_after === undefined ? -Infinity : microsOf(query.created_after);
		const taken: Entry[] = [];
		let at = start;
		for (; at < source.length && taken.length < (script === 'emptyTrue' ? 0 : limit); at++) {
			const entry = source[at];
			if (!entry || !this.isNewest(entry)) continue;
			if (
				microsOf(entry.record.created_at ?? isoOf(0)) > createdAfter ||
				createdAfter === -Infinity
			) {
				taken.push(entry);
			}
		}
		const rest = source.slice(at).some((entry) => this.isNewest(entry));
		const records = taken.map(({ record }) => record);
		const last = taken.at(-1);
		// Behind the last record, or behind everything that was looked through: both are possible.
		let place = this.options.looseEnd || last === undefined ? at : source.indexOf(last) + 1;
		if (script === 'emptyTrue') place = start;
		// The trap: an empty answer to created_after leads to the beginning of the platform.
		if (query.created_after !== undefined && records.length === 0) place = 0;
		if (script === 'duplicate' && this.kind === 'events' && records[0]) records.push(records[0]);
		// A listing of anomalies has nothing behind its end to find a wrong flag out by.
		const cutsShort =
			script === 'fullFalse' && taken.length === query.limit && this.kind !== 'anomalies';
		const more = script === 'emptyTrue' || script === 'trueAtEnd' || (rest && !cutsShort);
		if (this.kind === 'anomalies') {
			return {
				...this.withCheckpoints(records, place, script, query.after_checkpoint),
				more,
			};
		}
		if (script === 'missingCheckpoint') return { records, more };
		const checkpoint =
			script === 'unchangedCheckpoint' && query.after_checkpoint !== undefined
				? query.after_checkpoint
				: this.checkpointAt(place, records.length === 0 && query.after_checkpoint);
		return { records, more, checkpoint };
	}

	private withCheckpoints(
		records: ApiRecord[],
		place: number,
		script: PageScript,
		before: string | undefined,
	) {
		const checkpoint = `${this.checkpointAt(place, false)}|${this.dayOf(before) ?? ''}`;
		return {
			records: records.map((record) => ({ ...record, checkpoint })),
			...(records.length === 0 || script === 'missingCheckpoint' ? {} : { checkpoint }),
		};
	}

	private source(checkpoint: string | undefined): Entry[] {
		if (this.kind === 'events') return this.versions;
		return this.kind === 'audits' ? this.audits : this.anomaliesOf(this.dayOf(checkpoint));
	}

	/** A checkpoint of an anomaly belongs to its day; without one it is the latest day that has any. */
	private dayOf(checkpoint: string | undefined): number | undefined {
		const day = checkpoint?.split('|')[4];
		return day === undefined ? this.anomalies.at(-1)?.day : Number(day);
	}

	private isNewest(entry: Entry): boolean {
		if (this.kind !== 'events') return true;
		return this.newest.get(String(entry.record.id)) === entry.sequence;
	}

	/** A listing that stands still may give the same checkpoint again, or another one for the same place. */
	private checkpointAt(place: number, same: string | false | undefined): string {
		if (typeof same === 'string' && this.random() % 2 === 0) return same;
		return `+/=%&|${this.generation}|${place}|${this.random()}`;
	}

	private placeOf(checkpoint: string): number | undefined {
		const [, generation, place] = checkpoint.split('|');
		return Number(generation) === this.generation ? Number(place) : undefined;
	}

	private random(): number {
		this.nonce = (Math.imul(this.nonce, 1_664_525) + 1_013_904_223) >>> 0;
		return this.nonce >>> 8;
	}
}
