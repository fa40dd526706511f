/** The page with every picture of the documentation. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { documentedNodes } from './nodes.cjs';

/** What each picture of the editor shows. */
const inTheEditor: Record<string, string> = {
	'built-by-hand': 'A workflow built by hand: it releases what a filter lets through',
	'credential-test-bad': 'A credential whose token Proofpoint refuses',
	'credential-test-good': 'A credential that works',
	error: 'An error says what happened and what to do',
	events: 'Get Many: security events, with nothing changed',
	'events-cost': 'Get Many says how many requests it took',
	'events-dark': 'Get Many: security events, dark',
	'events-table': 'Get Many: security events as a table',
	executions: 'Its executions',
	'group-list': 'A group is picked from a list',
	'node-actions': 'All actions in the panel',
	'notice-deleteFromInbox': 'What Delete From Inbox says before it acts',
	'notice-sync': 'What Sync says before it acts',
	'panel-search': 'The nodes are found by “Proofpoint”',
	'schema-preview': 'Fields to drag before the first run',
	'trigger-panel': 'The trigger in the panel',
	'trigger-test-event': 'Test events of the trigger',
	'user-statuses': 'Users are filtered by the status of their connection',
};

/** What the picture of a node shows: the node as it is opened. */
const opened = new Map(
	documentedNodes.map(({ description }) => [
		`node-${description.name}`,
		`The node ${description.displayName}`,
	]),
);

/** The name of a playbook, from its page; `undefined` where there is no such playbook. */
function playbookNamed(name: string, root: string): string | undefined {
	if (!existsSync(path.join(root, 'playbooks', `${name}.json`))) return undefined;
	const page = readFileSync(path.join(root, 'docs/playbooks', `${name}.md`), 'utf8');
	return /^# (.+)$/m.exec(page)?.[1];
}

/**
 * Every picture in docs/images. Throws where nobody wrote down what one shows.
 * @param root the repository
 */
export function pictures(root: string): string {
	const names = readdirSync(path.join(root, 'docs/images'))
		.filter((name) => name.endsWith('.png'))
		.map((name) => name.replace(/\.png$/, ''))
		.sort();
	const playbooks = names.flatMap((name) => {
		const title = playbookNamed(name, root);
		if (title === undefined) return [];
		return [`### [${title}](playbooks/${name}.md)`, `![${title}](images/${name}.png)`];
	});
	const editor = names.flatMap((name) => {
		if (playbookNamed(name, root) !== undefined) return [];
		const title = inTheEditor[name] ?? opened.get(name);
		if (title === undefined) throw new Error(`pictures.cts does not say what ${name}.png shows`);
		return [`### ${title}`, `![${title}](images/${name}.png)`];
	});
	return [
		'<!-- Made by "npm run docs" from docs/images. -->',
		'# Pictures',
		'All of them were taken in a real n8n with the package installed.',
		'## Playbooks',
		...playbooks,
		'## In the editor',
		...editor,
		'',
	].join('\n\n');
}
