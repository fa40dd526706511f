import { NodeHelpers, type INodeParameters, type INodeProperties } from 'n8n-workflow';

import {
	knownDefenderConfidences,
	knownEventTypes,
	knownFinalOutcomes,
	knownGuardianTypes,
} from '@nodes/shared/api/eventContract';
import { eventFilterLabels, quarantineStatuses } from '@nodes/shared/core/eventFilters';
import { outputModes } from '@nodes/shared/core/eventOutput';
import { eventFilterFields, outputFields } from '@nodes/shared/n8n/eventFields';
import { Proofpoint } from '@nodes/Proofpoint/Proofpoint.node';

const { description } = new Proofpoint();
const { properties } = description;
const chosen = { resource: 'securityEvent', operation: 'getAll' };

/** The parameters that n8n itself shows and hands to the node, with their defaults. */
function shownWith(parameters: INodeParameters): INodeParameters {
	const given = { ...chosen, ...parameters };
	return NodeHelpers.getNodeParameters(properties, given, true, false, null, description) ?? {};
}

/** A collection's fields by name. */
function fieldsByName(collection: INodeProperties): Map<string, INodeProperties> {
	const fields = (collection.options ?? []).flatMap((field) => ('type' in field ? [field] : []));
	return new Map(fields.map((field) => [field.name, field]));
}

/** The values that a field offers. */
function valuesOf(field: INodeProperties | undefined): unknown[] {
	return (field?.options ?? []).map((option) => ('value' in option ? option.value : undefined));
}

it('a new Get Many asks for the newest of the last seven days, simplified', () => {
	expect(shownWith({})).toEqual({
		...chosen,
		returnAll: false,
		limit: 50,
		createdAfter: '={{ $now.minus({ days: 7 }).toISO() }}',
		createdBefore: '',
		order: 'newestFirst',
		output: 'simple',
		// "Types" is on the screen from the start; empty, it lets everything pass.
		filters: { types: [] },
		options: {},
	});
});

it('behind a checkpoint the editor shows neither dates nor an order', () => {
	// As the editor asks. A run asks without collections, so the node itself has to leave the values unread.
	const shownBeside = (options: INodeParameters) =>
		properties
			.filter(({ name }) => ['createdAfter', 'createdBefore', 'order'].includes(name))
			.filter(({ displayOptions }) => displayOptions?.show?.operation?.includes('getAll'))
			.map((property) =>
				NodeHelpers.displayParameter({ ...chosen, options }, property, null, description),
			);
	expect(shownBeside({ afterCheckpoint: 'abc' })).toEqual([false, false, false]);
	expect(shownBeside({ afterCheckpoint: '={{ $json.checkpoint }}' })).toEqual([
		false,
		false,
		false,
	]);
	expect(shownBeside({ afterCheckpoint: '' })).toEqual([true, true, true]);
	expect(shownBeside({})).toEqual([true, true, true]);
});

it('“Fields” is there for its output only', () => {
	for (const output of outputModes) {
		expect('fields' in shownWith({ output })).toBe(output === 'fields');
	}
});

it('nothing is shown for another operation', () => {
	expect(Object.keys(shownWith({ operation: 'getPage' }))).toEqual([
		'resource',
		'operation',
		'pageSize',
		'afterCheckpoint',
		'createdAfter',
	]);
});

describe('the filters', () => {
	const fields = fieldsByName(eventFilterFields({}));

	it('are those that the matcher knows, by the names of its messages, in the order of the alphabet', () => {
		expect(
			Object.fromEntries([...fields.values()].map(({ name, displayName }) => [name, displayName])),
		).toEqual(eventFilterLabels);
		const names = [...fields.values()].map(({ displayName }) => displayName);
		expect(names).toEqual([...names].sort());
	});

	it.each([
		['types', knownEventTypes],
		['defenderConfidence', knownDefenderConfidences],
		['guardianTypes', knownGuardianTypes],
		['finalOutcomes', knownFinalOutcomes],
		['quarantineStatus', quarantineStatuses],
	])('%s offers every known value', (name, known) => {
		expect(valuesOf(fields.get(name)).sort()).toEqual([...known].sort());
		expect(fields.get(name)?.type).toBe('multiOptions');
	});

	it.each(['sender', 'recipient', 'subject'])('%s is a text', (name) => {
		expect(fields.get(name)).toMatchObject({ type: 'string', default: '' });
	});
});

it('the values of “Output” are those that are read', () => {
	expect(valuesOf(outputFields({})[0])).toEqual([...outputModes]);
});
