/** The tests of the playbook "connection health report": what its mails say against what the portal answers. */
import { steadyFetch } from '@host/steadyFetch.cjs';
import { monitoredUserSchema } from '@nodes/shared/api/contract';
import { endpoints } from '@nodes/shared/api/endpoints';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';

import { withSettings } from '../../scripts/demo/playbooks.cjs';
import { damages, hostileTexts } from '../hostileTexts.cjs';
import type { ReceivedMail } from './mailServer.cjs';
import { reached } from './playbookWorld.cjs';
import { elsewhere, playbooks, type ReportsWorld } from './reportsWorld.cjs';
import { shown } from './shown.cjs';

const healthId = 'proofpointHealth';
const good = 'Good connection';

let world: ReportsWorld;

/** Adds the tests to those of a file that makes the world. */
export function connectionHealthTests(given: () => ReportsWorld): void {
	beforeAll(() => {
		world = given();
	});

	test('one mail, one row per user with a problem, and nobody else', async () => {
		const { simulator } = world;
		// A status that nobody knows yet, and a name that would break the mail.
		await simulator.setUserStatus({ status: '<b>Broken</b> & odd', count: 2, from: 7 });
		await simulator.clearRequests();
		const mail = await reportMail();
		const expected = await problems(7);
		expect(mail.sender).toBe('proofpoint-report@example.com');
		expect(mail.recipients).toEqual(['it-support@example.com']);
		expect(mail.subject).toBe(
			`Proofpoint: ${expected.length} of 400 users have a connection problem`,
		);
		expect(listed(mail)).toEqual(expected);
		expect(expected.filter((row) => row.startsWith('‹b›Broken‹/b› ＆ odd'))).toHaveLength(2);
		expect(mail.html).not.toContain('<b>Broken');
		const { requests } = await simulator.requests();
		const lines = requests.map(
			({ method, path: at, query, status }) => `${method} ${at}?limit=${query.limit} ${status}`,
		);
		process.stderr.write(`health: ${lines[0]}; mail "${mail.subject}", ${expected.length} rows\n`);
	}, 120_000);

	test('the number of days in “Settings” decides when an add-in is silent', async () => {
		const { simulator } = world;
		await simulator.setUserStatus({ status: good, count: 400 });
		const often = withSettings(playbooks.health, { addinSilentDays: 1 });
		const [run] = await world.n8n.executeMany([often], { trigger: 'Run by hand' });
		expect(run?.error?.message).toBeUndefined();
		const expected = await problems(1);
		expect(expected.length).toBeGreaterThan((await problems(7)).length);
		expect(
			expected.every((row) => row.startsWith('Good connection, but the add-in is silent')),
		).toBe(true);
		expect(listed(latest())).toEqual(expected);
	}, 120_000);

	test('forty hostile texts as statuses: no cell holds a line, a link, a mention or markup', async () => {
		const { simulator } = world;
		await simulator.setUserStatus({ status: good, count: 400 });
		for (const [index, [, status]] of hostileTexts.entries()) {
			await simulator.setUserStatus({ status, count: 1, from: index });
		}
		const mail = await reportMail();
		const cells = [...mail.html.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(([, cell = '']) => cell);
		expect(cells.length).toBeGreaterThanOrEqual(5 * hostileTexts.length);
		const bad = cells.flatMap((cell) => {
			const reason = damages(cell.replaceAll(/&#\d+;/g, ''), { lines: 1, length: 400 });
			return reason.length === 0 ? [] : [{ reason, cell }];
		});
		expect(bad).toEqual([]);
		expect(new Set(mail.html.match(/<\/?[a-z]+/g))).toEqual(
			new Set([
				'<b',
				'</b',
				'<br',
				'<table',
				'</table',
				'<tr',
				'</tr',
				'<th',
				'</th',
				'<td',
				'</td',
			]),
		);
	}, 180_000);

	test('two portals with the same users: each copy writes to its own people, of its own portal only', async () => {
		const { simulator, other, n8n, mailServer } = world;
		const ill = [
			{ portal: simulator, status: 'Connection issues', from: 0 },
			{ portal: other, status: 'Never connected', from: 3 },
		];
		for (const { portal, status, from } of ill) {
			await portal.setUserStatus({ status: good, count: 400 });
			await portal.setUserStatus({ status, count: 6, from });
		}
		const theirs = withSettings(playbooks.health, { to: 'it@other.example' });
		await n8n.importWorkflows([elsewhere(theirs, 'healthOther')]);
		const [here, there] = [await problems(7), await problems(7, other)];
		const addresses = (rows: string[]) => rows.map((row) => row.split(': ')[1]);
		// Some of them are ill in both portals, and not in the same way.
		expect(addresses(here).filter((one) => addresses(there).includes(one)).length).toBeGreaterThan(
			0,
		);
		const before = mailServer.mails.length;
		// At the same time, and once more in the other order.
		await Promise.all([runOf(healthId), runOf('healthOther')]);
		await runOf('healthOther');
		await runOf(healthId);
		const mails = mailServer.mails.slice(before);
		const to = (address: string) => mails.filter(({ recipients }) => recipients.includes(address));
		for (const [address, expected] of [
			['it-support@example.com', here],
			['it@other.example', there],
		] as const) {
			expect(to(address).map((mail) => listed(mail))).toEqual([expected, expected]);
		}
		expect(mails).toHaveLength(4);
	}, 180_000);

	test('n8n is killed while it reads, and while it sends: no mail of that run, and the next run writes one, true to the portal', async () => {
		const { simulator, n8n, mailServer } = world;
		const atWork: Array<{ hang: () => Promise<void>; isHanging: () => Promise<boolean> }> = [
			{
				hang: async () => {
					await simulator.clearRequests();
					await simulator.addFaults({ endpoint: 'monitoredUsers', action: { kind: 'hang' } });
				},
				isHanging: async () => (await simulator.requests()).requests.length > 0,
			},
			{
				hang: async () => mailServer.hang(1),
				isHanging: async () => mailServer.hanging > 0,
			},
		];
		for (const [round, { hang, isHanging }] of atWork.entries()) {
			const before = mailServer.mails.length;
			await hang();
			const killed = await n8n.client.run(healthId, 'Run by hand');
			expect(await reached(isHanging)).toBe(true);
			await n8n.kill();
			await simulator.clearFaults();
			// Meanwhile the portal changes: nothing of the run that was cut off is left.
			await simulator.setUserStatus({ status: good, count: 400 });
			await simulator.setUserStatus({ status: `Ill ${round}`, count: 2, from: 10 * round });
			await n8n.start();
			expect((await n8n.client.finishedExecution(killed)).status).not.toBe('success');
			await delay(6_000);
			expect(mailServer.mails).toHaveLength(before);
			expect(listed(await reportMail())).toEqual(await problems(7));
		}
	}, 480_000);

	test('a night with nothing to report says so', async () => {
		await world.simulator.reset({ users: 3 });
		await world.simulator.setUserStatus({ status: good, count: 3 });
		expect(await problems(7)).toEqual([]);
		const mail = await reportMail();
		expect(mail.subject).toBe('Proofpoint: all 3 users are connected');
		expect(rowsOf(mail)).toEqual([]);
	}, 120_000);

	test('a portal without users, and one that refuses, are not taken for a good night', async () => {
		await world.simulator.reset({ users: 0 });
		expect((await reportMail()).subject).toBe('Proofpoint: no monitored users found');
		await world.simulator.addFaults({
			endpoint: 'monitoredUsers',
			times: 0,
			action: { kind: 'status', status: 403 },
		});
		const mail = await reportMail();
		expect(mail.subject).toBe('Proofpoint: the connection report could not be made');
		expect(mail.html).toContain('User Monitoring');
		await world.simulator.clearFaults();
	}, 120_000);

	test('many users: the first 500 rows; a mail server that fails once gets the mail again', async () => {
		await world.simulator.reset({ users: 700 });
		await world.simulator.setUserStatus({ status: 'Connection issues', count: 700 });
		world.mailServer.refuse(1);
		const before = world.mailServer.refused;
		const mail = await reportMail();
		expect(world.mailServer.refused).toBe(before + 1);
		expect(mail.subject).toContain('700 of 700');
		expect(rowsOf(mail)).toHaveLength(500);
		expect(mail.html).toContain('<p>and 200 more</p>');
		await world.simulator.reset();
	}, 120_000);

	test('its schedule starts', async () => {
		await world.n8n.publish(healthId);
	}, 120_000);
}

/** Runs a copy by hand. */
async function runOf(id: string): Promise<void> {
	const { client } = world.n8n;
	const result = await client.finishedExecution(await client.run(id, 'Run by hand'));
	expect(result.error?.message).toBeUndefined();
}

/** Runs the report by hand; returns the one mail that it sent. */
async function reportMail(): Promise<ReceivedMail> {
	const before = world.mailServer.mails.length;
	await runOf(healthId);
	expect(world.mailServer.mails).toHaveLength(before + 1);
	return latest();
}

function latest(): ReceivedMail {
	const mail = world.mailServer.mails.at(-1);
	if (mail === undefined) throw new Error('No mail came');
	return mail;
}

/** The cells of each row of the table, as text. */
function rowsOf({ html }: ReceivedMail): string[][] {
	return [...html.matchAll(/<tr>(<td.*?)<\/tr>/gs)].map(([, row = '']) =>
		[...row.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(([, cell = '']) =>
			cell.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'),
		),
	);
}

/** `problem: address` of each row of the table. */
function listed(mail: ReceivedMail): string[] {
	return rowsOf(mail).map(([address, problem]) => `${problem}: ${address}`);
}

const usersSchema = z.object({ results: z.array(monitoredUserSchema) });

/** `problem: address` of each user who has to be in the report, from the API's own answer. */
async function problems(silentDays: number, portal = world.simulator): Promise<string[]> {
	const answer = await steadyFetch(`${portal.url}${endpoints.monitoredUsers.path}?limit=2000`, {
		headers: { Authorization: `API-Token ${portal.token}` },
	});
	const { results } = usersSchema.parse(await answer.json());
	const since = Date.now() - silentDays * 86_400_000;
	return results
		.flatMap((user) => {
			if (user.status !== good) return [`${user.status}: ${user.address}`];
			const signs = [user.addin_ping, user.addin_check, user.m365_addin_check];
			const heard = signs.some((sign) => sign !== null && Date.parse(sign) >= since);
			const has = user.addin_version !== null || user.addin_hardware !== null;
			return has && !heard ? [`Good connection, but the add-in is silent: ${user.address}`] : [];
		})
		.sort((one, other) => (one.toLowerCase() < other.toLowerCase() ? -1 : 1))
		.map(shown);
}
