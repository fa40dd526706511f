/**
 * The API in memory, for property tests: a chain of events ordered by update, audits, anomalies per
 * day, checkpoints that expire, the created_after trap, and odd pages on request. Time is a number
 * that the history moves. It shares no code with the simulator on purpose: what both get wrong alike, no test would find.
 */
import type { ApiRecord } from '@nodes/shared/api/contract';
import type { Answer, Fault } from '@nodes/shared/core/fault';
import type { FetchPage, Page, PageQuery } from '@nodes/shared/core/walk';
import { isoOf, microsOf } from './times.cjs';

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
	/** Place in the chain; of audits and anomalies the order in which they became visible. */
	sequence: number;
	/** When it became visible, in milliseconds. */
	visibleAt: number;
}

export type Kind = 'anomalies' | 'audits' | 'events';

interface Creation {
	lateMinutes?: number;
	stampedLate?: boolean;
	equal?: boolean;
	/** What the record says beside what each says. */
	fields?: ApiRecord;
}

export class ModelPortal {
	/** Every version that ever was, in the order of the chain. */
	readonly versions: Entry[] = [];
	/** In the order in which they are listed. */
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
		private readonly options: { dateHeader: boolean; seed: number; looseEnd: boolean },
	) {
		this.nonce = options.seed;
	}

	/** A moment in microseconds: the present one, or exactly the one of a record shortly before. */
	private moment(equal: boolean): number {
		const micros = Math.max(this.now * 1000 + (this.random() % 1000), this.lastMicros);
		if (!equal || micros - this.lastMicros > 60_000_000) this.lastMicros = micros;
		return this.lastMicros;
	}

	create(how: Creation = {}): void {
		const visible = this.moment(how.equal ?? false);
		const created = visible - (how.lateMinutes ?? 0) * 60_000_000;
		const id = `event-${this.serial++}`;
		this.append({
			id,
			type: this.serial % 3 === 0 ? 'guardian' : 'defender',
			created_at: isoOf(created),
			updated_at: isoOf(how.stampedLate === true ? created : visible),
			revision: 0,
			...how.fields,
		});
	}

	/** Updates the event at this place of the list of ids, counted round and round. */
	update(pick: number, equal = false): void {
		const ids = [...this.newest.keys()];
		const id = ids[pick % Math.max(1, ids.length)];
		if (id !== undefined) this.change(id, { equal });
	}

	/** Makes a newer version of an event. */
	change(id: string, { equal = false, fields = {} }: Creation = {}): void {
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
			...fields,
		});
	}

	addAudit(equal: boolean): void {
		this.listAudit(this.moment(equal), this.audits.length);
	}

	/**
	 * An entry that shows up late: at the end of the list, or at the place of its time, where only a listing from the
	 * beginning meets it.
	 * @param equalTo the entry that it equals, by its place in the list; else it is unlike all others
	 */
	addLateAudit(lateMinutes: number, atItsTime: boolean, equalTo?: number): void {
		const twin = equalTo === undefined ? undefined : this.audits[equalTo % this.audits.length];
		const at = twin ? microsOf(twin.record.timestamp) : this.moment(false) - lateMinutes * 6e7;
		let place = this.audits.length;
		if (atItsTime) {
			while (place > 0 && microsOf(this.audits[place - 1]?.record.timestamp) > at) place--;
		}
		this.listAudit(at, place, twin ? {} : { details: `late ${this.serial++}` });
	}

	private listAudit(micros: number, place: number, fields: ApiRecord = {}): void {
		const record = { timestamp: isoOf(micros), type: 'Changed', details: 'the same', ...fields };
		const entry = { record, sequence: this.audits.length, visibleAt: this.now };
		this.audits.splice(place, 0, entry);
	}

	addAnomaly(periodEndInHours: number): void {
		const record = {
			id: `anomaly-${this.serial++}`,
			severity_label: 'high',
			anomalous_period_end: isoOf((this.now + periodEndInHours * 3_600_000) * 1000),
		};
		this.anomalies.push({
			record,
			sequence: this.anomalies.length,
			visibleAt: this.now,
			day: Math.floor(this.now / 86_400_000),
		});
	}

	/** The period of a finding goes on: the same anomaly, another end. */
	prolongAnomalies(hours: number): void {
		for (const anomaly of this.anomalies) {
			const end = microsOf(anomaly.record.anomalous_period_end) + hours * 3_600_000_000;
			anomaly.record = { ...anomaly.record, anomalous_period_end: isoOf(end) };
		}
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
		const source = this.source(query.after_checkpoint);
		const start =
			query.after_checkpoint === undefined ? 0 : this.placeOf(query.after_checkpoint, source);
		if (start === undefined) return undefined;
		if (query.created_after !== undefined && query.after_checkpoint !== undefined) return undefined;
		if (this.kind === 'anomalies' && start === 0) {
			this.shown = source.map(({ record }) => record);
		}
		const { records, at, last } = this.take(source, start, query, script);
		let rest = false;
		for (let ahead = at; !rest && ahead < source.length; ahead++)
			rest = this.isListed(source[ahead]);
		// A listing of anomalies has nothing behind its end to find a wrong flag out by.
		const cutsShort =
			script === 'fullFalse' && records.length === query.limit && this.kind !== 'anomalies';
		const more = script === 'emptyTrue' || script === 'trueAtEnd' || (rest && !cutsShort);
		// Behind the last record, or behind everything that was looked through: both are possible.
		let place = this.options.looseEnd || last === undefined ? at : last + 1;
		if (script === 'emptyTrue') place = start;
		// The trap: an empty answer to created_after leads to the beginning of the platform.
		if (query.created_after !== undefined && records.length === 0) place = 0;
		if (script === 'duplicate' && this.kind === 'events' && records[0]) records.push(records[0]);
		const checkpoint = this.checkpointAt(place, source, records.length === 0, query, script);
		if (this.kind === 'anomalies') {
			const listed = records.map((record) => ({ ...record, checkpoint }));
			const none = records.length === 0 || script === 'missingCheckpoint';
			return { records: listed, more, ...(none ? {} : { checkpoint }) };
		}
		return script === 'missingCheckpoint' ? { records, more } : { records, more, checkpoint };
	}

	/** The records of a page, the place behind everything that was looked through, and that of the last record. */
	private take(source: Entry[], start: number, query: PageQuery, script: PageScript) {
		const limit = script === 'emptyTrue' ? 0 : script === 'short' ? 1 : query.limit;
		const { created_after: after } = query;
		const createdAfter = after === undefined ? undefined : microsOf(after);
		const records: ApiRecord[] = [];
		let last: number | undefined;
		let at = start;
		for (; at < source.length && records.length < limit; at++) {
			const entry = source[at];
			if (!entry || !this.isListed(entry)) continue;
			if (createdAfter !== undefined && microsOf(entry.record.created_at) <= createdAfter) continue;
			records.push(entry.record);
			last = at;
		}
		return { records, at, last };
	}

	private source(checkpoint: string | undefined): Entry[] {
		if (this.kind === 'events') return this.versions;
		if (this.kind === 'audits') return this.audits;
		const day = this.dayOf(checkpoint);
		return this.anomalies.filter((anomaly) => anomaly.day === day);
	}

	/** A checkpoint of an anomaly belongs to its day; without one it is the latest day that has any. */
	private dayOf(checkpoint: string | undefined): number | undefined {
		const day = checkpoint?.split('|')[4];
		return day === undefined ? this.anomalies.at(-1)?.day : Number(day);
	}

	private isListed(entry: Entry | undefined): boolean {
		if (!entry) return false;
		if (this.kind !== 'events') return true;
		return this.newest.get(String(entry.record.id)) === entry.sequence;
	}

	/** A listing that stands still may give the same checkpoint again, or another one for the same place. */
	private checkpointAt(
		place: number,
		source: Entry[],
		isEmpty: boolean,
		{ after_checkpoint: before }: PageQuery,
		script: PageScript,
	): string {
		if (before !== undefined && this.kind !== 'anomalies') {
			if (script === 'unchangedCheckpoint') return before;
			if (isEmpty && this.random() % 2 === 0) return before;
		}
		const day = this.kind === 'anomalies' ? `|${this.dayOf(before) ?? ''}` : '';
		const anchor = source[place - 1]?.sequence ?? -1;
		return `+/=%&|${this.generation}|${anchor}|${this.random()}${day}`;
	}

	/** Where a checkpoint leads: behind the entry that it was given for, wherever that stands now. */
	private placeOf(checkpoint: string, source: Entry[]): number | undefined {
		const [, generation, text] = checkpoint.split('|');
		if (Number(generation) !== this.generation) return undefined;
		const anchor = Number(text);
		if (source[anchor]?.sequence === anchor) return anchor + 1;
		return source.findIndex(({ sequence }) => sequence === anchor) + 1;
	}

	private random(): number {
		this.nonce = (Math.imul(this.nonce, 1_664_525) + 1_013_904_223) >>> 0;
		return this.nonce >>> 8;
	}
}
