import type { Rig } from '../rig.cjs';
import { cpu, mustBring, Rounds } from '../rounds.cjs';
import { pageSize } from '../servers/dataset.cjs';
import { token } from '../servers/serverReady.cjs';
import * as workflows from '../workflows.cjs';
import type { Case } from './case.cjs';

const backlogLength = 50_000;

/** Activates a fresh trigger at the beginning of the list; the first poll takes it all. */
async function backlogPoll(rig: Rig) {
	const engine = await rig.engine();
	const workflow = workflows.trigger(`pages-${backlogLength}`, 'beginning');
	return mustBring(backlogLength, async () => {
		await engine.do({ task: 'open', key: 'backlog', workflow, node: workflows.worker });
		return await engine.do({ task: 'poll', key: 'backlog', times: 1 });
	});
}

/** One poll with everything of a long absence in it. */
export const backlog: Case = {
	name: 'backlog',
	rounds: 9,
	async measure(rig, rounds) {
		const engine = await rig.engine();
		const url = rig.pages.url(backlogLength);
		const contestants = {
			http: mustBring(
				backlogLength,
				async () => await engine.do({ task: 'loop', client: 'http', url, token }),
			),
			ours: await backlogPoll(rig),
		};
		const result = await Rounds.run(contestants, await rig.yardstick(), { rounds });
		const perPage = ({ wallMs }: { wallMs: number }): number => wallMs / (backlogLength / pageSize);
		return {
			rows: { backlog: result.ratio('ours', 'http', perPage) },
			series: {
				'node:http ms per page': result.spread('http', perPage),
				'ours ms per page': result.spread('ours', perPage),
				'CPU, ours / node:http': result.ratio('ours', 'http', cpu),
			},
		};
	},
	profile: backlogPoll,
};

const pollsPerRound = 50;

async function emptyPolls(rig: Rig, name: 'million' | 'none', events: number) {
	const engine = await rig.engine();
	await rig.simulator(name, { events });
	const workflow = workflows.trigger(name, 'now');
	await engine.do({ task: 'open', key: name, workflow, node: workflows.worker });
	return mustBring(
		0,
		async () => await engine.do({ task: 'poll', key: name, times: pollsPerRound }),
	);
}

/** The poll of every minute: nothing has happened. It must not matter how much happened before. */
export const emptyPoll: Case = {
	name: 'empty-poll',
	rounds: 15,
	async measure(rig, rounds) {
		const contestants = {
			million: await emptyPolls(rig, 'million', 1_000_000),
			none: await emptyPolls(rig, 'none', 0),
		};
		const result = await Rounds.run(contestants, await rig.yardstick(), { rounds, warmUps: 3 });
		const perPoll = ({ wallMs }: { wallMs: number }): number => wallMs / pollsPerRound;
		return {
			rows: { emptyPoll: result.ratio('million', 'none', perPoll) },
			series: {
				'1,000,000 events behind, ms per poll': result.spread('million', perPoll),
				'none behind, ms per poll': result.spread('none', perPoll),
				'CPU, 1,000,000 against none': result.ratio('million', 'none', cpu),
			},
		};
	},
	profile: async (rig) => await emptyPolls(rig, 'none', 0),
};
