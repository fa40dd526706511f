/**
 * What is asked, in which order. Nothing is judged here: one answer only decides whether the next question makes
 * sense. With a healthy portal it comes to 52 requests at most, so some are left for those that have to be repeated.
 */
import { endpoints, type ListEndpointName } from '@nodes/shared/api/endpoints';
import { readServerTime } from '@nodes/shared/core/rateLimitHeaders';
import { textOf } from '@nodes/shared/core/eventRecord';
import { fromMillis } from '@nodes/shared/core/timestamp';
import type { Page } from '@nodes/shared/core/walk';
import { pageOf, type Evidence, type Look, type Query, type Sight } from './evidence.cjs';
import type { Bearer } from './portal.cjs';

/** Sends one request. */
export type Ask = (path: string, query?: Query, bearer?: Bearer) => Promise<Sight>;

export interface Itinerary {
	origin: string;
	ask: Ask;
	/** Told before something is read, and before the requests that look odd in a log. */
	say(text: string): void;
}

const HOUR_MS = 3_600_000;
/** How far back to look for an end that can be reached, first choice first, in hours. */
const WINDOWS = [1, 24, 168];
/** Where the last hour is too long to be read to its end. */
const SHORT_WINDOW_HOURS = 1 / 20;
/** Pages of a chain that are read behind its first. */
const MOST_ONWARD = 5;
/** An ID that no group has. */
const UNKNOWN_GROUP = '999999999';
/** Lists beside the events, and how many records their first two pages ask for. An anomaly's page needs two to tell which of them leads on. */
const others = [
	['groups', 1],
	['monitoredUsers', 1],
	['anomalies', 2],
	['audits', 1],
	['companyRisk', 1],
] as const satisfies Array<[ListEndpointName, number]>;

/** Reads the portal. Ends early where nothing more can be learned. */
export async function readPortal(trip: Itinerary): Promise<Evidence> {
	const traveller = new Traveller(trip);
	await traveller.events();
	if (traveller.isStranded()) return traveller.evidence;
	for (const [list, size] of others) await traveller.list(list, size);
	await traveller.group();
	await traveller.access();
	return traveller.evidence;
}

class Traveller {
	readonly evidence: Evidence;

	constructor(private readonly trip: Itinerary) {
		this.evidence = { origin: trip.origin, looks: [] };
	}

	/** Whether the very first answer says that nothing else can be read either. */
	isStranded(): boolean {
		const sight = this.evidence.looks[0]?.sight;
		if (sight?.kind !== 'answer') return true;
		return (sight.status >= 300 && sight.status < 400) || [401, 407].includes(sight.status);
	}

	async events(): Promise<void> {
		this.trip.say('security events');
		const first = await this.look('events.first', { limit: 2 });
		const page = pageOf(first);
		if (this.isStranded() || !page) return;
		const { checkpoint } = page;
		if (checkpoint !== undefined) {
			await this.look('events.second', { limit: 2, after_checkpoint: checkpoint });
			await this.look('events.again', { limit: 2, after_checkpoint: checkpoint });
		}
		await this.look('events.below', { limit: 1 });
		await this.look('events.above', { limit: 101 });
		await this.look('events.whole', { limit: 100 });
		await this.look('events.default', {});
		const now = this.portalTime(first);
		await this.lastPages(now);
		await this.trap(now);
		if (checkpoint !== undefined) {
			const week = fromMillis(now - 168 * HOUR_MS) ?? '';
			const both = { limit: 2, created_after: week, after_checkpoint: checkpoint };
			await this.look('events.both', both);
		}
		await this.look('events.unknown', { limit: 2, after_checkpoint: 'n8n-nodes-proofpoint-check' });
	}

	/** From an hour back to the end, or from longer ago where nothing happened; then twice from the end on. */
	private async lastPages(now: number): Promise<void> {
		for (const hours of WINDOWS) {
			const page = await this.since(hours, now);
			if (!page) return;
			if (page.records.length === 0 && !page.more) continue;
			const end = (await this.onward(page)) ?? (await this.shortWindow(now));
			if (end?.checkpoint === undefined) return;
			const poll = await this.look('events.poll', {
				limit: 100,
				after_checkpoint: end.checkpoint,
			});
			const next = pageOf(poll);
			if (!next) return;
			await this.look('events.pollAgain', {
				limit: 100,
				after_checkpoint: next.checkpoint ?? end.checkpoint,
			});
			return;
		}
	}

