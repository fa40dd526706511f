/** The queue suite in small: a main, two workers, PostgreSQL and Redis; workers are killed while events stream in. */
import { isSound, queueDetails, queueTable } from '@test/queue/report.cjs';
import { runQueue } from '@test/queue/run.cjs';
import { findServices } from '@test/queue/services.cjs';

const found = findServices();
const suite = 'programs' in found ? describe : describe.skip;

suite(`queue mode${'missing' in found ? `: skipped, ${found.missing}` : ''}`, () => {
	test('every node works on the workers, and killing workers loses, doubles and repeats nothing', async () => {
		if (!('programs' in found)) return;
		const report = await runQueue({
			mode: 'durable',
			seconds: 25,
			perSecond: 20,
			workers: 2,
			keepsFolder: true,
			pollEverySeconds: 10,
			seed: 4,
			kill: { main: false, workers: true },
			programs: found.programs,
		});
		process.stderr.write(`${queueTable([report])}\n${queueDetails([report])}${report.seconds} s\n`);

		expect(isSound(report)).toBe(true);
		for (const { expected, delivered } of report.deliveries) {
			expect(expected).toBeGreaterThan(100);
			expect(delivered).toBe(expected);
		}
		expect(report.kills.length).toBeGreaterThan(0);
		expect(report.writes.releases).toBeGreaterThan(0);
		expect(Object.keys(report.byWorker)).toEqual(['worker 1', 'worker 2']);
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
			expect(report.operations.nodes[node]).toBeGreaterThan(0);
		}
	}, 1200_000);
});
