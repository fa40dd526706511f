/**
 * The filters for security events: one definition for the node and the trigger. What the user chose is read once,
 * and each event is judged with three possible verdicts, because a field that is empty now may be filled by an update.
 */
import type { ApiRecord } from '../api/contract';
import {
	knownDefenderConfidences,
	knownEventTypes,
	knownFinalOutcomes,
	knownGuardianTypes,
} from '../api/eventContract';
import { isRecord, listedTexts, sumOf, textOf } from './eventRecord';
import { namedValue, oneOfNamed, type ValueFilter } from './namedValues';
import { readList, readText, wantedList } from './parameters';

/** What the user chose. An empty list or text lets everything pass. Values that the API adds later work too. */
export interface EventFilters {
	types: string[];
	defenderConfidence: string[];
	guardianTypes: string[];
	finalOutcomes: string[];
	quarantineStatus: QuarantineStatus[];
	sender: string;
	recipient: string;
	subject: string;
}

/** The filters by their stored names, with the names that the editor shows. */
export const eventFilterLabels = {
	types: 'Types',
	defenderConfidence: 'Defender Confidence',
	guardianTypes: 'Guardian Types',
	finalOutcomes: 'Final Outcomes',
	quarantineStatus: 'Quarantine Status',
	sender: 'Sender',
	recipient: 'Recipient',
	subject: 'Subject',
} as const satisfies Record<keyof EventFilters, string>;

/** The names of ours for what became of a quarantined email. The API has a number of recipients for each. */
export const quarantineStatuses = ['quarantined', 'pendingRelease', 'released', 'deleted'] as const;
export type QuarantineStatus = (typeof quarantineStatuses)[number];

/**
 * `unknown`: nothing that is known speaks against the event, but a field that decides is null or absent. It does not
 * pass now; a later version of the event may.
 */
export type Verdict = 'fails' | 'passes' | 'unknown';

/** A value that cannot be understood: which parameter, what was given, and what to give instead. */
export interface Refused {
	ok: false;
	label: string;
	given: unknown;
	wanted: string;
}

/** Reads the “Filters” collection, or says what in it cannot be understood. A filter that is not set is off. */
export function readEventFilters(given: unknown): Refused | { ok: true; filters: EventFilters } {
	const chosen = given ?? {};
	if (!isRecord(chosen)) {
		return {
			ok: false,
			label: 'Filters',
			given,
			wanted: 'Use an object with one field for each filter.',
		};
	}
	const refused: Refused[] = [];
	const list = (name: keyof EventFilters) => {
		const value = Object.hasOwn(chosen, name) ? chosen[name] : [];
		const entries = readList(value);
		if (entries === undefined) refused.push(refusedFilter(name, value, wantedList));
		return entries ?? [];
	};
	const text = (name: keyof EventFilters) => {
		const value = Object.hasOwn(chosen, name) ? chosen[name] : '';
		const needle = readText(value);
		if (needle !== undefined) return needle;
		refused.push(refusedFilter(name, value, 'Use one text. Leave it empty for all.'));
		return '';
	};
	const statuses: QuarantineStatus[] = [];
	for (const entry of list('quarantineStatus')) {
		const status = namedValue(quarantineStatuses, entry);
		// The API has no list of these that could grow: another word is a mistake, and would find nothing for ever.
		if (status === undefined) refused.push(refusedFilter('quarantineStatus', entry, wantedStatus));
		else statuses.push(status);
	}
	const filters: EventFilters = {
		types: list('types'),
		defenderConfidence: list('defenderConfidence'),
		guardianTypes: list('guardianTypes'),
		finalOutcomes: list('finalOutcomes'),
		quarantineStatus: statuses,
		sender: text('sender'),
		recipient: text('recipient'),
		subject: text('subject'),
	};
	return refused[0] ?? { ok: true, filters };
}

/** The filters that list values of Proofpoint’s. */
export function valueFiltersOf(filters: EventFilters): ValueFilter[] {
	const known = [
		['types', knownEventTypes],
		['defenderConfidence', knownDefenderConfidences],
		['guardianTypes', knownGuardianTypes],
		['finalOutcomes', knownFinalOutcomes],
	] as const;
	return known.map(([name, values]) => ({
		label: eventFilterLabels[name],
		wanted: filters[name],
		known: values,
	}));
}

/** Whether any filter is set at all. */
export function isFiltering(filters: EventFilters): boolean {
	return Object.values(filters).some((chosen: string[] | string) => chosen.length > 0);
}

/**
 * The judge for events, with what the user chose prepared once.
 *
 * A filter on details lets an event pass whose type does not have them: “Defender Confidence” does not shut out
 * Guardian events, “Types” does that. An event has the details that its type is known for, and those it carries.
 */
