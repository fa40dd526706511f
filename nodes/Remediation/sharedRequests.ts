/**
 * Items of one run that mean the same event share one request and its answer: nothing is done twice. Those of them that
 * wait for a confirmation must have seen the event as it was before the request, whichever item sends it.
 */
import type { ApiRecord } from '../shared/api/contract';
import type { RemediationAction } from '../shared/api/endpoints';
import { readRemediationAnswer } from '../shared/api/writeAnswers';
import { idOf } from '../shared/core/eventRecord';
import type { EventReference } from '../shared/core/eventReference';
import type { Found } from '../shared/core/eventSearch';
import type { Answer, Fault } from '../shared/core/fault';
import type { Item } from '../shared/n8n/client';
import { PerConnection } from '../shared/n8n/perConnection';
import type { Confirmations, Watch } from './core/confirmations';

/** What an item that waits for a confirmation has seen before the request. */
export interface Sight {
	found: Found;
	/** Absent where the event of a link was not found. */
	watch?: Watch;
}

interface OfEvent {
	sights: Array<Promise<Sight>>;
	watches: Watch[];
	/** Both are made once: thousands of items may mean the event. */
	unseen?: Promise<Fault | undefined>;
	answer?: Promise<Answer<ApiRecord>>;
}

const runs = new PerConnection<SharedRequests>();

export class SharedRequests {
	private readonly events = new Map<string, OfEvent>();
	private readonly links: Array<Promise<Sight>> = [];
	private linksFound: Promise<unknown> | undefined;

	private constructor(private readonly action: RemediationAction) {}

	/** Those of the item's run, portal, token and action. */
	static of(item: Item, action: RemediationAction): SharedRequests {
		return runs.get(item, action, () => new SharedRequests(action));
	}

	/**
	 * Looks for the event of an item that waits for its confirmation. Every such item must have called this before the
	 * first request of the run is sent, and need not have its answer.
	 */
	async look(reference: EventReference, chain: Confirmations): Promise<Sight> {
		const looking = chain.find(reference).then((found): Sight => {
			const wanted = reference.kind === 'id' ? reference.id : undefined;
			const id = found.kind === 'found' ? idOf(found.event) : wanted;
			if (id === undefined) return { found };
			const watch = chain.watch(id);
			this.of(id).watches.push(watch);
			return { found, watch };
		});
		(reference.kind === 'id' ? this.of(reference.id).sights : this.links).push(looking);
		return await looking;
	}

	/**
	 * Sends the request for an event, or takes the answer of the one that another item has sent. It is repeated only where
	 * the API certainly did nothing (429, or no connection).
	 * @returns `unseen` where an item that waits could not look at the event: it says that nothing was sent, so nothing is
	 */
	async send(
		item: Item,
		eventId: string,
	): Promise<{ answer: Answer<ApiRecord> } | { unseen: Fault }> {
		const event = this.of(eventId);
		// Which event a link means is known when it was found.
		this.linksFound ??= Promise.all(this.links);
		await this.linksFound;
		event.unseen ??= faultOf(event.sights);
		const unseen = await event.unseen;
		if (unseen) return { unseen };
		event.answer ??= item.write(
			this.action,
			{
				target: eventId,
				body: { event_id: eventId },
				sending: () => event.watches.forEach((watch) => watch.begin()),
			},
			readRemediationAnswer,
		);
		return { answer: await event.answer };
	}

	private of(id: string): OfEvent {
		const known = this.events.get(id);
		if (known) return known;
		const made: OfEvent = { sights: [], watches: [] };
		this.events.set(id, made);
		return made;
	}
}

async function faultOf(sights: Array<Promise<Sight>>): Promise<Fault | undefined> {
	const found = (await Promise.all(sights)).map((sight) => sight.found);
	return found.flatMap((one) => (one.kind === 'fault' ? [one.fault] : []))[0];
}
