import type { Simulator } from '@simulator/client.cjs';
import type { Measured } from '../engine/tasks.cjs';
import type { Rig } from '../rig.cjs';
import { cpu, mustBring, Rounds } from '../rounds.cjs';
import { spreadOf } from '../statistics.cjs';
import * as workflows from '../workflows.cjs';
import type { Case } from './case.cjs';

const items = 1_000;
const perSecond = 20;
const burst = 20;

function anyInput(): Array<{ id: string }> {
	return Array.from({ length: items }, (_, index) => ({ id: `event-${index}` }));
}

async function releaseAll(rig: Rig): Promise<() => Promise<Measured>> {
	const engine = await rig.engine();
	const workflow = workflows.release('pages-1000');
	return mustBring(
		items,
		async () =>
			await engine.do({
				task: 'workflow',
				workflow,
				last: workflows.worker,
				input: anyInput(),
			}),
	);
}

/** What an item costs where nothing holds it up. */
export const remediation: Case = {
	name: 'remediation',
	rounds: 9,
	async measure(rig, rounds) {
		const engine = await rig.engine();
		const plainWorkflow = workflows.plainRelease('plain');
		const contestants = {
			async plain(): Promise<Measured> {
				const measured = await engine.do({
					task: 'workflow',
					workflow: plainWorkflow,
					last: workflows.worker,
					input: anyInput(),
				});
				// The answer of the API carries no ID, so only their number can be looked at.
				if (measured.records !== items) throw new Error('The plain node lost items');
				return measured;
			},
			ours: await releaseAll(rig),
		};
		const result = await Rounds.run(contestants, await rig.yardstick(), { rounds });
		const perItem = (one: Measured): number => cpu(one) / items;
		return {
			rows: { remediationCpu: result.ratio('ours', 'plain', perItem) },
			series: {
				'plain declarative POST, CPU ms per item': result.spread('plain', perItem),
				'ours, CPU ms per item': result.spread('ours', perItem),
				'plain declarative POST, wall ms': result.spread('plain'),
				'ours, wall ms': result.spread('ours'),
			},
		};
	},
	profile: releaseAll,
};

/** One run against the limit, and what the simulator saw of it. */
async function limitedRun(rig: Rig, simulator: Simulator) {
	const engine = await rig.engine();
	await simulator.reset({ events: 0 });
	const events = await simulator.createEvents({
		count: items,
		type: 'defender',
		releasable: true,
	});
	const input = events.map(({ id }) => ({ id }));
	await simulator.clearRequests();
	await simulator.setRateLimit({ perSecond, burst });
	const measured = await engine.do({
		task: 'workflow',
		workflow: workflows.release('limited'),
		last: workflows.worker,
		input,
	});
	await simulator.setRateLimit('off');
	const { requests } = await simulator.requests();
	const { remediationCounts } = await simulator.ledger();
	const times = input.map(({ id }) => remediationCounts[id]?.releaseFromQuarantine ?? 0);
	const undone = times.filter((count) => count === 0).length;
	return {
		measured,
		lost: Math.max(undone, items - measured.distinct, measured.misplaced),
		repeated: times.filter((count) => count > 1).length,
		refused: requests.filter(({ status }) => status === 429).length / requests.length,
	};
}

/** Under a limit: as fast as it allows, nothing lost, nothing twice, hardly a refusal. */
export const limited: Case = {
	name: 'limited',
	rounds: 3,
	async measure(rig, rounds) {
		const simulator = await rig.simulator('limited', { events: 0 });
		const runs: Array<Awaited<ReturnType<typeof limitedRun>>> = [];
		const yardstick = await rig.yardstick();
		const run = async (): Promise<Measured> => {
			const result = await limitedRun(rig, simulator);
			runs.push(result);
			return result.measured;
		};
		const result = await Rounds.run({ ours: run }, yardstick, { rounds, warmUps: 0 });
		const least = ((items - burst) / perSecond) * 1000;
		return {
			rows: {
				limitedWall: result.spread('ours', ({ wallMs }) => wallMs / least),
				limitedLost: spreadOf(runs.map(({ lost }) => lost)),
				limitedRepeated: spreadOf(runs.map(({ repeated }) => repeated)),
				limitedRefused: spreadOf(runs.map(({ refused }) => refused)),
			},
			series: { 'ours ms': result.spread('ours') },
		};
	},
};
