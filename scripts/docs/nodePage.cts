/** The page of one node. */
import path from 'node:path';

import { cell, code, table } from './markdown.cjs';
import type { DocumentedNode } from './nodes.cjs';
import { operationsOf, type Operation } from './operations.cjs';
import { fieldTable, readSchemas, sameFields } from './outputFields.cjs';
import { notices, parameterTable, toolTextOf } from './parameters.cjs';

/**
 * The page of a node as Markdown: operations with their permissions, parameters, output fields.
 * @param root the repository, built: `dist/` holds the output schemas
 */
export function nodePage({ folder, guide, description }: DocumentedNode, root: string): string {
	const operations = operationsOf(description);
	const isTrigger = description.polling === true;
	return [
		`<!-- Made by "npm run docs" from nodes/${folder}. Change it there. -->`,
		`# ${description.displayName}`,
		`${description.description}${/[.!?]$/.test(description.description) ? '' : '.'}`,
		table(
			['', ''],
			[
				['Type in a workflow', code(`n8n-nodes-proofpoint.${description.name}`)],
				['Credential', '[Proofpoint API](../credential.md)'],
				['As a tool of an AI agent', description.usableAsTool ? 'yes' : 'no'],
			],
		),
		`How it behaves, and why: [${guides[guide] ?? guide}](../${guide}).`,
		isTrigger ? '## Events' : '## Operations',
		overview(operations, isTrigger),
		...operationParts(operations, description.properties),
		...(isTrigger
			? [
					'## Output',
					'One item per record, as the API sends it. Fields: [security events](proofpoint.md#output), [audit entries](proofpointAudit.md#output), [anomalies](proofpointAnomaly.md#output), [monitored users](proofpointUserMonitoring.md#output). With “User Connection Changed” each user also has `previous_status`.',
				]
			: outputPart(operations, path.join(root, 'dist/nodes', folder))),
		'---',
		'[All nodes](README.md) · [Permissions](../permissions.md) · [Rate limits and failures](../rate-limits-and-failures.md) · [Troubleshooting](../troubleshooting.md)',
		'',
	].join('\n\n');
}

const guides: Record<string, string> = {
	'groups.md': 'Groups',
	'lists.md': 'Reading lists',
	'remediation.md': 'Acting on mail',
	'trigger.md': 'Trigger',
};

/** The heading of an operation: `Get Many`, or with resources `Member: Get Many`. */
export function titleOf({ resource, name }: Operation): string {
	return resource === undefined ? name : `${resource}: ${name}`;
}

function overview(operations: Operation[], isTrigger: boolean): string {
	return table(
		[isTrigger ? 'event' : 'operation', 'value', 'what it does', 'permission of the token’s owner'],
		operations.map((operation) => [
			`**${titleOf(operation)}**`,
			(operation.resource === undefined ? [operation.value] : Object.values(operation.choice))
				.map(code)
				.join(' '),
			cell(operation.description),
			operation.endpoint.permission,
		]),
	);
}

function operationParts(
	operations: Operation[],
	properties: Parameters<typeof parameterTable>[0],
): string[] {
	const written = new Map<string, string>();
	return operations.flatMap((operation) => {
		const { method, path: address } = operation.endpoint;
		const { description } = operation;
		const parameters = parameterTable(properties, operation.choice);
		const same = written.get(parameters);
		if (same === undefined) written.set(parameters, titleOf(operation));
		return [
			`### ${titleOf(operation)}`,
			`${description}${description === '' || /[.!?]$/.test(description) ? '' : '.'} API: ${code(`${method} ${address}`)}.`.trim(),
			...notices(properties, operation.choice).map((notice) => `> ${notice}`),
			parameters === ''
				? 'No parameters.'
				: same === undefined
					? parameters
					: `Parameters: the same as those of “${same}”.`,
			...toolPart(toolTextOf(properties, operation.choice)),
		];
	});
}

/** What the model reads, where an AI agent has the operation as a tool. */
function toolPart(text: string | undefined): string[] {
	return text === undefined ? [] : [`As a tool, the model reads: *${cell(text)}*`];
}

function outputPart(operations: Operation[], nodeFolder: string): string[] {
	const schemas = readSchemas(nodeFolder);
	const groups: Array<{ schema: Parameters<typeof fieldTable>[0]; title: string }> = [];
	for (const operation of operations) {
		const { resource } = operation.choice;
		const key = resource === undefined ? operation.value : `${String(resource)}/${operation.value}`;
		const schema = schemas.get(key) ?? schemas.get(operation.value);
		if (!schema) throw new Error(`${nodeFolder}: no output schema for ${key}`);
		const known = groups.find((group) => sameFields(group.schema, schema));
		if (known) known.title += `, ${titleOf(operation)}`;
		else groups.push({ schema, title: titleOf(operation) });
	}
	return [
		'## Output',
		'Fields that Proofpoint adds later pass through, and a field may be missing.',
		...groups.flatMap(({ schema, title }) => [
			`### Fields of ${title}`,
			fieldTable(
				schema,
				groups.filter((group) => group.schema !== schema),
			),
		]),
	];
}
