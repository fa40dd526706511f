/** The tests of the playbook "audit trail to a SIEM": what the collector took against the portal's trail. */
import type { RunResult } from '@host/runResult.cjs';
import type { AuditEntry } from '@nodes/shared/api/contract';

import { readPlaybook, withSettings } from '../../scripts/demo/playbooks.cjs';
import type { CollectedEvent } from './eventCollector.cjs';
import { everySeconds, reached } from './playbookWorld.cjs';
import { elsewhere, playbooks, type ReportsWorld } from './reportsWorld.cjs';
import { forget, manual } from './setup.cjs';

const siemId = 'proofpointSiem';
const checkpointTable = 'Proofpoint SIEM checkpoints';

let world: ReportsWorld;

/** Adds the tests to those of a file that makes the world. */
export function auditTrailTests(given: () => ReportsWorld): void {
	beforeAll(() => {
		world = given();
	});

	test('the first run brings the whole trail, each entry once, in order', async () => {
		await world.simulator.clearRequests();
		await run();
		await expectEverything({ twice: 0 });
		expect(world.collector.events).toHaveLength(1300);
		const [first] = world.collector.events;
		expect(first).toMatchObject({
			host: 'proofpoint',
			source: 'n8n',
			sourcetype: 'proofpoint:audit',
		});
		for (const { time, event } of world.collector.events) {
			expect(time).toBe(
				Number(
					`${Date.parse(`${event.timestamp.slice(0, 19)}Z`) / 1000}${fraction(event.timestamp)}`,
				),
			);
		}
		expect(await asked()).toHaveLength(2);
		process.stderr.write(
			`siem: ${(await asked()).join('; ')} | ${world.collector.log.join('; ')}\n`,
		);
	}, 120_000);

	test('a run with nothing new asks once and sends nothing', async () => {
		const sent = world.collector.log.length;
		await world.simulator.clearRequests();
		await run();
		expect(await asked()).toHaveLength(1);
		expect(world.collector.log).toHaveLength(sent);
	}, 60_000);

	test('two equal entries are two', async () => {
		const twin = {
			timestamp: new Date().toISOString(),
			type: 'Twin',
			details: 'twin',
			user: 'a',
			ip: 'b',
		};
		await world.simulator.createAudits({ count: 2, fields: { ...twin, category: 'Twin' } });
		await run();
		await expectEverything({ twice: 0 });
		const twins = world.collector.events.filter(({ event }) => event.details === 'twin');
		expect(new Set(twins.map(({ event }) => event.entry_id)).size).toBe(2);
	}, 60_000);

	test('a collector that refuses once: the same run sends the page again, once', async () => {
		await world.simulator.createAudits({ count: 3 });
		world.collector.next('refuse');
		await run();
		expect(world.collector.log.slice(-2).map((line) => line.split(' ')[2])).toEqual(['503', '200']);
		await expectEverything({ twice: 0 });
	}, 120_000);

	test('a collector that goes on refusing: the checkpoint stays, and the next run brings all', async () => {
		await world.simulator.createAudits({ count: 3 });
		const kept = checkpoint();
		world.collector.next('refuse', 'refuse', 'refuse');
		const failed = await runAnyway();
		expect(failed.status).toBe('error');
		expect(checkpoint()).toBe(kept);
		world.collector.next('page');
		expect((await runAnyway()).error?.message).toContain('did not confirm the page');
		expect(checkpoint()).toBe(kept);
		await run();
		await expectEverything({ twice: 0 });
		expect(checkpoint()).not.toBe(kept);
	}, 180_000);

	test('a lost answer: the page comes twice, with the same ids', async () => {
		await world.simulator.createAudits({ count: 4 });
		world.collector.next('lose');
		await run();
		await expectEverything({ twice: 4 });
	}, 120_000);

	test('n8n is killed after the collector took the page: nothing is lost, that page comes twice', async () => {
		await world.simulator.createAudits({ count: 1010 });
		const kept = checkpoint();
		const before = world.collector.events.length;
		world.collector.next('hang');
		await world.n8n.client.run(siemId, 'Run by hand');
		expect(await reached(() => world.collector.events.length >= before + 1000)).toBe(true);
		await world.n8n.kill();
		expect(checkpoint()).toBe(kept);
		await world.n8n.start();
		await run();
		await expectEverything({ twice: 4 + 1000 });
		process.stderr.write(`siem: ${world.collector.log.slice(-3).join('; ')}\n`);
	}, 240_000);

	test('start over: everything comes again, with the ids that it had', async () => {
		await world.simulator.expireCheckpoints();
		expect((await runAnyway()).status).toBe('error');
		const before = new Set(world.collector.events.map(({ event }) => event.entry_id));
		const taken = world.collector.events.length;
		await world.n8n.executeMany([
			manual('start-over', forget(checkpointTable, 'list', 'audit trail')),
		]);
		expect(checkpoint()).toBeUndefined();
		await run();
		const again = world.collector.events.slice(taken).map(({ event }) => event.entry_id);
		expect(again).toHaveLength(before.size);
		expect(new Set(again)).toEqual(before);
	}, 120_000);

	test('a copy for another portal, as imported: its own checkpoint, its own entries', async () => {
		const kept = checkpoint();
		const before = world.collector.events.length;
		const { audits } = await world.other.ledger();
		const imported = withSettings(readPlaybook('audit-trail-to-siem.json'), {
			collector: world.collector.url,
		});
		await world.n8n.importWorkflows([elsewhere(imported, 'siemOther')]);
		const { client } = world.n8n;
		const result = await client.finishedExecution(await client.run('siemOther', 'Run by hand'));
		expect(result.error?.message).toBeUndefined();
		const theirs = world.collector.events.slice(before).map(({ event }) => event);
		expect(theirs).toHaveLength(audits.length);
		expect(new Set(theirs.map(({ portal }) => portal))).toEqual(new Set(['siemOther']));
		expect(checkpoint()).toBe(kept);
		await run();
		expect(world.collector.events).toHaveLength(before + audits.length);
	}, 120_000);

	test('its schedule starts', async () => {
		await world.n8n.publish(siemId);
		const often = await world.n8n.client.createWorkflow(
			everySeconds(
				1,
				'Every second',
				withSettings(playbooks.siem, { collector: world.collector.url }),
			),
		);
		await world.n8n.client.activate(often);
		const made = await world.simulator.createAudits({ count: 2 });
		const isSent = (entry: AuditEntry) =>
			world.collector.events.some(({ event }) => isSame(event, entry));
		expect(await reached(() => made.every(isSent))).toBe(true);
		await world.n8n.client.deactivate(often);
	}, 120_000);
}

