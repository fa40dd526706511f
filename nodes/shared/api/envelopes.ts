/**
 * The six envelopes of the API's lists, read into one shape. Each list wraps its records differently
 * (docs/api.md, "Endpoints and envelopes"); everything behind this module sees pages only.
 */
import type { ApiRecord } from './contract';
import {
	anomaliesPageSchema,
	groupPageSchema,
	groupsPageSchema,
	resultsPageSchema,
} from './contract';
import type { ListEndpointName } from './endpoints';
import { namesOtherGroup } from './groupIds';
import type { Page } from '../core/walk';

/**
 * Reads one page of a list endpoint.
 * @param id the ID in the path, where the endpoint has one
 * @returns the page, or `undefined` when the body is not what the endpoint documents, or is about another group
 */
export function readPage(endpoint: ListEndpointName, body: unknown, id?: string): Page | undefined {
	switch (endpoint) {
		case 'groups': {
			const page = groupsPageSchema.safeParse(body).data;
			return page && pageOf(page.groups, page.checkpoint, page.additional_results);
		}
		case 'group': {
			if (id !== undefined && namesOtherGroup(body, id)) return undefined;
			const page = groupPageSchema.safeParse(body).data;
			return page && pageOf(page.results.members, page.checkpoint, page.additional_results);
		}
		case 'anomalies': {
			const page = anomaliesPageSchema.safeParse(body).data;
			if (!page) return undefined;
			// A quiet day's answer may come without the list.
			const anomalies = page.data ?? [];
			// The checkpoint is a field of each anomaly; the last one leads to the rest of this day.
			return pageOf(anomalies, anomalies.at(-1)?.checkpoint, page.has_more);
		}
		default: {
			const page = resultsPageSchema.safeParse(body).data;
			return page && pageOf(page.results, page.checkpoint, page.additional_results);
		}
	}
}

/** The metadata of a group, which comes with every page of its members. */
export function readGroupMetadata(body: unknown): ApiRecord | undefined {
	return groupPageSchema.safeParse(body).data?.results.metadata;
}

function pageOf(records: ApiRecord[], checkpoint: unknown, more: boolean): Page {
	const text = typeof checkpoint === 'number' ? String(checkpoint) : checkpoint;
	return typeof text === 'string' && text !== ''
		? { records, checkpoint: text, more }
		: { records, more };
}
