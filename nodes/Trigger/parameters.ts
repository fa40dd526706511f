/**
 * The trigger's parameters, as people give them. What cannot be understood is refused by the parameter's name, before
 * anything is sent or stored. An expression that finds nothing is no choice: only what was never set has its default.
 */
import { NodeOperationError, type IDataObject, type IPollFunctions } from 'n8n-workflow';

import type { ApiRecord } from '../shared/api/contract';
import { unknownFields } from '../shared/core/eventFieldNames';
import { readOutput, type EventOutput } from '../shared/core/eventOutput';
import { readTime } from '../shared/core/givenTime';
import { namedValue } from '../shared/core/namedValues';
import { safeText } from '../shared/core/outsideText';
import { readSwitch, readWithin, wantedNumber } from '../shared/core/parameters';
import { notesOn, shownValue } from '../shared/core/shownValue';
import { quoted } from '../shared/words/parameters';
import type { Words } from '../shared/words/words';
import { startsFrom, type Start } from './core/state';
import { eventNamed, triggerEvents, usualEvent } from './events/all';
import type { EventOfTrigger, Judges } from './events/event';
import { maxItemsBounds } from './fields';
import { triggerLog, triggerMessages as say } from './words';

const USUAL_MAX_ITEMS = 1000;

/** What a poll does with the records of its list. */
export interface Treatment extends Omit<Judges, 'ok' | 'unknown'> {
	/** What in the parameters is likely a typing error, and is not refused because Proofpoint's lists grow. */
	doubts: Words[];
	maxItems: number;
	/** Whether items say when and how late they were delivered. */
	addDelivery: boolean;
	shape(record: ApiRecord): IDataObject;
}

/**
 * The parameters that say what a stored position means, as they were written: expressions unresolved, and only those
 * that the editor shows.
 */
export function writtenStart(context: IPollFunctions): unknown[] {
	const { event = usualEvent, startFrom = 'now', startDate = '' } = context.getNode().parameters;
	if (eventNamed(event)?.hasStart === false) return [event];
	if (startFrom === 'now' || startFrom === 'beginning') return [event, startFrom];
	return [event, startFrom, startDate];
}

/** Reads what the trigger begins with: “Event”, “Start From” and “Start Date”. */
export function readStart(context: IPollFunctions, fingerprint: string): Start {
	const event = readOption(
		context,
		'Event',
		context.getNodeParameter('event', usualEvent),
		Object.keys(triggerEvents),
	);
	if (eventNamed(event)?.hasStart === false) return { fingerprint, event, startFrom: 'now' };
	const given = context.getNodeParameter('startFrom', 'now');
	const startFrom = readOption(context, 'Start From', given, startsFrom);
	const start = { fingerprint, event, startFrom };
	return startFrom === 'date' ? { ...start, startDate: readStartDate(context) } : start;
}

/** Reads "Start Date", as the API takes a time. */
function readStartDate(context: IPollFunctions): string {
	const given: unknown = context.getNodeParameter('startDate', '');
	const read = readTime(given, { zone: context.getTimezone(), bound: 'from' });
	if (read.kind === 'time') return read.time;
	const was = whatIs(given);
	return refuse(context, read.kind === 'none' ? say.notADate(was) : say.timeFarOff(read.year, was));
}

/** Reads everything that says what becomes of a record. */
export function readTreatment(context: IPollFunctions, event: EventOfTrigger): Treatment {
	const options = readCollection(context, 'options', 'Options');
	const { judge, wouldHaveCome, unknown } = readFilters(context, event);
	const output = event.hasOutput ? readForm(context) : undefined;
	const fields = unknownFields(output?.paths ?? [], []);
	return {
		doubts: [
			...(unknown.length > 0 ? [triggerLog.unknownValues(unknown.join('; '))] : []),
			...(fields.length > 0 ? [triggerLog.unknownFields(quoted(fields))] : []),
		],
		maxItems: readMaxItems(context, options),
		addDelivery: readAddDelivery(context, options),
		judge,
		wouldHaveCome,
		shape: output?.shape ?? ((record) => record),
	};
}

function readForm(context: IPollFunctions): EventOutput {
	const output: unknown = context.getNodeParameter('output', 'simple');
	const fields = (): unknown => context.getNodeParameter('fields', '');
	const read = readOutput(output, fields);
	return read.ok ? read : refuse(context, say.invalid(read.label, whatIs(read.given), read.wanted));
}

function readAddDelivery(context: IPollFunctions, options: Record<string, unknown>): boolean {
	if (!('addDelivery' in options)) return false;
	const given = options.addDelivery;
	return (
		readSwitch(given) ??
		refuse(context, say.optionInvalid('Add Delivery Details', whatIs(given), 'Use true or false.'))
	);
}

function readMaxItems(context: IPollFunctions, options: Record<string, unknown>): number {
	if (!('maxItemsPerPoll' in options)) return USUAL_MAX_ITEMS;
	const given = options.maxItemsPerPoll;
	const number = readWithin(given, maxItemsBounds);
	if (number !== undefined) return number;
	const wanted = wantedNumber(maxItemsBounds);
	return refuse(context, say.optionInvalid('Max Items per Poll', whatIs(given), wanted));
}

function readFilters(context: IPollFunctions, event: EventOfTrigger): Judges {
	const chosen = event.filters === undefined ? {} : readCollection(context, 'filters', 'Filters');
	const read = event.readFilters(chosen);
	if (read.ok) return read;
	return refuse(context, say.filterInvalid(read.label, whatIs(read.given), read.wanted));
}

/** A collection with every field that was set, also where its expression gave nothing. */
function readCollection(
	context: IPollFunctions,
	name: string,
	displayName: string,
): Record<string, unknown> {
	const given: unknown = context.getNodeParameter(name, {});
	if (typeof given !== 'object' || given === null || Array.isArray(given)) {
		return refuse(context, say.invalid(displayName, whatIs(given), 'Set its fields one by one.'));
	}
	const written: unknown = context.getNode().parameters[name];
	const fields: Record<string, unknown> = { ...given };
	const set = typeof written === 'object' && written !== null ? Object.keys(written) : [];
	for (const field of set) fields[field] ??= undefined;
	return fields;
}

function readOption<T extends string>(
	context: IPollFunctions,
	name: string,
	given: unknown,
	options: readonly T[],
): T {
	const option = namedValue(options, given);
	if (option !== undefined) return option;
	const wanted = `Use one of these: ${options.join(', ')}.`;
	return refuse(context, say.invalid(name, whatIs(given), wanted));
}

/** Refuses a parameter by its name, with what it was and what to do. */
function refuse(context: IPollFunctions, { message, hint }: Words): never {
	throw new NodeOperationError(context.getNode(), message, { description: safeText(hint) });
}

function whatIs(given: unknown): string {
	return given === undefined || given === null
		? 'Its expression returned nothing.'
		: `Its value is ${shownValue(given)}. ${notesOn(given)}`.trim();
}