async function runAnyway(): Promise<RunResult> {
	const { client } = world.n8n;
	return await client.finishedExecution(await client.run(siemId, 'Run by hand'));
}

async function run(): Promise<void> {
	const { error, status } = await runAnyway();
	expect(error?.message).toBeUndefined();
	expect(status).toBe('success');
}

/** The collector has every entry of the trail, in order, none that never was; `twice` came a second time. */
async function expectEverything({ twice }: { twice: number }): Promise<void> {
	const { audits } = await world.simulator.ledger();
	const seen = new Set<string>();
	const distinct = world.collector.events.filter(({ event }) => {
		const isNew = !seen.has(event.entry_id);
		seen.add(event.entry_id);
		return isNew;
	});
	expect(distinct.map(({ event: { entry_id: _id, portal: _portal, ...entry } }) => entry)).toEqual(
		audits,
	);
	expect(world.collector.events.length - distinct.length).toBe(twice);
}

function isSame(event: CollectedEvent['event'], entry: AuditEntry): boolean {
	return event.timestamp === entry.timestamp && event.details === entry.details;
}

function fraction(timestamp: string): string {
	return /\.\d+/.exec(timestamp)?.[0] ?? '';
}

/** The requests for pages of the trail, as lines of the simulator's log. */
async function asked(): Promise<string[]> {
	const { requests } = await world.simulator.requests();
	return requests
		.filter(({ endpoint }) => endpoint === 'audits')
		.map(
			({ method, path: at, query, status }) =>
				`${method} ${at}?limit=${query.limit}${query.after_checkpoint === undefined ? '' : '&after_checkpoint=…'} ${status}`,
		);
}

/** What the data table holds. */
function checkpoint(): string | undefined {
	const [table] = world.n8n.query('SELECT id FROM data_table WHERE name = ?', checkpointTable);
	const [row] = world.n8n.query(
		`SELECT checkpoint FROM "data_table_user_${String(table?.id)}" WHERE portal = 'acme'`,
	);
	return row === undefined ? undefined : String(row.checkpoint);
}
