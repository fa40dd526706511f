/**
 * The trigger's parameters, as people give them. What cannot be understood is refused by the parameter's name, before
 * anything is sent or stored. An expression that finds nothing is no choice: only what was never set has its default.
 */
import { NodeOperationError, type IDataObject, type IPollFunctions } from 'n8n-workflow';

import type { ApiRecord } from '../shared/api/contract';
import type { ListEndpointName } from '../shared/api/endpoints';
import { safeText } from '../shared/core/outsideText';
import type { Refused } from '../shared/core/eventFilters';
import { readOutput } from '../shared/core/eventOutput';
import { toApiTime } from '../shared/core/timestamp';
import type { StartFrom, TriggerEvent } from './core/state';
import { readMatcher } from './filters';

/** Every event of the trigger; the names are stored in workflows. */
export type AnyEvent = TriggerEvent | 'userConnectionChanged';

/** The list of the API that each event of the trigger follows. */
export const endpointOf: Record<AnyEvent, ListEndpointName> = {
	securityEventCreated: 'events',
	securityEventCreatedOrUpdated: 'events',
	auditEntryCreated: 'audits',
	anomalyDetected: 'anomalies',
	userConnectionChanged: 'monitoredUsers',
};
const events: readonly AnyEvent[] = [
	'anomalyDetected',
	'auditEntryCreated',
	'securityEventCreated',
	'securityEventCreatedOrUpdated',
	'userConnectionChanged',
];
const starts: readonly StartFrom[] = ['beginning', 'date', 'now'];
const USUAL_MAX_ITEMS = 1000;

/** What a poll does with the records of its list. */
export interface Treatment {
	maxItems: number;
	matches(record: ApiRecord): boolean;
	shape(record: ApiRecord): IDataObject;
}

/**
 * The parameters that say what a stored position means, as they were written: expressions unresolved, and only those
 * that the editor shows.
 */
export function writtenStart(context: IPollFunctions): unknown[] {
	const {
		event = 'securityEventCreated',
		startFrom = 'now',
		startDate = '',
	} = context.getNode().parameters;
	if (event === 'userConnectionChanged') return [event];
	if (startFrom === 'now' || startFrom === 'beginning') return [event, startFrom];
	return [event, startFrom, startDate];
}

/** Reads "Event". */
export function readEvent(context: IPollFunctions): AnyEvent {
	const given = context.getNodeParameter('event', 'securityEventCreated');
	return readOption(context, 'Event', given, events);
}

/** Reads "Start From". */
export function readStartFrom(context: IPollFunctions): StartFrom {
	const given = context.getNodeParameter('startFrom', 'now');
	return readOption(context, 'Start From', given, starts);
}

/** Reads "Start Date", as the API takes a time. */
export function readStartDate(context: IPollFunctions): string {
	const given: unknown = context.getNodeParameter('startDate', '');
	const time = toApiTime(given, context.getTimezone());
	if (time !== undefined) return time;
	return refuse(
		context,
		'The parameter “Start Date” is not a date and time',
		given,
		'Use for example 2026-01-31T08:00:00Z.',
	);
}

/** Reads everything that says what becomes of a record. */
export function readTreatment(context: IPollFunctions, event: AnyEvent): Treatment {
	return {
		maxItems: readMaxItems(context),
		matches: readFilters(context, event),
		shape: endpointOf[event] === 'events' ? readShape(context) : (record) => record,
	};
}

function readShape(context: IPollFunctions): Treatment['shape'] {
	const output: unknown = context.getNodeParameter('output', 'simple');
	const fields = (): unknown => context.getNodeParameter('fields', '');
	const read = readOutput(output, fields);
	return read.ok
		? read.shape
		: refuseAs(context, `The parameter “${read.label}” cannot be read`, read);
}

function readMaxItems(context: IPollFunctions): number {
	const options = readCollection(context, 'options', 'Options');
	if (!('maxItemsPerPoll' in options)) return USUAL_MAX_ITEMS;
	const given = options.maxItemsPerPoll;
	const number = typeof given === 'string' && /^\s*\d+\s*$/.test(given) ? Number(given) : given;
	if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 1) return number;
	return refuse(
		context,
		'The option “Max Items per Poll” is not a whole number from 1 on',
		given,
		'Use for example 1000.',
	);
}

function readFilters(context: IPollFunctions, event: AnyEvent): Treatment['matches'] {
	if (event === 'auditEntryCreated') return () => true;
	const read = readMatcher(event, readCollection(context, 'filters', 'Filters'));
	return read.ok
		? read.matches
		: refuseAs(context, `The filter “${read.label}” cannot be read`, read);
}

/** A collection with every field that was set, also where its expression gave nothing. */
function readCollection(
	context: IPollFunctions,
	name: string,
	displayName: string,
): Record<string, unknown> {
	const given: unknown = context.getNodeParameter(name, {});
	if (typeof given !== 'object' || given === null || Array.isArray(given)) {
		return refuse(
			context,
			`The parameter “${displayName}” is not a group of fields`,
			given,
			'Set its fields one by one.',
		);
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
	const text = typeof given === 'string' ? given.trim().toLowerCase() : undefined;
	const option = options.find((known) => known.toLowerCase() === text);
	if (option !== undefined) return option;
	return refuse(
		context,
		`The parameter “${name}” has a value that does not exist`,
		given,
		`Use one of these: ${options.join(', ')}.`,
	);
}

function refuseAs(context: IPollFunctions, message: string, { given, wanted }: Refused): never {
	return refuse(context, message, given, wanted);
}

/** Refuses a parameter by its name, with what it was and what to do. */
function refuse(context: IPollFunctions, message: string, given: unknown, way: string): never {
	const isNothing = given === undefined || given === null;
	const was = isNothing ? 'Its expression gave nothing' : `It is ${JSON.stringify(given)}`;
	const description = safeText(`${was}. ${way}`);
	throw new NodeOperationError(context.getNode(), message, { description });
}
