/**
 * The burst playbook, as users import it, in a real n8n against the simulator. What its request log and ledger and the
 * Slack edge saw is compared item by item with what had to happen.
 */
import { stopAll } from '@test/stopAll.cjs';
import type { Workflow } from '@host/workflow.cjs';
import { endpoints } from '@nodes/shared/api/endpoints';
import type { NewEvents } from '@simulator/client.cjs';
import { rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

import { readPlaybook, withoutDryRun } from '../../scripts/demo/playbooks.cjs';
import {
	failed as failedOf,
	impatient,
	makePlaybookWorld,
	nextPoll,
	pollOften,
	reached,
	withNodes,
	type PlaybookWorld,
} from './playbookWorld.cjs';
import { click } from './slackReviews.cjs';

const burstId = 'proofpointBurst';
/** What a stranger may write into a subject, the question's and n8n's own escapes included. */
const trick =
	'<https://evil.example|Reset> <!channel> A & B &lt;!here&gt; &amp;lt;!here&amp;gt;\\n*Answer:* yes';

let world: PlaybookWorld;
/** Event ids by burst. */
const burst = {
	approved: new Array<string>(),
	declined: new Array<string>(),
	overRestart: new Array<string>(),
	growing: new Array<string>(),
	slow: new Array<string>(),
	unheard: new Array<string>(),
	unanswered: new Array<string>(),
};

beforeAll(async () => {
	world = await makePlaybookWorld(
		[{ ...burstPlaybook(), id: burstId }],
		{ events: 60, remediationDelay: 300 },
		async (simulator) => {
			// Before anybody looked: the trigger does not bring these, an approval deletes them as well.
			const made = await simulator.createEvents(
				mail({ burst: 'approved', count: 2, place: 'inbox' }),
			);
			burst.approved.push(...made.map(({ id }) => id));
			await simulator.createEvents(
				mail({ burst: 'slow', place: 'inbox', createdAt: daysAgo(3.5) }),
			);
			await simulator.createEvents({ type: 'architect', count: 60 });
		},
	);
}, 240_000);

afterAll(async () => {
	await stopAll(world);
}, 60_000);

test('somebody is asked once per burst, and nothing is sent to Proofpoint before the answer', async () => {
	const { simulator } = world;
	burst.approved.push(
		...(await create({
			burst: 'approved',
			place: 'inbox',
			fields: { inbound_email_details: { subject: trick, from: `${trick}@evil.example` } },
		})),
		...(await create({ burst: 'approved', count: 3, place: 'inbox' })),
		// Still in quarantine: there is nothing in an inbox, and the summary has to say so.
		...(await create({ burst: 'approved', place: 'quarantined' })),
	);
	burst.declined.push(...(await create({ burst: 'declined', count: 2, place: 'inbox' })));
	burst.overRestart.push(...(await create({ burst: 'overRestart', count: 2, place: 'inbox' })));
	await create({ burst: null, count: 3, place: 'inbox' });
	await create({ burst: '', place: 'inbox' });
	// Each a burst of its own, as nearly every mail is.
	for (const single of ['one', 'two', 'three']) await create({ burst: single, place: 'inbox' });
	burst.growing.push(...(await create({ burst: 'growing', place: 'inbox' })));
	burst.slow.push(...(await create({ burst: 'slow', place: 'inbox' })));
	await simulator.createEvents({ type: 'guardian', count: 2 });
	await reached(() => questions().length >= 3);
	// More of the burst, and updates, while the question waits: no second question.
	burst.approved.push(...(await create({ burst: 'approved', count: 2, place: 'inbox' })));
	await simulator.updateEvents({ ids: [...burst.approved, ...burst.declined] });
	await nextPoll();

	expect(
		questions()
			.map(({ burst: name }) => name)
			.sort(),
	).toEqual(['approved', 'declined', 'overRestart']);
	expect(await deletions()).toEqual([]);
	const { text } = question('approved');
	expect(text).toContain('*Mails in the last days:* 7, to ');
	expect(text).not.toContain('*Note:*');
	expect(text).toContain('‹https[:]//evil[.]example｜Reset› ‹!channel›');
	expect(text).not.toMatch(/<!|<https:\/\/evil|&amp;lt;https/);
	expect(text).not.toContain('\n*Answer:*');
}, 120_000);

test('a burst of one is silent: no row, no question; its second mail asks, once', async () => {
	const rows = () => bursts().map(({ burst: name }) => String(name));
	expect(rows().sort()).toEqual(['approved', 'declined', 'overRestart']);
	expect(await failed()).toEqual([]);
	// An update of the mail is no second mail.
	await world.simulator.updateEvents({ ids: burst.growing });
	await nextPoll();
	expect(questions()).toHaveLength(3);

	const simulation = { defender_details: { threat_signal_types: ['PHISHING_SIMULATION'] } };
	burst.growing.push(...(await create({ burst: 'growing', place: 'inbox', fields: simulation })));
	await reached(() => questions().length > 3);
	burst.growing.push(...(await create({ burst: 'growing', place: 'inbox' })));
	await nextPoll();
	expect(question('growing').text).toContain('*Mails in the last days:* 2, to ');
	expect(question('growing').text).toContain('*Note:* 1 of them are a simulation');
	// The first mail of this one is older than three days: it does not count.
	expect(rows()).not.toContain('slow');
	burst.slow.push(...(await create({ burst: 'slow', place: 'inbox' })));
	await reached(() => rows().includes('slow') && questions().length > 4);
	expect(question('slow').text).toContain('*Mails in the last days:* 2, to ');
	expect(rows().sort()).toEqual(['approved', 'declined', 'growing', 'overRestart', 'slow']);
}, 120_000);

test('approved: each mail of the burst is deleted once, and Slack hears what failed', async () => {
	const { simulator } = world;
	const [unlucky = ''] = burst.approved;
	await simulator.addFaults({
		endpoint: 'deleteFromInbox',
		contains: unlucky,
		action: { kind: 'status', status: 500 },
	});
	expect(await press('approved', 'Delete them all')).toBe(200);
	await reached(() => said('approved').length > 0);
	await simulator.clearFaults();

	expect((await deletions()).sort()).toEqual([...burst.approved].sort());
	const { remediations } = await simulator.ledger();
	const attempted = remediations.reduce((sum, { attempted }) => sum + attempted, 0);
	const succeeded = remediations.reduce((sum, { succeeded }) => sum + succeeded, 0);
	const [summary = ''] = said('approved');
	expect(summary).toContain(
		`*Requested:* for 7 of 9 mails, for ${succeeded} of ${attempted} recipients\n*Now:* 7 confirmed\n`,
	);
	expect(summary).toContain('deletion from inboxes requested');
	expect(summary).toContain(unlucky);
	expect(summary).toContain('EMAIL_NOT_FOUND_IN_INBOX');
	expect(summary).toMatch(/\(500\)\. .*portal/);
	// Pressed again, or "Leave them" after it: too late. That nothing happens is seen in the tests to come.
	await press('approved', 'Delete them all');
	await press('approved', 'Leave them');
}, 120_000);

test('declined: nothing is sent to Proofpoint', async () => {
	expect(await press('declined', 'Leave them')).toBe(200);
	await reached(() => said('declined').length > 0);
	expect(said('declined')).toEqual([
		expect.stringContaining('nothing was deleted*\n*Answer:* declined\n'),
	]);
	expect(await deletionsOf('declined')).toEqual([]);
}, 90_000);

test('mails that are reported after the answer: deleted if it was yes, nobody is asked again', async () => {
	const late = await create({ burst: 'approved', count: 2, place: 'inbox' });
	burst.approved.push(...late);
	burst.declined.push(...(await create({ burst: 'declined', place: 'inbox' })));
	await reached(() => said('approved').length > 1);
	await nextPoll();

	expect(await deletionsOf('approved')).toEqual([...burst.approved].sort());
	expect(said('approved')[1]).toContain('*Requested:* for 2 of 2 mails, for ');
	expect(await deletionsOf('declined')).toEqual([]);
	expect(questions()).toHaveLength(5);
}, 120_000);

test('Slack refuses the question: the execution fails, and the next mail asks again', async () => {
	writeFileSync(`${world.slackFile}.refuse`, '');
	burst.unheard.push(...(await create({ burst: 'unheard', count: 2, place: 'inbox' })));
	await reached(async () => (await failed()).length > 0);
	// Whatever comes of it, Slack takes messages again in the tests behind this one.
	rmSync(`${world.slackFile}.refuse`);
	expect(await failed()).toEqual([
		expect.stringMatching(
			/Slack could not be asked about the burst .*channel_not_found.*Nothing was deleted/,
		),
	]);
	burst.unheard.push(...(await create({ burst: 'unheard', place: 'inbox' })));
	burst.unanswered.push(...(await create({ burst: 'unanswered', count: 2, place: 'inbox' })));
	await reached(() => questions().length >= 7);
	expect(question('unheard').text).toContain('*Mails in the last days:* 3, to ');
	expect(await press('unheard', 'Leave them')).toBe(200);
	// n8n ends the runner of its Code nodes first when it stops: an execution at work then fails (docs/playbooks/conventions.md).
	expect(await reached(() => said('unheard').length > 0)).toBe(true);
}, 120_000);

test('n8n is restarted while a question waits: the answer still counts', async () => {
	const { n8n } = world;
	await n8n.restart();
	await n8n.waitForTriggers(burstId);
	expect(await press('overRestart', 'Delete them all')).toBe(200);
	await reached(() => said('overRestart').length > 0);
	expect(await deletionsOf('overRestart')).toEqual([...burst.overRestart].sort());
}, 180_000);

test('nobody answers in time: nothing is sent to Proofpoint', async () => {
	// n8n looks for waiting executions when it starts, and once a minute.
	await reached(() => said('unanswered').length > 0, 90_000);
	expect(said('unanswered')).toEqual([expect.stringContaining('*Answer:* none within ')]);
	await press('unanswered', 'Delete them all');
	burst.unanswered.push(...(await create({ burst: 'unanswered', place: 'inbox' })));
	await nextPoll();
	expect(await deletionsOf('unanswered')).toEqual([]);
}, 120_000);

test('in the end every mail was deleted once, every burst asked about once, and one execution failed', async () => {
	const { remediationCounts } = await world.simulator.ledger();
	const counts = Object.values(remediationCounts).flatMap((actions) => Object.entries(actions));
	expect(new Set(counts.map(([action, count]) => `${action} ${count}`))).toEqual(
		new Set(['deleteFromInbox 1']),
	);
	expect(
		questions()
			.map(({ burst: name }) => name)
			.sort(),
	).toEqual(Object.keys(burst).sort());
	expect(said('approved')).toHaveLength(2);
	expect(said('declined')).toHaveLength(1);
	expect(said('overRestart')).toHaveLength(1);
	expect(await failed()).toHaveLength(1);
}, 60_000);

async function failed(): Promise<string[]> {
	return await failedOf(world, burstId);
}

function burstPlaybook(): Workflow {
	return withNodes(pollOften(withoutDryRun(readPlaybook('burst-response.json'))), (node) => {
		if (node.name !== 'Ask in Slack') return impatient(node);
		const { parameters = {} } = node;
		// Three seconds for one of them, twelve hours for the others.
		const minutes = `={{ $('Burst seen').first().json.burst.id === 'unanswered' ? 0.05 : 720 }}`;
		return impatient({ ...node, parameters: { ...parameters, options: limit(minutes) } });
	});
}

function limit(minutes: string): Record<string, unknown> {
	const values = {
		limitType: 'afterTimeInterval',
		resumeAmount: minutes,
		resumeUnit: 'minutes',
	};
	return { limitWaitTime: { values }, appendAttribution: false };
}

/** Defender events of a burst. */
function mail({
	burst: name,
	fields = {},
	...events
}: NewEvents & { burst: string | null }): NewEvents {
	const { defender_details: details } = fields;
	return {
		type: 'defender',
		releasable: false,
		...events,
		fields: {
			...fields,
			defender_details: {
				threat_signal_types: ['SUSPICIOUS_INTENT'],
				...(typeof details === 'object' ? details : {}),
				burst_attack_id: name,
			},
			portal_link: null,
		},
	};
}

/** Creates Defender events of a burst; returns their ids. */
async function create(events: Parameters<typeof mail>[0]): Promise<string[]> {
	return (await world.simulator.createEvents(mail(events))).map(({ id }) => id);
}

function daysAgo(days: number): string {
	return new Date(Date.now() - days * 86_400_000).toISOString();
}

/** The rows of the playbook's data table. */
function bursts() {
	const [table] = world.n8n.query('SELECT id FROM data_table WHERE name = ?', 'Proofpoint bursts');
	return world.n8n.query(`SELECT burst, decision FROM "data_table_user_${String(table?.id)}"`);
}

/** One question in Slack: whose burst, what it says, and where its buttons lead. */
interface Question {
	burst: string;
	text: string;
	buttons: Record<string, string>;
}

const blocksSchema = z.object({
	blocks: z.array(
		z.object({
			text: z.object({ text: z.string() }).optional(),
			elements: z
				.array(z.object({ url: z.string(), text: z.object({ text: z.string() }) }))
				.optional(),
		}),
	),
});

function questions(): Question[] {
	return world
		.slack()
		.filter(({ body }) => 'blocks' in body)
		.map(({ body, channel }) => {
			expect(channel).toBe('#security');
			const { blocks } = blocksSchema.parse(body);
			const text = blocks.map((block) => block.text?.text ?? '').join('');
			// Slack refuses more in one block.
			expect(text.length).toBeLessThan(3000);
			const buttons = blocks.flatMap(({ elements = [] }) =>
				elements.map((button): [string, string] => [button.text.text, button.url]),
			);
			const [, name = ''] = /\n\*Burst:\* (.*)\n/.exec(text) ?? [];
			return { burst: name, text, buttons: Object.fromEntries(buttons) };
		});
}

function question(name: keyof typeof burst): Question {
	const found = questions().filter((asked) => asked.burst === name);
	expect(found).toHaveLength(1);
	return found[0] ?? { burst: '', text: '', buttons: {} };
}

/** Follows a button of a question as a browser does; returns the status that n8n answers. */
async function press(name: keyof typeof burst, button: string): Promise<number> {
	const url = new URL(question(name).buttons[button] ?? '');
	expect(url.origin).toBe(world.n8n.url);
	return (await click(url.href)).status;
}

/** What Slack was told about a burst, apart from the question. */
function said(name: keyof typeof burst): string[] {
	return world
		.slack()
		.filter(({ body, text }) => !('blocks' in body) && text.includes(`\n*Burst:* ${name}\n`))
		.map(({ text }) => text);
}

/** Event ids of all deletions that were asked for, in the order in which they arrived. */
async function deletions(): Promise<string[]> {
	const { requests } = await world.simulator.requests();
	return requests
		.filter((request) => request.path === endpoints.deleteFromInbox.path)
		.map(({ body }) => z.object({ event_id: z.string() }).parse(JSON.parse(body)).event_id);
}

async function deletionsOf(name: keyof typeof burst): Promise<string[]> {
	return (await deletions()).filter((id) => burst[name].includes(id)).sort();
}
