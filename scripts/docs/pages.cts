/** Every page that is made from the code, and the pages that hold a table made from it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { cell, table } from './markdown.cjs';
import { nodePage, titleOf } from './nodePage.cjs';
import { documentedNodes } from './nodes.cjs';
import { operationsOf } from './operations.cjs';
import { byNode, byPermission } from './permissionTables.cjs';
import { pictures } from './pictures.cjs';
import { troubleshooting } from './troubleshooting.cjs';

/**
 * What the pages should be, by their path below the repository.
 * @param root the repository, built
 */
export function generatedPages(root: string): Map<string, string> {
	const pages = new Map<string, string>();
	for (const node of documentedNodes) {
		pages.set(`docs/nodes/${node.description.name}.md`, nodePage(node, root));
	}
	pages.set('docs/nodes/README.md', overview());
	pages.set('docs/pictures.md', pictures(root));
	pages.set('docs/troubleshooting.md', troubleshooting());
	const permissions = 'docs/permissions.md';
	let text = readFileSync(path.join(root, permissions), 'utf8');
	text = withTable(text, 'by node', byNode(documentedNodes));
	text = withTable(text, 'by permission', byPermission(documentedNodes));
	pages.set(permissions, text);
	return pages;
}

function overview(): string {
	return [
		'<!-- Made by "npm run docs" from the descriptions of the nodes. Change it there. -->',
		'# Nodes',
		table(
			['node', 'what it does', 'operations or events'],
			documentedNodes.map(({ description }) => [
				`[${description.displayName}](${description.name}.md)`,
				cell(description.description),
				cell(operationsOf(description).map(titleOf).join(', ')),
			]),
		),
		'All of them take any number of input items and keep the link between input and output items.',
		'',
	].join('\n\n');
}

/** Puts a table between its two marks. Throws where the page has no such marks. */
function withTable(text: string, name: string, content: string): string {
	const begin = `<!-- table ${name}, made by "npm run docs" -->`;
	const end = `<!-- end of table ${name} -->`;
	const [before, rest] = text.split(begin);
	const after = rest?.split(end)[1];
	if (before === undefined || after === undefined)
		throw new Error(`no marks for the table ${name}`);
	return `${before}${begin}\n\n${content}\n\n${end}${after}`;
}
