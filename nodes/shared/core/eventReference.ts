/**
 * What a person gives for an event: its ID, or a link copied from the portal. IDs are opaque, so only what clearly
 * cannot be one is refused; a link names its event by a number that is not always part of the ID.
 */

import { safeText } from './outsideText';

/** IDs of events are a third shorter. */
const LONGEST_SHOWN = 120;

/** What an event's ID looks like, for messages and placeholders. */
export const ID_FORMS = 'defender::inbound-3f2a8c1e… or guardian::outbound-50332';

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
	return safeText(text, [], LONGEST_SHOWN);
}

/** Why a text names no event, and what to give instead. */
export interface NoReference {
	kind: 'refused';
	message: string;
	hint: string;
}

const idHint = `An ID looks like ${ID_FORMS}: it is the field “id” of a security event. A link to the event, copied from the portal, works too.`;

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
	if (given === undefined || given === null) return refuse('The parameter “Event ID” is empty');
	if (typeof given !== 'string') {
		return refuse(
			typeof given === 'number'
				? `The parameter “Event ID” is only a number: ${shortened(String(given))}`
				: 'The parameter “Event ID” is not a text',
		);
	}
	const text = given.trim();
	if (text === '') return refuse('The parameter “Event ID” is empty');
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
		return refuse(`The parameter “Event ID” holds blanks or invisible characters: ${shown}`);
	}
	if (/["'`<>{}|\\^“”„‘’«»]/.test(text)) {
		return refuse(`The parameter “Event ID” holds quotes, braces or brackets: ${shown}`);
	}
	if (/^\d+$/.test(text))
		return refuse(`The parameter “Event ID” is only a number: ${shortened(text)}`);
	if (/^(?:mailto:)?[^@]+@[^@]+\.[^@]+$/i.test(text)) {
		return refuse(`The parameter “Event ID” is an email address: ${shortened(text)}`);
	}
	if (/^(?:undefined|null|NaN|true|false)$/.test(text)) {
		return refuse(`The parameter “Event ID” is only the word ${shown}`);
	}
	return { kind: 'id', id: text };
}

function readLink(
	pasted: string,
	origin: string,
	only: string | undefined,
): EventReference | NoReference {
	const url = parse(pasted);
	if (!url) {
		return refuse(
			'The parameter “Event ID” is not one whole link',
			'Copy the link once more, from “https://” to its end.',
		);
	}
	const host = hostOf(url);
	const own = hostOf(new URL(origin));
	if (host !== own || url.username !== '' || url.password !== '') {
		return refuse(
			`The parameter “Event ID” is a link to ${shortened(host)}, and the portal of the credential is ${own}`,
			'A link of another portal would name another event. Use the link of this portal, or the credential of the other one.',
		);
	}
	const event = eventIn(url);
	if (!event) {
		return refuse(
			'The parameter “Event ID” is a link of the portal that leads to no single event',
			'Open the event in the portal and copy the link from there: it holds “check_log_id=” and a number.',
		);
	}
	const type = typeOfPage[event.page];
	if (only !== undefined && type !== only) {
		return refuse(
			`The parameter “Event ID” is a link to an event of ${type === undefined ? 'another type' : `the type ${type}`}`,
			`Only events of the type ${only} can be acted on. Their links hold “impersonation_attacks”.`,
		);
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

function refuse(message: string, hint = idHint): NoReference {
	return { kind: 'refused', message, hint };
}
