/** The field “delivery”, by which a workflow can tell how late an item is. */
import type { IDataObject } from 'n8n-workflow';

import type { ApiRecord } from '../shared/api/contract';
import { fromMillis } from '../shared/core/timestamp';
import type { Treatment } from './parameters';

/** When and how late a poll delivered. Times are milliseconds since 1970 by this machine's clock. */
export interface Delivered {
	now: number;
	/** When the poll before succeeded. */
	before: number | undefined;
	/** Age of the oldest record that was not read; 0 when the end of the list was reached. */
	behindMs: number | undefined;
}

/** @returns the field as playbooks read it: API times, seconds, and whether the end of the list was reached */
export function deliveryOf({ now, before, behindMs }: Delivered): IDataObject {
	return {
		polled_at: fromMillis(now) ?? null,
		polled_before_at: fromMillis(before) ?? null,
		behind_seconds: behindMs === undefined ? null : Math.round(behindMs / 1000),
		caught_up: behindMs === 0,
	};
}

/** An item: the record as “Output” says, and the field if it was asked for. */
export function formed(
	record: ApiRecord,
	{ addDelivery, shape }: Treatment,
	delivery: IDataObject,
): IDataObject {
	return addDelivery ? { ...shape(record), delivery } : shape(record);
}
