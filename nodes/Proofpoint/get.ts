import { endpoints } from '../shared/api/endpoints';
import { EventSearch } from '../shared/core/eventSearch';
import { EVENT_ID_PLACEHOLDER, notFound, readEventId, type Purpose } from '../shared/n8n/eventId';
import { readOperation } from '../shared/n8n/customOperation';
import { growingStarts } from '../shared/n8n/growingStarts';
import type { Operation } from '../shared/n8n/operations';
import { PerConnection } from '../shared/n8n/perConnection';
import { route, type Work } from '../shared/n8n/run';
import { EVIDENCE } from '../shared/n8n/toolText';
import { eventOutputFields, eventOutputOf, hintAtUnknownFields, TEN_FIELDS } from './parameters';

/** How long a search may take, and how many pages of 100 events it may read. */
const limits = { ms: 120_000, pages: 1_000 };
const purpose: Purpose = { from: 'Search From', note: '' };
/** Items that look from the same time on share one walk. */
const searches = new PerConnection<EventSearch>();

/**
 * "Get": looks for one event by its ID or its link. The API has no such endpoint, so the events are read from
 * `createdAfter` on until it comes by. The API returns only the newest version of an event, so the first find by ID is it.
 */
const find: Work = async (item) => {
	const output = eventOutputOf(item);
	const given = readEventId(item, purpose);
	if (!given.ok) return given;
	const from = item.time(
		'createdAfter',
		purpose.from,
		'from',
		'To look up to 30 days back, leave the field empty.',
	);

	const search = searches.get(
		item,
		from ?? '',
		() =>
			new EventSearch({
				starts: from === undefined ? growingStarts() : [from],
				fetchPage: item.pages('events'),
				clock: item.clock,
				pageSize: endpoints.events.pageSize.max,
				endsEarly: true,
				limits,
			}),
	);
	const found = await search.find(given.reference);
	if (found.kind !== 'found') return notFound(item, given.reference, found, purpose);
	hintAtUnknownFields(item, output, [found.event]);
	return { ok: true, records: [output.shape(found.event)] };
};

/** "Get". */
export const get: Operation = {
	option: {
		name: 'Get',
		value: 'get',
		action: 'Get security event',
		description:
			'Find one event by its ID or portal link. The API cannot look up an event, so events are read from a date on.',
		routing: route('events', find),
	},
	tool: {
		does: 'Find one security event by its ID, or by a link to it from the portal.',
		returns: `that event in its newest version, by default with ten fields: ${TEN_FIELDS}. An event that is not found is an error`,
		cost: 'the API cannot look up an event, so events are read from Search From on, 100 per request. Without it: the last hour, then ever further back, up to 30 days and at most two minutes. A time shortly before the event makes it cheap',
		notFor: 'a search by sender, recipient, subject or time: use Get Many',
		takes:
			'Event ID: for example defender::inbound-3f2a9c01, or a portal link. Search From: a time shortly before the event was created, ISO 8601, for example 2026-01-31T08:00:00Z',
		note: EVIDENCE,
	},
	fields: [
		{
			displayName: 'Event ID',
			name: 'eventId',
			type: 'string',
			required: true,
			default: '',
			placeholder: EVENT_ID_PLACEHOLDER,
			builderHint: {
				propertyHint: 'The field id of an event, or a portal link that a person pasted',
			},
			description:
				'The ID of the security event, or a link to it copied from the portal. The API cannot look up one event, so this node reads events until it finds it.',
		},
		{
			displayName: 'Search From',
			name: 'createdAfter',
			builderHint: {
				propertyHint:
					'Set it to a time shortly before the event, for example its created_at minus an hour: the search then takes one request in place of hundreds',
			},
			type: 'dateTime',
			default: '',
			description:
				'A time before the event was created, to start the search from. If empty, the node searches the last hour first, then further and further back, up to 30 days. Without a time zone it is read in the time zone of the workflow.',
		},
		...eventOutputFields,
	],
	custom: readOperation(find),
};
