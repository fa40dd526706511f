import type { Engine } from '../engine/engine.cjs';
import type { Measured } from '../engine/tasks.cjs';
import type { Rig } from '../rig.cjs';
import { cpu, mustBring, Rounds } from '../rounds.cjs';
import { token } from '../servers/serverReady.cjs';
import * as workflows from '../workflows.cjs';
import type { Case } from './case.cjs';

/** A list read by each way that there is to read it. */
export function waysToRead(rig: Rig, engine: Engine, length: number) {
	const url = rig.pages.url(length);
	const many = workflows.getMany(`pages-${length}`);
	const read = (client: 'http' | 'undici') => (): Promise<Measured> =>
		engine.do({ task: 'loop', client, url, token });
	return {
		undici: mustBring(length, read('undici')),
		http: mustBring(length, read('http')),
		ours: mustBring(
			length,
			async () => await engine.do({ task: 'workflow', workflow: many, last: workflows.worker }),
		),
	};
}

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
			...waysToRead(rig, engine, 10_000),
			httpRequest: mustBring(
				10_000,
				async () => await engine.do({ task: 'workflow', workflow, last: workflows.splitOut }),
			),
		};
		const result = await Rounds.run(contestants, contestants.undici, { rounds, warmUps: 2 });
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
		const { undici, ours } = waysToRead(rig, await rig.engine(), 1_000);
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
		const long = waysToRead(rig, engine, 100_000);
		const contestants = {
			short: waysToRead(rig, engine, 10_000).ours,
			long: long.ours,
			// How the same list grows without n8n and without us: V8's garbage collection of a larger heap.
			undici: long.undici,
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
			},
		};
	},
	profile: async (rig) => await profileOf(rig, 100_000),
};
