import type { Engine } from '../engine/engine.cjs';
import type { Measured, Task } from '../engine/tasks.cjs';
import type { Rig } from '../rig.cjs';
import { averaged, cpu, mustBring, Rounds } from '../rounds.cjs';
import { token } from '../servers/serverReady.cjs';
import * as workflows from '../workflows.cjs';
import type { Case } from './case.cjs';

/**
 * A list read by each way that there is to read it.
 * @param times how often in a round, see {@link averaged}
 */
export function waysToRead(rig: Rig, engine: Engine, length: number, times = 1) {
	const url = rig.pages.url(length);
	const many = workflows.getMany(`pages-${length}`);
	const way = (task: Task): (() => Promise<Measured>) =>
		averaged(
			times,
			mustBring(length, async () => await engine.do(task)),
		);
	return {
		undici: way({ task: 'loop', client: 'undici', url, token }),
		http: way({ task: 'loop', client: 'http', url, token }),
		ours: way({ task: 'workflow', workflow: many, last: workflows.worker }),
	};
}

/** How often a list of up to 10,000 events is read in a round. */
const readsPerRound = 3;

async function profileOf(rig: Rig, length: number): Promise<() => Promise<unknown>> {
	return waysToRead(rig, await rig.engine(), length).ours;
}

/** Get Many of 10,000 events against everything that a user could do instead. */
export const many: Case = {
	name: 'many',
	rounds: 9,
	async measure(rig, rounds) {
		const engine = await rig.engine();
		const workflow = workflows.httpRequest('pages-10000', rig.pages.url(10_000));
		const contestants = {
			...waysToRead(rig, engine, 10_000, readsPerRound),
			httpRequest: averaged(
				readsPerRound,
				mustBring(
					10_000,
					async () => await engine.do({ task: 'workflow', workflow, last: workflows.splitOut }),
				),
			),
		};
		const result = await Rounds.run(contestants, await rig.yardstick(), { rounds, warmUps: 2 });
		return {
			rows: {
				manyAgainstHttpRequest: result.ratio('ours', 'httpRequest'),
				manyAgainstUndici: result.ratio('ours', 'undici'),
			},
			series: {
				'undici ms': result.spread('undici'),
				'node:http ms': result.spread('http'),
				'ours ms': result.spread('ours'),
				'HTTP Request + Split Out ms': result.spread('httpRequest'),
				'node:http / undici': result.ratio('http', 'undici'),
				'HTTP Request + Split Out / undici': result.ratio('httpRequest', 'undici'),
				'ours / node:http': result.ratio('ours', 'http'),
				'CPU, ours / HTTP Request + Split Out': result.ratio('ours', 'httpRequest', cpu),
				'CPU, ours / undici': result.ratio('ours', 'undici', cpu),
			},
		};
	},
	profile: async (rig) => await profileOf(rig, 10_000),
};

/** Get Many of 1,000 events: what the node itself costs shows here. */
export const few: Case = {
	name: 'few',
	rounds: 15,
	async measure(rig, rounds) {
		const { undici, ours } = waysToRead(rig, await rig.engine(), 1_000, readsPerRound);
		const result = await Rounds.run({ undici, ours }, await rig.yardstick(), {
			rounds,
			warmUps: 3,
		});
		return {
			rows: { fewAgainstUndici: result.ratio('ours', 'undici') },
			series: {
				'undici ms': result.spread('undici'),
				'ours ms': result.spread('ours'),
				'CPU, ours / undici': result.ratio('ours', 'undici', cpu),
			},
		};
	},
	profile: async (rig) => await profileOf(rig, 1_000),
};

/** Whether the time per event stays the same in a list ten times as long. */
export const growth: Case = {
	name: 'growth',
	rounds: 9,
	async measure(rig, rounds) {
		const engine = await rig.engine();
		const short = waysToRead(rig, engine, 10_000, readsPerRound);
		const long = waysToRead(rig, engine, 100_000);
		const contestants = {
			short: short.ours,
			long: long.ours,
			// How the same list grows without n8n and without us: memory that is touched for the first time.
			undici: long.undici,
			shortHttp: short.http,
			http: long.http,
		};
		const yardstick = await rig.yardstick();
		const result = await Rounds.run(contestants, yardstick, { rounds });
		const perEvent = ({ wallMs, records }: Measured): number => (wallMs * 1000) / records;
		return {
			rows: { growth: result.ratio('long', 'short', perEvent) },
			series: {
				'10,000 events, µs per event': result.spread('short', perEvent),
				'100,000 events, µs per event': result.spread('long', perEvent),
				'the same growth of undici': result.ratio('undici', 'yardstick', perEvent),
				'the same growth of node:http': result.ratio('http', 'shortHttp', perEvent),
			},
		};
	},
	profile: async (rig) => await profileOf(rig, 100_000),
};
