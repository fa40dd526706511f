/**
 * What keeps the playbooks for groups and bursts from acting: as imported, stopped, and with a full cap. Everything else is as
 * their users set it up. Whatever happens, nothing is written, and the channel learns why. (The release playbook has more
 * cases of its own: playbookGate.)
 */
import { stopAll } from '@test/stopAll.cjs';
import type { Workflow } from '@host/workflow.cjs';

import { readPlaybook, withSettings } from '../../scripts/demo/playbooks.cjs';
import {
	intoSyncGroup,
	intoWatchGroup,
	makeGroupWorld,
	user,
	type GroupWorld,
} from './groupWorld.cjs';
import { failed, impatient, pollOften, reached, withNodes } from './playbookWorld.cjs';
import { buttonsOf, textOf } from '@host/slackMessages.cjs';
import { click } from './slackReviews.cjs';
import { turnStopAll } from './switches.cjs';

let world: GroupWorld;
const published = new Array<string>();

beforeAll(async () => {
	world = await makeGroupWorld({ events: 20, groups: 3, anomalies: 2, remediationDelay: 300 });
	await world.n8n.start();
}, 480_000);

afterEach(async () => {
	for (const id of published.splice(0)) await world.n8n.client.deactivate(id);
});

afterAll(async () => {
	await stopAll(world);
}, 120_000);

const states = [
	{
		name: 'as imported',
		settings: {},
		stopAll: 'off' as const,
		watch: 'Dry run: this user would have been put on the watch list',
		directory: 'would have changed',
		burst: 'Dry run: these mails would have been deleted',
		why: 'dryRun is on in Settings',
	},
	{
		name: 'stopped',
		settings: { dryRun: false },
		stopAll: 'on' as const,
		watch: 'Not put on the watch list: the playbook was kept from acting by the stop switch',
		directory: 'was left as it is: the playbook was kept from acting by the stop switch',
		burst: 'mails were not deleted; the playbook was kept from acting by the stop switch',
		why: 'stopAll is on in the data table “Proofpoint switches”',
	},
	{
		name: 'with a cap of none in a run',
		settings: { dryRun: false, maxPerRun: 0 },
		stopAll: 'off' as const,
		watch: 'Not put on the watch list: the playbook was kept from acting by the cap of 0 per run',
		directory: 'was left as it is: the playbook was kept from acting by the cap of 0 per run',
		burst: 'mails were not deleted; the playbook was kept from acting by the cap of 0 per run',
		why: 'maxPerRun (0) is reached',
	},
	{
		name: 'with a cap of none in an hour',
		settings: { dryRun: false, maxPerHour: 0 },
		stopAll: 'off' as const,
		watch: 'Not put on the watch list: the playbook was kept from acting by the cap of 0 per hour',
		directory: 'was left as it is: the playbook was kept from acting by the cap of 0 per hour',
		burst: 'mails were not deleted; the playbook was kept from acting by the cap of 0 per hour',
		why: 'maxPerHour (0) is reached',
	},
];