export function eventJudge(filters: EventFilters): (event: ApiRecord) => Verdict {
	const types = oneOf(filters.types);
	const confidence = oneOf(filters.defenderConfidence);
	const guardianTypes = oneOf(filters.guardianTypes);
	const outcomes = oneOf(filters.finalOutcomes);
	const sender = containing(filters.sender);
	const recipient = containing(filters.recipient);
	const subject = containing(filters.subject);
	const statuses = filters.quarantineStatus;

	return (event) => {
		const { guardian, architect, defender, outbound, email } = detailsOf(event);
		return worst([
			types?.([textOf(event.type)]),
			defender && confidence?.([textOf(defender.confidence)]),
			guardian && guardianTypes?.([textOf(guardian.type)]),
			(outbound ?? guardian ?? architect) &&
				outcomes?.([finalOutcome(guardian, architect, outbound)]),
			defender && statuses.length > 0 ? quarantineVerdict(defender, statuses) : undefined,
			email && sender?.([textOf(email.from)]),
			email && recipient?.(recipientsOf(email)),
			email && subject?.([textOf(email.subject)]),
		]);
	};
}

/** Whether an event passes now: what is not known yet does not. */
export function passesFilters(filters: EventFilters): (event: ApiRecord) => boolean {
	const judge = eventJudge(filters);
	return (event) => judge(event) === 'passes';
}

/** A test of the values that an event has in a field; `undefined` stands for a value that is not known. */
type Test = (values: Array<string | undefined>) => Verdict;

function oneOf(wanted: string[]): Test | undefined {
	if (wanted.length === 0) return undefined;
	return anyOf(oneOfNamed(wanted));
}

function containing(wanted: string): Test | undefined {
	if (wanted === '') return undefined;
	const needle = fold(wanted);
	return anyOf((value) => fold(value).includes(needle));
}

/** One value that fits is enough. Where no value is known, nothing can be said. */
function anyOf(fits: (value: string) => boolean): Test {
	return (values) => {
		const known = values.filter((value) => value !== undefined);
		if (known.some(fits)) return 'passes';
		return known.length === 0 && values.length > 0 ? 'unknown' : 'fails';
	};
}

/** All filters must hold: what fails for sure beats what is not known. Filters that are off say nothing. */
function worst(verdicts: Array<Verdict | false | undefined>): Verdict {
	if (verdicts.includes('fails')) return 'fails';
	return verdicts.includes('unknown') ? 'unknown' : 'passes';
}

interface Details {
	guardian?: ApiRecord | undefined;
	architect?: ApiRecord | undefined;
	defender?: ApiRecord | undefined;
	outbound?: ApiRecord | undefined;
	email?: ApiRecord | undefined;
}

/** The details that an event has or should have: empty where its type has them and the record does not. */
function detailsOf(event: ApiRecord): Details {
	const type = fold(textOf(event.type) ?? '');
	const part = (name: string, ...types: string[]) => {
		const value = event[name];
		if (isRecord(value)) return value;
		return types.includes(type) ? {} : undefined;
	};
	const outbound = part('outbound_email_details', 'GUARDIAN', 'ARCHITECT');
	return {
		guardian: part('guardian_details', 'GUARDIAN'),
		architect: part('architect_details', 'ARCHITECT'),
		defender: part('defender_details', 'DEFENDER'),
		outbound,
		email: part('inbound_email_details', 'DEFENDER') ?? outbound,
	};
}

/** What the details of Guardian or Architect say; what the email says only where they say nothing. */
function finalOutcome(...places: Array<ApiRecord | undefined>): string | undefined {
	for (const place of places) {
		const outcome = textOf(place?.final_outcome);
		if (outcome !== undefined) return outcome;
	}
	return undefined;
}

function recipientsOf(email: ApiRecord): Array<string | undefined> {
	const recipients = isRecord(email.recipients) ? email.recipients : {};
	const lists = ['all', 'to', 'cc', 'bcc'].map((name) => recipients[name]).filter(Array.isArray);
	return lists.length === 0 ? [undefined] : lists.flatMap(listedTexts);
}

function quarantineVerdict(defender: ApiRecord, statuses: QuarantineStatus[]): Verdict {
	const counts = statuses.map((status) => quarantineCount(defender, status));
	if (counts.some((count) => count !== undefined && count > 0)) return 'passes';
	return counts.includes(undefined) ? 'unknown' : 'fails';
}

/**
 * For how many recipients an email has a status: the sum over the administrators' and the users' counts, and of the
 * deletions from inboxes too for `deleted`. A missing number is 0; `undefined` where there is no number at all.
 */
export function quarantineCount(defender: ApiRecord, status: QuarantineStatus): number | undefined {
	const name = status === 'pendingRelease' ? 'pending_release' : status;
	const quarantine = isRecord(defender.quarantine_status_count)
		? defender.quarantine_status_count
		: {};
	const places = [
		quarantine.admin_quarantine_status_count,
		quarantine.user_quarantine_status_count,
		...(status === 'deleted' ? [defender.deletion_status_count] : []),
	];
	return sumOf(places.map((place) => (isRecord(place) ? place[name] : undefined)));
}

/** Texts that people take for the same. Upper case, since it also makes one of `ß` and `SS`, and of the two small sigmas. */
function fold(text: string): string {
	return text.toUpperCase().normalize('NFC');
}

function refusedFilter(name: keyof EventFilters, given: unknown, wanted: string): Refused {
	return { ok: false, label: eventFilterLabels[name], given, wanted };
}

const wantedStatus = `Use ${quarantineStatuses.join(', ')}. Leave it empty for all.`;
