/**
 * The playbook for mail that users call malicious, as users import it, in one real n8n against two portals: approved by
 * links, by clicks that Slack signs, and as a dry run. What the simulators and the Slack edge saw is compared with what had
 * to happen.
 */
import { stopAll } from '@test/stopAll.cjs';
import { rmSync, writeFileSync } from 'node:fs';

import { damages, hostileTexts } from '../hostileTexts.cjs';
import { failed, idle, nextPoll, reached } from './playbookWorld.cjs';
import {
	anna,
	ben,
	checked,
	create,
	deletions,
	dry,
	eventOf,
	links,
	makeSaidWorld,
	secret,
	type Copy,
	type SaidWorld,
} from './saidWorld.cjs';
import { disputedTests } from './saidDisputed.cjs';
import { clickInSlack } from './slackQuestions.cjs';
import { click } from './slackReviews.cjs';
import { decide, turnStopAll } from './switches.cjs';

/** No approver. */
const mallory = { id: 'U0MALLORY1', name: 'mallory' };
let world: SaidWorld;

beforeAll(async () => {
	world = await makeSaidWorld();
}, 600_000);

afterAll(async () => {
	await stopAll(world);
}, 120_000);

test('it asks once about each mail that enough users call malicious, and about no other', async () => {
	const answers = (malicious: number, safe = 0, users = 1) => ({
		users_responded: { malicious, safe, unsure: 0, deleted: 0 },
		number_protected_users: users,
	});
	const yes: string[] = [];
	for (const details of [answers(1), answers(1, 0, 2), { ...answers(1), admin_label: 'SAFE' }]) {
		yes.push(await create(world.simulator, details));
	}
	await create(world.simulator, answers(0));
	await create(world.simulator, answers(1, 0, 3));
	await create(world.simulator, answers(2, 1, 3));
	await create(world.simulator, { ...answers(1), number_protected_users: null });
	await create(world.simulator, { users_responded: { safe: null } });
	await create(world.simulator, { ...answers(1), threat_signal_types: ['PHISHING_SIMULATION'] });
	await create(world.simulator, { ...answers(1), threat_signal_types: null });
	await create(world.simulator, answers(1), { place: 'quarantined' });
	await create(world.simulator, answers(1), { place: 'deleted' });
	await create(world.simulator, answers(1), { place: 'deletion_pending' });
	await world.simulator.createEvents({ type: 'guardian', count: 2 });
	await reached(() => world.asked(links).length >= yes.length);
	await world.simulator.updateEvents({ ids: yes });
	await nextPoll(world);

	expect(world.asked(links).map(eventOf).sort()).toEqual([...yes].sort());
	const { text } = world.question(links, yes[2]);
	expect(text).toContain(
		'*Users said:* malicious 1, safe 0, unsure 0, deleted 0, of 1 protected users\n',
	);
	expect(text).toContain('*Label of an administrator:* SAFE\n');
	expect(text).toContain('Whoever has these links can answer. n8n does not learn who it was.');
	expect(await deletions(world.simulator)).toEqual([]);
}, 240_000);

test('approved: deleted once, confirmed by the event, recorded; declined: nothing', async () => {
	const [first = '', second = ''] = world.asked(links).map(eventOf);
	await world.press(first, 'Delete it');
	await world.press(second, 'Leave it');
	await reached(() => world.told(links, first).length > 0 && world.told(links, second).length > 0);
	await world.press(first, 'Delete it');
	await world.simulator.updateEvents({ ids: [first, second] });
	await nextPoll(world);

	expect(await deletions(world.simulator)).toEqual([first]);
	expect(world.told(links, first)).toEqual([expect.stringContaining('*Deleted from inboxes*\n')]);
	expect(world.told(links, first)[0]).toMatch(
		/\*Now:\* deleted \d+, not deleted 0 \(confirmed\)\n/,
	);
	expect(world.told(links, second)).toEqual([expect.stringContaining('*Answer:* declined\n')]);
	const { places } = await world.simulator.mail(first);
	expect(new Set(Object.values(places))).toEqual(new Set(['deleted']));
	expect(world.rowsOf(first)).toEqual([
		expect.objectContaining({
			portal: links.id,
			what: 'delete from inboxes',
			approved_by: 'unknown: anyone with the link',
			outcome: 'queued',
			confirmation: 'confirmed',
		}),
	]);
	expect(world.rowsOf(second)).toEqual([
		expect.objectContaining({ outcome: 'not done: declined', approved_by: '' }),
	]);
	expect(world.asked(links)).toHaveLength(3);
}, 240_000);

