/** What keeps an acting playbook from acting, and its trace: the release playbook in a real n8n, its settings changed. */
import { stopAll } from '@test/stopAll.cjs';
import { chain, type Workflow } from '@host/workflow.cjs';
import { steadyFetch } from '@host/steadyFetch.cjs';

import { readPlaybook, withSettings } from '../../scripts/demo/playbooks.cjs';
import {
	failed,
	makePlaybookWorld,
	nextPoll,
	pollOften,
	reached,
	withNodes,
	type PlaybookWorld,
} from './playbookWorld.cjs';
import { create, releasePlaybook, releaseRequests } from './releasePlaybook.cjs';
import { turnStopAll } from './switches.cjs';

const recorder = { ...readPlaybook('record-action.json'), id: 'recordAction' };
const acting = withSettings(pollOften(releasePlaybook), {
	dryRun: false,
	traceWorkflow: 'recordAction',
});
let world: PlaybookWorld;

beforeAll(async () => {
	world = await makePlaybookWorld(
		[
			{ ...withSettings(acting, { maxPerRun: 2, maxPerHour: 3 }), id: 'gateCap' },
			{ ...recorder, id: 'recordAction' },
		],
		{ events: 20, remediationDelay: 500 },
	);
}, 480_000);

afterAll(async () => {
	await stopAll(world);
}, 120_000);

test('the cap: three of eight are released, the others are reported, all are recorded', async () => {
	const ids = await create(world, { type: 'defender', releasable: true, count: 5 });
	await reached(() => world.slack().length >= 5);
	// However they fell into polls: two in a run, three in an hour.
	const first = (await releaseRequests(world)).length;
	expect([2, 3]).toContain(first);
	ids.push(...(await create(world, { type: 'defender', releasable: true, count: 3 })));
	await reached(() => world.slack().length >= 8);
	await nextPoll(world);
	const asked = await releaseRequests(world);
	expect(asked).toHaveLength(3);
	expect(new Set(asked).size).toBe(3);
	const kept = world.slack().filter(({ text }) => text.includes('kept from acting'));
	expect(kept).toHaveLength(5);
	for (const { text } of kept) {
		expect(text).toMatch(/kept from acting by the cap of (?:2 per run|3 per hour)\*/);
		expect(text).toMatch(/\*Done:\* nothing, because maxPer(Run|Hour) \(\d\) is reached/);
	}
	const rows = actions();
	expect(rows.map(({ event }) => event).sort()).toEqual([...ids].sort());
	const done = rows.filter(({ outcome }) => !String(outcome).startsWith('not done: maxPer'));
	expect(done.map(({ event }) => event).sort()).toEqual([...asked].sort());
	for (const row of done) {
		expect(row).toMatchObject({
			playbook: releasePlaybook.name,
			portal: 'gateCap',
			what: 'release from quarantine',
			outcome: expect.stringMatching(/^(queued|partial)$/),
			confirmation: 'confirmed',
			execution: expect.stringMatching(/^\d+$/),
			at: expect.stringMatching(/Z$/),
		});
	}
	expect(
		world
			.slack()
			.map(({ text }) => text)
			.join(),
	).not.toContain('No trace is kept');
}, 360_000);

test('the switch stops it at once; turned off, what was reported acts with its next change', async () => {
	const before = (await releaseRequests(world)).length;
	await world.n8n.client.deactivate('gateCap');
	await play('gateStop', acting);
	await turnStopAll(world.n8n, 'on');
	const messages = world.slack().length;
	const [id = ''] = await create(world, { type: 'defender', releasable: true });
	await reached(() => world.slack().length > messages);
	await world.simulator.updateEvents({ ids: [id] });
	await nextPoll(world);
	expect(
		world
			.slack()
			.slice(messages)
			.map(({ text }) => text),
	).toEqual([
		expect.stringContaining(
			'nothing, because stopAll is on in the data table “Proofpoint switches”',
		),
	]);
	expect(await releaseRequests(world)).toHaveLength(before);

	await turnStopAll(world.n8n, 'off');
	await world.simulator.updateEvents({ ids: [id] });
	await reached(() => world.slack().length > messages + 1);
	expect((await releaseRequests(world)).slice(before)).toEqual([id]);
	await world.n8n.client.deactivate('gateStop');
}, 360_000);

