import { resultsPageSchema } from '@nodes/shared/api/contract';
import { z } from 'zod';
import type { Ask } from './ask.cjs';

const eventKey = z.object({ id: z.string(), created_at: z.string(), updated_at: z.string() });

/** What the tests look at in an event. */
export type EventKey = z.infer<typeof eventKey>;

/** One page of events. */
export interface EventPage {
	events: EventKey[];
	checkpoint: string;
	more: boolean;
}

/** Asks for one page of events and reads it. */
export async function eventPage(
	ask: Ask,
	query: Record<string, number | string> = {},
): Promise<EventPage> {
	const page = resultsPageSchema.parse((await ask('/api/v1/events', { query })).json);
	return {
		events: page.results.map((record) => eventKey.parse(record)),
		checkpoint: String(page.checkpoint),
		more: page.additional_results,
	};
}

/**
 * The paging loop of the vendor's documentation: `created_after` on the first request, from then on
 * the checkpoint, as long as `additional_results` says so.
 */
export async function walk(
	ask: Ask,
	first: Record<string, number | string>,
	limit: number,
): Promise<{ pages: EventPage[]; events: EventKey[] }> {
	let page = await eventPage(ask, { ...first, limit });
	const pages = [page];
	while (page.more) {
		page = await eventPage(ask, { after_checkpoint: page.checkpoint, limit });
		pages.push(page);
	}
	return { pages, events: pages.flatMap(({ events }) => events) };
}
