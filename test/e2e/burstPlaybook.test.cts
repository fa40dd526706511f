/**
 * The burst playbook, as users import it, in a real n8n against the simulator. What its request log and ledger and the
 * Slack edge saw is compared item by item with what had to happen.
 */
import { stopAll } from '@test/stopAll.cjs';
import { rmSync, writeFileSync } from 'node:fs';

import {
	burst,
	burstId,
	bursts,
	create,
	deletions,
	deletionsOf,
	makeBurstWorld,
	press,
	question,
	questions,
	said,
} from './burstWorld.cjs';
import {
	failed as failedOf,
	idle,
	nextPoll,
	reached,
	type PlaybookWorld,
} from './playbookWorld.cjs';

/** What a stranger may write into a subject, the question's and n8n's own escapes included. */
const trick =
	'<https://evil.example|Reset> <!channel> A & B &lt;!here&gt; &amp;lt;!here&amp;gt;\\n*Answer:* yes';

let world: PlaybookWorld;
beforeAll(async () => {
	world = await makeBurstWorld();
}, 480_000);

afterAll(async () => {
	await stopAll(world);
}, 120_000);

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
	await nextPoll(world);

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
}, 240_000);

test('a burst of one is silent: no row, no question; its second mail asks, once', async () => {
	const rows = () => bursts().map(({ burst: name }) => String(name));
	expect(rows().sort()).toEqual(['approved', 'declined', 'overRestart']);
	expect(await failed()).toEqual([]);
	// An update of the mail is no second mail.
	await world.simulator.updateEvents({ ids: burst.growing });
	await nextPoll(world);
	expect(questions()).toHaveLength(3);

	const simulation = { defender_details: { threat_signal_types: ['PHISHING_SIMULATION'] } };
	burst.growing.push(...(await create({ burst: 'growing', place: 'inbox', fields: simulation })));
	await reached(() => questions().length > 3);
	burst.growing.push(...(await create({ burst: 'growing', place: 'inbox' })));
	await nextPoll(world);
	expect(question('growing').text).toContain('*Mails in the last days:* 2, to ');
	expect(question('growing').text).toContain('*Note:* 1 of them are a simulation');
	// The first mail of this one is older than three days: it does not count.
	expect(rows()).not.toContain('slow');
	burst.slow.push(...(await create({ burst: 'slow', place: 'inbox' })));
	await reached(() => rows().includes('slow') && questions().length > 4);
	expect(question('slow').text).toContain('*Mails in the last days:* 2, to ');
	expect(rows().sort()).toEqual(['approved', 'declined', 'growing', 'overRestart', 'slow']);
}, 240_000);

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
}, 240_000);

test('declined: nothing is sent to Proofpoint', async () => {
	expect(await press('declined', 'Leave them')).toBe(200);
	await reached(() => said('declined').length > 0);
	expect(said('declined')).toEqual([
		expect.stringContaining('nothing was deleted*\n*Answer:* declined\n'),
	]);
	expect(await deletionsOf('declined')).toEqual([]);
}, 180_000);

test('mails that are reported after the answer: deleted if it was yes, nobody is asked again', async () => {
	const late = await create({ burst: 'approved', count: 2, place: 'inbox' });
	burst.approved.push(...late);
	burst.declined.push(...(await create({ burst: 'declined', place: 'inbox' })));
	await reached(() => said('approved').length > 1);
	await nextPoll(world);

	expect(await deletionsOf('approved')).toEqual([...burst.approved].sort());
	expect(said('approved')[1]).toContain('*Requested:* for 2 of 2 mails, for ');
	expect(await deletionsOf('declined')).toEqual([]);
	expect(questions()).toHaveLength(5);
}, 240_000);

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
	await reached(() => questions().length >= 6);
	expect(question('unheard').text).toContain('*Mails in the last days:* 3, to ');
	expect(await press('unheard', 'Leave them')).toBe(200);
	expect(await reached(() => said('unheard').length > 0)).toBe(true);
}, 240_000);

test('n8n is restarted while a question waits: the answer still counts', async () => {
	const { n8n } = world;
	await idle(n8n);
	await n8n.restart();
	await n8n.waitForTriggers(burstId);
	expect(await press('overRestart', 'Delete them all')).toBe(200);
	await reached(() => said('overRestart').length > 0);
	expect(await deletionsOf('overRestart')).toEqual([...burst.overRestart].sort());
}, 360_000);

test('nobody answers in time: nothing is sent to Proofpoint', async () => {
	// Not before the restart: an execution that goes on while n8n stops crashes (docs/playbooks/conventions.md).
	burst.unanswered.push(...(await create({ burst: 'unanswered', count: 2, place: 'inbox' })));
	await reached(() => questions().length >= 7);
	// n8n looks for waiting executions once a minute.
	await reached(() => said('unanswered').length > 0, 120_000);
	expect(said('unanswered')).toEqual([expect.stringContaining('*Answer:* none in time')]);
	await press('unanswered', 'Delete them all');
	burst.unanswered.push(...(await create({ burst: 'unanswered', place: 'inbox' })));
	await nextPoll(world);
	expect(await deletionsOf('unanswered')).toEqual([]);
}, 240_000);

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
}, 120_000);

async function failed(): Promise<string[]> {
	return await failedOf(world, burstId);
}
