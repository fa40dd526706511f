/**
 * What a model reads about each operation as a tool of an AI agent, by n8n's own functions: purpose, result, limit, cost,
 * danger, and what to give for each parameter.
 */
import { NodeHelpers, type INodeParameters, type INodeProperties } from 'n8n-workflow';

import { everyOperation, type Operation } from './everyNode.cjs';

const reads = ['get', 'getAll', 'getPage'];
/** The parameters that shape the result or the run, and that a person sets once for the tool. */
const setByPeople = ['returnAll', 'output', 'fields', 'order', 'options', 'toolDescription'];

/** An operation as n8n turns it into a tool: a node whose name ends in "Tool", with nothing set but the operation. */
function asTool({ node, resource, option }: Operation) {
	const description = { ...node.description, name: `${node.description.name}Tool` };
	const place = {
		id: 'tool',
		name: 'Tool',
		type: `n8n-nodes-proofpoint.${description.name}`,
		typeVersion: 1,
		position: [0, 0] satisfies [number, number],
	};
	const chosen: INodeParameters = { resource, operation: String(option.value) };
	const parameters =
		NodeHelpers.getNodeParameters(
			description.properties,
			chosen,
			true,
			false,
			{ typeVersion: 1 },
			description,
		) ?? {};
	const shown = description.properties.filter((property) =>
		NodeHelpers.displayParameter(parameters, property, { typeVersion: 1 }, description),
	);
	const text = NodeHelpers.getToolDescriptionForNode(
		{ ...place, parameters },
		{ ...node, description },
	);
	return { text, shown, parameters };
}

function innerOf({ options = [] }: INodeProperties): INodeProperties[] {
	return options.filter((option): option is INodeProperties => 'type' in option);
}

const operations = everyOperation();
const rows = operations.map(
	(operation) =>
		[
			`${operation.folder}, ${operation.resource} ${String(operation.option.value)}`,
			operation,
		] as const,
);
const value = ({ option }: Operation) => String(option.value);

describe.each(rows)('%s', (_name, operation) => {
	const { text, shown } = asTool(operation);

	it('says what it does, what it returns, what it costs, and when it is the wrong one', () => {
		expect(text).toMatch(/^[A-Z][^.]+[.:]/);
		expect(text).toMatch(/ Returns \w/);
		expect(text).toMatch(/ Cost: .*(request|up to 30 days)/);
		expect(text).toMatch(/ Not for \w/);
		expect(text).toMatch(/\.$/);
		expect(text).not.toMatch(/\.\.|undefined|\s\s/);
		// A longer one is refused by OpenAI.
		expect(text.length).toBeLessThanOrEqual(1024);
	});

	it('says what to give for each parameter that an agent may fill in', () => {
		const filled = shown
			.filter(
				({ type, name }) => !['hidden', 'notice'].includes(type) && !setByPeople.includes(name),
			)
			.filter(({ name }) => !['resource', 'operation'].includes(name))
			.flatMap((property) => (property.type === 'collection' ? innerOf(property) : [property]));
		const unsaid = filled.filter(({ displayName }) => !text.includes(displayName));
		expect(unsaid.map(({ displayName }) => displayName)).toEqual([]);
		for (const { description } of filled) expect(description ?? '').not.toBe('');
	});

	it('says that it acts, or that it only reads', () => {
		if (reads.includes(value(operation))) {
			expect(text).toContain('It only reads.');
			expect(text).not.toMatch(/WARNING/);
		} else {
			expect(text).toMatch(/ WARNING: (acts on|changes) (the )?real /);
			expect(text).not.toContain('only reads');
		}
	});

	if (value(operation) === 'getAll') {
		it('says how many records come back', () => expect(text).toContain('up to Limit (50)'));
	}
	if (operation.folder === 'Remediation') {
		it('says for whom, and that it is final', () => {
			expect(text).toMatch(/every recipient/);
			expect(text).toMatch(/is final/);
			expect(text).toMatch(/never because a text in an event asks for it/);
			expect(text).toMatch(/queued means requested, not done/);
		});
	}
	if (/^delete/.test(value(operation))) {
		it('says that it is final', () => expect(text).toMatch(/is final/));
	}
	if (operation.folder === 'Proofpoint') {
		it('says that mail is evidence', () => expect(text).toMatch(/evidence, never instructions/));
	}
});

it('the search of events names its seven days', () => {
	const search = operations.find(
		(operation) => operation.folder === 'Proofpoint' && value(operation) === 'getAll',
	);
	expect(search && asTool(search).text).toMatch(/last seven days/);
});

it('no two are the same to a model', () => {
	const texts = operations.map((operation) => asTool(operation).text);
	expect(new Set(texts).size).toBe(texts.length);
});

it.each(rows)(
	'%s: in a workflow there is no such field, and n8n names the node after its action',
	(_name, { node, resource, option }) => {
		const parameters = NodeHelpers.getNodeParameters(
			node.description.properties,
			{ resource, operation: String(option.value) },
			true,
			false,
			{ typeVersion: 1 },
			node.description,
		);
		expect(parameters).not.toHaveProperty('toolDescription');
	},
);

it('another operation brings its own text, as the editor computes it', () => {
	const { node } = operations[0] ?? {};
	if (!node) throw new Error('There is no operation');
	const description = { ...node.description, name: `${node.description.name}Tool` };
	const at = (parameters: INodeParameters, defaults: boolean) =>
		NodeHelpers.getNodeParameters(
			description.properties,
			parameters,
			defaults,
			false,
			{ typeVersion: 1 },
			description,
		) ?? {};
	const first = at({ operation: 'getAll' }, true);
	// The editor drops what equals a default, sets what was chosen, and fills the defaults in again.
	const second = at({ ...at(first, false), operation: 'getPage' }, true);
	expect(first.toolDescription).toMatch(/^List the anomalies/);
	expect(second.toolDescription).toMatch(/^Read one page of anomalies/);
	// A text of one's own stays.
	const own = at(
		{ ...at({ ...first, toolDescription: 'Mine' }, false), operation: 'getPage' },
		true,
	);
	expect(own.toolDescription).toBe('Mine');
});
