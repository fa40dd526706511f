/** The parameter “Event ID” of the nodes that work on one event: an ID, or a link copied from the portal. */
import {
	ID_FORMS,
	readEventReference,
	shortened,
	type EventReference,
} from '../core/eventReference';
import type { Found } from '../core/eventSearch';
import type { Item } from './client';
import { seconds } from './messages';
import { badParameter, type Failure } from './outcome';

/** How the editor shows what can be given: short enough for the width of its field, and taken when it is pasted. */
export const EVENT_ID_PLACEHOLDER = 'e.g. defender::inbound-3f2a9c01';

/** What a node does with the event that it looks for. */
export interface Purpose {
	/** The one type of event that it works on. */
	only?: string;
	/** The name of the field that says from when on events are looked for. */
	from: string;
	/** Said at the end of every refusal. */
	note: string;
}

/** Reads the parameter; what can name no event is refused before anything is sent. */
export function readEventId(
	item: Item,
	{ only, note }: Purpose,
): Failure | { ok: true; reference: EventReference } {
	const given = item.parameter('eventId');
	const reference = readEventReference(given, item.connection.origin, only);
	if (reference.kind !== 'refused') return { ok: true, reference };
	return badParameter(reference.message, `${reference.hint} ${note}`.trim());
}

/** Why an event was not found, in words. */
export function notFound(
	item: Item,
	reference: EventReference,
	found: Exclude<Found, { kind: 'found' }>,
	{ from, note }: Purpose,
): Failure {
	const isLink = reference.kind === 'link';
	const event = isLink
		? `event with the number ${shortened(reference.number)} of the link`
		: `event ${shortened(reference.id)}`;
	const refuse = (message: string, hint: string) => badParameter(message, `${hint} ${note}`.trim());
	switch (found.kind) {
		case 'fault':
			return item.failure(found.fault, 'events');
		case 'several':
			return refuse(
				`The link in “Event ID” fits ${found.ids.length} events: ${found.ids.slice(0, 5).map(shortened).join(', ')}${found.ids.length > 5 ? ', …' : ''}`,
				'Give the ID of the one that you mean.',
			);
		case 'missing':
			return refuse(
				`There is no ${event} among the ${found.looked.toLocaleString('en')} events created after ${found.from}`,
				isLink
					? `Set “${from}” to an earlier day, or give the event’s ID. An ID looks like ${ID_FORMS}.`
					: `Check the parameter “Event ID”: an ID looks like ${ID_FORMS}, and a link copied from the portal works too. Or set “${from}” to an earlier day.`,
			);
		case 'cut':
			return refuse(
				`The ${event} was not found among the first ${found.looked.toLocaleString('en')} events created after ${found.from}`,
				`The search ended after ${seconds(found.afterMs)} at events updated on ${found.lastSeen}. Set “${from}” closer to the day of the event.`,
			);
	}
}
