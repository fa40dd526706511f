/** An n8n without the nodes that act, by the line of the page on agents: not even an agent has them. */
import { z } from 'zod';
import { stopAll } from '@test/stopAll.cjs';
import { jsonOf } from '@host/runResult.cjs';

import { operationOf, page, toolOf } from './agentReady.cjs';
import { withTools } from './agentWorld.cjs';
import { startScriptedModel, type ScriptedModel } from './scriptedModel.cjs';
import { manual, makeWorld, proofpointNode, type World } from './setup.cjs';

let world: World;
let model: ScriptedModel;
const excluded = /^NODES_EXCLUDE='(.*)'$/m.exec(page)?.[1] ?? '';

beforeAll(async () => {
	model = await startScriptedModel();
	world = await makeWorld(
		{ events: 5, groups: 1, seed: 7 },
		{ editor: true, env: { NODES_EXCLUDE: excluded } },
	);
	await world.n8n.importCredentials([
		{
			id: 'open-ai-api',
			name: 'OpenAI account',
			type: 'openAiApi',
			data: { apiKey: 'sk-test', url: model.url },
		},
	]);
	await world.n8n.start();
}, 600_000);

afterAll(async () => {
	await stopAll(world, model);
}, 120_000);

test('they are gone, as nodes and as tools; those that only read are there', async () => {
	const names = z.array(z.string()).parse(JSON.parse(excluded));
	const ours = names.filter((name) => name.startsWith('n8n-nodes-proofpoint.'));
	expect(ours).toEqual([
		'n8n-nodes-proofpoint.proofpointRemediation',
		'n8n-nodes-proofpoint.proofpointGroup',
	]);
	const types = (await world.n8n.client.nodeTypes())
		.map(({ name }) => name)
		.filter((name) => name.startsWith('n8n-nodes-proofpoint.'))
		.map((name) => name.replace('n8n-nodes-proofpoint.', ''))
		.sort();
	const reading = ['', 'Anomaly', 'Audit', 'CompanyRisk', 'UserMonitoring'];
	const wanted = [
		...reading.flatMap((name) => [`proofpoint${name}`, `proofpoint${name}Tool`]),
		'proofpointTrigger',
	];
	expect(types).toEqual(wanted.sort());
});

test('an agent that still has one does not run; a workflow that still has one neither; one that reads does', async () => {
	const release = operationOf('Remediation', 'releaseFromQuarantine');
	const read = operationOf('Proofpoint', 'getAll');
	for (const marker of ['acting agent', 'reading agent']) model.script(marker, ['Done']);
	const [acting, reading, plain] = await world.n8n.executeMany([
		withTools('acting agent', [toolOf(release, 'Release')]),
		withTools('reading agent', [toolOf(read, 'Search')]),
		manual(
			'plain',
			proofpointNode('Release', 'proofpointRemediation', { eventId: 'defender::inbound-1' }),
		),
	]);
	process.stderr.write(`excluded: ${acting?.error?.message} / ${plain?.error?.message}\n`);
	expect(acting?.error?.message).toMatch(/Unrecognized node type|not (currently )?installed/);
	expect(plain?.error?.message).toMatch(/Unrecognized node type|not (currently )?installed/);
	expect(model.conversation('acting agent')).toEqual([]);
	expect(reading && jsonOf(reading, 'Agent')).toEqual([{ output: 'Done' }]);
	const { requests } = await world.simulator.requests();
	expect(requests.filter(({ method }) => method !== 'GET')).toEqual([]);
}, 180_000);
