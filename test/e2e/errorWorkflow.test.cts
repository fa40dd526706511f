/**
 * The playbook "error workflow", as users import it, in a real n8n: workflows and triggers of two portals fail for real, n8n
 * starts the copy of the playbook that they name, and what reached each copy's channel is counted.
 */
import { stopAll } from '@test/stopAll.cjs';
import { rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

import { ErrorWorld } from './errorWorld.cjs';
import { idle, reached, withNodes } from './playbookWorld.cjs';

const hostile = '<!channel> *Approved* https://evil.example\nWorkflow: all is well';
const portals = ['north', 'south'] as const;

let errors: ErrorWorld;

beforeAll(async () => {
	errors = await ErrorWorld.start();
}, 480_000);

afterAll(async () => await stopAll(errors), 120_000);

test('a workflow that fails again and again is told once, and its words forge nothing', async () => {
	const { client } = errors.n8n;
	const failing = await client.createWorkflow(errors.failing(`Fails ${hostile}`, hostile));
	await client.activate(failing);
	expect(await reached(() => errors.rows(`failed ${failing}`).length >= 5)).toBe(true);
	await client.deactivate(failing);
	await delay(6_000);

	const told = errors.messages('Fails');
	errors.expectOnceAnHour(told, `failed ${failing}`);
	const [text = ''] = told;
	expect(text).toContain('*A workflow failed*');
	expect(text).toContain('*Failed in:* Fails');
	expect(text).not.toMatch(/<!channel>|https:\/\/evil|\*Approved\*/);
	expect(text.split('\n').filter((line) => line.startsWith('Workflow'))).toEqual([]);
}, 240_000);

test('a token deleted in two portals at once: each is told once, by its workflow’s name, in its own channel', async () => {
	const { client } = errors.n8n;
	const alerts = await Promise.all(
		portals.map(async (portal) => {
			const name = `Guardian alert of ${portal}, token deleted`;
			const id = await client.createWorkflow(errors.alerting(name, 'deleted', portal));
			return { portal, name, about: `failed ${id} trigger`, id };
		}),
	);
	await Promise.all(alerts.map(async ({ id }) => await client.activate(id)));
	expect(await reached(() => alerts.every(({ about }) => errors.rows(about).length >= 2))).toBe(
		true,
	);
	await Promise.all(alerts.map(async ({ id }) => await client.deactivate(id)));
	await delay(6_000);
	for (const { portal, name, about } of alerts) {
		const told = errors.messages('token deleted', portal);
		errors.expectOnceAnHour(told, about);
		expect(told[0]).toContain('*A trigger failed*');
		expect(told[0]).toContain(`*Workflow:* ${name}\n`);
		expect(told[0]).toContain('Proofpoint refused access (403)');
		expect(told[0]).not.toContain('deleted"');
	}
}, 240_000);

test('a trigger that dies while it is published is told, and not again when n8n starts within the hour', async () => {
	const { client } = errors.n8n;
	const broken = withNodes(errors.alerting('Guardian alert, dead at activation'), (node) =>
		node.type.endsWith('proofpointTrigger')
			? { ...node, parameters: { ...node.parameters, startFrom: 'date', startDate: 'no date' } }
			: node,
	);
	const id = await client.createWorkflow(broken);
	const about = `failed ${id} trigger`;
	// n8n answers with the failure, or publishes and fails a moment later.
	await client.activate(id).catch(() => undefined);
	expect(await reached(() => errors.messages('dead at activation').length > 0)).toBe(true);
	await idle(errors.n8n);
	await errors.n8n.restart();
	await delay(6_000);
	await client.deactivate(id).catch(() => undefined);
	await delay(6_000);
	errors.expectOnceAnHour(errors.messages('dead at activation'), about);
}, 360_000);

test('a trigger that misses an event is told once by each copy, also when n8n starts in between; one that keeps up is not', async () => {
	const { client } = errors.n8n;
	const quiet = await client.createWorkflow(errors.alerting('Guardian alert, silent', 'works'));
	const fine = await client.createWorkflow(errors.alerting('Guardian alert, keeps up', 'works'));
	const off = await client.createWorkflow(errors.alerting('Guardian alert, off', 'works'));
	await client.activate(fine);
	const later = new Date(Date.now() + 2_000).toISOString();
	await delay(6_000);
	for (const simulator of [errors.world.simulator, errors.south]) {
		await simulator.createEvents({ type: 'guardian', fields: { created_at: later } });
	}
	await delay(6_000);
	expect(
		await reached(async () => (await client.executions({ workflowId: fine })).length > 0),
	).toBe(true);
	const watched = [
		{ workflow: quiet, name: 'silent', types: ['guardian'] },
		{ workflow: fine, name: 'keeps up', types: ['guardian'] },
		{ workflow: off, name: 'architect only', types: ['architect'] },
		{ workflow: 'no-such-id', name: 'Nobody knows it' },
	];
	const looking = await Promise.all(
		portals.map(async (portal) => await client.createWorkflow(errors.prepared(watched, portal))),
	);
	for (let turn = 0; turn < 2; turn++) {
		for (const id of looking) {
			const run = await client.finishedExecution(await client.run(id, 'Every 15 minutes'));
			expect(run.error?.message).toBeUndefined();
		}
		if (turn === 0) await errors.n8n.restart();
	}
	await client.deactivate(fine);
	for (const portal of portals) {
		const silent = errors.messages('Guardian alert, silent', portal);
		expect(silent).toEqual([expect.stringContaining('A watched workflow is not published')]);
		expect(errors.messages('Guardian alert, keeps up', portal)).toEqual([]);
		expect(errors.messages('Guardian alert, off', portal)).toEqual([]);
		errors.expectOnceAnHour(errors.messages('Nobody knows it', portal), 'unchecked no-such-id');
	}
}, 480_000);

test('n8n is killed while it tells: what goes on failing is told once after the start, and what does not is in the table', async () => {
	const { client } = errors.n8n;
	const name = 'Fails over a power cut';
	const failing = await client.createWorkflow(errors.failing(name, 'No space left'));
	const about = `failed ${failing}`;
	const stall = `${errors.slackFile}.stall`;
	writeFileSync(stall, '');
	await client.activate(failing);
	expect(await reached(() => errors.rows(about).length >= 3)).toBe(true);
	await errors.n8n.kill();
	rmSync(stall);
	const [first, ...others] = errors.rows(about);
	expect(errors.messages(name)).toEqual([]);
	// Its message was on its way; it says until when.
	expect(first?.told).toMatch(/^20\d\d-/);
	expect(others.filter(({ told }) => told === 'yes')).toEqual([]);

	await errors.n8n.start();
	expect(await reached(() => errors.messages(name).length > 0)).toBe(true);
	const before = errors.rows(about).length;
	expect(await reached(() => errors.rows(about).length >= before + 5)).toBe(true);
	await client.deactivate(failing);
	await delay(6_000);
	const later = errors.rows(about).slice(others.length + 1);
	expect(errors.messages(name)).toHaveLength(new Set(later.map(({ hour }) => hour)).size);
	expect(errors.messages(name)).toHaveLength(later.filter((row) => row.told === 'yes').length);
	// Nothing tells the first one any more: it stays as it was.
	expect(errors.rows(about)[0]).toEqual(first);
}, 480_000);

test('Slack refuses: the execution fails, the failure stands in the table, and is told when Slack takes messages again', async () => {
	const refuse = `${errors.slackFile}.refuse`;
	writeFileSync(refuse, '');
	const { client } = errors.n8n;
	const watch = await client.createWorkflow(errors.prepared([{ workflow: 'gone', name: 'Gone' }]));
	const look = async () =>
		await client.finishedExecution(await client.run(watch, 'Every 15 minutes'));
	const run = await look();
	rmSync(refuse);
	expect(run.error?.message).toContain('could not be sent to Slack');
	expect(errors.rows('unchecked gone')).toHaveLength(1);
	expect(
		await reached(async () => {
			expect((await look()).error?.message).toBeUndefined();
			return errors.messages('Gone').length > 0;
		}),
	).toBe(true);
	await look();
	errors.expectOnceAnHour(errors.messages('Gone'), 'unchecked gone');
}, 240_000);
