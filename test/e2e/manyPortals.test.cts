/**
 * The playbook "many portals" as users import it, in one real n8n: twenty portals, among them one that refuses the
 * token, a slow one and an empty one, and rows with everything that can be wrong with a row.
 */
import { fieldsIn } from '@nodes/shared/core/eventRecord';
import { stopAll } from '@test/stopAll.cjs';
import { setTimeout as delay } from 'node:timers/promises';

import { damages, hostileTexts } from '../hostileTexts.cjs';
import { brokenRows, ownRow, readers, row, secretOf } from './manyPortalsRows.cjs';
import { ManyPortals, manyId, pausingId, twoId, wrongId } from './manyPortalsWorld.cjs';
import { reached } from './playbookWorld.cjs';
import { startTwenty, type Portal } from './portalFleet.cjs';
import { inExecutions, inFiles, inTables } from './textSearch.cjs';

let world: ManyPortals;
let portals: Portal[];
let refusing: Portal;
let slow: Portal;
let large: Portal;
let hostile: Portal;
let broken: ReturnType<typeof brokenRows>;

const at = (index: number): Portal => {
	const portal = portals[index];
	if (portal === undefined) throw new Error(`There is no portal ${index}`);
	return portal;
};
/** Those whose events must arrive: all but the refusing and the empty one. */
const healthy = (): Portal[] => portals.filter((_, index) => ![0, 2].includes(index));

beforeAll(async () => {
	portals = await startTwenty();
	[refusing, slow, large, hostile] = [at(0), at(1), at(3), at(9)];
	broken = brokenRows(at(10), at(8), at(6));
	await refusing.deleteToken(refusing.name);
	await slow.set({ latencyMs: 1500 });
	for (const [, subject] of hostileTexts) {
		await hostile.createEvents({
			type: 'guardian',
			fields: { outbound_email_details: { subject } },
		});
	}
	world = await ManyPortals.start(portals, at(7), at(6));
}, 800_000);

afterAll(async () => {
	await stopAll(world);
}, 240_000);

/** Runs by hand until each portal was read, and nobody reads any more. */
async function run(): Promise<void> {
	const start = new Date().toISOString();
	await world.run();
	const over = () =>
		world
			.rows()
			.filter(({ enabled, name }) => enabled === 1 && name !== 'idle')
			.every(({ busy_until }) => busy_until >= start && busy_until <= new Date().toISOString());
	if (!(await reached(over, 150_000))) throw new Error(JSON.stringify(world.rows()));
}

async function expectEverything(from: Portal[], { again = 0 } = {}): Promise<void> {
	expect(await world.compared(from)).toEqual({ missing: 0, unknown: 0, again });
}

test('the first run creates the table; settings that are not complete read nothing', async () => {
	await world.run();
	expect(world.n8n.query('SELECT name FROM data_table')).toEqual([{ name: 'Proofpoint portals' }]);
	const { client } = world.n8n;
	const refused = await client.finishedExecution(await client.run(wrongId, 'Run by hand'));
	expect(refused.error?.message).toBe(
		'Settings is not complete: settings.collector must begin with https://. Nothing was read.',
	);
	// n8n tests a credential without a row.
	const data = { portalUrl: '={{ $json.portal_url }}', apiToken: '={{ $env[$json.secret] }}' };
	const test = await client.testCredential('proofpointApi', data);
	expect([test.status, test.message]).toEqual(['Error', "Node '' hasn't been executed"]);
}, 120_000);

test('one run: each portal at most two pages, whatever the others do; all but the one behind are up to date', async () => {
	// A real portal links to itself.
	await at(6).set({ portalUrl: 'https://acme.tessian-platform.com' });
	await world.add(
		...portals
			.filter((_, index) => ![6, 7, 8].includes(index))
			.map((portal) => row(portal, portal === large ? { index: 'large_customer' } : {})),
		ownRow(at(6), { portal_url: 'https://acme.tessian-platform.com' }),
		row(at(7), { workflow: readers.vars }),
		row(at(8), { workflow: readers.vault }),
		...broken.map(([wrong]) => wrong),
		row(at(11), { name: 'off', enabled: false }),
	);
	await run();
	await expectEverything(healthy().filter((portal) => portal !== large));
	expect(world.delivered(large)).toHaveLength(200);
	for (const portal of portals) {
		const { requests } = await portal.requests();
		expect([portal.name, requests.length <= 2]).toEqual([portal.name, true]);
	}
	const states = world.rows();
	expect(states.find(({ name }) => name === 'off')).toMatchObject({
		last_success: null,
		last_error: null,
	});
	const failing = states.filter(({ last_error }) => last_error);
	expect(failing.map(({ checkpoint }) => checkpoint)).toEqual(failing.map(() => null));
	expect(Object.fromEntries(failing.map(({ name, last_error }) => [name, last_error]))).toEqual({
		[refusing.name]: expect.stringMatching(/^Proofpoint refused access \(403\)/),
		...Object.fromEntries(broken.map(([{ name }, words]) => [name, expect.stringMatching(words)])),
	});
	const names = new Set(world.siem.splunk.map(({ event }) => event.portal));
	expect(broken.filter(([{ name }]) => names.has(name))).toEqual([]);
}, 800_000);

