/**
 * What a person gives for an event: its ID, or a link copied from the portal. IDs are opaque, so only what clearly
 * cannot be one is refused; a link names its event by a number that is not always part of the ID.
 */

import { eventIdMessages as say } from '../words/parameters';
import type { Words } from '../words/words';
import { visible } from './invisible';
import { safeText } from './outsideText';

/** IDs of events are a third shorter. */
const LONGEST_SHOWN = 120;

/** The page of the portal that shows the events of a type. */
const typeOfPage: Record<string, string> = {
	accidental_data_loss: 'guardian',
	architect: 'architect',
	impersonation_attacks: 'defender',
};

/** A link's event: the page it leads to, and the number by which that page knows the event. */
export interface EventLink {
	page: string;
	number: string;
}

/** Which event is meant. */
export type EventReference = { kind: 'id'; id: string } | ({ kind: 'link' } & EventLink);

/** An ID or another text of an event as it stands in a message: whoever gives a whole e-mail for one gets its beginning back. */
export function shortened(text: string): string {
	return safeText(visible(text), [], LONGEST_SHOWN);
}

/** Why a text names no event, and what to give instead. */
export interface NoReference extends Words {
	kind: 'refused';
}

/**
 * Reads what was given as an event's ID.
 * @param origin the portal of the credential: links of another portal name other events
 * @param only the one type of event that can be meant
 */
export function readEventReference(
	given: unknown,
	origin: string,
	only?: string,
): EventReference | NoReference {
	if (given === undefined || given === null) return refuse(say.empty());
	if (typeof given !== 'string') {
		return refuse(
			typeof given === 'number' ? say.onlyNumber(shortened(String(given))) : say.notText(),
		);
	}
	const text = given.trim();
	if (text === '') return refuse(say.empty());
	return /:\/\/|check_log_id|\/events\//i.test(text) ? readLink(text, origin, only) : readId(text);
}

/** The page and the number in an event's own `portal_link`; `undefined` where it has none. */
function linkOf(portalLink: unknown): EventLink | undefined {
	if (typeof portalLink !== 'string' || !URL.canParse(portalLink)) return undefined;
	return eventIn(new URL(portalLink));
}

/** The link that leads to an event: its own one, or what its ID tells of it. */
export function linkOfEvent(event: {
	id?: unknown;
	type?: unknown;
	portal_link?: unknown;
}): EventLink | undefined {
	const own = linkOf(event.portal_link);
	if (own) {
		const type = typeOfPage[own.page];
		const isOther = type !== undefined && typeof event.type === 'string' && event.type !== type;
		return isOther ? undefined : own;
	}
	// A Defender event's ID does not hold the number; those of the others do.
	const [, type, number] = /^([a-z_]+)::outbound-(\d+)$/.exec(String(event.id)) ?? [];
	const page = Object.keys(typeOfPage).find((name) => typeOfPage[name] === type);
	return page !== undefined && number !== undefined && event.type === type
		? { page, number }
		: undefined;
}

/** Refuses what is in no ID, of whatever format: it was pasted wrongly, or an expression was not evaluated. */
function readId(text: string): EventReference | NoReference {
	const shown = JSON.stringify(shortened(text));
	if (/[\s\p{Cc}\p{Cf}]/u.test(text)) {
		return refuse(say.withSpaces(shown));
	}
	if (/["'`<>{}|\\^“”„‘’«»]/.test(text)) {
		return refuse(say.withQuotes(shown));
	}
	if (/^\d+$/.test(text)) return refuse(say.onlyNumber(shortened(text)));
	if (/^(?:mailto:)?[^@]+@[^@]+\.[^@]+$/i.test(text)) {
		return refuse(say.email(shortened(text)));
	}
	if (/^(?:undefined|null|NaN|true|false)$/.test(text)) {
		return refuse(say.onlyWord(shown));
	}
	return { kind: 'id', id: text };
}

function readLink(
	pasted: string,
	origin: string,
	only: string | undefined,
): EventReference | NoReference {
	const url = parse(pasted);
	if (!url) return refuse(say.partOfLink());
	const host = hostOf(url);
	const own = hostOf(new URL(origin));
	if (host !== own || url.username !== '' || url.password !== '') {
		return refuse(say.otherPortal(shortened(host), own));
	}
	const event = eventIn(url);
	if (!event) return refuse(say.noSingleEvent());
	const type = typeOfPage[event.page];
	if (only !== undefined && type !== only) {
		return refuse(say.otherType(type === undefined ? 'another type' : `the type ${type}`, only));
	}
	return { kind: 'link', ...event };
}

/** A link as it comes out of a chat, a mail or a page: escaped, in brackets, without its scheme, with a full stop. */
function parse(pasted: string): URL | undefined {
	const text = pasted
		// As Slack writes it: the link, and what is shown for it.
		.replace(/^<([^|>]+)\|[^>]*>$/, '$1')
		.replace(/^[\s<("'`[]+/, '')
		.replace(/[\s>)"'`\].,;]+$/, '')
		.replace(/&(?:amp;|#38;|#x26;)+/gi, '&');
	if (/[\s\p{Cc}\p{Cf}<>"]/u.test(text)) return undefined;
	const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
	if (!hasScheme && !/^(?:localhost|[^/?#]*[.:][^/?#]*)\//i.test(text)) return undefined;
	const whole = hasScheme ? text : `https://${text}`;
	const url = URL.canParse(whole) ? new URL(whole) : undefined;
	return url && /^https?:$/.test(url.protocol) && url.hostname !== '' ? url : undefined;
}

function eventIn({ pathname, searchParams }: URL): EventLink | undefined {
	const page = /^\/\d+\/events\/([^/]+)\/?$/.exec(pathname)?.[1];
	const numbers = new Set(searchParams.getAll('check_log_id').map((number) => number.trim()));
	const [number = ''] = numbers;
	return page !== undefined && numbers.size === 1 && /^\d+$/.test(number)
		? { page, number }
		: undefined;
}

/** The host with its port; the dot of a fully qualified name left out. */
function hostOf({ host }: URL): string {
	return host.toLowerCase().replace(/\.(?=:|$)/, '');
}

function refuse(words: Words): NoReference {
	return { kind: 'refused', ...words };
}
