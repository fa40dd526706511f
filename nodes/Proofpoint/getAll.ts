import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

import { endpoints } from '../shared/api/endpoints';
import {
	isFiltering,
	passesFilters,
	valueFiltersOf,
	type EventFilters,
} from '../shared/core/eventFilters';
import type { EventOutput } from '../shared/core/eventOutput';
import { isAfter } from '../shared/core/timestamp';
import type { Item } from '../shared/n8n/client';
import { readOperation } from '../shared/n8n/customOperation';
import { eventFilterFields } from '../shared/n8n/eventFields';
import { getManyOptions, limitFields, MOST_RECORDS } from '../shared/n8n/fields';
import { beginning, getMany, namingUnknownValues, readLimit, tooMany } from '../shared/n8n/lists';
import type { Operation } from '../shared/n8n/operations';
import { badParameter, type Outcome } from '../shared/n8n/outcome';
import { route, type Work } from '../shared/n8n/run';
import { EVIDENCE } from '../shared/n8n/toolText';
import { outputHints, parameterMessages } from '../shared/words/parameters';
import type { EventOrder } from './core/foremost';
import { MANY_REQUESTS, newestFirst, oldestFirst } from './core/newestFirst';
import {
	eventFiltersOf,
	eventOutputFields,
	eventOutputOf,
	hintAtUnknownFields,
	TEN_FIELDS,
} from './parameters';

const orders = ['newestFirst', 'oldestFirst'] as const satisfies readonly EventOrder[];

/**
 * "Get Many": one item per event, its newest version, in the order of creation.
 *
 * With “After Checkpoint” the order is that of the API, and no date applies: whoever resumes must get every event that
 * comes after it. That holds for the word “beginning” too, since the editor hides what an expression may turn out to be
 * (docs/lists.md, “Security events”).
 */
const list: Work = async (item) => {
	const output = eventOutputOf(item);
	const filters = eventFiltersOf(item);
	return await namingUnknownValues(
		item,
		valueFiltersOf(filters),
		async () => await read(item, output, filters),
	);
};

async function read(item: Item, output: EventOutput, filters: EventFilters): Promise<Outcome> {
	const passes = isFiltering(filters) ? passesFilters(filters) : undefined;
	if (item.isSet('options.afterCheckpoint')) {
		hintAtUnknownFields(item, output, []);
		return await getMany('events', {
			prepare: () => ({
				versions: true,
				shape: output.shape,
				...(passes ? { keep: passes } : {}),
			}),
		})(item);
	}
	const createdAfter = item.time('createdAfter', 'Created After', 'from', beginning);
	const createdBefore = item.time(
		'createdBefore',
		'Created Before',
		'to',
		'For “up to now”, leave the field empty.',
	);
	if (createdAfter !== undefined && createdBefore !== undefined) {
		if (!isAfter(createdBefore, createdAfter)) {
			return badParameter(parameterMessages.beforeIsNotLater(createdAfter, createdBefore));
		}
	}
	const limit = readLimit(item);
	const readEvents =
		item.choice('order', 'Order', orders, 'newestFirst') === 'oldestFirst'
			? oldestFirst
			: newestFirst;
	const reading = await readEvents({
		fetchPage: item.pages('events'),
		pageSize: endpoints.events.pageSize.max,
		limit,
		createdAfter,
		createdBefore,
		passes: passes ?? (() => true),
		now: Date.now(),
		most: MOST_RECORDS,
	});
	if (reading.requests >= MANY_REQUESTS) {
		const found = reading.kind === 'read' ? reading.events.length : 0;
		item.hint(
			outputHints.manyRequests(reading.requests.toLocaleString('en'), waysToReadLess(limit, found)),
		);
	}
	if (reading.kind === 'fault') return item.failure(reading.fault, 'events');
	if (reading.kind === 'tooMany') return tooMany();
	hintAtUnknownFields(item, output, reading.events);
	return { ok: true, records: reading.events.map(output.shape) };
}

/** What would have made a reading cheaper. A limit that was not reached is not worth lowering. */
function waysToReadLess(limit: number, found: number): string {
	const ways = ['set “Created After” to a later time'];
	if (limit === Infinity) ways.push('turn off “Return All”');
	else if (found < limit) ways.push('remove filters');
	else ways.push('lower “Limit”');
	return ways.join(', or ');
}

/**
 * With “After Checkpoint” the editor shows neither dates nor an order, since nothing may be dropped while a listing is
 * resumed. A run still has their values, so they are left unread there.
 */
const displayOptions: IDisplayOptions = {
	hide: { '/options.afterCheckpoint': [{ _cnd: { exists: true } }] },
};
const createdFields: INodeProperties[] = [
	{
		displayName: 'Created After',
		name: 'createdAfter',
		builderHint: {
			propertyHint:
				'Keep the default of seven days unless the user names a time. The cost grows with the time: one request per 100 events.',
		},
		type: 'dateTime',
		displayOptions,
		default: '={{ $now.minus({ days: 7 }).toISO() }}',
		description:
			'Return only events created after this time, by default in the last seven days. If empty, from the beginning. Without a time zone it is read in the time zone of the workflow.',
		routing: { send: { type: 'query', property: 'created_after' } },
	},
	{
		displayName: 'Created Before',
		name: 'createdBefore',
		type: 'dateTime',
		displayOptions,
		default: '',
		description:
			'Return only events created before this time. If empty, up to now. Without a time zone it is read in the time zone of the workflow.',
	},
	{
		displayName: 'Order',
		name: 'order',
		type: 'options',
		displayOptions,
		options: [
			{
				name: 'Newest First',
				value: 'newestFirst',
				description: 'By creation. With a limit, reads only as far back as needed.',
			},
			{
				name: 'Oldest First',
				value: 'oldestFirst',
				description: 'By creation. Reads all events after “Created After”, with a limit too.',
			},
		],
		default: 'newestFirst',
		description: 'The order of the events, which also decides which ones “Limit” keeps',
	},
];

/** "Get Many". Its routing declares the request; as a custom operation it can also tell in a hint what a long reading cost. */
export const getAll: Operation = {
	option: {
		name: 'Get Many',
		value: 'getAll',
		action: 'Get many security events',
		description:
			'Get events, the newest first, one item per event in its newest version. By default those of the last seven days.',
		routing: route('events', list),
	},
	tool: {
		does: 'Search security events: phishing (defender), misdirected email (guardian), policy violations (architect).',
		returns: `the newest events first, up to Limit (50), each with ten fields: ${TEN_FIELDS}`,
		cost: 'one request per 100 events since Created After (without it the last seven days), as Proofpoint cannot filter; a later time costs less',
		notFor: 'one event whose ID you know (use Get), nor for acting on email',
		takes:
			'Created After, Created Before: ISO 8601, for example 2026-01-31T08:00:00Z. Types: defender, guardian, architect. Defender Confidence: LOW, MEDIUM, HIGH, VERY_HIGH. Quarantine Status: quarantined, pendingRelease, released, deleted. Guardian Types: MISDIRECTED_EMAIL, MISATTACHED_FILE. Final Outcomes: SENT_WITHOUT_CHANGES, SENT_WITH_CHANGES, NOT_SENT. Sender, Recipient, Subject: a part of it. Separate several values with commas',
		note: EVIDENCE,
	},
	fields: [
		...createdFields,
		...limitFields,
		...eventOutputFields,
		eventFilterFields({}),
		getManyOptions,
	],
	custom: readOperation(list),
};
