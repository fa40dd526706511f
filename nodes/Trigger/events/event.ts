/** What one event of the trigger consists of. A new event is one file that makes such an object, and one row in `all`. */
import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import type { ApiRecord } from '../../shared/api/contract';
import type { ListEndpointName } from '../../shared/api/endpoints';
import type { Refused, Verdict } from '../../shared/core/eventFilters';
import { oneOfNamed, unknownValues } from '../../shared/core/namedValues';
import { readList, wantedList } from '../../shared/core/parameters';
import type { Follower } from '../core/follower';

export interface EventOfTrigger {
	/** As the editor offers it. Its value is stored in workflows. */
	option: INodePropertyOptions & { value: string };
	/** The list of the API that it follows. */
	endpoint: ListEndpointName;
	/** What the list holds, in the words of the portal. */
	noun: string;
	/** Whether *Start From* says where it begins. */
	hasStart: boolean;
	/** Whether *Output* says what its items look like. */
	hasOutput: boolean;
	/** The fields of its *Filters* in the editor; absent where it has none. */
	filters?: (show: { event: string[] }) => INodeProperties;
	/** @param chosen the *Filters* with every field that was set, also where its expression gave nothing */
	readFilters(chosen: Record<string, unknown>): Judges | Refused;
	/** Whether recent records can be asked for by their date; else all are listed for a manual test. */
	listsByDate: boolean;
	/** What an item of a manual test has beside the record. */
	sampleFields?: Record<string, null>;
	/** Decides what is new and what to remember. */
	follower: Follower;
}

/** What the filters say of a record. */
export interface Judges {
	ok: true;
	judge(record: ApiRecord): Verdict;
	/** Values that Proofpoint is not known to send, each behind its filter. */
	unknown: string[];
	/** Whether it would have started the workflow, as far as a record tells that of its past. */
	wouldHaveCome(record: ApiRecord): Verdict;
}

/** Filters that say the same of a record at any time. */
export function judges(judge: (record: ApiRecord) => Verdict, unknown: string[] = []): Judges {
	return { ok: true, judge, wouldHaveCome: judge, unknown };
}

/** Reads a filter that lists values of one field. Values that the API adds later work too. */
export function readValueFilter(
	chosen: Record<string, unknown>,
	{
		name,
		label,
		field,
		known,
	}: { name: string; label: string; field: string; known: readonly string[] },
): Judges | Refused {
	const given = name in chosen ? chosen[name] : [];
	const values = readList(given);
	if (values === undefined) return { ok: false, label, given, wanted: wantedList };
	const isWanted = oneOfNamed(values);
	return judges(
		({ [field]: value }) => {
			const passes = values.length === 0 || (typeof value === 'string' && isWanted(value));
			return passes ? 'passes' : 'fails';
		},
		unknownValues([{ label, wanted: values, known }]),
	);
}

/** The *Filters* of an event that has a single one, which lists values of one field. */
export function valueFilterFields(option: INodeProperties) {
	return (show: { event: string[] }): INodeProperties => ({
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add filter',
		displayOptions: { show },
		// On screen from the start: with a single filter there is nothing to choose first.
		default: { [option.name]: option.default },
		options: [option],
	});
}
