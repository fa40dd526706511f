/** The plan `kill` in small: a few `kill -9` of a real n8n in each of the two ways of storing a poller's state. */
import { runKills, type KillRun } from '@test/endurance/kill/run.cjs';
import type { Mode } from '@test/endurance/options.cjs';
import { seenOf } from '@test/endurance/report.cjs';

async function threeKills(mode: Mode): Promise<KillRun> {
	const run = await runKills({ mode, kills: 3, seed: 5, rate: 3, calm: 0 });
	process.stderr.write(`${mode}: ${seenOf(run)}\n`);
	return run;
}

it('loses and doubles nothing with durable cursors; without, only what the poll before a kill had taken', async () => {
	const [durable, byDefault] = await Promise.all([threeKills('durable'), threeKills('default')]);

	expect(durable).toMatchObject({ lost: [], doubled: [], replayed: [] });
	expect(durable.delivered).toBe(durable.expected);

	// n8n saves the state first and the execution later: what lies between is lost, and nothing else is.
	expect(byDefault).toMatchObject({ unexplained: [], doubled: [], replayed: [] });
	expect(byDefault.delivered + byDefault.lost.length).toBe(byDefault.expected);
}, 800_000);