test('Execute workflow only reports, with dryRun off too', async () => {
	const before = (await releaseRequests(world)).length;
	const messages = world.slack().length;
	const { client } = world.n8n;
	const id = 'gateByHand';
	await world.n8n.importWorkflows([{ ...acting, id }]);
	const run = await client.finishedExecution(await client.run(id, 'Proofpoint Trigger'));
	expect(run.error?.message).toBeUndefined();
	const told = world.slack().slice(messages);
	expect(told.length).toBeGreaterThan(0);
	for (const { text } of told) {
		expect(text).toMatch(/Dry run: this would have been requested|an administrator labelled/);
	}
	expect(told.map(({ text }) => text).join()).toContain(
		'nothing, because it was run by hand, and actWhenRunByHand is off in Settings',
	);
	expect(await releaseRequests(world)).toHaveLength(before);
}, 240_000);

test('a switch that cannot be read stops it', async () => {
	const before = (await releaseRequests(world)).length;
	const blind = withNodes(acting, (node) =>
		node.name === 'Read the switches'
			? {
					...node,
					parameters: {
						...node.parameters,
						dataTableId: { __rl: true, mode: 'id', value: 'nosuchtable' },
					},
				}
			: node,
	);
	await play('gateBlind', blind);
	const messages = world.slack().length;
	await create(world, { type: 'defender', releasable: true });
	await reached(() => world.slack().length > messages);
	expect(world.slack().at(-1)?.text).toContain('“Proofpoint switches” could not be read');
	expect(await releaseRequests(world)).toHaveLength(before);
	await world.n8n.client.deactivate('gateBlind');
}, 240_000);

test('a trace that fails stops neither the action nor its report', async () => {
	const before = (await releaseRequests(world)).length;
	const rows = actions().length;
	await play('gateNoTrace', withSettings(acting, { traceWorkflow: 'nosuchworkflow' }));
	const messages = world.slack().length;
	await create(world, { type: 'defender', releasable: true });
	await reached(() => world.slack().length > messages);
	await nextPoll(world);
	expect(world.slack().slice(messages)).toHaveLength(1);
	expect(world.slack().at(-1)?.text).toContain('Released from quarantine');
	expect(await releaseRequests(world)).toHaveLength(before + 1);
	expect(actions()).toHaveLength(rows);
	for (const id of ['gateCap', 'gateStop', 'gateBlind', 'gateNoTrace']) {
		expect(await failed(world, id)).toEqual([]);
	}
}, 240_000);

test.each(['auto-quarantine-release', 'burst-response', 'users-said-malicious'])(
	'%s: of executions that reach its empty memory at the same moment, none fails',
	async (file) => {
		const once = readPlaybook(`${file}.json`).nodes.find(({ name }) => /^Only once per/.test(name));
		if (once === undefined) throw new Error('It remembers nothing');
		const seen = {
			settings: { portal: 'acme' },
			gate: { act: true },
			facts: { admin_label: '' },
		};
		const workflow = chain(
			file,
			[
				{
					name: 'Seen',
					type: 'n8n-nodes-base.webhook',
					typeVersion: 2,
					parameters: { path: file, responseMode: 'lastNode', responseData: 'allEntries' },
					...{ webhookId: file },
				},
				{
					name: 'Settings',
					type: 'n8n-nodes-base.set',
					typeVersion: 3.4,
					parameters: {
						mode: 'raw',
						jsonOutput: `=${JSON.stringify({ id: '{{ $json.query.id }}', ...seen })}`,
					},
				},
				once,
			],
			`once-${file}`.slice(0, 16),
		);
		await play(workflow.id ?? '', workflow);
		const ids = Array.from({ length: 30 }, (_, index) => `event-${index}`);
		const call = async (id: string) =>
			await (await steadyFetch(`${world.n8n.url}/webhook/${file}?id=${id}`)).text();
		const answers = await Promise.all(ids.map(call));
		expect(answers).toEqual(ids.map((id) => JSON.stringify([{ id, ...seen }])));
		await world.n8n.client.deactivate(workflow.id ?? '');
	},
	240_000,
);

/** Publishes a copy of the playbook; it begins with what happens from now on. */
async function play(id: string, workflow: Workflow): Promise<void> {
	await world.n8n.importWorkflows([{ ...workflow, id }]);
	await world.n8n.publish(id);
}

/** The rows of the trace. */
function actions() {
	const [table] = world.n8n.query('SELECT id FROM data_table WHERE name = ?', 'Proofpoint actions');
	return world.n8n.query(`SELECT * FROM "data_table_user_${String(table?.id)}"`);
}
