/**
 * Which input items of a "Sync" belong together: all that mean the same group of the same portal make up its list
 * (one row per member is the most natural use in n8n). An item that cannot be read stops every group that it may
 * belong to: without its members the list would be too short, and people would be removed.
 */
import type { INodeProperties } from 'n8n-workflow';

import type { Member } from '../../shared/api/contract';
import type { Item } from '../../shared/n8n/client';
import type { Connection } from '../../shared/n8n/connection';
import type { Entry } from '../../shared/n8n/customOperation';
import { badParameter, failureOf, type Failure } from '../../shared/n8n/outcome';
import { readGroupId } from '../groupId';
import { groupMessages } from '../words';
import { readMemberList } from './members';

/** No group is known to have as many members. */
const removalBounds = { min: 0, max: 1_000_000 };

/** One input item that could be read. */
export interface Row {
	index: number;
	item: Item;
	id: string;
	members: Member[];
	dryRun: boolean;
	allowEmpty: boolean;
	/** `undefined` for half of the present members. */
	maxRemovals: number | undefined;
}

/** What is known of an item that could not be read. What is not (portal, group) may be any. */
export interface Unknown {
	connection?: Pick<Connection, 'origin'>;
	id?: string;
}

/** An item that could not be read. */
export interface Unreadable extends Unknown {
	index: number;
	failure: Failure;
}

/** All readable items of one group. */
export interface Rows {
	id: string;
	rows: Row[];
	/** Items without which the list would be incomplete. */
	missing: Unreadable[];
}

/** Reads every item and puts those of one group together, in the order of their first items. */
export function readRows(entries: Entry[]): { groups: Rows[]; unreadable: Unreadable[] } {
	const read = entries.map(readEntry);
	const unreadable = read.filter((row): row is Unreadable => 'failure' in row);
	const groups = new Map<string, { id: string; origin: string; rows: Row[] }>();
	for (const row of read) {
		if ('failure' in row) continue;
		const { id } = row;
		const { origin } = row.item.connection;
		const key = JSON.stringify([origin, id]);
		const group = groups.get(key) ?? { id, origin, rows: [] };
		groups.set(key, group);
		group.rows.push(row);
	}
	const all: Rows[] = [];
	for (const { id, origin, rows } of groups.values()) {
		const { filled, empty } = withoutEmpty(rows);
		unreadable.push(...empty);
		const missing = unreadable.filter((row) => mayBelong(row, id, origin));
		all.push({ id, rows: filled, missing });
	}
	all.sort((a, b) => (a.rows[0]?.index ?? 0) - (b.rows[0]?.index ?? 0));
	return { groups: all, unreadable };
}

/** Whether an item that could not be read may be one of the group's. */
export function mayBelong(row: Unknown, id: string, origin: string): boolean {
	return (
		(row.id === undefined || row.id === id) &&
		(row.connection === undefined || row.connection.origin === origin)
	);
}

/** A row without members among rows with some is a person whose address is missing: it counts as unreadable. */
function withoutEmpty(rows: Row[]): { filled: Row[]; empty: Unreadable[] } {
	const filled = rows.filter(({ members }) => members.length > 0);
	if (filled.length === 0) return { filled: rows, empty: [] };
	const empty = rows
		.filter(({ members }) => members.length === 0)
		.map(({ index, id, item }) => ({
			index,
			id,
			connection: item.connection,
			failure: badParameter(groupMessages.rowWithoutMembers(id)),
		}));
	return { filled, empty };
}

function readEntry(entry: Entry): Row | Unreadable {
	const { index } = entry.parameters;
	const known: { id?: string; connection?: Connection } = {};
	try {
		const group = readGroupId(entry.parameters);
		if (group.ok) known.id = group.id;
		if ('failure' in entry) return { index, ...known, failure: entry.failure };
		const { item } = entry;
		known.connection = item.connection;
		if (!group.ok) return { index, ...known, failure: group };
		const members = readMemberList(item);
		if (!Array.isArray(members)) return { index, ...known, failure: members };
		return {
			index,
			item,
			id: group.id,
			members,
			dryRun: item.flag('options.dryRun', 'Dry Run'),
			allowEmpty: item.flag('options.allowEmpty', 'Allow Empty'),
			maxRemovals: readMaxRemovals(item),
		};
	} catch (error) {
		return { index, ...known, failure: failureOf(error) };
	}
}

/** The field may be left empty; an expression that gives nothing is refused. */
function readMaxRemovals(item: Item): number | undefined {
	const written = item.parameter('options.maxRemovals', { rawExpressions: true }) ?? '';
	if (typeof written === 'string' && written.trim() === '') return undefined;
	return item.number('options.maxRemovals', 'Max Removals', { ...removalBounds, fallback: 0 });
}

/** "Options" of "Sync". */
export const syncOptions: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
	options: [
		{
			displayName: 'Dry Run',
			name: 'dryRun',
			builderHint: {
				propertyHint: 'Turn on for the first run, and show the user what would be removed',
			},
			type: 'boolean',
			default: false,
			description:
				'Whether to return what would be added and removed without changing the group. One item that turns it on is enough for its group.',
		},
		{
			displayName: 'Max Removals',
			name: 'maxRemovals',
			type: 'number',
			typeOptions: { minValue: removalBounds.min, maxValue: removalBounds.max },
			default: '',
			description:
				'How many members may be removed at most. If more would be, nothing is written and the error shows the changes. If empty, half of the present members. From 0 to 1,000,000.',
		},
		{
			displayName: 'Allow Empty',
			name: 'allowEmpty',
			type: 'boolean',
			default: false,
			description:
				'Whether an empty list removes all members, as far as “Max Removals” allows. If off, an empty list is an error and the group stays as it is.',
		},
	],
};
