import type { Simulator } from '@simulator/client.cjs';
import { z } from 'zod';
import type { Engine } from '../engine/engine.cjs';
import type { Measured } from '../engine/tasks.cjs';
import type { Rig } from '../rig.cjs';
import { Rounds } from '../rounds.cjs';
import { spreadOf } from '../statistics.cjs';
import * as workflows from '../workflows.cjs';
import type { Case } from './case.cjs';

const count = 4;
const itemsEach = 300;
const items = count * itemsEach;
const perSecond = 20;
const burst = 20;

const bodySchema = z.object({ event_id: z.string() });

/** A request of the simulator's log, and the process that sent it. */
interface Sent {
	process: number;
	atMs: number;
	refused: boolean;
}

/** Every process anew, so that none knows the limit yet: all work through items of their own at the same time. */
async function workTogether(rig: Rig, inputs: Array<Array<{ id: string }>>): Promise<Measured[]> {
	const engines: Engine[] = [];
	try {
		for (let number = 0; number < count; number++) engines.push(await rig.freshEngine());
		const workflow = workflows.release('processes');
		return await Promise.all(
			engines.map(async (engine, number) => {
				const input = inputs[number] ?? [];
				return await engine.do({ task: 'workflow', workflow, last: workflows.worker, input });
			}),
		);
	} finally {
		for (const engine of engines) await engine.stop();
	}
}

async function sentTo(simulator: Simulator, owners: Map<string, number>): Promise<Sent[]> {
	const { requests } = await simulator.requests();
	return requests.map(({ body, inMs, status }) => ({
		process: owners.get(bodySchema.parse(JSON.parse(body)).event_id) ?? -1,
		atMs: inMs,
		refused: status === 429,
	}));
}

/** What each process got of the limit while all were at work, as parts of the whole. */
function sharesOf(sent: Sent[]): number[] {
	const carriedOut = sent.filter(({ refused }) => !refused);
	const numbers = Array.from({ length: count }, (_, number) => number);
	const ends = numbers.map((number) =>
		Math.max(...carriedOut.filter(({ process }) => process === number).map(({ atMs }) => atMs)),
	);
	const together = carriedOut.filter(({ atMs }) => atMs <= Math.min(...ends));
	return numbers.map(
		(number) => together.filter(({ process }) => process === number).length / together.length,
	);
}

/** One run of all processes, and what the simulator saw of it. */
async function run(rig: Rig, simulator: Simulator) {
	await simulator.reset({ events: 0 });
	const events = await simulator.createEvents({
		count: items,
		type: 'defender',
		releasable: true,
	});
	const input = events.map(({ id }) => ({ id }));
	const inputs = Array.from({ length: count }, (_, number) =>
		input.slice(number * itemsEach, (number + 1) * itemsEach),
	);
	const owners = new Map(inputs.flatMap((own, number) => own.map(({ id }) => [id, number])));
	await simulator.clearRequests();
	await simulator.setRateLimit({ perSecond, burst });
	const measured = await workTogether(rig, inputs);
	await simulator.setRateLimit('off');

	const sent = await sentTo(simulator, owners);
	const { remediationCounts } = await simulator.ledger();
	const times = input.map(({ id }) => remediationCounts[id]?.releaseFromQuarantine ?? 0);
	const undone = times.filter((time) => time === 0).length;
	const without = measured.reduce((sum, { distinct }) => sum + itemsEach - distinct, 0);
	const at = sent.map(({ atMs }) => atMs);
	const seconds = (Math.max(...at) - Math.min(...at)) / 1000;
	const refused = sent.filter((request) => request.refused).length;
	const shares = sharesOf(sent);
	return {
		wallMs: Math.max(...measured.map(({ wallMs }) => wallMs)),
		lost: Math.max(undone, without, ...measured.map(({ misplaced }) => misplaced)),
		repeated: times.filter((time) => time > 1).length,
		refused: refused / sent.length,
		retries: sent.length - items,
		// From the first request to the last: how long each process needs to prepare its items is not the matter.
		used: items / (burst + seconds * perSecond),
		least: Math.min(...shares),
		most: Math.max(...shares),
	};
}

/** Four n8n processes that do not know of each other, on one limit. */
export const processes: Case = {
	name: 'processes',
	rounds: 3,
	async measure(rig, rounds) {
		const simulator = await rig.simulator('processes', { events: 0 });
		const runs: Array<Awaited<ReturnType<typeof run>>> = [];
		const nothing = { cpuMs: 0, records: items, distinct: items, misplaced: 0 };
		await Rounds.run(
			{
				async ours(): Promise<Measured> {
					const result = await run(rig, simulator);
					runs.push(result);
					return { ...nothing, wallMs: result.wallMs };
				},
			},
			await rig.yardstick(),
			{ rounds, warmUps: 0 },
		);
		return {
			rows: {
				processesUnused: spreadOf(runs.map(({ used }) => 1 - used)),
				processesRefused: spreadOf(runs.map(({ refused }) => refused)),
				processesLost: spreadOf(runs.map(({ lost }) => lost)),
				processesRepeated: spreadOf(runs.map(({ repeated }) => repeated)),
			},
			series: {
				'reached, % of the limit': spreadOf(runs.map(({ used }) => used * 100)),
				'requests sent again': spreadOf(runs.map(({ retries }) => retries)),
				'process that got least, % of what all got (equal: 25)': spreadOf(
					runs.map(({ least }) => least * 100),
				),
				'process that got most, %': spreadOf(runs.map(({ most }) => most * 100)),
			},
		};
	},
};
