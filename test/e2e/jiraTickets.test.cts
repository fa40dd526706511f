/**
 * The playbook "Jira tickets for Defender events" in one real n8n: a copy for each of two portals, one Jira. What Jira holds
 * is the measure: one issue per portal and event, whatever happens.
 */
import { startSimulator, type Simulator } from '@simulator/client.cjs';

import { readPlaybook, withSettings } from '../../scripts/demo/playbooks.cjs';
import { damages, hostileTexts } from '../hostileTexts.cjs';
import { JiraEdge, linesOf, type JiraIssue } from './jiraEdge.cjs';
import { failed, pollOften, reached, withNodes } from './playbookWorld.cjs';
import { makeWorld, manual, proofpointApi, type World } from './setup.cjs';

const playbook = pollOften(readPlaybook('jira-tickets.json'));
const recorder = { ...readPlaybook('record-action.json'), id: 'recordAction' };

let world: World;
let other: Simulator;
let jira: JiraEdge;
/** A copy that acts; run by hand too, for the hour that nobody waits for. */
let acting: typeof playbook;

beforeAll(async () => {
	jira = await JiraEdge.start();
	other = await startSimulator({ events: 3, seed: 4 });
	world = await makeWorld({ events: 3, seed: 3 }, {}, () => [
		{
			id: 'other-portal',
			name: 'Other portal',
			type: 'proofpointApi',
			data: { portalUrl: other.url, apiToken: other.token, allowCustomHost: true },
		},
		{
			id: 'jira-api',
			name: 'Jira SW Cloud account',
			type: 'jiraSoftwareCloudApi',
			data: { email: jira.email, apiToken: jira.token, domain: jira.url },
		},
	]);
	const ready = withSettings(playbook, {
		jira: `${jira.url}/`,
		searchDelay: 1,
		traceWorkflow: 'recordAction',
	});
	acting = withSettings(ready, {
		dryRun: false,
		actWhenRunByHand: true,
		maxPerRun: 100,
		maxPerHour: 1000,
	});
	await world.n8n.importWorkflows([
		recorder,
		{ ...ready, id: 'jiraDry' },
		{ ...withSettings(acting, { actWhenRunByHand: false }), id: 'jiraByHand' },
		{ ...withSettings(playbook, { jira: 'http://jira.example' }), id: 'jiraWrong' },
		{ ...acting, id: 'jiraAcme' },
		{
			...withNodes(acting, (node) =>
				node.credentials?.proofpointApi
					? { ...node, credentials: { proofpointApi: { ...proofpointApi, id: 'other-portal' } } }
					: node,
			),
			id: 'jiraOther',
		},
		{ ...withSettings(acting, { maxPerRun: 2, maxPerHour: 3 }), id: 'jiraCap' },
		{
			...withSettings(acting, { reopenStatus: 'offen', doneStatus: 'Verworfen' }),
			id: 'jiraReopen',
		},
	]);
	await world.n8n.start({ timeoutMs: 300_000 });
	await world.n8n.publish('recordAction');
}, 400_000);

afterAll(async () => {
	await world?.stop();
	await other?.stop();
	await jira?.stop();
}, 120_000);

describe('unasked', () => {
	test('imported and published: a dry run, and its trace; Jira hears nothing', async () => {
		await play('jiraDry');
		const id = await happens({ subject: 'Dry' });
		expect(await reached(() => outcomes(id).length > 0)).toBe(true);
		expect(outcomes(id)).toEqual(['not done: dryRun is on in Settings']);
		await world.n8n.client.deactivate('jiraDry');
		expect(jira.requests).toEqual([]);
		expect(tickets()).toEqual([]);
	}, 90_000);

	test('Execute workflow, with dryRun off as well: Jira hears nothing', async () => {
		const run = await runByHand('jiraByHand', 'Proofpoint Trigger');
		expect([run.status, run.error?.message]).toEqual(['success', undefined]);
		expect(jira.requests).toEqual([]);
	}, 60_000);

	test('an address that is not one is refused before anything is sent', async () => {
		const { error } = await runByHand('jiraWrong', 'Proofpoint Trigger');
		expect(error?.message).toMatch(/jira must be the address of your Jira site/);
		expect(jira.requests).toEqual([]);
	}, 60_000);
});

