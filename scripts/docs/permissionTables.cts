/** Which permission the token's owner needs, from the endpoint table and the descriptions. */
import type { INodeTypeDescription } from 'n8n-workflow';

import { cell, table } from './markdown.cjs';
import { titleOf } from './nodePage.cjs';
import type { DocumentedNode } from './nodes.cjs';
import { operationsOf } from './operations.cjs';

/** One row per node and permission. */
export function byNode(nodes: DocumentedNode[]): string {
	return table(
		['node', 'operations or events', 'permission'],
		nodes.flatMap(({ description }) =>
			[...permissions([description])].map(([permission, names]) => [
				`[${description.displayName}](nodes/${description.name}.md)`,
				cell(names.map(({ operation }) => operation).join(', ')),
				permission,
			]),
		),
	);
}

/** One row per permission. */
export function byPermission(nodes: DocumentedNode[]): string {
	return table(
		['permission', 'what it makes possible'],
		[...permissions(nodes.map(({ description }) => description))].map(([permission, names]) => {
			const perNode = new Map<string, string[]>();
			for (const { node, operation } of names) {
				perNode.set(node, [...(perNode.get(node) ?? []), operation]);
			}
			return [
				permission,
				[...perNode].map(([node, list]) => `**${node}**: ${cell(list.join(', '))}`).join('<br>'),
			];
		}),
	);
}

function permissions(
	descriptions: INodeTypeDescription[],
): Map<string, Array<{ node: string; operation: string }>> {
	const found = new Map<string, Array<{ node: string; operation: string }>>();
	for (const description of descriptions) {
		for (const operation of operationsOf(description)) {
			const { permission } = operation.endpoint;
			const entry = { node: description.displayName, operation: titleOf(operation) };
			found.set(permission, [...(found.get(permission) ?? []), entry]);
		}
	}
	return found;
}
