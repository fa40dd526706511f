import type { ILoadOptionsFunctions, INodeListSearchResult, INodeProperties } from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';

import { readPage } from '../shared/api/envelopes';
import { endpoints } from '../shared/api/endpoints';
import { textOf } from '../shared/core/eventRecord';
import { safeWords } from '../shared/core/outsideText';
import { isRounded, notesOn, shownValue } from '../shared/core/shownValue';
import { walk, type FetchPage, type Position } from '../shared/core/walk';
import { callApi } from '../shared/n8n/client';
import { connect, hostClock } from '../shared/n8n/connection';
import { wordsFor } from '../shared/n8n/messages';
import { badParameter, type Failure } from '../shared/n8n/outcome';
import type { Parameters } from '../shared/n8n/parameters';
import { groupMessages as say } from './words';

/** Which group: from a list with search, or by its ID. */
export const groupIdField: INodeProperties = {
	displayName: 'Group',
	name: 'groupId',
	builderHint: {
		propertyHint:
			'Mode list lets the user pick a group by its name. Mode id takes the whole number, also from an expression; a name is not taken.',
	},
	type: 'resourceLocator',
	required: true,
	default: { mode: 'list', value: '' },
	description: 'The group of addresses and domains to work on',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select a group…',
			typeOptions: {
				searchListMethod: 'searchGroups',
				searchable: true,
				slowLoadNotice: {
					message: say.longList().message,
					timeout: 8000,
				},
			},
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. 42',
			validation: [
				{
					type: 'regex',
					properties: {
						regex: '^\\s*[0-9]+\\s*$',
						errorMessage: say.groupIdForm().message,
					},
				},
			],
		},
	],
};

/**
 * The group's ID, checked before it becomes part of a path.
 * @returns the digits, or the outcome for a person who gave something else
 */
export function readGroupId(item: Parameters): { ok: true; id: string } | Failure {
	const value: unknown = item.parameter('groupId', { extractValue: true }) ?? '';
	const id = groupIdOf(value);
	if (id !== undefined) return { ok: true, id };
	if (typeof value === 'string' && value.trim() === '') return badParameter(say.groupEmpty());
	return badParameter(say.groupInvalid(shownValue(value, 100), notesOn(value)));
}

/** A group's ID in the one form that the API has; `undefined` for anything else. */
export function groupIdOf(value: unknown): string | undefined {
	const isIdLike = typeof value === 'string' || (typeof value === 'number' && !isRounded(value));
	if (!isIdLike) return undefined;
	const id = String(value).trim();
	// Without zeros in front: they mean the same group.
	return /^\d+$/.test(id) ? id.replace(/^0+(?=\d)/, '') : undefined;
}

/** The editor asks for more when its list is scrolled to the end: fewer than these cannot be scrolled. */
const ENOUGH_TO_SCROLL = 30;

/**
 * Searches the groups for the list of the editor, by a part of their name or by their ID. The API cannot search, so
 * pages are read and filtered here until there is enough to scroll; a page without a match, or without any
 * group, goes on to the next. The checkpoint is the editor's "load more".
 */
export async function searchGroups(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const connection = await connect(this);
	const wanted = (filter ?? '').trim().toLowerCase();
	const start: Position =
		paginationToken === undefined
			? { at: 'beginning' }
			: { at: 'checkpoint', checkpoint: paginationToken };
	const caller = { host: this, connection, clock: hostClock(this) };
	const fetchPage: FetchPage = async (query) =>
		await callApi(caller, {
			endpoint: 'groups',
			query,
			// Somebody waits at the screen.
			patienceMs: 20_000,
			read: (body) => readPage('groups', body),
		});
	const found = new Map<string, string>();
	for await (const step of walk(fetchPage, start, () => endpoints.groups.pageSize.max)) {
		if (step.kind === 'fault') {
			const words = wordsFor(step.fault, { endpoint: 'groups', origin: connection.origin });
			const { message, hint } = safeWords(words, [connection.token]);
			throw new NodeApiError(this.getNode(), { message }, { message, description: hint });
		}
		for (const { name, id } of step.records) {
			const value = textOf(id);
			// Without an ID nothing could be done with it, and a rounded one is that of another group.
			if (value === undefined || isRounded(id)) continue;
			const label = textOf(name) ?? value;
			if (label.toLowerCase().includes(wanted) || value === wanted) found.set(value, label);
		}
		if (!step.end && found.size < ENOUGH_TO_SCROLL) continue;
		const results = [...found]
			// With the ID: two groups may have the same name.
			.map(([value, name]) => ({ name: name === value ? name : `${name} (${value})`, value }))
			.sort((a, b) => a.name.localeCompare(b.name));
		return !step.end && step.next.at === 'checkpoint'
			? { results, paginationToken: step.next.checkpoint }
			: { results };
	}
	return { results: [] };
}