describe('one issue per event', () => {
	let id = '';

	test('high confidence gets one, in both portals its own; low confidence and simulations get none', async () => {
		await play('jiraAcme');
		await play('jiraOther');
		id = await happens({ subject: 'Pay now' });
		const record = await world.simulator.event(id);
		await other.publish({ record: { ...record, id } });
		const low = await happens({ subject: 'Low', confidence: 'LOW' });
		const simulation = await happens({ subject: 'Campaign', signals: ['PHISHING_SIMULATION'] });
		expect(
			await reached(() => jira.about(id).length >= 2 && done(id, 'jiraAcme', 'jiraOther')),
		).toBe(true);
		expect(jira.issues).toHaveLength(2);
		expect([low, simulation].flatMap((none) => jira.about(none))).toEqual([]);
		const [one, two] = jira.about(id);
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
		expect(outcomes(id)).toEqual(
			expect.arrayContaining(jira.about(id).map(({ key }) => `${key}: created`)),
		);
	}, 120_000);

	test('it changes: one comment per version says what; a version without a difference says nothing', async () => {
		await changes(id, { said: { malicious: 1 } });
		const [issue] = jira.about(id);
		expect(await reached(() => issue?.comments.length === 1)).toBe(true);
		expect(comments(issue)[0]).toEqual([
			'Changed in Proofpoint',
			'users responded.malicious: 0 → 1',
			`Event: ${id}`,
			expect.stringMatching(/^Version /),
		]);
		await changes(id, {});
		await settled();
		expect(issue?.comments).toHaveLength(1);
		expect(issue?.status).toBe('open');
	}, 90_000);

	test('two versions at once: nothing twice, nothing lost', async () => {
		await changes(id, { confidence: 'LOW' });
		await changes(id, { admin: { quarantined: 0, pending_release: 1 }, confidence: 'LOW' });
		const [issue] = jira.about(id);
		expect(
			await reached(() => comments(issue).flat().join().includes('pending release: 0 → 1')),
		).toBe(true);
		await settled();
		expect(
			comments(issue)
				.flat()
				.filter((line) => line === 'confidence: HIGH → LOW'),
		).toHaveLength(1);
	}, 120_000);

	test('handled: closed by the step of the category Done, whatever its name', async () => {
		await changes(id, { admin: { pending_release: 0, released: 1 } });
		const [issue, untouched] = jira.about(id);
		expect(await reached(() => issue?.status === 'done')).toBe(true);
		expect(issue?.steps).toEqual(['Abschließen']);
		expect(comments(issue).at(-1)).toContain('Handled: released from quarantine');
		expect(
			await reached(() =>
				outcomes(id).some((text) => /closed, released from quarantine/.test(text)),
			),
		).toBe(true);
		// The same event in the other portal did not change.
		expect([untouched?.status, untouched?.comments]).toEqual(['open', []]);
	}, 90_000);

	test('a person closed it: told, not reopened, no error; handled later: nothing to do', async () => {
		const closed = await happens({ subject: 'Closed by a person' });
		const issue = await issueOf(closed);
		issue.status = 'done';
		await changes(closed, { said: { malicious: 1 } });
		expect(await reached(() => issue.comments.length === 1)).toBe(true);
		await changes(closed, { admin: { quarantined: 0, deleted: 1 } });
		expect(await reached(() => issue.comments.length === 2)).toBe(true);
		await settled();
		expect([issue.status, issue.steps]).toEqual(['done', []]);
		expect(await failed(world, 'jiraAcme')).toEqual([]);
	}, 120_000);
});

