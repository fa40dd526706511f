/**
 * The two playbooks that keep groups (watch list, directory group), as users import them, in one real
 * n8n against the simulator. What its request log and ledger, the Slack edge and the Graph edge saw is
 * compared item by item with what had to happen.
 */
import { stopAll } from '@test/stopAll.cjs';
import type { GraphDirectory } from '@host/graphEdge.cjs';
import type { Workflow } from '@host/workflow.cjs';

import { readPlaybook, withoutDryRun } from '../../scripts/demo/playbooks.cjs';
import { damages, hostileTexts } from '../hostileTexts.cjs';
import {
	intoSyncGroup,
	intoWatchGroup,
	makeGroupWorld,
	printRequests,
	user,
	type DirectoryMember,
	type GroupWorld,
} from './groupWorld.cjs';
import { everySeconds, failed, nextPoll, pollOften, reached } from './playbookWorld.cjs';

const watchId = 'anomalyWatchList';
const directoryId = 'groupDirectory';
const playbooks = {
	watch: readPlaybook('anomalous-users-watch-list.json'),
	directory: readPlaybook('group-from-directory.json'),
};

let world: GroupWorld;

beforeAll(async () => {
	world = await makeGroupWorld({ events: 60, groups: 3, anomalies: 4, remediationDelay: 300 });
	const { n8n } = world;
	await n8n.start();
	await n8n.importWorkflows([
		intoWatchGroup(pollOften(withoutDryRun(playbooks.watch)), world.watchGroup),
		directoryPlaybook(),
	]);
	await n8n.publish(watchId);
}, 480_000);

afterAll(async () => {
	await stopAll(world);
}, 120_000);

test('the ids of the playbooks are short enough for n8n to keep what their triggers store', () => {
	for (const { id = '' } of Object.values(playbooks)) expect(id).toMatch(/^[A-Za-z0-9]{1,16}$/);
});

describe('users with anomalies on a watch list', () => {
	const watched = 'vera.watched@acme.example';
	/** X.400: no member of a group can be called so. */
	const unfit = '/O=ACME/CN=RECIPIENTS/CN=<!channel>';

	test('each user is added once, and only with a high severity', async () => {
		await world.changeGroup('add', world.watchGroup, watched);
		await mark();
		const found = await Promise.all([
			world.anomaly('high', 'ann@acme.example'),
			world.anomaly('very_high', 'ANN@acme.example'),
			world.anomaly('very_high', 'bob&co@acme.example'),
			world.anomaly('moderate', 'mild@acme.example'),
			world.anomaly('high', watched.toUpperCase()),
			world.anomaly('high', unfit),
		]);
		expect(found).toHaveLength(6);
		await reached(() => watchMessages().length >= 3);
		// Found again, and more of the same: nothing to do.
		await world.anomaly('very_high', 'Ann@acme.example');
		await nextPoll(world);

		expect((await added()).map((address) => address.toLowerCase()).sort()).toEqual([
			'ann@acme.example',
			'bob&co@acme.example',
		]);
		const members = await world.membersOf(world.watchGroup);
		expect(members).toEqual(expect.arrayContaining(['ann@acme.example', watched]));
		expect(members).not.toContain('mild@acme.example');
		const messages = watchMessages();
		expect(messages).toHaveLength(3);
		const of = (text: string) => messages.filter((message) => message.includes(text));
		expect(of('Put on the watch list')).toHaveLength(2);
		expect(of('*User:* bob＆co@acme[.]example\n*Anomaly:* severity very high')).toHaveLength(1);
		expect(of('Not put on the watch list')).toEqual([
			expect.stringContaining('*User:* /O=ACME/CN=RECIPIENTS/CN=‹!channel›'),
		]);
		expect(messages.join()).not.toContain('<!');
		await printRequests(world.simulator, marked.requests, 'anomalous-users-watch-list', [
			'membersAdd',
		]);
	}, 240_000);

	test('who was taken off comes back with the next anomaly', async () => {
		await world.changeGroup('remove', world.watchGroup, 'ann@acme.example');
		await world.anomaly('high', 'ann@acme.example');
		await reached(() => watchMessages().length >= 4);
		expect(await world.membersOf(world.watchGroup)).toContain('ann@acme.example');
		expect(watchMessages()).toHaveLength(4);
	}, 180_000);
});

