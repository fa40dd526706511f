/** What the two events of the security events have in common. */
import type { INodeProperties } from 'n8n-workflow';

import type { ApiRecord } from '../../shared/api/contract';
import {
	eventJudge,
	isFiltering,
	readEventFilters,
	valueFiltersOf,
	type EventFilters,
	type Refused,
	type Verdict,
} from '../../shared/core/eventFilters';
import { unknownValues } from '../../shared/core/namedValues';
import { eventFilterFields as filterFields } from '../../shared/n8n/eventFields';

export const securityEvents = {
	endpoint: 'events',
	noun: 'security events',
	hasStart: true,
	hasOutput: true,
	listsByDate: true,
} as const;

export const eventFilterFields = (show: { event: string[] }): INodeProperties => filterFields(show);

/** Reads the *Filters* of security events. */
export function readFilters(
	chosen: Record<string, unknown>,
):
	| Refused
	| { ok: true; unknown: string[]; judge(event: ApiRecord): Verdict; filters: EventFilters } {
	const read = readEventFilters(chosen);
	if (!read.ok) return read;
	const { filters } = read;
	return {
		ok: true,
		filters,
		unknown: unknownValues(valueFiltersOf(filters)),
		judge: isFiltering(filters) ? eventJudge(filters) : () => 'passes',
	};
}