describe('Jira fails', () => {
	test('the answer to the creation is lost: the next version finds the issue by its label', async () => {
		jira.fail({ call: 'POST issue', answer: 'lose' });
		const id = await happens({ subject: 'Lost' });
		expect(await reached(async () => /no answer/.test(String(await lastFailure())))).toBe(true);
		await retry('jiraAcme');
		expect(jira.about(id)).toHaveLength(1);
		await changes(id, { said: { safe: 1 } });
		const [issue] = jira.about(id);
		expect(await reached(() => issue?.comments.length === 1)).toBe(true);
		expect(comments(issue)[0]).toContain('users responded.safe: 0 → 1');
		expect(jira.about(id)).toHaveLength(1);
	}, 120_000);

	test('n8n is killed between the creation and its memory: the hour finds it', async () => {
		jira.fail({ call: 'POST issue', answer: 'hang' });
		const id = await happens({ subject: 'Killed' });
		expect(await reached(() => jira.about(id).length === 1)).toBe(true);
		await world.n8n.kill();
		await world.n8n.start({ timeoutMs: 300_000 });
		const run = await runByHand('jiraAcme', 'Every hour');
		expect(run.error?.message).toBeUndefined();
		expect(jira.about(id)).toHaveLength(1);
		expect(done(id, 'jiraAcme')).toBe(true);
	}, 240_000);

	test.each([
		[
			400,
			{ errorMessages: [], errors: { customfield_10010: 'Severity is required.' } },
			'customfield_10010: Severity is required.',
		],
		[401, undefined, 'You are not authenticated.'],
		[429, { errorMessages: ['Rate limit exceeded'] }, 'Rate limit exceeded'],
		[500, { errorMessages: ['Internal server error'] }, 'Internal server error'],
	])(
		'%i: that event stops itself alone, the execution fails with the words, and it is tried again',
		async (answer, body, words) => {
			const poison = `Poison ${answer}`;
			jira.fail({ call: 'POST issue', with: poison, answer, body });
			const [bad, good] = [await happens({ subject: poison }), await happens({ subject: 'Good' })];
			expect(await reached(async () => String(await lastFailure()).includes(words))).toBe(true);
			expect(await lastFailure()).toContain(`Jira answered ${answer}: ${words}`);
			expect(await reached(() => jira.about(good).length === 1 && done(good, 'jiraAcme'))).toBe(
				true,
			);
			expect(jira.about(bad)).toEqual([]);
			if (answer === 400) await changes(bad, { said: { unsure: 1 } });
			else expect((await runByHand('jiraAcme', 'Every hour')).error?.message).toBeUndefined();
			expect(await reached(() => jira.about(bad).length === 1 && done(bad, 'jiraAcme'))).toBe(true);
		},
		120_000,
	);

	test('no step to Done: words; told once, closed as soon as there is one', async () => {
		const id = await happens({ subject: 'Stuck' });
		const issue = await issueOf(id);
		jira.stuck = true;
		await changes(id, { admin: { quarantined: 0, deleted: 1 } });
		expect(await reached(async () => /offers “Anfangen”/.test(String(await lastFailure())))).toBe(
			true,
		);
		expect((await runByHand('jiraAcme', 'Every hour')).error?.message).toMatch(
			/No step of the workflow leads from “Offen” to a status of the category Done/,
		);
		expect([issue.status, issue.comments.length]).toEqual(['open', 1]);
		jira.stuck = false;
		expect((await runByHand('jiraAcme', 'Every hour')).error?.message).toBeUndefined();
		expect([issue.status, issue.comments.length]).toEqual(['done', 1]);
	}, 120_000);
});

test('forty hostile texts: one line each, no markup, no link but ours, no mention', async () => {
	const ids = await Promise.all(
		hostileTexts.map(async ([, subject]) => await happens({ subject, from: subject })),
	);
	expect(await reached(() => ids.every((id) => jira.about(id).length > 0), 120_000)).toBe(true);
	for (const [index, id] of ids.entries()) {
		const found = jira.about(id);
		expect(found).toHaveLength(1);
		const [issue] = found;
		const title = damages(String(issue?.fields.summary), { lines: 1, length: 160 });
		const texts = lines(issue).filter((line) => /^(?:Subject|From): /.test(line));
		expect(texts).toHaveLength(2);
		const body = texts.flatMap((line) => damages(line, { lines: 1, length: 830 }));
		expect([hostileTexts[index]?.[0], title, body]).toEqual([hostileTexts[index]?.[0], [], []]);
		expect(issue?.fields.labels).toHaveLength(2);
	}
}, 180_000);