test.each(states)(
	'$name: nothing is written, and the channel learns why',
	async ({ name, settings, stopAll, why, ...titles }) => {
		const { n8n, simulator } = world;
		await turnStopAll(world.n8n, stopAll);
		const run = states.findIndex((state) => state.name === name);
		const ids = {
			watch: `gateWatch${run}`,
			burst: `gateBurst${run}`,
			directory: `gateGroup${run}`,
		};
		const copies: Array<Workflow & { id: string }> = [
			{ ...intoWatchGroup(polling('anomalous-users-watch-list'), world.watchGroup), id: ids.watch },
			{ ...withNodes(polling('burst-response'), impatient), id: ids.burst },
			{
				...intoSyncGroup(readPlaybook('group-from-directory.json'), world.syncGroup),
				id: ids.directory,
			},
		].map((copy) => ({ ...withSettings(copy, settings), id: copy.id }));
		await n8n.importWorkflows(copies);
		published.push(ids.watch, ids.burst);
		await n8n.publish(ids.watch, ids.burst);
		const told = world.slack().length;
		const messages = () => world.slack().slice(told);
		const says = (title: string) => messages().filter((message) => textOf(message).includes(title));

		const now = await world.membersOf(world.syncGroup);
		world.writeDirectory([...now, `new${run}@acme.example`].map(user));
		await n8n.client.finishedExecution(await n8n.client.run(ids.directory, 'Run by hand'));
		await world.anomaly('high', `anna${run}@acme.example`);
		await simulator.createEvents({
			type: 'defender',
			count: 2,
			place: 'inbox',
			fields: { defender_details: { burst_attack_id: `burst${run}`, threat_signal_types: [] } },
		});
		await reached(() => says('delete its mails from all inboxes?').length > 0);
		const [question] = says('delete its mails from all inboxes?');
		await click(question && buttonsOf(question)['Delete them all']);
		await reached(() => says(titles.burst).length > 0 && says(titles.watch).length > 0);

		for (const title of [titles.watch, titles.directory, titles.burst]) {
			const [message, ...more] = says(title);
			expect([title, message && textOf(message)]).toEqual([title, expect.stringContaining(why)]);
			expect(more).toEqual([]);
		}
		expect(says(titles.burst).map(textOf).join()).toContain(`burst${run}`);
		const { requests } = await simulator.requests();
		const writes = requests.filter(({ method }) => method !== 'GET');
		expect(writes.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
		for (const id of Object.values(ids)) expect(await failed(world, id)).toEqual([]);
	},
	360_000,
);

test('n8n is killed while a user is put on the watch list: nothing is done twice, and the next one is added', async () => {
	const { n8n, simulator } = world;
	await turnStopAll(n8n, 'off');
	const id = 'gateKilled';
	const acting = withSettings(polling('anomalous-users-watch-list'), { dryRun: false });
	await n8n.importWorkflows([{ ...intoWatchGroup(acting, world.watchGroup), id }]);
	await n8n.publish(id);
	published.push(id);
	const since = (await simulator.requests()).requests.at(-1)?.n ?? 0;
	const adds = async () =>
		(await world.groupWrites(since)).flatMap(({ members }) =>
			members.map((one) => one.toLowerCase()),
		);

	await simulator.addFaults({ endpoint: 'membersAdd', action: { kind: 'delay', ms: 20_000 } });
	await world.anomaly('high', 'cut@acme.example');
	await reached(async () => (await adds()).length > 0);
	await n8n.kill();
	await simulator.clearFaults();
	await n8n.start();
	await world.anomaly('high', 'next@acme.example');
	await reached(async () => (await adds()).includes('next@acme.example'));
	expect(await adds()).toEqual(['cut@acme.example', 'next@acme.example']);
	const members = await world.membersOf(world.watchGroup);
	for (const user of ['cut@acme.example', 'next@acme.example']) {
		expect(members.filter((member) => member === user)).toHaveLength(1);
	}
}, 480_000);

test('n8n is killed while a group is made equal to the directory: the next run finishes it', async () => {
	const { n8n, simulator } = world;
	const id = 'gateKilledGroup';
	const acting = withSettings(readPlaybook('group-from-directory.json'), { dryRun: false });
	await n8n.importWorkflows([{ ...intoSyncGroup(acting, world.syncGroup), id }]);
	const before = await world.membersOf(world.syncGroup);
	const joined = Array.from({ length: 150 }, (_, index) => `joined${index}@acme.example`);
	world.writeDirectory([...before, ...joined].map(user));
	const since = (await simulator.requests()).requests.at(-1)?.n ?? 0;
	const adds = async () => (await world.groupWrites(since)).flatMap(({ members }) => members);

	await simulator.addFaults({
		endpoint: 'membersAdd',
		nth: 2,
		action: { kind: 'delay', ms: 20_000 },
	});
	await n8n.client.run(id, 'Run by hand');
	await reached(async () => (await adds()).length >= 150);
	await n8n.kill();
	await simulator.clearFaults();
	await n8n.start();
	await n8n.client.finishedExecution(await n8n.client.run(id, 'Run by hand'));
	expect((await world.membersOf(world.syncGroup)).sort()).toEqual([...before, ...joined].sort());
	expect(new Set(await adds()).size).toBe((await adds()).length);
}, 480_000);

/** A playbook as its file holds it, polling often. */
function polling(name: string): Workflow {
	return pollOften(readPlaybook(`${name}.json`));
}