test('somebody says safe while the question waits: approved, and still not deleted', async () => {
	const id = eventOf(world.asked(links)[2]);
	await world.simulator.updateEvents({
		ids: [id],
		fields: { defender_details: { users_responded: { safe: 1 } } },
	});
	await world.press(id, 'Delete it');
	await reached(() => world.told(links, id).length > 0);
	expect(world.told(links, id)).toEqual([
		expect.stringContaining('*Answer:* approved, but the event changed\n'),
	]);
	expect(world.told(links, id)[0]).toContain('*Users said:* malicious 1, safe 1, ');
	expect(world.rowsOf(id)).toHaveLength(1);
	expect(await deletions(world.simulator)).not.toContain(id);
}, 120_000);

test('Slack tells who clicked: a wrong signature, an old one, a stranger release nothing; an approver does', async () => {
	// The same event in both portals: what one copy remembers is not the other's.
	const [shared = ''] = world.asked(links).map(eventOf);
	const record = { ...(await world.simulator.event(shared)), id: shared };
	const details = { users_responded: { malicious: 1, safe: 0, unsure: 0, deleted: 0 } };
	await world.other.load([record]);
	await world.other.placeMail({ id: shared, place: 'inbox' });
	await world.other.updateEvents({ ids: [shared], fields: { defender_details: details } });
	await reached(() => world.asked(checked).length > 0 && world.asked(dry).length > 0);
	const open = world.question(checked, shared);
	expect(open.text).toContain('Only the approvers named in Settings can answer.');
	expect(Object.values(open.buttons).map(({ url }) => url)).toEqual([undefined, undefined]);
	const send = (options: Parameters<typeof clickInSlack>[3]) =>
		clickInSlack(world.n8n.url, open, 'Delete it', options);
	await world.waiting(open);
	const declineValue = open.buttons['Leave it']?.value ?? '';
	const forged = declineValue.replace('|d|', '|a|');
	expect(await send({ user: anna })).toBe(401);
	expect(await send({ user: anna, secret: 'another secret' })).toBe(401);
	expect(await send({ user: anna, secret, age: 600 })).toBe(401);
	expect(await send({ user: anna, secret, value: forged })).toBe(404);
	expect(await send({ user: mallory, secret })).toBe(200);
	await reached(() => privately().length > 0);
	expect(privately()).toEqual([
		expect.objectContaining({ user: mallory.id, text: expect.stringContaining('not authorized') }),
	]);
	// Without Slack: the address that the links of other questions have, guessed.
	const [, execution = ''] = declineValue.split('|');
	const guessed = `${world.n8n.url}/webhook-waiting/${execution}/said-ask?approved=true`;
	expect((await click(guessed)).page).not.toContain('approved');
	await nextPoll(world);
	expect(await deletions(world.other)).toEqual([]);
	expect(world.told(checked, shared)).toEqual([]);

	expect(await send({ user: anna, secret })).toBe(200);
	await reached(() => world.told(checked, shared).length > 0);
	expect(await deletions(world.other)).toEqual([shared]);
	expect(world.told(checked, shared)[0]).toContain(`*Approved by:* ${anna.name} ${anna.id}\n`);
	expect(world.rowsOf(shared, checked.id)).toEqual([
		expect.objectContaining({ approved_by: `${anna.name} ${anna.id}`, confirmation: 'confirmed' }),
	]);
	expect(JSON.stringify(world.slack().find(({ method }) => method === 'response_url'))).toContain(
		`*Approved* by <@${anna.id}>`,
	);
	expect([409, 404]).toContain(await send({ user: ben, secret }));
}, 240_000);

test('the cap of one an hour: the second approval is reported, and nothing is deleted; a dry run neither', async () => {
	const id = await create(world.other, {});
	await reached(() => isAsked(checked, id) && isAsked(dry, id));
	await world.waiting(world.question(checked, id));
	await clickInSlack(world.n8n.url, world.question(checked, id), 'Delete it', {
		user: ben,
		secret,
	});
	await world.press(id, 'Delete it', dry);
	await reached(() => world.told(checked, id).length > 0 && world.told(dry, id).length > 0);
	expect(world.told(checked, id)[0]).toContain(
		'*Done:* nothing, because maxPerHour (1) is reached\n',
	);
	expect(world.told(dry, id)[0]).toContain('*Dry run: this mail would have been deleted*\n');
	expect(world.told(dry, id)[0]).toContain('No trace is kept');
	expect(world.question(dry, id).text).toContain('*Dry run. Users say this mail is malicious');
	expect(world.rowsOf(id)).toEqual([
		expect.objectContaining({ portal: checked.id, approved_by: `${ben.name} ${ben.id}` }),
	]);
	expect(await deletions(world.other)).toHaveLength(1);
}, 180_000);

