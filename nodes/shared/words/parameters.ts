/** Messages about parameters and options that cannot be used, and about the lists that they ask for. */
import type { Catalogue, Filled } from './words';

/** What an event's ID looks like. */
export const ID_FORMS = 'defender::inbound-3f2a8c1e… or guardian::outbound-50332';

/** What to do about a time that is a mistake. */
export const TIME_FORMS =
	'Enter a time from 2000 to 2099 such as 2026-01-31T08:00:00Z. A number, or a text of digits only, is read as milliseconds since 1970: multiply seconds by 1000. An expression that finds nothing gives 1970 too.';

/** Names as a message shows them. */
export const quoted = (names: string[]): string => names.map((name) => `“${name}”`).join(', ');

const nothing = 'Nothing was sent for this item.';
const idHint = `An ID looks like ${ID_FORMS}: it is the field “id” of a security event. A link to the event, copied from the portal, works too.`;
const proxyHint = `Enter an address such as http://user:password@proxy.example.com:3128. ${nothing}`;

/** `was` says what the value is, `wanted` what to enter. */
export const parameterMessages = {
	invalid: (name: Filled, was: Filled, wanted: Filled) => ({
		message: `The parameter “${name}” has an invalid value`,
		hint: `${was} ${wanted} ${nothing}`,
	}),
	notADate: (name: Filled, was: Filled, wanted: Filled) => ({
		message: `The parameter “${name}” is not a valid date and time`,
		hint: `${was} Enter a time such as 2026-01-31T08:00:00Z. ${wanted} ${nothing}`,
	}),
	timeFarOff: (name: Filled, year: Filled, was: Filled, wanted: Filled) => ({
		message: `The parameter “${name}” is a time in the year ${year}, which is likely a mistake`,
		hint: `${was} ${TIME_FORMS} ${wanted} ${nothing}`,
	}),
	beforeIsNotLater: (after: Filled, before: Filled) => ({
		message: 'The parameter “Created Before” is not later than “Created After”',
		hint: `No event can be created after ${after} and before ${before}. ${nothing}`,
	}),
	timeAndCheckpoint: () => ({
		message: 'The parameters “Created After” and “After Checkpoint” cannot be used together',
		hint: `Set “Created After” for the first page and “After Checkpoint” for every page after it. ${nothing}`,
	}),
	noOperation: (name: Filled, names: Filled) => ({
		message: `There is no operation “${name}”`,
		hint: `Use one of these: ${names}. n8n does not resolve an expression here. Nothing was sent.`,
	}),
	noResource: (name: Filled, names: Filled) => ({
		message: `There is no resource “${name}”`,
		hint: `Use one of these: ${names}. n8n does not resolve an expression here. Nothing was sent.`,
	}),
	requestOption: (name: Filled, was: Filled, wanted: Filled) => ({
		message: `The request option “${name}” has an invalid value`,
		hint: `${was} ${wanted} ${nothing}`,
	}),
	proxyNotAnAddress: () => ({
		message: 'The option “Proxy” is not a valid address',
		hint: proxyHint,
	}),
	proxyNotHttp: () => ({
		message: 'The option “Proxy” is not the address of an HTTP proxy',
		hint: proxyHint,
	}),
	nothingPassed: (values: Filled, known: Filled) => ({
		message: `Nothing passed the filters, and Proofpoint is not known to use these values: ${values}`,
		hint: `Known values are ${known}. An empty filter lets everything pass.`,
	}),
	tooManyRecords: (most: Filled) => ({
		message: `The list has more than ${most} records, which is more than n8n can process for one input item`,
		hint: 'Read it page by page: use “Get Page” in a loop, each time with the checkpoint of the previous page as “After Checkpoint”. Or narrow it with filters and “Limit”.',
	}),
} satisfies Catalogue;

/** Messages about the parameter “Event ID”. The nodes add whether something was sent. */
export const eventIdMessages = {
	empty: () => ({ message: 'The parameter “Event ID” is empty', hint: idHint }),
	notText: () => ({ message: 'The parameter “Event ID” is not text', hint: idHint }),
	onlyNumber: (given: Filled) => ({
		message: `The parameter “Event ID” is only a number: ${given}`,
		hint: idHint,
	}),
	onlyWord: (given: Filled) => ({
		message: `The parameter “Event ID” is only the word ${given}`,
		hint: `The expression did not find an ID. ${idHint}`,
	}),
	email: (given: Filled) => ({
		message: `The parameter “Event ID” is an email address: ${given}`,
		hint: idHint,
	}),
	withSpaces: (given: Filled) => ({
		message: `The parameter “Event ID” contains spaces or invisible characters: ${given}`,
		hint: idHint,
	}),
	withQuotes: (given: Filled) => ({
		message: `The parameter “Event ID” contains quotes, braces or brackets: ${given}`,
		hint: idHint,
	}),
	partOfLink: () => ({
		message: 'The parameter “Event ID” is not a complete link',
		hint: 'Copy the link again, from “https://” to its end.',
	}),
	otherPortal: (host: Filled, own: Filled) => ({
		message: `The parameter “Event ID” is a link to ${host}, but the portal in the credential is ${own}`,
		hint: 'A link from another portal would point to a different event. Use a link from this portal, or the credential of the other portal.',
	}),
	noSingleEvent: () => ({
		message: 'The parameter “Event ID” is a portal link that does not lead to a single event',
		hint: 'Open the event in the portal and copy its link: it contains “check_log_id=” and a number.',
	}),
	otherType: (type: Filled, only: Filled) => ({
		message: `The parameter “Event ID” is a link to an event of ${type}`,
		hint: `Only events of the type ${only} can be acted on. Their links contain “impersonation_attacks”.`,
	}),
	severalEvents: (count: Filled, ids: Filled) => ({
		message: `The link in “Event ID” matches ${count} events: ${ids}`,
		hint: 'Enter the ID of the event that you mean.',
	}),
	missing: (event: Filled, count: Filled, from: Filled, field: Filled) => ({
		message: `There is no ${event} among the ${count} events created after ${from}`,
		hint: `Check the “Event ID” parameter, or set “${field}” to an earlier day. ${idHint}`,
	}),
	searchEnded: (
		event: Filled,
		count: Filled,
		from: Filled,
		time: Filled,
		last: Filled,
		field: Filled,
	) => ({
		message: `The ${event} was not found among the first ${count} events created after ${from}`,
		hint: `The search ended after ${time}, at events updated on ${last}. Set “${field}” closer to the day of the event.`,
	}),
} satisfies Catalogue;

/** Hints that a run shows beside its output. */
export const outputHints = {
	manyRequests: (requests: Filled, ways: Filled) => ({
		message: `Proofpoint lists events in the order of their updates and cannot filter them, so this took ${requests} requests of 100 events. To read less, ${ways}.`,
		hint: '',
	}),
	unknownValues: (values: Filled) => ({
		message: `The filters contain values that Proofpoint is not known to use, so they may let nothing pass. Check the spelling: ${values}.`,
		hint: '',
	}),
	unknownFields: (names: Filled) => ({
		message: `Proofpoint is not known to send the fields ${names}. Check the spelling: to see all field names, set “Output” to “Raw”.`,
		hint: '',
	}),
} satisfies Catalogue;
