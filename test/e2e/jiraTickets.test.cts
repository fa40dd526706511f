/**
 * The playbook "Jira tickets for Defender events" in one real n8n: a copy for each of two portals, one Jira. What Jira holds
 * is the measure: one issue per portal and event, whatever happens.
 */
import { stopAll } from '@test/stopAll.cjs';
import { commentsOf as comments, descriptionOf as lines, labelOf as label } from './jiraEdge.cjs';
import { hostileTests } from './jiraHostileTexts.cjs';
import { JiraWorld } from './jiraWorld.cjs';
import { failed, reached } from './playbookWorld.cjs';
import { freePlaces, turnStopAll } from './switches.cjs';

let world: JiraWorld;

beforeAll(async () => {
	world = await JiraWorld.start();
}, 800_000);

afterAll(async () => await stopAll(world), 240_000);

describe('unasked', () => {
	test('imported and published: a dry run, and its trace; Jira hears nothing', async () => {
		await world.play('jiraDry');
		const id = await world.happens({ subject: 'Dry' });
		expect(await reached(() => world.outcomes(id).length > 0)).toBe(true);
		expect(world.outcomes(id)).toEqual(['not done: dryRun is on in Settings']);
		await world.n8n.client.deactivate('jiraDry');
		expect(world.jira.requests).toEqual([]);
		expect(world.tickets()).toEqual([]);
	}, 180_000);

	test('Execute workflow with dryRun off, and an address that is not one: Jira hears nothing', async () => {
		const run = await world.runByHand('jiraByHand', 'Proofpoint Trigger');
		expect([run.status, run.error?.message]).toEqual(['success', undefined]);
		const { error } = await world.runByHand('jiraWrong', 'Proofpoint Trigger');
		expect(error?.message).toMatch(/jira must be the address of your Jira site/);
		expect(world.jira.requests).toEqual([]);
	}, 120_000);
});

describe('one issue per event', () => {
	let id = '';

	test('high confidence gets one, in both portals its own; low confidence and simulations get none', async () => {
		await world.play('jiraAcme');
		await world.play('jiraOther');
		id = await world.happens({ subject: 'Pay now' });
		const record = await world.simulator.event(id);
		await world.other.publish({ record: { ...record, id } });
		const low = await world.happens({ subject: 'Low', confidence: 'LOW' });
		const simulation = await world.happens({
			subject: 'Campaign',
			signals: ['PHISHING_SIMULATION'],
		});
		expect(
			await reached(
				() => world.jira.about(id).length >= 2 && world.done(id, 'jiraAcme', 'jiraOther'),
			),
		).toBe(true);
		expect(world.jira.issues).toHaveLength(2);
		expect([low, simulation].flatMap((none) => world.jira.about(none))).toEqual([]);
		const [one, two] = world.issuesOf(id);
		expect(label(one)).toMatch(/^proofpoint-[0-9a-f]{32}$/);
		expect(label(one)).not.toBe(label(two));
		expect(one?.fields).toMatchObject({
			summary: 'Defender: Pay now',
			labels: ['proofpoint', label(one)],
		});
		expect(lines(one)).toEqual(
			expect.arrayContaining([
				'Subject: Pay now',
				'Confidence: HIGH',
				'Quarantine: quarantined 1, pending release 0, released 0, deleted 0',
				expect.stringMatching(/^Version 20/),
			]),
		);
		const link = one?.fields.description.content.at(-2)?.content[0]?.marks?.[0].attrs.href;
		expect(link).toBe(record.portal_link);
		const created = world.jira.about(id).map(({ key }) => `${key}: created`);
		expect(
			await reached(() => created.every((outcome) => world.outcomes(id).includes(outcome))),
		).toBe(true);
	}, 240_000);

	test('it changes: one comment per version says what; a version without a difference says nothing', async () => {
		await world.changes(id, { said: { malicious: 1 } });
		const [issue] = world.issuesOf(id);
		expect(await reached(() => issue?.comments.length === 1)).toBe(true);
		expect(comments(issue)[0]).toEqual([
			'Changed in Proofpoint',
			'users responded, malicious: 0 → 1',
			`Event: ${id}`,
			expect.stringMatching(/^Version /),
		]);
		await world.changes(id, {});
		await world.settled();
		expect(issue?.comments).toHaveLength(1);
		expect(issue?.status).toBe('open');
	}, 180_000);

	test('two versions at once: nothing twice, nothing lost', async () => {
		await world.changes(id, { confidence: 'LOW' });
		await world.changes(id, { admin: { quarantined: 0, pending_release: 1 }, confidence: 'LOW' });
		const [issue] = world.issuesOf(id);
		expect(
			await reached(() =>
				comments(issue).flat().join().includes('admin quarantine, pending release: 0 → 1'),
			),
		).toBe(true);
		await world.settled();
		expect(
			comments(issue)
				.flat()
				.filter((line) => line === 'confidence: HIGH → LOW'),
		).toHaveLength(1);
	}, 240_000);

	test('handled: closed by the step of the category Done, whatever its name', async () => {
		await world.changes(id, { admin: { pending_release: 0, released: 1 } });
		const [issue, untouched] = world.issuesOf(id);
		expect(await reached(() => issue?.status === 'done')).toBe(true);
		expect(issue?.steps).toEqual(['Abschließen']);
		expect(comments(issue).at(-1)).toContain('Handled: released from quarantine');
		expect(
			await reached(() =>
				world.outcomes(id).some((text) => /closed, released from quarantine/.test(text)),
			),
		).toBe(true);
		// The same event in the other portal did not change.
		expect([untouched?.status, untouched?.comments]).toEqual(['open', []]);
	}, 180_000);

	test('a person closed it: told, not reopened, no error; handled later: nothing to do', async () => {
		const closed = await world.happens({ subject: 'Closed by a person' });
		const issue = await world.issueOf(closed);
		issue.status = 'done';
		await world.changes(closed, { said: { malicious: 1 } });
		expect(await reached(() => issue.comments.length === 1)).toBe(true);
		await world.changes(closed, { admin: { quarantined: 0, deleted: 1 } });
		expect(await reached(() => issue.comments.length === 2)).toBe(true);
		await world.settled();
		expect([issue.status, issue.steps]).toEqual(['done', []]);
		expect(await failed(world, 'jiraAcme')).toEqual([]);
	}, 240_000);
});