test('the next run tells the channel of all broken portals in one message; the one behind is up to date', async () => {
	await run();
	expect(world.slack()).toHaveLength(1);
	const text = world.slack()[0]?.text ?? '';
	expect(text).toContain(`${broken.length + 1} cannot be read`);
	expect(text).toContain(refusing.name);
	expect(damages(text, { lines: broken.length + 3, length: 2400 })).toEqual([]);
	await expectEverything(healthy());
	expect(
		new Set(world.siem.splunk.filter(({ index }) => index).map(({ event }) => event.portal)),
	).toEqual(new Set([large.name]));
}, 800_000);

test('fair: the two that have waited longest are next, even if their last read failed', async () => {
	const before = world.rows().filter(({ enabled }) => enabled === 1);
	await world.run(twoId);
	const [next, others] = [new Array<string>(), new Array<string>()];
	for (const { id, last_try } of before) {
		const now = world.rows().find((row) => row.id === id);
		(now?.last_try === last_try ? others : next).push(last_try ?? '');
	}
	expect(next).toHaveLength(2);
	expect(Math.max(...next.map(Date.parse))).toBeLessThanOrEqual(
		Math.min(...others.map(Date.parse)),
	);
}, 120_000);

test('events with the same ID in two portals stay apart; hostile texts arrive as they were written', async () => {
	const [one, other] = [world.delivered(at(4)), world.delivered(at(5))];
	expect(one.filter((version) => other.includes(version)).length).toBeGreaterThan(10);
	const subjects = world.siem.splunk
		.filter(({ event }) => event.portal === hostile.name)
		.map(({ event }) => fieldsIn(event.outbound_email_details).subject);
	expect(subjects.slice(-hostileTexts.length)).toEqual(hostileTexts.map(([, text]) => text));
	await expectEverything([at(4), at(5), hostile]);
});

test('the collector answers with a web page: that portal’s execution fails, and its page is sent again later', async () => {
	await at(12).createEvents({ count: 3 });
	world.siem.next('page');
	await run();
	expect(world.delivered(at(12))).toHaveLength(6 + 12);
	const [failed] = await world.n8n.client.executions({ status: 'error' });
	expect(failed?.error?.message).toMatch(/did not accept.*Sign in.*checkpoint stays/);
	await run();
	await expectEverything(healthy());
	expect(world.slack()).toHaveLength(1);
}, 800_000);

test('published, n8n is killed while the collector holds a page: nothing is lost, only such pages arrive twice', async () => {
	await world.n8n.publish(manyId);
	for (const portal of healthy()) await portal.createEvents({ count: 3 });
	const before = world.siem.requests.length;
	world.siem.next('accept', 'accept', 'hang');
	const hangs = () =>
		world.siem.requests.slice(before).some(({ status }) => status === 'no answer');
	for (let tries = 0; !hangs() && tries < 1200; tries++) await delay(50);
	expect(hangs()).toBe(true);
	await world.n8n.kill();
	await world.n8n.start({ timeoutMs: 300_000 });
	const back = new Date().toISOString();
	const sent = async () => {
		const names = new Set(healthy().map(({ name }) => name));
		const rows = world.rows().filter(({ name }) => names.has(name));
		if (!rows.every(({ last_success }) => (last_success ?? '') > back)) return false;
		const missing = await Promise.all(
			healthy().map(async (portal) => {
				const distinct = new Set(world.delivered(portal));
				return (await portal.versions()).filter((version) => !distinct.has(version)).length;
			}),
		);
		return missing.every((count) => count === 0);
	};
	expect(await reached(sent, 120_000)).toBe(true);
	const twice = healthy().filter(
		(portal) => new Set(world.delivered(portal)).size < world.delivered(portal).length,
	);
	console.log(
		`Killed in the middle: ${twice.length} portals had a page on the way, which arrived twice`,
	);
	expect(twice.length).toBeGreaterThan(0);
	for (const portal of twice) expect(new Set(world.delivered(portal).slice(-6)).size).toBe(3);
	await expectEverything(healthy(), { again: 3 * twice.length });
	expect(world.slack()).toHaveLength(1);
}, 800_000);

