/** The parameter “Event ID” of the nodes that work on one event: an ID, or a link copied from the portal. */
import { readEventReference, shortened, type EventReference } from '../core/eventReference';
import type { Found } from '../core/eventSearch';
import { eventIdMessages as say } from '../words/parameters';
import { withMore, type Words } from '../words/words';
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
	const { message, hint } = reference;
	return badParameter(withMore({ message, hint }, note));
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
	const refuse = (words: Words) => badParameter(withMore(words, note));
	const count = 'looked' in found ? found.looked.toLocaleString('en') : '';
	switch (found.kind) {
		case 'fault':
			return item.failure(found.fault, 'events');
		case 'several':
			return refuse(
				say.severalEvents(
					found.ids.length,
					`${found.ids.slice(0, 5).map(shortened).join(', ')}${found.ids.length > 5 ? ', …' : ''}`,
				),
			);
		case 'missing':
			return refuse(say.missing(event, count, found.from, from));
		case 'cut':
			return refuse(
				say.searchEnded(event, count, found.from, seconds(found.afterMs), found.lastSeen, from),
			);
	}
}
