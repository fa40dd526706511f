import type { IDataObject } from 'n8n-workflow';

import { endpoints } from '../shared/api/endpoints';
import { Confirmations, type Confirmation } from './core/confirmations';
import type { Item } from '../shared/n8n/client';
import { growingStarts } from '../shared/n8n/growingStarts';
import { PerConnection } from '../shared/n8n/perConnection';
import { timeoutBounds } from './fields';
import { confirmationMessages } from './words';

/** One chain per run, portal, token and place to look from: 200 items share it. */
const chains = new PerConnection<Confirmations>();

/** What the option means when it is left empty. */
const noTime = 'To look up to 30 days back, remove the option.';

/** How an item looks for its event and waits for its confirmation. */
export interface Lookup {
	chain: Confirmations;
	/** How long to wait for the confirmation, in milliseconds; `undefined` when the user does not want to wait. */
	timeoutMs: number | undefined;
}

/**
 * Reads the options of the search and of the confirmation.
 * @throws UserError that names the one that cannot be used
 */
export function readLookup(item: Item): Lookup {
	const waits = item.flag('options.waitForConfirmation', 'Wait for Confirmation');
	const timeout = { ...timeoutBounds, fallback: 300 };
	const seconds = waits
		? item.number('options.confirmationTimeout', 'Confirmation Timeout', timeout)
		: undefined;
	return {
		chain: chainFrom(item, item.time('options.createdAfter', 'Created After', 'from', noTime)),
		timeoutMs: seconds === undefined ? undefined : seconds * 1000,
	};
}

/** The confirmation as the output item tells it. */
export function confirmationFields(
	item: Item,
	{ confirmation, detail, event, fault }: Confirmation,
): IDataObject {
	const why = fault && item.failure(fault, 'events').words.message;
	return {
		confirmed: confirmation === 'confirmed',
		confirmation,
		confirmation_detail:
			why === undefined ? detail : confirmationMessages.unreadable(why, detail).message,
		event: event ?? null,
	};
}

function chainFrom(item: Item, time: string | undefined): Confirmations {
	return chains.get(item, time ?? '', () => {
		const chain: Confirmations = new Confirmations({
			starts: time === undefined ? growingStarts() : [time],
			fetchPage: item.pages('events'),
			followPage: item.pages('events', { isWanted: () => chain.isWaiting }),
			clock: item.clock,
			pageSize: endpoints.events.pageSize.max,
		});
		return chain;
	});
}
