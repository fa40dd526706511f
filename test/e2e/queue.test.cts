/** The plan `queue` in small: a main, two workers, PostgreSQL and Redis; workers are killed while events stream in. */
import { queueReport } from '@test/endurance/queue/plan.cjs';
import { runQueue } from '@test/endurance/queue/run.cjs';
import { findServices } from '@test/endurance/queue/services.cjs';
import { textOf } from '@test/endurance/report.cjs';

const found = findServices();
const suite = 'programs' in found ? describe : describe.skip;

suite(`queue mode${'missing' in found ? `: skipped, ${found.missing}` : ''}`, () => {
	test('every node works on the workers, and killing workers loses, doubles and repeats nothing', async () => {
		if (!('programs' in found)) return;
		const run = await runQueue({
			mode: 'durable',
			seconds: 25,
			rate: 20,
			workers: 2,
			keepsFolder: true,
			every: 10,
			seed: 4,
			kill: { main: false, workers: true },
			programs: found.programs,
		});
		const report = queueReport([run]);
		process.stderr.write(textOf(report));

		expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
		for (const { expected, delivered } of run.deliveries) {
			expect(expected).toBeGreaterThan(100);
			expect(delivered).toBe(expected);
		}
		expect(run.kills.length).toBeGreaterThan(0);
		expect(run.writes.releases).toBeGreaterThan(0);
		expect(Object.keys(run.byWorker).sort()).toEqual(['worker 1', 'worker 2']);
		for (const node of [
			'Defender Event',
			'Delete',
			'UserMonitoring',
			'Anomaly',
			'Audit',
			'CompanyRisk',
			'Create',
			'Sync',
		]) {
			expect(run.operations.nodes[node]).toBeGreaterThan(0);
		}
	}, 1200_000);
});
