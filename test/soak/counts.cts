/** What the platform had against what n8n has: every event, release, audit entry and page. */
import type { PrivateN8n } from '@host/privateN8n.cjs';
import type { Ledger } from '@simulator/client.cjs';
import { storedItems, type StoredItems } from '@test/kill/deliveries.cjs';
import { ids, names, WINDOW_MINUTES } from './workflows.cjs';

/** Things that had to happen once each. */
export interface Once {
	expected: number;
	once: number;
	missing: number;
	/** Happened more than once, or should not have happened. */
	extra: number;
}

/** All that was counted. */
export interface Counts {
	/** Events created, and executions' items. */
	events: Once;
	/** Defender events, and releases that the platform carried out. */
	releases: Once;
	/** Defender events, and items that the release node put out. */
	releaseItems: Once;
	/** Audit entries; two equal ones are two. */
	audits: Once;
	/** Executions of the paging workflow, and those whose "Get Many" had just the events that were there. */
	pages: Once;
	/** Executions by workflow and status. */
	executions: Record<string, Record<string, number>>;
}

/** The borders of the paging workflow's window are not compared: its clock is read a moment after the start. */
const BORDER_MS = 5000;

/** Compares; n8n is stopped. */
export function countAll(n8n: PrivateN8n, ledger: Ledger): Counts {
	const delivered = storedItems(n8n, ids.react, names.events);
	const audits = storedItems(n8n, ids.audits, names.audits);
	const pages = storedItems(n8n, ids.pages, names.many);
	const released = storedItems(n8n, ids.react, names.release);
	const defenders = ledger.events.filter(({ type }) => type === 'defender').map(({ id }) => id);
	const carriedOut = Object.entries(ledger.remediationCounts).flatMap(([id, actions]) =>
		Array.from({ length: actions.releaseFromQuarantine ?? 0 }, () => id),
	);
	return {
		events: compare(
			ledger.events.map(({ id }) => id),
			keysOf(delivered, ({ id }) => id),
		),
		releases: compare(defenders, carriedOut),
		releaseItems: compare(
			defenders,
			keysOf(released, ({ event_id: id }) => id),
		),
		audits: compare(ledger.audits.map(keyOf), keysOf(audits, keyOf)),
		pages: {
			expected: pages.length,
			once: pages.filter((page) => isWhole(page, ledger)).length,
			missing: pages.filter((page) => !isWhole(page, ledger)).length,
			extra: 0,
		},
		executions: {
			[ids.react]: statusesOf(delivered),
			[ids.audits]: statusesOf(audits),
			[ids.pages]: statusesOf(pages),
		},
	};
}

/** Compares two lists as multisets. */
export function compare(expected: string[], happened: string[]): Once {
	const wanted = tally(expected);
	const found = tally(happened);
	let once = 0;
	let missing = 0;
	for (const [key, count] of wanted) {
		const times = found.get(key) ?? 0;
		once += Math.min(count, times);
		missing += Math.max(0, count - times);
	}
	return { expected: expected.length, once, missing, extra: happened.length - once };
}

function tally(keys: string[]): Map<string, number> {
	const counts = new Map<string, number>();
	for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
	return counts;
}

function keysOf(
	executions: StoredItems[],
	key: (item: Record<string, unknown>) => unknown,
): string[] {
	return executions.flatMap(({ items }) => items.map((item) => String(key(item))));
}

/** An audit entry has no id: it is all of its fields. */
function keyOf(entry: object): string {
	return JSON.stringify(Object.entries(entry).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Whether a page run has every event of its window, each once, and none from before it. */
function isWhole({ createdAtMs, items, status }: StoredItems, ledger: Ledger): boolean {
	const found = items.map(({ id }) => String(id));
	const has = new Set(found);
	const startMs = createdAtMs - WINDOW_MINUTES * 60_000;
	const createdMs = (text: string): number => Date.parse(text);
	const all = ledger.events.every(({ id, created_at }) => {
		const inside =
			createdMs(created_at) > startMs + BORDER_MS && createdMs(created_at) < createdAtMs - 1000;
		return !inside || has.has(id);
	});
	const none = items.every(({ created_at }) => createdMs(String(created_at)) > startMs - BORDER_MS);
	return status === 'success' && has.size === found.length && all && none;
}

function statusesOf(executions: StoredItems[]): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const { status } of executions) counts[status] = (counts[status] ?? 0) + 1;
	return counts;
}
