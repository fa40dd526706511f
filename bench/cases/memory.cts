import type { Measured } from '../engine/tasks.cjs';
import type { Rig } from '../rig.cjs';
import { mustBring, peak, Rounds } from '../rounds.cjs';
import { token } from '../servers/serverReady.cjs';
import * as workflows from '../workflows.cjs';
import type { Case } from './case.cjs';
import { waysToRead } from './getMany.cjs';

const length = 100_000;

/**
 * Reads the list in an engine process of its own, that has read a short one before: a process gives little
 * memory back, so a second measurement in it would find it there already.
 */
async function inFreshEngine(rig: Rig, way: 'http' | 'ours' | 'undici'): Promise<Measured> {
	const engine = await rig.freshEngine();
	try {
		await waysToRead(rig, engine, 1_000)[way]();
		const workflow = workflows.getMany(`pages-${length}`);
		const url = rig.pages.url(length);
		return await engine.do(
			way === 'ours'
				? { task: 'workflow', workflow, last: workflows.worker }
				: { task: 'loop', client: way, url, token },
			{ peak: true },
		);
	} finally {
		await engine.stop();
	}
}

/** What 100,000 events need while they are read, beside the same in a bare loop. */
export const memory: Case = {
	name: 'memory',
	rounds: 9,
	async measure(rig, rounds) {
		const contestants = {
			undici: mustBring(length, async () => await inFreshEngine(rig, 'undici')),
			// A new connection per page, which n8n's helper makes and no node can change, has its price here too.
			http: mustBring(length, async () => await inFreshEngine(rig, 'http')),
			ours: mustBring(length, async () => await inFreshEngine(rig, 'ours')),
		};
		const result = await Rounds.run(contestants, await rig.yardstick(), { rounds, warmUps: 0 });
		const megabytes = (one: Measured): number => peak(one) / 1_048_576;
		return {
			rows: { memory: result.ratio('ours', 'undici', peak) },
			series: {
				'undici MB': result.spread('undici', megabytes),
				'node:http MB': result.spread('http', megabytes),
				'node:http / undici': result.ratio('http', 'undici', peak),
				'ours MB': result.spread('ours', megabytes),
			},
		};
	},
};
