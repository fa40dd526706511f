/** Every page that is made from the code, and the pages that hold a table made from it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { cell, table } from './markdown.cjs';
import { nodePage, titleOf } from './nodePage.cjs';
import { documentedNodes } from './nodes.cjs';
import { operationsOf } from './operations.cjs';
import { byNode, byPermission } from './permissionTables.cjs';
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

/** Every picture of the documentation; a playbook's is called like the playbook. */
function pictures(root: string): string {
	const files = readdirSync(path.join(root, 'docs/images'))
		.filter((name) => name.endsWith('.png'))
		.sort();
	const isPlaybook = (file: string) =>
		existsSync(path.join(root, 'playbooks', file.replace(/\.png$/, '.json')));
	const shown = (file: string) => {
		const name = file.replace(/\.png$/, '');
		const words = name.replace(/-/g, ' ').replace(/^./, (first) => first.toUpperCase());
		const title = isPlaybook(file) ? `[${words}](playbooks/${name}.md)` : words;
		return [`### ${title}`, `![${words}](images/${file})`];
	};
	const part = (title: string, names: string[]) =>
		names.length === 0 ? [] : [`## ${title}`, ...names.flatMap(shown)];
	return [
		'<!-- Made by "npm run docs" from docs/images. -->',
		'# Pictures',
		'All of them were taken in a real n8n with the package installed.',
		...part('Playbooks', files.filter(isPlaybook)),
		...part(
			'In the editor',
			files.filter((file) => !isPlaybook(file)),
		),
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
