/** The kill suite in small: a few `kill -9` of a real n8n in each of the two ways of storing a poller's state. */
import { runKills, type Mode, type RunReport } from '@test/kill/run.cjs';

/** The schedule's interval: when the next poll starts, the one before has long been stored. */
const POLL_EVERY_MS = 10_000;

async function threeKills(mode: Mode): Promise<RunReport> {
	const run = await runKills({ mode, kills: 3, seed: 5, perSecond: 3, calmSeconds: 0 });
	const { expected, delivered, lost, doubled, seconds } = run;
	process.stderr.write(
		`${mode}: ${expected} events, ${delivered} delivered, ${lost.length} lost, ${doubled.length} doubled, ${seconds} s\n`,
	);
	return run;
}

it('loses and doubles nothing with durable cursors; without, only what the poll before a kill had taken', async () => {
	const [durable, byDefault] = await Promise.all([threeKills('durable'), threeKills('default')]);

	expect(durable).toMatchObject({ lost: [], doubled: [], unknown: [] });
	expect(durable.delivered).toBe(durable.expected);

	// n8n saves the state first and the execution later: what lies between is lost, and nothing else is.
	expect(byDefault).toMatchObject({ doubled: [], unknown: [] });
	expect(byDefault.delivered + byDefault.lost.length).toBe(byDefault.expected);
	for (const { life = -1, endedAfterMs = Infinity } of byDefault.lost) {
		expect(life).toBeGreaterThanOrEqual(1);
		expect(life).toBeLessThanOrEqual(byDefault.kills.length);
		expect(endedAfterMs).toBeLessThan(POLL_EVERY_MS);
	}
}, 800_000);