describe('the gate', () => {
	test('a flood: the cap holds, the rest waits and is caught up', async () => {
		await world.n8n.client.deactivate('jiraAcme');
		await world.n8n.client.deactivate('jiraOther');
		await play('jiraCap');
		const before = jira.issues.length;
		const ids = await Promise.all(
			Array.from({ length: 7 }, async () => await happens({ subject: 'Flood' })),
		);
		expect(await reached(() => ids.every((id) => rowOf(id, 'jiraCap') !== undefined))).toBe(true);
		await settled();
		const made = jira.issues.length - before;
		expect([2, 3]).toContain(made);
		expect(ids.filter((id) => rowOf(id, 'jiraCap')?.state === 'waiting')).toHaveLength(7 - made);
		expect(
			ids
				.flatMap(outcomes)
				.filter((text) => /^not done: maxPer\w+ \(\d\) is reached; it is done later$/.test(text)),
		).toHaveLength(7 - made);
		// An hour later.
		for (let hours = 0; hours < 4 && !ids.every((id) => done(id, 'jiraCap')); hours++) {
			await forgetPlaces();
			expect((await runByHand('jiraCap', 'Every hour')).error?.message).toBeUndefined();
		}
		expect(ids.map((id) => jira.about(id).length)).toEqual(ids.map(() => 1));
	}, 180_000);

	test('the stop switch: nothing is written; turned off, it is caught up', async () => {
		await forgetPlaces();
		await turn('on');
		const before = jira.requests.length;
		const id = await happens({ subject: 'Stopped' });
		expect(
			await reached(() => rowOf(id, 'jiraCap')?.state === 'waiting' && outcomes(id).length > 0),
		).toBe(true);
		expect(jira.requests).toHaveLength(before);
		expect(outcomes(id)[0]).toMatch(/stopAll is on/);
		await turn('off');
		expect((await runByHand('jiraCap', 'Every hour')).error?.message).toBeUndefined();
		expect(jira.about(id)).toHaveLength(1);
		await world.n8n.client.deactivate('jiraCap');
	}, 120_000);

	test('names of statuses in Settings: closed by that one, and reopened when it is no longer handled', async () => {
		await play('jiraReopen');
		const id = await happens({ subject: 'Reopen' });
		const issue = await issueOf(id);
		await changes(id, { admin: { quarantined: 0, deleted: 1 } });
		expect(await reached(() => issue.status === 'done')).toBe(true);
		await changes(id, { admin: { quarantined: 1, deleted: 0 } });
		expect(await reached(() => issue.status === 'open')).toBe(true);
		expect(issue.steps).toEqual(['Verwerfen', 'Wieder öffnen']);
		expect(await failed(world, 'jiraReopen')).toEqual([]);
	}, 120_000);
});

/** What is special about an event or its next version. */
interface Special {
	subject?: string;
	from?: string;
	confidence?: string;
	signals?: string[];
	said?: Record<string, number>;
	admin?: Record<string, number>;
}

function fieldsOf({ subject, from, confidence, signals, said }: Special) {
	return {
		inbound_email_details: {
			...(subject === undefined ? {} : { subject }),
			...(from === undefined ? {} : { from }),
		},
		defender_details: {
			...(confidence === undefined ? {} : { confidence }),
			...(signals === undefined ? {} : { threat_signal_types: signals }),
			...(said === undefined ? {} : { users_responded: said }),
		},
	};
}

/** A mail to one person arrives and goes into quarantine. @returns the event's ID */
async function happens(special: Special): Promise<string> {
	const zero = { not_quarantined: 0, quarantined: 0, released: 0, deleted: 0, pending_release: 0 };
	const { inbound_email_details, defender_details } = fieldsOf({
		confidence: 'HIGH',
		signals: ['SUSPICIOUS_INTENT'],
		said: { malicious: 0, safe: 0, unsure: 0, deleted: 0 },
		...special,
	});
	const [event] = await world.simulator.createEvents({
		type: 'defender',
		fields: {
			portal_link:
				'https://acme.tessian-platform.com/0/events/impersonation_attacks?check_log_id=7&simulated=false',
			inbound_email_details: {
				recipients: { all: ['one@acme.example'], to: ['one@acme.example'], count: 1 },
				...inbound_email_details,
			},
			defender_details: {
				...defender_details,
				admin_label: null,
				quarantine_status_count: {
					admin_quarantine_status_count: { ...zero, quarantined: 1 },
					user_quarantine_status_count: { ...zero, not_quarantined: 1 },
				},
				deletion_status_count: { deleted: 0, deletion_pending: 0, not_deleted: 1 },
			},
		},
	});
	if (event === undefined) throw new Error('No event was made');
	return event.id;
}

