/**
 * Plays a history as the host would, and says what was delivered.
 */
import type { ApiRecord } from '@nodes/shared/api/contract';
import type { Change, History } from './history.cjs';
import { ModelPortal, type Kind } from './modelPortal.cjs';
import { phaseOf, poll, startOf, Store, type TriggerEvent } from './polling.cjs';
import { isoOf } from './times.cjs';

const MINUTE_MS = 60_000;
const START_MS = Date.parse('2026-01-31T12:00:00Z');

/** What came of a history. */
export interface Life {
	portal: ModelPortal;
	/** Every item that was delivered, in order. */
	delivered: ApiRecord[];
	/** The items of each poll that delivered some. */
	batches: ApiRecord[][];
	/** What happened up to here is no news: when the trigger began, the start date, or an empty text. */
	since: string;
	/** What happened after this has to come: later than `since` only where a wrong clock is all that the trigger has. */
	owedSince: string;
	/** When the portal answered the trigger's first page, in milliseconds. */
	firstAnswerAt: number;
	largestState: number;
	/** Anomalies on show when a poll began that went through to the end, with the end of their period. */
	shownInFull: Map<string, unknown>;
	/** Ids on show when the first such poll began. */
	shownFirst: Set<string>;
	/** Ids that came while the first such poll was under way: the trigger cannot tell old from new then. */
	cameMeanwhile: Set<string>;
}

/** The events whose histories are played here. */
export type LivedEvent = Exclude<TriggerEvent, 'userConnectionChanged'>;

const kindOf: Record<LivedEvent, Kind> = {
	anomalyDetected: 'anomalies',
	auditEntryCreated: 'audits',
	securityEventCreated: 'events',
	securityEventCreatedOrUpdated: 'events',
};

/** The filter of histories with `onlyType`. */
export function isDefender(record: ApiRecord): boolean {
	return record.type === 'defender';
}

/**
 * Plays a history as the host would: items and state are stored together when items are delivered;
 * what else is stored depends on the mode. Ends with undisturbed polls until the trigger caught up.
 * @throws when the trigger does not catch up
 */
