/** What the platform had against what n8n has: every event, release, audit entry and page. */
import type { PrivateN8n } from '@host/privateN8n.cjs';
import type { Ledger } from '@simulator/client.cjs';
import { compare } from '../compare.cjs';
import { storedItems, type StoredItems } from '../executions.cjs';
import { releasesIn } from '../queue/outcome.cjs';
import { eachOnce, none, type Check } from '../report.cjs';
import { trigger } from '../watching.cjs';
import { ids, names, WINDOW_MINUTES } from './workflows.cjs';

/** The borders of the paging workflow's window are not compared: its clock is read a moment after the start. */
const BORDER_MS = 5000;

/** Compares; n8n is stopped. */
export function countAll(n8n: PrivateN8n, ledger: Ledger): Check[] {
	const delivered = storedItems(n8n, ids.react, trigger);
	const released = storedItems(n8n, ids.react, names.release);
	const audits = storedItems(n8n, ids.audits, trigger);
	const pages = storedItems(n8n, ids.pages, names.many);
	const defenders = ledger.events.filter(({ type }) => type === 'defender').map(({ id }) => id);
	const whole = pages.filter((page) => isWhole(page, ledger)).map(({ id }) => String(id));
	const all = [...delivered, ...audits, ...pages];
	const failed = all.filter(({ status }) => status !== 'success');
	const came = (executions: StoredItems[], key: (item: Record<string, unknown>) => unknown) =>
		executions.flatMap(({ items }) => items.map((item) => String(key(item))));
	const owedAndCame: Array<[string, string[], string[]]> = [
		['events delivered', ledger.events.map(({ id }) => id), came(delivered, ({ id }) => id)],
		['releases carried out', defenders, releasesIn(ledger)],
		['releases reported', defenders, came(released, (item) => item.event_id)],
		['audit entries delivered', ledger.audits.map(keyOf), came(audits, keyOf)],
		['paging runs without a gap', pages.map(({ id }) => String(id)), whole],
	];
	return [
		...owedAndCame.map(([name, owed, found]) => eachOnce(name, compare(owed, found))),
		none(
			`executions that failed, of ${all.length}`,
			failed.map(({ id, status }) => `${id} ${status}`),
		),
	];
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
	const all = ledger.events.every(({ id, created_at }) => {
		const createdMs = Date.parse(created_at);
		const isInside = createdMs > startMs + BORDER_MS && createdMs < createdAtMs - 1000;
		return !isInside || has.has(id);
	});
	const isNew = ({ created_at }: Record<string, unknown>) =>
		Date.parse(String(created_at)) > startMs - BORDER_MS;
	return status === 'success' && has.size === found.length && all && items.every(isNew);
}