describe('Jira fails', () => {
	test('the answer to the creation is lost: the next version finds the issue by its label', async () => {
		world.jira.fail({ call: 'POST issue', answer: 'lose' });
		const id = await world.happens({ subject: 'Lost' });
		expect(await world.failsWith(/no answer/)).toBe(true);
		await world.retry('jiraAcme');
		expect(world.jira.about(id)).toHaveLength(1);
		await world.changes(id, { said: { safe: 1 } });
		const [issue] = world.jira.about(id);
		expect(await reached(() => issue?.comments.length === 1)).toBe(true);
		expect(comments(issue)[0]).toContain('users responded, safe: 0 → 1');
		expect(world.jira.about(id)).toHaveLength(1);
	}, 240_000);

	test('n8n is killed between the creation and its memory: the hour finds it', async () => {
		world.jira.fail({ call: 'POST issue', answer: 'hang' });
		const id = await world.happens({ subject: 'Killed' });
		expect(await reached(() => world.jira.about(id).length === 1)).toBe(true);
		await world.n8n.kill();
		await world.n8n.start({ timeoutMs: 300_000 });
		const run = await world.runByHand('jiraAcme', 'Every hour');
		expect(run.error?.message).toBeUndefined();
		expect(world.jira.about(id)).toHaveLength(1);
		expect(world.done(id, 'jiraAcme')).toBe(true);
	}, 480_000);

	test('refusals: each such event stops itself alone, the execution fails with the words, and all are tried again', async () => {
		const field = { errorMessages: [], errors: { customfield_10010: 'Severity is required.' } };
		const refusals: Array<[answer: number, words: string, body?: unknown]> = [
			[400, 'customfield_10010: Severity is required.', field],
			[401, 'You are not authenticated.'],
			[429, 'Rate limit exceeded', { errorMessages: ['Rate limit exceeded'] }],
			[500, 'Internal server error', { errorMessages: ['Internal server error'] }],
		];
		const bad: string[] = [];
		for (const [answer, , body] of refusals) {
			world.jira.fail({ call: 'POST issue', with: `Poison ${answer}`, answer, body });
			bad.push(await world.happens({ subject: `Poison ${answer}` }));
		}
		const good = await world.happens({ subject: 'Good' });
		expect(
			await reached(() => bad.every((id) => world.rowOf(id, 'jiraAcme')?.state === 'failed')),
		).toBe(true);
		expect(await reached(() => world.done(good, 'jiraAcme'))).toBe(true);
		for (const [index, [answer, words]] of refusals.entries()) {
			expect(world.outcomes(String(bad[index]))).toEqual([
				`failed: Jira answered ${answer}: ${words}`,
			]);
		}
		expect(bad.flatMap((id) => world.jira.about(id))).toEqual([]);
		expect(await world.failsWith(/Jira answered 4/)).toBe(true);
		// The next version tries again, and so does the hour.
		await world.changes(String(bad[0]), { said: { unsure: 1 } });
		expect(await reached(() => world.done(String(bad[0]), 'jiraAcme'))).toBe(true);
		expect((await world.runByHand('jiraAcme', 'Every hour')).error?.message).toBeUndefined();
		expect(bad.map((id) => [world.jira.about(id).length, world.done(id, 'jiraAcme')])).toEqual(
			bad.map(() => [1, true]),
		);
	}, 240_000);

	test('no step to Done: words; told once, closed as soon as there is one', async () => {
		const id = await world.happens({ subject: 'Stuck' });
		const issue = await world.issueOf(id);
		world.jira.stuck = true;
		await world.changes(id, { admin: { quarantined: 0, deleted: 1 } });
		expect(await world.failsWith(/offers “Anfangen”/)).toBe(true);
		expect((await world.runByHand('jiraAcme', 'Every hour')).error?.message).toMatch(
			/No step of the workflow leads from “Offen” to a status of the category Done/,
		);
		expect([issue.status, issue.comments.length]).toEqual(['open', 1]);
		world.jira.stuck = false;
		expect((await world.runByHand('jiraAcme', 'Every hour')).error?.message).toBeUndefined();
		expect([issue.status, issue.comments.length]).toEqual(['done', 1]);
	}, 240_000);
});

