/** What several operations on groups have in common. */
import type { INodeProperties } from 'n8n-workflow';

import type { Item } from '../../shared/n8n/client';
import { badParameter, type Failure } from '../../shared/n8n/outcome';
import { unreadable } from '../../shared/n8n/parameters';
import { groupMessages } from '../words';

const wanted = 'Enter a name for the group.';

/** Warns that a test run changes something. */
export const realNotice: INodeProperties = {
	displayName: '“Execute step” changes the real portal, once for each input item.',
	name: 'realNotice',
	type: 'notice',
	default: '',
};

export const nameField: INodeProperties = {
	displayName: 'Name',
	name: 'name',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. Leavers watch list',
	description: 'The name of the group',
};

/**
 * What is no name that anybody chose, and would stay as one: what an expression that finds nothing leaves in a text, one that was not
 * evaluated, control characters.
 */
function isSlip(name: string): boolean {
	return /^(?:NaN|undefined|null|\[object \w+\])$|\{\{[^]*\}\}|\p{Cc}/u.test(name);
}

/** Reads {@link nameField}. */
export function readName(item: Item): Failure | { ok: true; name: string } {
	const name = item.text('name', 'Name', wanted);
	if (isSlip(name)) return unreadable('Name', name, wanted);
	return name === '' ? badParameter(groupMessages.nameEmpty()) : { ok: true, name };
}