	private async shortWindow(now: number): Promise<Page | undefined> {
		const page = await this.since(SHORT_WINDOW_HOURS, now);
		if (!page || page.records.length === 0) return undefined;
		return page.more ? await this.onward(page, 2) : page;
	}

	private async since(hours: number, now: number): Promise<Page | undefined> {
		const created_after = fromMillis(now - hours * HOUR_MS) ?? '';
		return pageOf(await this.look('events.since', { limit: 100, created_after }));
	}

	/** The last page of a chain, where it is near enough. */
	private async onward(start: Page, most = MOST_ONWARD): Promise<Page | undefined> {
		let page = start;
		for (let step = 0; page.more; step++) {
			if (step === most || page.checkpoint === undefined) return undefined;
			const look = await this.look('events.onward', {
				limit: 100,
				after_checkpoint: page.checkpoint,
			});
			const next = pageOf(look);
			if (!next || next.checkpoint === page.checkpoint) return undefined;
			page = next;
		}
		return page;
	}

	/**
	 * An answer without events to `created_after`. The nodes never use its checkpoint. Here it is used once, for two
	 * records: only so can be told whether it leads to the beginning.
	 */
	private async trap(now: number): Promise<void> {
		for (const ahead of [0, 60_000]) {
			const created_after = fromMillis(now + ahead) ?? '';
			const page = pageOf(await this.look('events.trap', { limit: 2, created_after }));
			if (!page) return;
			if (page.records.length > 0) continue;
			if (page.checkpoint !== undefined) {
				await this.look('events.trapUsed', { limit: 2, after_checkpoint: page.checkpoint });
			}
			return;
		}
	}

	async list(list: ListEndpointName, size: number, path?: string): Promise<void> {
		this.trip.say(list);
		const { max } = endpoints[list].pageSize;
		const page = pageOf(await this.look(`${list}.first`, { limit: size }, path));
		if (!page) return;
		if (page.checkpoint !== undefined) {
			await this.look(`${list}.second`, { limit: size, after_checkpoint: page.checkpoint }, path);
		}
		const whole = pageOf(await this.look(`${list}.whole`, { limit: max }, path));
		await this.look(`${list}.above`, { limit: max + 1 }, path);
		if (list !== 'audits' || !whole || whole.more || whole.checkpoint === undefined) return;
		await this.look('audits.poll', { limit: max, after_checkpoint: whole.checkpoint });
	}

	/** The members of the first group, and a group that is not there. */
	async group(): Promise<void> {
		const groups = this.evidence.looks.find(({ name }) => name === 'groups.whole');
		const id = textOf(pageOf(groups)?.records[0]?.id) ?? '';
		if (pageOf(groups) === undefined) return;
		const pathOf = (group: string) =>
			endpoints.group.path.replace('{id}', encodeURIComponent(group));
		// Nothing else is an ID, and nothing else becomes part of a path.
		if (/^\d{1,15}$/.test(id)) await this.list('group', 1, pathOf(id));
		await this.look('group.unknown', { limit: 1 }, pathOf(UNKNOWN_GROUP));
	}

	/** Answers to requests that must be refused. */
	async access(): Promise<void> {
		const { path } = endpoints.events;
		await this.look('access.unknownPath', {}, '/api/v1/n8n-nodes-proofpoint-check');
		this.trip.say(
			'what a refusal looks like. On purpose, one request without a token and one with a WRONG token follow: whoever watches the portal may see them',
		);
		await this.look('access.noToken', { limit: 2 }, path, 'nobody');
		await this.look('access.wrongToken', { limit: 2 }, path, 'wrong');
	}

	private async look(name: string, query: Query, path?: string, bearer?: Bearer): Promise<Look> {
		const list = listOf(name);
		const sight = await this.trip.ask(path ?? pathOf(list), query, bearer);
		const look: Look = { name, ...(list === undefined ? {} : { list }), query, sight };
		this.evidence.looks.push(look);
		return look;
	}

	/** The portal's own time where it tells it: that is the one that its events have. */
	private portalTime({ sight }: Look): number {
		const told = sight.kind === 'answer' ? readServerTime(sight.headers) : undefined;
		return told ?? (sight.kind === 'answer' ? sight.at : Date.now());
	}
}

function listOf(name: string): ListEndpointName | undefined {
	const [list] = name.split('.');
	return isList(list) ? list : undefined;
}

function isList(name: string | undefined): name is ListEndpointName {
	return name === 'events' || name === 'group' || others.some(([list]) => list === name);
}

function pathOf(list: ListEndpointName | undefined): string {
	return list === undefined ? '/' : endpoints[list].path;
}