test('a broken portal is repaired: it goes on from its beginning; a silent one is told', async () => {
	await refusing.putToken(refusing.name, ['Security Events']);
	await world.add({
		...row(at(12), { name: 'idle', workflow: 'readNothing' }),
		last_success: '2026-01-01T00:00:00.000Z',
	});
	const all = async () =>
		(await refusing.versions()).length === world.delivered(refusing).length &&
		world.slack().some(({ text }) => text.includes('is read again')) &&
		world.slack().some(({ text }) => text.includes('1 silent'));
	expect(await reached(all, 150_000)).toBe(true);
	await expectEverything([refusing]);
	expect(world.slack().filter(({ text }) => text.includes(refusing.name))).toHaveLength(2);
	await world.n8n.client.deactivate(manyId);
	const { client } = world.n8n;
	const failed = await client.executions({ workflowId: readers.env, status: 'error' });
	// The one whose page the collector did not take.
	expect(failed).toHaveLength(1);
}, 480_000);

test('forty hostile texts as names and as errors of portals: none forges a line, a mention or a link', async () => {
	for (let from = 0; from < hostileTexts.length; from += 8) {
		const batch = hostileTexts.slice(from, from + 8).map(([, text]) => text);
		await world.add(
			...batch.map((text) => ({
				...row(at(12), { name: text, workflow: 'readNothing' }),
				last_error: text,
				failing_since: '2026-01-01T00:00:00.000Z',
			})),
		);
		const told = world.slack().length;
		await world.run(twoId);
		expect(world.slack()).toHaveLength(told + 1);
		const text = world.slack().at(-1)?.text ?? '';
		expect(damages(text, { lines: batch.length + 2, length: 2400 })).toEqual([]);
	}
}, 240_000);

test('a run that is overtaken by another one tells nothing that the other has told', async () => {
	await world.add({
		...row(at(12), { name: 'overtaken', workflow: 'readNothing' }),
		last_error: 'It failed',
		failing_since: '2026-01-01T00:00:00.000Z',
	});
	const told = () => world.slack().filter(({ text }) => text.includes('overtaken'));
	const slow = world.run(pausingId);
	// It has read the rows, and pauses before it looks for news.
	expect(await reached(() => world.runs(pausingId))).toBe(true);
	await delay(1_000);
	await world.run(twoId);
	expect(told()).toHaveLength(1);
	await slow;
	expect(told()).toHaveLength(1);
	await world.run(twoId);
	expect(told()).toHaveLength(1);
}, 240_000);

test('each portal saw its own token only, and no token is anywhere in n8n', async () => {
	const counts: string[] = [];
	for (const portal of portals) {
		const { requests } = await portal.requests();
		counts.push(`${portal.name} ${requests.length}`);
		const tokens = new Set(requests.map(({ token }) => token));
		expect([portal.name, [...tokens].filter((token) => token !== portal.name)]).toEqual([
			portal.name,
			portal === refusing ? [null] : [],
		]);
	}
	console.log(`Requests per portal: ${counts.join(', ')}`);
	const { n8n } = world;
	const tokens = portals.map(({ token }) => token);
	const names = portals.map((portal) => `"${secretOf(portal)}"`);
	// All names of secrets are there but that of the portal with a credential of its own: no execution is left out.
	expect(await inExecutions(n8n, [...tokens, ...names])).toEqual(
		names.filter((name) => name !== `"${secretOf(at(6))}"`),
	);
	await n8n.stop();
	// A variable of n8n is stored in clear, in its own table; nothing else is.
	expect(inTables(n8n, tokens)).toEqual([['variables', at(7).token]]);
	const found = inFiles(n8n, tokens).filter(([, token]) => token !== at(7).token);
	expect(found).toEqual([]);
	expect(inFiles(n8n, [secretOf(large)]).map(([file]) => file)).toContain('database.sqlite');
}, 240_000);