test('the switch: approved and not deleted; turned off, the next change deletes without another question', async () => {
	const id = await create(world.simulator, {});
	const withdrawn = await create(world.simulator, {});
	await reached(() => isAsked(links, id) && isAsked(links, withdrawn));
	await turnStopAll(world.n8n, 'on');
	await world.press(id, 'Delete it');
	await world.press(withdrawn, 'Delete it');
	await reached(() => world.told(links, id).length > 0 && world.told(links, withdrawn).length > 0);
	expect(world.told(links, id)[0]).toContain('nothing, because stopAll is on');
	expect(world.told(links, id)[0]).toContain('set decision to declined');
	await decide(world.n8n, withdrawn, 'declined');
	expect(await deletions(world.simulator)).toHaveLength(1);
	await turnStopAll(world.n8n, 'off');
	await world.simulator.updateEvents({ ids: [id, withdrawn] });
	await reached(() => world.told(links, id).length > 1);
	await nextPoll(world);
	expect(world.told(links, withdrawn)).toHaveLength(1);
	expect(world.told(links, id)[1]).toContain('*Approved by:* an earlier question\n');
	expect(await deletions(world.simulator)).toHaveLength(2);
	expect(isAsked(links, id)).toBe(true);
}, 180_000);

test('Proofpoint fails: the channel is told, and it is not tried again; Slack refuses: the next change asks', async () => {
	const id = await create(world.simulator, {});
	await reached(() => isAsked(links, id));
	await world.simulator.addFaults({
		endpoint: 'deleteFromInbox',
		times: 0,
		action: { kind: 'status', status: 500 },
	});
	await world.press(id, 'Delete it');
	await reached(() => world.told(links, id).length > 0);
	await world.simulator.clearFaults();
	expect(world.told(links, id)[0]).toContain('The deletion failed, or its outcome is not known');
	expect(world.told(links, id)[0]).toContain('*What failed:* ');
	expect(world.rowsOf(id)[0]?.outcome).toMatch(/^failed or not known: .*500/);
	const sent = (await deletions(world.simulator)).length;
	writeFileSync(`${world.slackFile}.refuse`, '');
	const unheard = await create(world.simulator, {});
	await reached(async () => (await failed(world, links.id)).length > 0);
	rmSync(`${world.slackFile}.refuse`);
	expect(await failed(world, links.id)).toEqual([
		expect.stringMatching(/Slack could not be asked .*channel_not_found.*Nothing was deleted/),
	]);
	await world.simulator.updateEvents({ ids: [id, unheard] });
	await reached(() => isAsked(links, unheard));
	expect(world.asked(links).map(eventOf).slice(-2)).toEqual([id, unheard]);
	expect(await deletions(world.simulator)).toHaveLength(sent);
}, 240_000);

describe('disputed, and unanswered', () => disputedTests(() => world));

test('n8n is restarted while a question waits; forty hostile texts pass unharmed', async () => {
	const [waiting = ''] = world.asked(links).map(eventOf).slice(-1);
	const ids: string[] = [];
	// Two texts in each mail: half the questions, and no text is left out.
	for (let index = 0; index < hostileTexts.length; index += 2) {
		const [subject, from] = hostileTexts.slice(index, index + 2).map(([, text]) => text);
		const recipients = { to: [from], cc: [], bcc: [], all: [from], count: 1 };
		const mail = { from, subject, recipients };
		ids.push(await create(world.simulator, { admin_label: subject }, {}, mail));
	}
	await reached(() => ids.every((id) => isAsked(links, id)), 120_000);
	await idle(world.n8n);
	await world.n8n.restart();
	await world.n8n.waitForTriggers(links.id);
	await world.press(waiting, 'Delete it');
	for (const id of ids) await world.press(id, 'Leave it');
	await reached(() => [waiting, ...ids].every((id) => world.told(links, id).length > 0), 120_000);
	expect((await deletions(world.simulator)).filter((id) => id === waiting)).toEqual([waiting]);
	const shown = ids.flatMap((id) => [
		{ text: world.question(links, id).text, lines: 13 },
		...world.told(links, id).map((text) => ({ text, lines: 10 })),
	]);
	expect(shown).toHaveLength(2 * ids.length);
	const bad = shown.flatMap(({ text, lines }) => {
		const reason = damages(text, { lines, length: 2500 });
		return reason.length === 0 ? [] : [{ reason, text }];
	});
	expect(bad).toEqual([]);
	for (const { id } of [checked, dry]) expect(await failed(world, id)).toEqual([]);
	expect(await failed(world, links.id)).toHaveLength(1);
}, 600_000);

function isAsked(copy: Copy, id: string): boolean {
	return world.asked(copy).some((one) => eventOf(one) === id);
}

/** Messages that one person alone sees. */
function privately() {
	return world
		.slack()
		.flatMap(({ method, body }) => (method === 'chat.postEphemeral' ? [body] : []));
}