/** A new version of an event. */
async function changes(id: string, { admin, ...special }: Special): Promise<void> {
	await world.simulator.publish({
		id,
		fields: fieldsOf(special),
		...(admin ? { counts: { admin } } : {}),
	});
}

/** Publishes a copy; it begins with what happens from now on. */
async function play(id: string): Promise<void> {
	await world.n8n.publish(id);
	await world.n8n.waitForTriggers(id);
}

async function runByHand(id: string, node: string) {
	const { client } = world.n8n;
	return await client.finishedExecution(await client.run(id, node));
}

/** Retries the newest failed execution, as the button does. */
async function retry(workflowId: string): Promise<void> {
	const [failure] = await world.n8n.client.executions({ workflowId, status: 'error', limit: 1 });
	if (failure?.executionId === undefined) throw new Error('None has failed');
	await world.n8n.client.retry(failure.executionId);
}

/** Until nothing runs any more, and one more poll is over. */
async function settled(): Promise<void> {
	const polls = async () => (await world.simulator.requests()).requests.length;
	const before = await polls();
	await reached(async () => (await polls()) >= before + 2);
	await reached(
		() =>
			world.n8n.query("SELECT id FROM execution_entity WHERE status IN ('running', 'new')")
				.length === 0,
	);
}

async function lastFailure(): Promise<string | undefined> {
	return (await failed(world, 'jiraAcme'))[0];
}

/** The rows of a data table. */
function table(name: string): Array<Record<string, unknown>> {
	const [found] = world.n8n.query('SELECT id FROM data_table WHERE name = ?', name);
	return found === undefined
		? []
		: world.n8n.query(`SELECT * FROM "data_table_user_${String(found.id)}"`);
}

const tickets = () => table('Proofpoint Jira tickets');
const rowOf = (event: string, portal: string) =>
	tickets().find((row) => row.event === event && row.portal === portal);
const done = (event: string, ...portals: string[]) =>
	portals.every((portal) => rowOf(event, portal)?.state === 'done');
/** What the trace says of an event, oldest first. */
const outcomes = (event: string) =>
	table('Proofpoint actions')
		.filter((row) => row.event === event)
		.map(({ outcome }) => String(outcome));
const label = (issue?: JiraIssue) => issue?.fields.labels[1];
const lines = (issue?: JiraIssue) => (issue ? linesOf(issue.fields.description) : []);
const comments = (issue?: JiraIssue) => (issue?.comments ?? []).map(linesOf);

/** The issue of an event, as soon as the playbook is done with it. */
async function issueOf(id: string): Promise<JiraIssue> {
	await reached(
		() =>
			jira.about(id).length > 0 &&
			tickets().some(({ event, state }) => event === id && state === 'done'),
	);
	const [issue] = jira.about(id);
	if (issue === undefined) throw new Error(`No issue about ${id}`);
	return issue;
}

const switches = { __rl: true, mode: 'name', value: 'Proofpoint switches' };

/** Turns the stop switch. */
async function turn(value: string): Promise<void> {
	await ofSwitches(`turn-${value}`, {
		operation: 'upsert',
		filters: { conditions: [{ keyName: 'name', condition: 'eq', keyValue: 'stopAll' }] },
		columns: { mappingMode: 'defineBelow', value: { name: 'stopAll', value } },
	});
}

/** An hour goes by: the places of the cap are free again. */
async function forgetPlaces(): Promise<void> {
	const conditions = [{ keyName: 'name', condition: 'like', keyValue: '%action%' }];
	await ofSwitches('an-hour-later', { operation: 'deleteRows', filters: { conditions } });
}

async function ofSwitches(name: string, parameters: Record<string, unknown>): Promise<void> {
	const node = {
		name: 'Turn it',
		type: 'n8n-nodes-base.dataTable',
		typeVersion: 1.1,
		parameters: {
			resource: 'row',
			dataTableId: switches,
			matchType: 'allConditions',
			...parameters,
		},
	};
	const [run] = await world.n8n.executeMany([manual(name, node)]);
	expect(run?.error?.message).toBeUndefined();
}
