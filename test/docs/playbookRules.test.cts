/** The rules that every playbook keeps: strangers' texts leave through one door, and n8n has all that it needs. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { folder, playbooks, root } from './playbookWorkflows.cjs';

const sources = { 'Safe text': 'safeText.txt', 'May it act?': 'mayAct.txt' };

/** Nodes that keep everything within the workflow. All others send something out, or store it. */
const within =
	/^n8n-nodes-proofpoint\.|^n8n-nodes-base\.(?:set|code|if|filter|switch|merge|sort|aggregate|limit|splitOut|splitInBatches|removeDuplicates|noOp|wait|stickyNote|manualTrigger|scheduleTrigger|errorTrigger|executeWorkflow|executeWorkflowTrigger)$|\.lmChat|\.toolWorkflow$/;

/** What an expression of a node that sends may name. */
const allowed = [
	/\$json\.safe(?:\??\.\w+)+/g,
	/\$\('Safe text[^']*'\)\.(?:item|first\(\))\.json\.safe(?:\??\.\w+)+/g,
	/\$\('Settings'\)\.(?:item|first\(\))\.json(?:\??\.\w+)+/g,
	/\$\('Table (?:of|for) [^']+'\)\.first\(\)\.json\.id/g,
	/\$json\.gate\.(?:place|at)/g,
	/\$\('[^']+'\)\.all\(\)\.length/g,
];

/** Values that must leave exactly as they are, and why that is safe. */
const exact: Record<string, Record<string, string>> = {
	'agent-triage.json': {
		'Ask a person in Slack':
			'the event passed Safe text; the model’s words, only letters, digits and marks',
	},
	'audit-trail-to-siem.json': {
		'Send to the collector': 'JSON escapes everything, and nothing may be lost',
		'Keep the checkpoint': 'a checkpoint is compared, never shown',
		'Stop: not accepted': 'JSON in one line, for n8n’s list of executions',
	},
	'burst-response.json': {
		'Asked before?': 'the key of a row',
		'Remember: asked': 'the key of a row',
		'Remember: approved': 'the key of a row',
		'Remember: not approved': 'the key of a row',
		'Forget the burst': 'the key of a row',
		'Nobody could be asked': 'for n8n’s list of executions',
	},
	'error-workflow.json': {
		'Get the workflow': 'an ID from Settings, encoded for an address',
		'Get its last execution': 'an ID from Settings, encoded for an address',
		'Write it down': 'the key of a row',
		'Get the first of its kind': 'the key of a row',
		'Remember: told': 'the key of a row',
		'Leave it to the first': 'the key of a row',
	},
	'export-events-to-database.json': {
		'Keep the checkpoint': 'a checkpoint is compared, never shown',
		'Write the page': 'bound parameters of one SQL statement',
	},
	'many-portals.json': {
		'Note its turn': 'the key of a row',
		'Write: not started': 'the key of a row, and when it began to fail',
		'Remember: told': 'the key of a row, and when it began to fail',
	},
	'read-one-portal.json': {
		'Take the portal': 'the key of a row',
		'Write the error': 'the key of a row, and when it began to fail',
		'Send to the collector': 'JSON escapes everything, and nothing may be lost',
		'Stop: not accepted': 'the answer of the collector, for n8n’s list of executions',
		'Keep the checkpoint': 'a checkpoint is compared, never shown',
	},
	'group-from-directory.json': { 'Members of the directory group': 'encoded for an address' },
	'jira-tickets.json': {
		'What was left undone': 'the key of a row',
		'Has it a ticket?': 'the key of a row',
		'Remember: not found': 'the key of a row',
		'Note the events': 'the key of a row; a time and a number',
		'Claim it': 'the key of a row; JSON, which no spreadsheet takes for a formula',
		'Read the row': 'the key of a row',
		'Read the row again': 'the key of a row',
		'Remember: nothing new': 'the key of a row',
		'Remember: failed': 'the key of a row',
		'Let go of the old claim': 'the key of a row',
		'Remember the issue': 'the key of a row, and the key that Jira gave',
		'Remember: done': 'the key of a row; JSON, which no spreadsheet takes for a formula',
		'Search Jira': 'a label of letters and digits, a digest',
		'Create the issue': 'JSON of texts that passed Safe text, and digests',
		'Get the issue': 'the key that Jira gave, encoded for an address',
		'Add the comment': 'JSON of texts that passed Safe text, and a digest',
		'Move the issue': 'the ID of a step that Jira gave, as JSON',
		'Stop: not all done': 'a text that passed Safe text, for n8n’s list of executions',
	},
	'security-events-to-siem.json': {
		'Send to Sentinel': 'JSON escapes everything, and nothing may be lost',
		'Send to the collector': 'JSON escapes everything, and nothing may be lost',
		'Keep the checkpoint': 'a checkpoint is compared, never shown',
		'Stop: not accepted': 'the answer of the SIEM, for n8n’s list of executions',
	},
	'users-said-malicious.json': {
		'Asked before?': 'the key of a row',
		'Remember: asked': 'the key of a row',
		'Remember: approved': 'the key of a row',
		'Remember: not approved': 'the key of a row',
		'Forget the question': 'the key of a row',
		'Nobody could be asked': 'for n8n’s list of executions',
	},
	'weekly-report.json': {
		'Reports by now': 'the key of a row',
		'Actions of the week': 'the times of the week',
		'Remember: sent': 'the key of a row, and numbers that passed Safe text',
	},
};

/** All expressions in a value, however deep. */
function expressions(value: unknown): string[] {
	if (typeof value === 'string') return value.startsWith('=') ? [value] : [];
	if (typeof value !== 'object' || value === null) return [];
	return Object.values(value).flatMap(expressions);
}

