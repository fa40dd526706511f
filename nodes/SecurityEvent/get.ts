import type { INodeProperties } from 'n8n-workflow';

import { endpoints } from '../shared/api/endpoints';
import { simplifyEvent } from '../shared/core/simplify';
import { walk } from '../shared/core/walk';
import { readCreatedAfter, usualStart } from '../shared/n8n/createdAfter';
import { fetcher } from '../shared/n8n/lists';
import { badParameter } from '../shared/n8n/item';
import { route, type Work } from '../shared/n8n/run';

const show = { operation: ['get'] };

/** How long a search may take, and how many pages of 100 events it may read. */
const LONGEST_SEARCH_MS = 120_000;
const MOST_PAGES = 1_000;

/**
 * "Get": looks for one event by its ID. The API has no such endpoint, so the events are read from
 * `createdAfter` on until it comes by. The API returns only the newest version of an event, so the first find is it.
 */
const get: Work = async (item) => {
	const eventId = item.parameter('eventId');
	if (typeof eventId !== 'string' || eventId.trim() === '') {
		return badParameter(
			'The parameter “Event ID” is empty',
			'Give the ID of a security event, for example from a link in the portal.',
		);
	}
	const wanted = eventId.trim();
	const given = readCreatedAfter(item, item.parameter('createdAfter'));
	if (!given.ok) return given;
	const from = given.time ?? usualStart();
	// Read before the search: what is wrong with it is said at once, and whether or not the event is found.
	const isSimple = item.flag('simplify', 'Simplify');

	const startedAt = Date.now();
	let pages = 0;
	let looked = 0;
	let lastSeen = '';
	const steps = walk(
		fetcher(item, 'events'),
		{ at: 'createdAfter', time: from },
		() => endpoints.events.pageSize.max,
	);
	for await (const step of steps) {
		if (step.kind === 'fault') return item.failure(step.fault, 'events', { id: wanted });
		const found = step.records.find(({ id }) => id === wanted);
		if (found) return { ok: true, records: [isSimple ? simplifyEvent(found) : found] };
		pages++;
		looked += step.records.length;
		lastSeen = String(step.records.at(-1)?.updated_at ?? lastSeen);
		if (step.end) break;
		if (pages >= MOST_PAGES || Date.now() - startedAt > LONGEST_SEARCH_MS) {
			return badParameter(
				`The event ${wanted} was not found among the first ${looked.toLocaleString('en')} events created after ${from}`,
				`The search ended after ${Math.round((Date.now() - startedAt) / 1000)} s at events updated on ${lastSeen}. Set “Created After” closer to the day of the event.`,
			);
		}
	}
	return badParameter(
		`There is no event ${wanted} among the ${looked.toLocaleString('en')} events created after ${from}`,
		'Check the parameter “Event ID”, or set “Created After” to an earlier day.',
	);
};

export const getRouting = route('events', get);

export const getFields: INodeProperties[] = [
	{
		displayName: 'Event ID',
		name: 'eventId',
		type: 'string',
		required: true,
		displayOptions: { show },
		default: '',
		placeholder: 'e.g. 3f2a8c1e-5b7d-4e7a-9c61-0d2f1b9a7c44',
		description:
			'The ID of the security event. The API cannot look up one event, so this node reads events until it finds it.',
	},
	{
		displayName: 'Created After',
		name: 'createdAfter',
		type: 'dateTime',
		displayOptions: { show },
		default: '',
		description:
			'Where to start looking: a time before the event was created. The closer, the faster. If empty, 30 days back. Without a time zone it is read in the time zone of the workflow.',
	},
];
