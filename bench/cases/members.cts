import { Rounds } from '../rounds.cjs';
import { firstGroup } from '../rig.cjs';
import { spreadOf } from '../statistics.cjs';
import * as workflows from '../workflows.cjs';
import type { Case } from './case.cjs';

const count = 10_000;
/** The API takes at most 100 members in one request. */
const least = count / 100;

/** A large group filled with as few requests as the API allows. */
export const members: Case = {
	name: 'members',
	rounds: 9,
	async measure(rig, rounds) {
		const engine = await rig.engine();
		const simulator = await rig.simulator('members', {});
		const workflow = workflows.addMembers('members', firstGroup);
		const input = [
			{ members: Array.from({ length: count }, (_, index) => `user${index}@acme.example`) },
		];
		const requests: number[] = [];
		const result = await Rounds.run(
			{
				async ours() {
					await simulator.clearRequests();
					const done = await engine.do({
						task: 'workflow',
						workflow,
						last: workflows.worker,
						input,
					});
					if (done.first?.sent !== count) throw new Error('Not all members were sent');
					requests.push((await simulator.requests()).requests.length);
					return done;
				},
			},
			await rig.yardstick(),
			{ rounds, warmUps: 0 },
		);
		return {
			rows: { members: spreadOf(requests.map((number) => number / least)) },
			series: { 'ours ms': result.spread('ours'), requests: spreadOf(requests) },
		};
	},
};
