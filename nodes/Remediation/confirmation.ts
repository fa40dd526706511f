import { endpoints } from '../shared/api/endpoints';
import { Confirmations } from '../shared/core/confirmations';
import { readCreatedAfter, usualStart } from '../shared/n8n/createdAfter';
import { fetcher } from '../shared/n8n/lists';
import { badParameter, type Failure, type Item } from '../shared/n8n/item';

/** One chain per run of the node and place to look from: 200 items that wait share it. */
const chains = new WeakMap<object, Map<string, Confirmations>>();

/** How an item waits for its confirmation, or `undefined` when the user does not want to wait. */
export function readConfirmation(
	item: Item,
): Failure | undefined | { ok: true; chain: Confirmations; timeoutMs: number } {
	if (item.parameter('options.waitForConfirmation') !== true) return undefined;
	const seconds = item.parameter('options.confirmationTimeout') ?? 300;
	if (typeof seconds !== 'number' || !(seconds > 0)) {
		return badParameter(
			'The option “Confirmation Timeout” must be a number of seconds above 0',
			`It is ${JSON.stringify(seconds)}. Nothing was sent for this item.`,
		);
	}
	const given = readCreatedAfter(
		item,
		item.parameter('options.createdAfter'),
		'Nothing was sent for this item.',
	);
	if (!given.ok) return given;
	return { ok: true, chain: chainFrom(item, given.time), timeoutMs: seconds * 1000 };
}

function chainFrom(item: Item, time: string | undefined): Confirmations {
	const ofRun = chains.get(item.run) ?? new Map<string, Confirmations>();
	chains.set(item.run, ofRun);
	const key = time ?? '';
	const known = ofRun.get(key);
	if (known) return known;
	const chain = new Confirmations({
		start: { at: 'createdAfter', time: time ?? usualStart() },
		fetchPage: fetcher(item, 'events'),
		clock: item.clock,
		pageSize: endpoints.events.pageSize.max,
	});
	ofRun.set(key, chain);
	return chain;
}
