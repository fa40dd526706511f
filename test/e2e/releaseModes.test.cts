/** The release playbook while its dry run is on, as it is imported, and when no confirmation comes. In a real n8n. */
import { stopAll } from '@test/stopAll.cjs';
import type { Workflow } from '@host/workflow.cjs';

import { withoutDryRun } from '../../scripts/demo/playbooks.cjs';
import {
	makePlaybookWorld,
	nextPoll,
	pollOften,
	reached,
	type PlaybookWorld,
} from './playbookWorld.cjs';
import {
	create,
	looseEvent,
	mailLines,
	releasePlaybook,
	releaseRequests,
	slackText,
	whyLine,
} from './releasePlaybook.cjs';
import { noTrace } from './shown.cjs';

const dryId = 'dryRelease';
/** The same playbook when somebody deleted the setting: that is no permission to act. */
const unsetId = 'unsetRelease';
let world: PlaybookWorld;

beforeAll(async () => {
	const imported = { ...pollOften(releasePlaybook), id: dryId };
	const unset = { ...imported, id: unsetId, nodes: imported.nodes.map(withoutSettings) };
	world = await makePlaybookWorld([imported, unset], { events: 20 });
}, 360_000);

afterAll(async () => {
	await stopAll(world);
}, 120_000);

const safe: string[] = [];

test('dry run: nothing is sent, and Slack learns once what would have been requested', async () => {
	const { simulator } = world;
	safe.push(...(await create(world, { type: 'defender', releasable: true, count: 3 })));
	await create(world, { type: 'defender', releasable: false, count: 3, place: 'inbox' });
	await reached(() => world.slack().length >= 2 * safe.length);
	// They come back, and are nothing new.
	await simulator.updateEvents({ ids: safe });
	await nextPoll(world);

	const wanted = await Promise.all(
		safe.map(async (id) => {
			const event = await looseEvent(world, id);
			return slackText(id, event, ':test_tube: *Dry run: this would have been requested*', [
				...mailLines(event),
				whyLine(event),
				'*Done:* nothing, because dryRun is on in Settings',
				noTrace,
			]);
		}),
	);
	const texts = world.slack().map(({ text }) => text);
	expect(texts.sort()).toEqual([...wanted, ...wanted].sort());
	expect(await releaseRequests(world)).toEqual([]);
}, 240_000);

test('turned off: an event that was reported acts when it changes, once', async () => {
	const { client } = world.n8n;
	const before = world.slack().length;
	await client.deactivate(unsetId);
	// n8n's own way to change a setting: another version of the same workflow.
	await client.deactivate(dryId);
	const acting = pollOften(impatient(withoutDryRun(releasePlaybook)));
	await world.n8n.importWorkflows([{ ...acting, id: dryId }]);
	await client.activate(dryId);
	await world.n8n.waitForTriggers(dryId);
	const [first = ''] = safe;
	await world.simulator.updateEvents({ ids: [first] });
	await reached(() => world.slack().length > before);
	expect(await releaseRequests(world)).toEqual([first]);
	expect(world.slack().at(-1)?.text).toContain(':white_check_mark: *Released from quarantine*');
	await client.deactivate(dryId);
}, 240_000);

const ends = [
	{
		name: 'it stays pending',
		life: 'pending',
		now: 'released 0, pending release 1, quarantined 0 (still under way when the time was over)',
	},
	{
		name: 'nothing is seen of it',
		life: 'none',
		now: 'released 0, pending release 0, quarantined 1 (no change seen in time)',
	},
] as const;

test.each(ends)(
	'requested, and $name: Slack says what the counts show, and not “Released”',
	async ({ life, now }) => {
		const { simulator, n8n } = world;
		await simulator.set({ remediationLife: life, remediationDelayMs: 1000 });
		// With each of them n8n begins anew, with what comes from now on.
		const acting = pollOften(impatient(withoutDryRun(releasePlaybook)));
		const workflowId = `release${life}`;
		await n8n.importWorkflows([{ ...acting, id: workflowId }]);
		await n8n.publish(workflowId);
		const before = world.slack().length;
		const [id = ''] = await create(world, {
			type: 'defender',
			releasable: true,
			place: 'quarantined',
			fields: {
				inbound_email_details: { recipients: oneRecipient },
				defender_details: { users_responded: { safe: 1 }, number_protected_users: 1 },
			},
		});
		await reached(() => world.slack().length > before);
		const [message, ...more] = world.slack().slice(before);
		expect(more).toEqual([]);
		expect(message?.text).toMatch(/^:hourglass_flowing_sand: \*Release requested, not confirmed\*/);
		expect(message?.text).toContain(`\n*Requested:* for 1 of 1 recipients\n*Now:* ${now}\n`);
		expect(message?.text).not.toContain('Released');
		expect((await releaseRequests(world)).filter((asked) => asked === id)).toHaveLength(1);
		await n8n.client.deactivate(workflowId);
	},
	240_000,
);

const ann = ['ann@acme.example'];
const oneRecipient = { to: ann, cc: [], bcc: [], all: ann, count: 1 };

/** Waits for seconds where the playbook waits for minutes. */
function impatient(workflow: Workflow): Workflow {
	const nodes = workflow.nodes.map((node) =>
		node.name === 'Release from quarantine'
			? {
					...node,
					parameters: {
						...node.parameters,
						options: { waitForConfirmation: true, confirmationTimeout: 12 },
					},
				}
			: node,
	);
	return { ...workflow, nodes };
}

function withoutSettings(node: Workflow['nodes'][number]): Workflow['nodes'][number] {
	if (node.name !== 'Settings') return node;
	const assignments = { assignments: [] };
	return { ...node, parameters: { ...node.parameters, assignments } };
}
