/** n8n stores no state for workflows with long IDs, and how long is too long depends on the n8n. */
import { ProofpointTrigger } from '@nodes/Trigger/ProofpointTrigger.node';

import { Poller } from './poller.cjs';

async function said(workflowId: string, namesBudget: boolean): Promise<string[]> {
	const warnings: string[] = [];
	const keep = (message: string) => void warnings.push(message);
	const logger = { error: keep, warn: keep, info: () => {}, debug: () => {} };
	const trigger = new Poller(
		new ProofpointTrigger(),
		{ event: 'securityEventCreated', startFrom: 'date', startDate: 'never' },
		{ portalUrl: 'http://127.0.0.1:9', apiToken: 'token', allowCustomHost: true },
		{ workflowId, namesBudget, logger },
	);
	await trigger.poll();
	for (let polls = 0; polls < 3; polls++) await trigger.poll().catch(() => []);
	return warnings.filter((warning) => warning.includes('characters'));
}

const certain = expect.stringMatching(/This n8n stores nothing .* more than 21 characters/);
const possible = expect.stringMatching(/n8n 1 stores nothing .* more than 16 characters.* If this/);

// A host that names a budget for polls is n8n 2; one that does not is n8n 1 or an n8n 2 before 2.36.
it.each([
	{ length: 16, namesBudget: true, warnings: [] },
	{ length: 17, namesBudget: true, warnings: [] },
	{ length: 21, namesBudget: true, warnings: [] },
	{ length: 22, namesBudget: true, warnings: [certain] },
	{ length: 16, namesBudget: false, warnings: [] },
	{ length: 17, namesBudget: false, warnings: [possible] },
	{ length: 21, namesBudget: false, warnings: [possible] },
	{ length: 22, namesBudget: false, warnings: [certain] },
])(
	'an ID of $length characters, a budget named: $namesBudget',
	async ({ length, namesBudget, warnings }) => {
		const id = `${namesBudget ? 'n' : 'u'}${'x'.repeat(length - 1)}`;
		expect(await said(id, namesBudget)).toEqual(warnings);
	},
);