describe('forty hostile texts', () => hostileTests(() => world));

describe('the gate', () => {
	test('a flood: the cap holds, the rest waits and is caught up', async () => {
		await world.n8n.client.deactivate('jiraAcme');
		await world.n8n.client.deactivate('jiraOther');
		await world.play('jiraCap');
		const before = world.jira.issues.length;
		const ids = await Promise.all(
			Array.from({ length: 7 }, async () => await world.happens({ subject: 'Flood' })),
		);
		expect(await reached(() => ids.every((id) => world.rowOf(id, 'jiraCap') !== undefined))).toBe(
			true,
		);
		await world.settled();
		const made = world.jira.issues.length - before;
		expect([2, 3]).toContain(made);
		const late = ids.filter((id) => world.rowOf(id, 'jiraCap')?.state === 'waiting');
		expect(late).toHaveLength(7 - made);
		const why = /^not done: maxPer\w+ \(\d\) is reached; it is done later$/;
		for (const id of late) expect(world.outcomes(id)).toEqual([expect.stringMatching(why)]);
		// An hour later.
		for (let hours = 0; hours < 4 && !ids.every((id) => world.done(id, 'jiraCap')); hours++) {
			await freePlaces(world.n8n);
			expect((await world.runByHand('jiraCap', 'Every hour')).error?.message).toBeUndefined();
		}
		expect(ids.map((id) => world.jira.about(id).length)).toEqual(ids.map(() => 1));
	}, 360_000);

	test('the stop switch: nothing is written; turned off, it is caught up', async () => {
		await freePlaces(world.n8n);
		await turnStopAll(world.n8n, 'on');
		const before = world.jira.requests.length;
		const id = await world.happens({ subject: 'Stopped' });
		expect(
			await reached(
				() => world.rowOf(id, 'jiraCap')?.state === 'waiting' && world.outcomes(id).length > 0,
			),
		).toBe(true);
		expect(world.jira.requests).toHaveLength(before);
		expect(world.outcomes(id)[0]).toMatch(/stopAll is on/);
		await turnStopAll(world.n8n, 'off');
		expect((await world.runByHand('jiraCap', 'Every hour')).error?.message).toBeUndefined();
		expect(world.jira.about(id)).toHaveLength(1);
		await world.n8n.client.deactivate('jiraCap');
	}, 240_000);

	test('names of statuses in Settings: closed by that one, and reopened when it is no longer handled', async () => {
		await world.play('jiraReopen');
		const id = await world.happens({ subject: 'Reopen' });
		const issue = await world.issueOf(id);
		await world.changes(id, { admin: { quarantined: 0, deleted: 1 } });
		expect(await reached(() => issue.status === 'done')).toBe(true);
		await world.changes(id, { admin: { quarantined: 1, deleted: 0 } });
		expect(await reached(() => issue.status === 'open')).toBe(true);
		expect(issue.steps).toEqual(['Verwerfen', 'Wieder öffnen']);
		expect(await failed(world, 'jiraReopen')).toEqual([]);
	}, 240_000);
});
