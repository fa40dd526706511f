import type { EndpointName } from '@nodes/shared/api/endpoints';
import type { CheckpointKind, Checkpoints, Place } from './checkpoints.cjs';
import type { Slice } from './list.cjs';
import type { PagePlan } from './schemas.cjs';

/** A list at the place that one request asks for. */
export interface Listing {
	kind: CheckpointKind;
	/** The group's id or the anomalies' day, else 0. */
	part: number;
	/** Position that the request starts from. */
	from: number;
	/** The checkpoint that was sent, null on a first request. */
	asked: string | null;
	/** Where the checkpoint of an empty page leads: with `created_after` to the very beginning. */
	emptyNext: number;
	read: (limit: number) => Slice;
}

/** A page as it is written; `checkpoint` undefined leaves the field out. */
export interface Page {
	items: string[];
	more: boolean;
	checkpoint: string | number | null | undefined;
}

/**
 * Makes the page of a list that behaves as documented.
 * @param limit most records on it
 */
export function naturalPage(listing: Listing, slice: Slice, checkpoints: Checkpoints): Page {
	return {
		items: slice.items,
		more: slice.more,
		checkpoint: checkpoints.encode(placeOf(listing, slice)),
	};
}

/**
 * Makes an odd page: one of those that the documentation allows, or that a broken server sends.
 * @param limit most records on it, as asked for
 */
export function plannedPage(
	listing: Listing,
	limit: number,
	plan: PagePlan,
	checkpoints: Checkpoints,
): Page {
	const room = Math.min(limit, plan.size ?? limit) - (plan.duplicate ? 1 : 0);
	const slice = plan.empty
		? { items: [], next: listing.emptyNext, more: true }
		: listing.read(Math.max(room, 0));
	const first = slice.items[0];
	const items = plan.duplicate && first !== undefined ? [...slice.items, first] : slice.items;
	const place = placeOf(listing, slice);
	return {
		items,
		more: plan.more ?? slice.more,
		checkpoint: plannedCheckpoint(plan, place, listing.asked, checkpoints),
	};
}

function plannedCheckpoint(
	plan: PagePlan,
	place: Place,
	asked: string | null,
	checkpoints: Checkpoints,
): Page['checkpoint'] {
	switch (plan.checkpoint) {
		case 'unchanged':
			return asked ?? checkpoints.encode({ ...place, position: 0 });
		case 'missing':
			return undefined;
		case 'null':
			return null;
		case 'empty':
			return '';
		case 'number':
			return checkpoints.encodeNumber(place);
		default:
			// An empty page in the middle is progress on the server's side: its checkpoint is a new one.
			return checkpoints.encode(place, plan.empty);
	}
}

function placeOf(listing: Listing, slice: Slice): Place {
	return { kind: listing.kind, part: listing.part, position: slice.next };
}

/**
 * Writes a page in the shape that its endpoint has.
 * @param metadata JSON text of the group's metadata, for the endpoint `group`
 */
export function writePage(endpoint: EndpointName, page: Page, metadata = '{}'): string {
	const items = `[${page.items.join(',')}]`;
	if (endpoint === 'anomalies') {
		// On a quiet day the list is missing, not empty.
		const data = page.items.length > 0 || page.more ? `,"data":${items}` : '';
		return `{"status":200,"has_more":${page.more}${data}}`;
	}
	const checkpoint =
		page.checkpoint === undefined ? '' : `"checkpoint":${JSON.stringify(page.checkpoint)},`;
	const start = `{${checkpoint}"additional_results":${page.more},`;
	if (endpoint === 'groups') return `${start}"groups":${items}}`;
	if (endpoint === 'group') {
		return `${start}"results":{"metadata":${metadata},"members":${items}}}`;
	}
	return `${start}"results":${items}}`;
}
