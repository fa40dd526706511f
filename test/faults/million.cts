/**
 * A million events through the core, to see that neither the state nor the time of a poll grows with history. The
 * pages come from memory: `drain`, its memory of ids and its state are the real ones; HTTP and n8n are left out.
 */
import type { ApiRecord } from '@nodes/shared/api/contract';
import type { FetchPage, PageQuery } from '@nodes/shared/core/walk';
import { drain } from '@nodes/Trigger/core/drain';
import { newState, readState, type Start } from '@nodes/Trigger/core/state';
import { triggerEvents } from '@nodes/Trigger/events/all';

import type { TriggerEvent } from './setting.cjs';

/** What came of one run. */
export interface MillionOutcome {
	event: TriggerEvent;
	/** Events per hour. */
	rate: number;
	expected: number;
	delivered: number;
	lost: number;
	doubled: number;
	largestState: number;
	/** Milliseconds of the processor per poll, median of the second and of the last tenth. */
	firstMs: number;
	lastMs: number;
	/** The whole run in one line. */
	text: string;
	wrong: string[];
}

const EVENTS = 1_000_000;
const PAGE = 100;
const ITEMS_PER_POLL = 1000;
const START_MS = Date.parse('2026-01-31T12:00:00Z');

/** Event number `n` of a stream with so many events an hour. */
function recordAt(n: number, rate: number): ApiRecord {
	const at = new Date(timeAt(n, rate)).toISOString();
	const stamp = `${at.slice(0, -1)}${String(n % 1000).padStart(3, '0')}Z`;
	return {
		id: `event-${n}`,
		type: 'defender',
		created_at: stamp,
		updated_at: stamp,
		timestamp: stamp,
	};
}

function timeAt(n: number, rate: number): number {
	return START_MS + Math.floor(((n + 1) * 3_600_000) / rate);
}

/** The listing up to what has become visible. */
class Stream {
	visible = 0;
	now = START_MS;

	constructor(private readonly rate: number) {}

	readonly fetchPage: FetchPage = async (query: PageQuery) => {
		const from = query.after_checkpoint === undefined ? 0 : Number(query.after_checkpoint.slice(1));
		// created_after: nothing lies before the start, so it filters nothing.
		const to = Math.min(this.visible, from + query.limit);
		const records = Array.from({ length: to - from }, (_, at) => recordAt(from + at, this.rate));
		const value = { records, more: to < this.visible, checkpoint: `c${to}` };
		return { ok: true, value, serverTime: this.now };
	};
}

async function runOne(event: TriggerEvent, rate: number): Promise<MillionOutcome> {
	const start: Start = { fingerprint: 'this configuration', event, startFrom: 'now' };
	const stream = new Stream(rate);
	const came = new Uint8Array(EVENTS);
	const times: number[] = [];
	let stored: string | undefined;
	let largestState = 0;
	let delivered = 0;
	const poll = async () => {
		const startedAt = process.cpuUsage();
		const saved: unknown = stored === undefined ? undefined : JSON.parse(stored);
		const state = readState(saved, start.fingerprint).state ?? newState(start);
		const result = await drain(triggerEvents[event].follower, state, {
			fetchPage: stream.fetchPage,
			pageSize: { min: 2, max: PAGE },
			maxItems: ITEMS_PER_POLL,
			judge: () => 'passes',
			outOfTime: () => false,
			now: () => stream.now,
			processNow: () => stream.now,
		});
		stored = JSON.stringify(result.state);
		times.push(process.cpuUsage(startedAt).user / 1000);
		largestState = Math.max(largestState, Buffer.byteLength(stored));
		for (const { id, timestamp } of result.emit) {
			const n = Number(String(id).slice('event-'.length));
			const count = came[n];
			if (count === undefined) throw new Error(`a made-up event at ${String(timestamp)}`);
			came[n] = Math.min(255, count + 1);
		}
		delivered += result.emit.length;
	};
	await poll();
	for (let seen = 0; seen < EVENTS; ) {
		// As many as come in a quarter of an hour, and sometimes a burst that takes several polls.
		const burst = times.length % 50 === 0 ? 4 : 1;
		const wanted = Math.max(1, Math.round((rate / 4) * burst));
		seen = Math.min(EVENTS, seen + wanted);
		stream.visible = seen;
		stream.now = timeAt(seen, rate) + 1000;
		await poll();
		for (let left = wanted - ITEMS_PER_POLL; left > -1; left -= ITEMS_PER_POLL) await poll();
	}
	await poll();
	return verdictOf({ event, rate, came, delivered, largestState, times });
}

interface Measured {
	event: TriggerEvent;
	rate: number;
	came: Uint8Array;
	delivered: number;
	largestState: number;
	times: number[];
}

function verdictOf({
	event,
	rate,
	came,
	delivered,
	largestState,
	times,
}: Measured): MillionOutcome {
	const lost = came.filter((count) => count === 0).length;
	const doubled = came.reduce((sum, count) => sum + Math.max(0, count - 1), 0);
	const tenth = Math.max(1, Math.floor(times.length / 10));
	// The first polls meet cold code and an empty memory: they say nothing about growth.
	const firstMs = median(times.slice(tenth, 2 * tenth));
	const lastMs = median(times.slice(-tenth));
	const wrong: string[] = [];
	if (lost > 0) wrong.push(`lost ${lost}`);
	if (doubled > 0) wrong.push(`doubled ${doubled}`);
	if (largestState > 100_000) wrong.push(`the state has ${largestState} bytes`);
	if (lastMs > 2 * firstMs + 1) wrong.push(`a poll takes ${lastMs} ms instead of ${firstMs} ms`);
	return {
		event,
		rate,
		expected: EVENTS,
		delivered,
		lost,
		doubled,
		largestState,
		firstMs,
		lastMs,
		wrong,
		text: `${event}, ${rate} an hour: ${EVENTS} records in ${times.length} polls, ${delivered} delivered, ${lost} lost, ${doubled} doubled; state at most ${largestState} bytes; a poll ${firstMs} ms in the second tenth, ${lastMs} ms in the last${wrong.length > 0 ? `; WRONG: ${wrong.join('; ')}` : ''}`,
	};
}

function median(values: number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	return Math.round((sorted[Math.floor(sorted.length / 2)] ?? 0) * 100) / 100;
}

/** A million records in each mode that follows the chain, at a rate below and one above what a day's memory holds. */
export async function runMillion(): Promise<MillionOutcome[]> {
	const outcomes: MillionOutcome[] = [];
	for (const rate of [150, 4000]) {
		for (const event of [
			'securityEventCreated',
			'securityEventCreatedOrUpdated',
			'auditEntryCreated',
		] as const) {
			outcomes.push(await runOne(event, rate));
		}
	}
	return outcomes;
}