describe('group from a directory', () => {
	const people = Array.from({ length: 230 }, (_, index) => user(`person${index}@acme.example`));
	const others = [
		{ '@odata.type': '#microsoft.graph.group', id: 'nested', mail: 'nested@acme.example' },
		{ '@odata.type': '#microsoft.graph.device', id: 'device' },
		{ ...user('x'), mail: null, userPrincipalName: '<!here>@acme.example' },
	];

	test('all pages of the directory become the members, in as many requests as it takes', async () => {
		await world.changeGroup('remove', world.syncGroup, ...(await world.membersOf(world.syncGroup)));
		await world.changeGroup('add', world.syncGroup, 'left@acme.example', 'PERSON3@acme.example');
		world.writeDirectory([...people, ...others]);
		await runDirectory();

		expect(directoryRequests().map(({ page, status }) => [page, status])).toEqual([
			[1, 200],
			[2, 200],
			[3, 200],
		]);
		expect((await world.membersOf(world.syncGroup)).sort()).toEqual(
			people.map(({ mail }) => mail).sort(),
		);
		const writes = await world.groupWrites(marked.requests);
		expect(writes.map(({ endpoint, members }) => [endpoint, members.length])).toEqual([
			['membersAdd', 100],
			['membersAdd', 100],
			['membersAdd', 29],
			['membersRemove', 1],
		]);
		const [message = '', ...more] = directoryMessages();
		expect(more).toEqual([]);
		expect(message).toContain('*Removed:* left@acme[.]example\n*Unchanged:* 1\n');
		expect(message).toContain('person20@acme[.]example and 209 more');
		expect(message).toContain('in the directory:* ‹!here›＠acme[.]example');
		await printRequests(world.simulator, marked.requests, 'group-from-directory', [
			'group',
			'membersAdd',
			'membersRemove',
		]);
	}, 120_000);

	test('nothing changed: nothing is written, and Slack hears nothing', async () => {
		await runDirectory();
		expect(await world.groupWrites(marked.requests)).toEqual([]);
		expect(directoryMessages()).toEqual([]);
	}, 120_000);

	test('the schedule runs it: one joined, one left', async () => {
		const { client } = world.n8n;
		const now = [...people.slice(1), user('joined@acme.example')];
		world.writeDirectory(now);
		await mark();
		const often = await client.createWorkflow(
			everySeconds(3, 'Directory every three seconds', directoryPlaybook()),
		);
		await client.activate(often);
		await reached(() => directoryRequests().length >= 6);
		await client.deactivate(often);
		const writes = await world.groupWrites(marked.requests);
		expect(writes.map(({ endpoint, members }) => [endpoint, ...members])).toEqual([
			['membersAdd', 'joined@acme.example'],
			['membersRemove', 'person0@acme.example'],
		]);
		expect(directoryMessages()).toHaveLength(1);
		world.writeDirectory(now);
	}, 180_000);

	test('hostile names of the directory forge nothing in the message', async () => {
		for (const half of [hostileTexts.slice(0, 20), hostileTexts.slice(20)]) {
			const before = await world.membersOf(world.syncGroup);
			const strange = half.map(([, text]) => ({
				...user('x'),
				mail: null,
				userPrincipalName: text,
			}));
			const staying = before.map((member) => user(member));
			world.writeDirectory([...staying, user(`more${before.length}@acme.example`), ...strange]);
			await runDirectory();
			const [message = '', ...more] = directoryMessages();
			expect(more).toEqual([]);
			// Title, added, removed, unchanged, without an address, no trace.
			expect(damages(message, { lines: 6, length: 2400 })).toEqual([]);
		}
		await world.changeGroup(
			'remove',
			world.syncGroup,
			'more230@acme.example',
			'more231@acme.example',
		);
	}, 120_000);

	const mishaps: Array<{
		name: string;
		members?: DirectoryMember[];
		how?: Partial<GraphDirectory>;
		says: string;
	}> = [
		{
			name: 'the last page fails',
			how: { fault: { page: 3, status: 503, body: {} } },
			says: 'the directory group could not be read: ',
		},
		{
			name: 'a page is a web page',
			how: { fault: { page: 2, status: 200, body: '<html>' } },
			says: 'was not a complete list of members',
		},
		{
			name: 'a page is no list',
			how: { fault: { page: 2, status: 200, body: { ok: 1 } } },
			says: 'was not a complete list of members',
		},
		{
			name: 'the token is refused',
			how: { token: 'another' },
			says: 'the directory group could not be read: ',
		},
		{
			name: 'the list is empty',
			members: [],
			says: 'The list of members is empty, so the group was left as it is',
		},
		{
			name: 'too many would go',
			members: people.slice(0, 100),
			says: '*Would be removed:* 131 of 230\n*Who:* person100@acme[.]example, ',
		},
		{
			name: 'an entry is no address',
			members: [...people, user('nobody')],
			says: 'neither an address nor a domain: nobody',
		},
	];
	test.each(mishaps)(
		'$name: the group is left as it is, and Slack says why',
		async (mishap) => {
			const before = await world.membersOf(world.syncGroup);
			world.writeDirectory(mishap.members ?? people, mishap.how);
			await runDirectory();
			expect(directoryMessages()).toEqual([expect.stringContaining(mishap.says)]);
			expect(await world.groupWrites(marked.requests)).toEqual([]);
			expect(await world.membersOf(world.syncGroup)).toEqual(before);
		},
		120_000,
	);
});

test('in the end no execution failed', async () => {
	expect(await failed(world, watchId)).toEqual([]);
	expect(await failed(world, directoryId)).toEqual([]);
}, 120_000);

function directoryPlaybook(): Workflow {
	return intoSyncGroup(withoutDryRun(playbooks.directory), world.syncGroup);
}

function watchMessages(): string[] {
	return world.slack().flatMap(({ text }) => (text.includes('watch list') ? [text] : []));
}

/** What Slack was told of the directory since the last mark. */
function directoryMessages(): string[] {
	return world
		.slack()
		.slice(marked.slack)
		.flatMap(({ text }) => (/[Gg]roup .*directory|left as it is/.test(text) ? [text] : []));
}

/** Requests to the directory since the last mark. */
function directoryRequests() {
	return world.graphRequests().slice(marked.graph);
}

/** Addresses that were added to a group since the last mark. */
async function added(): Promise<string[]> {
	return (await world.groupWrites(marked.requests)).flatMap(({ members }) => members);
}

/** Where the traces of the next step begin. */
const marked = { requests: 0, slack: 0, graph: 0 };

async function mark(): Promise<void> {
	const { requests } = await world.simulator.requests();
	marked.requests = requests.at(-1)?.n ?? 0;
	marked.slack = world.slack().length;
	marked.graph = world.graphRequests().length;
}

/** Runs the directory playbook by hand; its traces begin here. */
async function runDirectory(): Promise<void> {
	await mark();
	const { client } = world.n8n;
	const { error, status } = await client.finishedExecution(
		await client.run(directoryId, 'Run by hand'),
	);
	expect(error?.message).toBeUndefined();
	expect(status).toBe('success');
}