export async function live(event: LivedEvent, history: History): Promise<Life> {
	const portal = new ModelPortal(kindOf[event], START_MS, history);
	playPast(portal, event, history);
	portal.now = START_MS;
	const startDate =
		history.startFrom === 'date'
			? isoOf((START_MS - history.startDateDaysAgo * 86_400_000) * 1000)
			: undefined;
	const start = startOf(event, history.startFrom, startDate);
	const store = new Store(history.durable);
	const life: Life = {
		portal,
		delivered: [],
		batches: [],
		since: '',
		owedSince: '',
		firstAnswerAt: Infinity,
		largestState: 0,
		shownInFull: new Map(),
		shownFirst: new Set(),
		cameMeanwhile: new Set(),
	};
	let caughtUpOnce = false;
	let polls = 0;
	let beganAt = START_MS;
	/** How far back this machine's clock, and nothing else, may have put the beginning, in milliseconds. */
	let untoldMs = 0;
	const wanted = (record: ApiRecord) =>
		!history.onlyType || kindOf[event] !== 'events' || isDefender(record);

	const pollOnce = async (maxItems: number, pagesInTime: number): Promise<boolean> => {
		const stored = store.memory?.stored;
		const clocks = history.clocks[polls++];
		portal.dates = (clocks?.dateMinutes ?? []).map((minutes) =>
			minutes === null ? undefined : minutes * MINUTE_MS,
		);
		const offMs = (history.skewMinutes + (clocks?.machineMinutes ?? 0)) * MINUTE_MS;
		if (stored === undefined) {
			portal.firstAnswerAt = undefined;
			beganAt = portal.now;
			untoldMs = Math.min(0, offMs);
		}
		// Without a Date only a poll in which this machine's two clocks agree can tell which of them was wrong before.
		const isTold = history.dateHeader || (clocks?.machineMinutes ?? 0) === 0;
		if (isTold && life.delivered.length === 0) untoldMs = 0;
		let pagesLeft = pagesInTime;
		const result = await poll(start, stored, {
			maxItems,
			fetchPage: portal.fetchPage,
			pageSize: { min: 2, max: 5 },
			judge: (record) => (wanted(record) ? 'passes' : 'fails'),
			outOfTime: () => --pagesLeft <= 0,
			now: () => portal.now + offMs,
			processNow: () => portal.now + history.skewMinutes * MINUTE_MS,
		});
		store.keep(result, undefined);
		if (result.fault && !result.progressed) return false;
		life.largestState = Math.max(life.largestState, store.memory?.stored.length ?? 0);
		life.since = life.owedSince = startDate ?? '';
		if (history.startFrom === 'now') {
			// A machine that is always slow may take the trigger back so far, one that is always fast cannot know better
			// without a Date.
			const skewMs = history.skewMinutes * MINUTE_MS;
			life.since = isoOf((beganAt + Math.min(0, skewMs, untoldMs)) * 1000);
			const late = history.dateHeader ? 0 : Math.max(0, skewMs);
			// Nor can it tell what came while its first request was under way.
			const asked =
				history.dateHeader || skewMs === 0 ? beganAt : (portal.firstAnswerAt ?? beganAt) + 1;
			life.owedSince = isoOf(Math.max(beganAt + late, asked) * 1000);
		}
		life.firstAnswerAt = portal.firstAnswerAt ?? Infinity;
		if (result.emit.length > 0) {
			life.delivered.push(...result.emit);
			life.batches.push(result.emit);
		}
		// A listing that goes on over polls has an end too, though the trigger has not caught up by it.
		if (result.behindMs === 0) {
			for (const { id, anomalous_period_end: end } of portal.shown)
				life.shownInFull.set(String(id), end);
		}
		// The first listing may take several polls.
		if (!caughtUpOnce && event === 'anomalyDetected' && phaseOf(result.stored) !== 'starting') {
			for (const { id } of portal.shown) life.shownFirst.add(String(id));
			for (const { record } of portal.anomalies) life.cameMeanwhile.add(String(record.id));
			caughtUpOnce = true;
		}
		return result.caughtUp;
	};

	for (const action of history.actions) {
		switch (action.do) {
			case 'wait':
				portal.now += action.minutes * MINUTE_MS;
				break;
			case 'expire':
				portal.expireCheckpoints();
				break;
			case 'restart':
				store.restart();
				// A listing that is gone on with is not the one that began last.
				portal.shown = [];
				// The first full listing counts from when the host stored it: an anomaly does not say since when
				// it is there, so a trigger that has to begin again takes those on show for old ones.
				if (store.memory === undefined || phaseOf(store.memory.stored) !== 'following') {
					caughtUpOnce = false;
					life.shownFirst.clear();
					life.cameMeanwhile.clear();
					life.shownInFull.clear();
				}
				break;
			case 'poll':
				portal.script = [...action.pages];
				portal.between = action.between.map((step) => () => apply(portal, event, step));
				await pollOnce(action.maxItems, action.pagesInTime);
				portal.script = [];
				portal.between = [];
				break;
			default:
				apply(portal, event, action);
		}
		portal.now += 1000;
	}
	// A listing of anomalies that a poll had not ended is gone on with, though it may be of an earlier day.
	const ends = event === 'anomalyDetected' ? 2 : 1;
	for (let polls = 0, reached = 0; reached < ends; polls++) {
		if (polls > 20) throw new Error('the trigger did not catch up with an undisturbed API');
		if (await pollOnce(1000, Infinity)) reached++;
		portal.now += MINUTE_MS;
	}
	// Once more: a trigger at the end of the chain has nothing left to say.
	const before = life.delivered.length;
	await pollOnce(1000, Infinity);
	if (life.delivered.length !== before) throw new Error('items came although nothing had happened');
	return life;
}

function playPast(portal: ModelPortal, event: LivedEvent, { past, startFrom }: History): void {
	for (const { minutesAgo, update, pick } of [...past].sort(
		(a, b) => b.minutesAgo - a.minutesAgo,
	)) {
		portal.now = START_MS - minutesAgo * MINUTE_MS;
		if (kindOf[event] === 'audits') portal.addAudit(pick % 2 === 0);
		else if (kindOf[event] === 'anomalies')
			portal.addAnomaly(startFrom === 'date' ? 24 : (pick % 48) - 24);
		else if (update && portal.newest.size > 0) portal.update(pick, pick % 4 === 0);
		else portal.create({ equal: pick % 4 === 0 });
	}
}

function apply(portal: ModelPortal, event: LivedEvent, step: Change): void {
	switch (step.do) {
		case 'none':
			return;
		case 'prolong':
			if (event === 'anomalyDetected') portal.prolongAnomalies(3);
			return;
		case 'update':
			if (kindOf[event] !== 'events') return;
			for (const pick of step.picks) portal.update(pick, step.equal);
			return;
		case 'add':
			for (let made = 0; made < step.count; made++) {
				if (kindOf[event] === 'audits') portal.addAudit(step.equal);
				else if (kindOf[event] === 'anomalies') portal.addAnomaly(step.equal ? 30 : -2);
				else portal.create(step);
			}
	}
}
