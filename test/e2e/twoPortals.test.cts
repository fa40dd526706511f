/**
 * Two portals in one n8n: a copy of each playbook per portal, with events of the same IDs in both. Each copy does its work in its
 * own portal, whatever the other has done, and nothing of one portal is taken for the other's.
 */
import { stopAll } from '@test/stopAll.cjs';
import type { Workflow, WorkflowNode } from '@host/workflow.cjs';
import { startSimulator, type Simulator } from '@simulator/client.cjs';

import { readPlaybook, withoutDryRun, withSettings } from '../../scripts/demo/playbooks.cjs';
import {
	intoSyncGroup,
	intoWatchGroup,
	makeGroupWorld,
	user,
	type GroupWorld,
} from './groupWorld.cjs';
import { failed, impatient, nextPoll, pollOften, reached, withNodes } from './playbookWorld.cjs';
import { buttonsOf, textOf } from '@host/slackMessages.cjs';
import { click } from './slackReviews.cjs';

const portals = ['north', 'south'] as const;
type Portal = (typeof portals)[number];

let world: GroupWorld;
let south: Simulator;

beforeAll(async () => {
	// One seed: both portals make the same IDs.
	const options = { events: 20, groups: 3, anomalies: 2, remediationDelay: 300, seed: 5 };
	world = await makeGroupWorld(options);
	south = await startSimulator(options);
	await world.n8n.importCredentials([
		{
			id: 'proofpoint-south',
			name: 'Proofpoint API of South',
			type: 'proofpointApi',
			data: { portalUrl: south.url, apiToken: south.token, allowCustomHost: true },
		},
	]);
	await world.n8n.start();
	await world.n8n.importWorkflows(portals.flatMap(copies));
	const names = ['release', 'guardian', 'watch', 'burst'] as const;
	await world.n8n.publish(...portals.flatMap((portal) => names.map((name) => idOf(name, portal))));
}, 600_000);

afterAll(async () => {
	await stopAll(south, world);
}, 120_000);

test('a release and an alert: one per portal, though both have events of the same ID', async () => {
	const ids: string[] = [];
	// The other portal lists the same IDs when the first copy is done with them.
	for (const portal of portals) {
		const made = [
			...(await simulatorOf(portal).createEvents({ type: 'defender', releasable: true })),
			...(await simulatorOf(portal).createEvents({ type: 'guardian' })),
		].map(({ id }) => id);
		ids.push(...made);
		await reached(() => toldOf(portal, made).length >= 2);
	}
	expect(new Set(ids).size).toBe(2);
	await nextPoll(world);
	for (const portal of portals) {
		expect(toldOf(portal, ids)).toHaveLength(2);
		expect(await writes(portal, 'releaseFromQuarantine')).toHaveLength(1);
	}
}, 240_000);

test('a burst with the same ID: asked about in each portal, deleted only where it was approved', async () => {
	const mail = {
		type: 'defender' as const,
		count: 2,
		place: 'inbox' as const,
		fields: { defender_details: { burst_attack_id: 'shared', threat_signal_types: [] } },
	};
	for (const portal of portals) await simulatorOf(portal).createEvents(mail);
	const questions = (portal: Portal) =>
		toldOf(portal, ['shared']).filter(({ body }) => 'blocks' in body);
	await reached(() => portals.every((portal) => questions(portal).length > 0));
	const [question] = questions('south');
	await click(question && buttonsOf(question)['Delete them all']);
	await reached(async () => (await writes('south', 'deleteFromInbox')).length >= 2);
	await nextPoll(world);
	expect(await writes('south', 'deleteFromInbox')).toHaveLength(2);
	expect(await writes('north', 'deleteFromInbox')).toEqual([]);
	for (const portal of portals) expect(questions(portal)).toHaveLength(1);
}, 240_000);

test('a watch list and a group from the directory: in each portal its own', async () => {
	const anomaly = { fields: { severity_label: 'high', address: 'ann@acme.example' } };
	for (const portal of portals) await simulatorOf(portal).createAnomalies(anomaly);
	await reached(async () => {
		const done = await Promise.all(
			portals.map(async (portal) => await writes(portal, 'membersAdd')),
		);
		return done.every((list) => list.length > 0);
	});
	const { groups } = await south.state();
	const now = groups.find(({ id }) => id === world.syncGroup)?.members ?? [];
	world.writeDirectory([...now, 'joined@acme.example'].map(user));
	const { client } = world.n8n;
	await client.finishedExecution(await client.run(idOf('directory', 'south'), 'Run by hand'));
	await nextPoll(world);
	expect((await writes('north', 'membersAdd')).join()).toBe(body('ann@acme.example'));
	expect(await writes('south', 'membersAdd')).toEqual([
		body('ann@acme.example'),
		body('joined@acme.example'),
	]);
}, 240_000);

test('no execution failed', async () => {
	for (const portal of portals) {
		for (const name of ['release', 'guardian', 'watch', 'burst', 'directory']) {
			expect([name, portal, await failed(world, idOf(name, portal))]).toEqual([name, portal, []]);
		}
	}
}, 120_000);

const body = (address: string) => JSON.stringify({ members: [{ address }] });

function simulatorOf(portal: Portal): Simulator {
	return portal === 'north' ? world.simulator : south;
}

function idOf(name: string, portal: Portal): string {
	return `${portal}${name}`;
}

/** The playbooks of one portal: its credential, its channel, its groups, everything else as imported, without dry run. */
function copies(portal: Portal): Array<Workflow & { id: string }> {
	const read = (file: string) => pollOften(readPlaybook(`${file}.json`));
	const { watchGroup, syncGroup } = world;
	const directory = { ...withoutDryRun(readPlaybook('group-from-directory.json')) };
	const playbooks = {
		release: withoutDryRun(read('auto-quarantine-release')),
		guardian: read('guardian-slack-alert'),
		watch: intoWatchGroup(withoutDryRun(read('anomalous-users-watch-list')), watchGroup),
		burst: withoutDryRun(read('burst-response')),
		directory: intoSyncGroup(withSettings(directory, { removalsAlwaysAllowed: 100 }), syncGroup),
	};
	return Object.entries(playbooks).map(([name, workflow]) => ({
		...withNodes(workflow, (node) => ofPortal(impatient(node), portal)),
		id: idOf(name, portal),
		name: `${workflow.name} (${portal})`,
	}));
}

function ofPortal(node: WorkflowNode, portal: Portal): WorkflowNode {
	if (node.credentials?.proofpointApi !== undefined && portal === 'south') {
		return {
			...node,
			credentials: {
				proofpointApi: { id: 'proofpoint-south', name: 'Proofpoint API of South' },
			},
		};
	}
	if (node.credentials?.slackApi === undefined) return node;
	const channelId = { __rl: true, mode: 'name', value: `#${portal}` };
	return { ...node, parameters: { ...node.parameters, channelId } };
}

/** What the channel of a portal was told of these IDs. */
function toldOf(portal: Portal, ids: string[]) {
	return world.slack().filter((message) => {
		const whole = textOf(message);
		return message.channel === `#${portal}` && ids.some((id) => whole.includes(id));
	});
}

/** The bodies of a portal's requests to one endpoint, in order. */
async function writes(portal: Portal, endpoint: string): Promise<string[]> {
	const { requests } = await simulatorOf(portal).requests();
	return requests.filter((request) => request.endpoint === endpoint).map((request) => request.body);
}
