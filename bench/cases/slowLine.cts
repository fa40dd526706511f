import { mustBring, Rounds } from '../rounds.cjs';
import { slowLength, token } from '../servers/serverReady.cjs';
import * as workflows from '../workflows.cjs';
import type { Case } from './case.cjs';

/** Get Many as it is over a real line: TLS, a new connection per page, round trips of 30 ms. */
export const slowLine: Case = {
	name: 'tls',
	rounds: 9,
	async measure(rig, rounds) {
		const engine = await rig.engine();
		const workflow = workflows.getMany('pages-slow');
		const url = rig.pages.slowUrl;
		const contestants = {
			https: mustBring(
				slowLength,
				async () => await engine.do({ task: 'loop', client: 'http', url, token }),
			),
			ours: mustBring(
				slowLength,
				async () => await engine.do({ task: 'workflow', workflow, last: workflows.worker }),
			),
		};
		const result = await Rounds.run(contestants, await rig.yardstick(), { rounds });
		return {
			rows: { slowLine: result.ratio('ours', 'https') },
			series: { 'node:https ms': result.spread('https'), 'ours ms': result.spread('ours') },
		};
	},
};