describe.each(playbooks)('$file', ({ workflow }) => {
	it('its Code nodes try again: n8n hands them to a task runner, which a busy or starting n8n keeps waiting', () => {
		for (const node of workflow.nodes.filter(({ type }) => type.endsWith('.code'))) {
			expect(node).toMatchObject({ retryOnFail: true, maxTries: 3 });
		}
	});

	it('its Code nodes hold the shared sources, to the letter', () => {
		for (const { name, parameters } of workflow.nodes.filter(({ type }) =>
			type.endsWith('.code'),
		)) {
			const source =
				Object.entries(sources).find(([start]) => name.startsWith(start))?.[1] ?? 'none';
			expect({ name, code: parameters?.jsCode }).toEqual({
				name,
				code: readFileSync(path.join(folder, 'shared', source), 'utf8'),
			});
		}
	});
});

describe.each(playbooks)('$file', ({ file, workflow }) => {
	const { nodes } = workflow;

	it('what leaves it has passed "Safe text"', () => {
		const open = nodes
			.filter(({ type, name }) => !within.test(type) && !(name in (exact[file] ?? {})))
			.flatMap(({ name, parameters }) =>
				expressions(parameters)
					.map((text) => allowed.reduce((rest, pattern) => rest.replace(pattern, ''), text))
					.filter((rest) => /\$(?:json|input|fromAI|tool|binary|node|\()/.test(rest))
					.filter((rest) => !(name.startsWith('Stop: ') && !/\$(?:json(?!\.error)|\()/.test(rest)))
					.map((rest) => `${name}: ${rest.slice(0, 120)}`),
			);
		expect(open).toEqual([]);
	});

	it('every exception is needed', () => {
		expect(
			Object.keys(exact[file] ?? {}).filter((name) => !nodes.some((node) => node.name === name)),
		).toEqual([]);
	});

	it('its page says which n8n it needs: the data tables that create themselves came with 2.x', () => {
		const page = readFileSync(
			path.join(root, 'docs/playbooks', file.replace(/json$/, 'md')),
			'utf8',
		).replaceAll(/\s+/g, ' ');
		const newer = nodes.some(
			({ type, typeVersion = 1 }) =>
				(type.endsWith('.dataTable') && typeVersion > 1) || type.endsWith('HitlTool'),
		);
		expect(page).toMatch(newer ? /n8n 2\.(?:x|41)/ : /n8n 1\.x or 2\.x/);
		const about = nodes.find(({ name }) => name === 'About this playbook')?.parameters?.content;
		expect(String(about)).toMatch(newer ? /n8n 2\.(?:x|41)/ : /n8n 1\.x or 2\.x/);
	});

	it('what two executions may make first at the same moment is tried again: n8n lets only one of them', () => {
		const first = nodes.filter(
			({ type, parameters = {} }) => isMemory(type, parameters) || isNewTable(type, parameters),
		);
		const giveUp = first.filter((node) => node.retryOnFail !== true || Number(node.maxTries) < 3);
		expect(giveUp.map(({ name }) => name)).toEqual([]);
	});

	it('what it remembers carries the copy or the portal: two copies never mix', () => {
		const remembering = nodes.filter(
			({ type, parameters = {} }) =>
				(type.endsWith('.dataTable') &&
					parameters.resource === 'row' &&
					['insert', 'upsert'].includes(String(parameters.operation))) ||
				isMemory(type, parameters),
		);
		// A place under the cap has the workflow’s ID in its name (mayAct.txt).
		const mixed = remembering.filter(
			({ parameters }) => !/portal|\$workflow\.id|gate\.place/.test(JSON.stringify(parameters)),
		);
		expect(mixed.map(({ name }) => name)).toEqual([]);
	});
});

function isMemory(type: string, { operation }: Record<string, unknown>): boolean {
	return type.endsWith('.removeDuplicates') && operation === 'removeItemsSeenInPreviousExecutions';
}

function isNewTable(type: string, { resource, operation }: Record<string, unknown>): boolean {
	return type.endsWith('.dataTable') && resource === 'table' && operation === 'create';
}

/** What n8n 3 removes or changes, by n8n's list of breaking changes. */
const goneInN8n3 = /\.(?:function|functionItem|itemLists|aiTransform)$|nodes-langchain\.code$/;
const severalOutputs = /\.(?:if|switch)$/;

it.each(playbooks)('$file needs nothing that n8n 3 no longer has', ({ workflow }) => {
	const bad = workflow.nodes.filter(
		({ type, typeVersion = 1, parameters = {}, ...node }) =>
			goneInN8n3.test(type) ||
			(type.endsWith('.executeWorkflow') && parameters.mode === 'each') ||
			(type.endsWith('.agent') && typeVersion < 2) ||
			(severalOutputs.test(type) && 'alwaysOutputData' in node && node.alwaysOutputData === true),
	);
	expect(bad.map(({ name }) => name)).toEqual([]);
	expect(JSON.stringify(workflow)).not.toMatch(/\$getPairedItem|\$evaluateExpression/);
});

it.each(playbooks)('$file: a workflow that it starts gets its items', ({ workflow }) => {
	// n8n hands its own list of items to a workflow that nobody waits for, and empties it for the error output.
	const bad = workflow.nodes.filter(
		({ type, parameters, ...node }) =>
			type.endsWith('.executeWorkflow') &&
			JSON.stringify(parameters).includes('"waitForSubWorkflow":false') &&
			'onError' in node &&
			node.onError === 'continueErrorOutput',
	);
	expect(bad.map(({ name }) => name)).toEqual([]);
});
