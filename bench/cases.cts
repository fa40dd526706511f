import { spreadOf, type Spread } from './statistics.cjs';
import type { RowName } from './targets.cjs';
import * as workflows from './workflows.cjs';
import { World, type Measured } from './world.cjs';

/** What a case found: its rows of the table, and the series behind them, by name with their unit (`ours ms`). */
export interface Findings {
	rows: Partial<Record<RowName, Spread>>;
	series: Record<string, Spread>;
}

/** One measurement of the benchmark, in an n8n of its own. */
export interface Case {
	name: string;
	/** Rounds of a run where the command line says nothing. */
	rounds: number;
	measure(tarball: string, rounds: number): Promise<Findings>;
}

interface Pair {
	ours: Measured[];
	http: Measured[];
}

const wall = ({ wallMs }: Measured): number => wallMs;
const cpu = ({ cpuMs }: Measured): number => cpuMs;
const megabytes = ({ peakBytes }: Measured): number => peakBytes / 1_048_576;

/** Both once per round, each round beginning with the other, so that whatever the machine does meanwhile hits both. */
async function sideBySide(
	rounds: number,
	contestants: Record<keyof Pair, () => Promise<Measured>>,
	{ warmUps = 1 } = {},
): Promise<Pair> {
	const pair: Pair = { ours: [], http: [] };
	for (let round = -warmUps; round < rounds; round++) {
		const order: Array<keyof Pair> = round % 2 === 0 ? ['ours', 'http'] : ['http', 'ours'];
		for (const name of order) {
			const measured = await contestants[name]();
			if (round >= 0) pair[name].push(measured);
		}
	}
	return pair;
}

/** @returns ours against the rival, round by round */
function ratio({ ours, http }: Pair, of: (one: Measured) => number): Spread {
	return spreadOf(ours.map((one, round) => of(one) / of(http[round] ?? one)));
}

function series({ ours, http }: Pair, unit: string, of: (one: Measured) => number) {
	return {
		[`ours ${unit}`]: spreadOf(ours.map(of)),
		[`HTTP Request ${unit}`]: spreadOf(http.map(of)),
	};
}

/** Throws when a run did not bring exactly `count` different items: a wrong answer has no time. */
async function bringing(count: number, run: Promise<Measured>): Promise<Measured> {
	const measured = await run;
	const { items, distinct } = measured;
	if (items === count && distinct === count) return measured;
	throw new Error(`${count} items were to come, ${items} came, ${distinct} of them different`);
}

async function inWorld<Result>(
	tarball: string,
	events: number,
	work: (world: World) => Promise<Result>,
): Promise<Result> {
	const world = await World.create(tarball, { events, updated: 0 });
	try {
		return await work(world);
	} finally {
		await world.stop();
	}
}

const listLength = 10_000;

/** Get Many of 10,000 events. */
const many: Case = {
	name: 'many',
	rounds: 9,
	measure: async (tarball, rounds) =>
		await inWorld(tarball, listLength, async (world) => {
			const [ours, http] = [workflows.getMany(), workflows.httpPages(world.simulator.url)];
			for (const work of [ours, http]) await world.add(work);
			const pair = await sideBySide(rounds, {
				ours: async () => await bringing(listLength, world.call(ours)),
				http: async () => await bringing(listLength, world.call(http)),
			});
			return {
				rows: { manyWall: ratio(pair, wall), manyCpu: ratio(pair, cpu) },
				series: { ...series(pair, 'ms', wall), ...series(pair, 'CPU ms', cpu) },
			};
		}),
};

const longLength = 100_000;

/** What 100,000 events need while they are read. A process gives little memory back, so each run has a fresh one. */
const memory: Case = {
	name: 'memory',
	rounds: 3,
	measure: async (tarball, rounds) =>
		await inWorld(tarball, longLength, async (world) => {
			const [ours, http] = [workflows.getMany(), workflows.httpPages(world.simulator.url)];
			for (const work of [ours, http]) await world.add(work);
			const fresh = async (work: workflows.Work): Promise<Measured> => {
				await world.n8n.restart();
				return await bringing(longLength, world.call(work));
			};
			const pair = await sideBySide(
				rounds,
				{ ours: async () => await fresh(ours), http: async () => await fresh(http) },
				{ warmUps: 0 },
			);
			return { rows: { memory: ratio(pair, megabytes) }, series: series(pair, 'MB', megabytes) };
		}),
};

/** One poll with everything of a long absence in it, its execution stored as n8n does by default. */
const poll: Case = {
	name: 'poll',
	rounds: 5,
	measure: async (tarball, rounds) =>
		await inWorld(tarball, listLength, async (world) => {
			const { client } = world.n8n;
			const http = workflows.httpNews(world.simulator.url);
			const anew = async (work: workflows.Work, run: (id: string) => Promise<Measured>) => {
				const id = await world.add(work);
				const measured = await bringing(listLength, run(id));
				await client.deactivate(id);
				return measured;
			};
			const pair = await sideBySide(rounds, {
				ours: async () =>
					await anew(
						workflows.poll(),
						async (id) => await world.measure(async () => await client.activate(id), id),
					),
				http: async () => await anew(http, async (id) => await world.call(http, [], id)),
			});
			return { rows: { poll: ratio(pair, cpu) }, series: series(pair, 'CPU ms', cpu) };
		}),
};

async function releasable(world: World, count: number): Promise<string[]> {
	await world.simulator.reset({ events: 0 });
	const events = await world.simulator.createEvents({ count, type: 'defender', releasable: true });
	return events.map(({ id }) => id);
}

/** What an item costs where nothing holds it up. */
const remediation: Case = {
	name: 'remediation',
	rounds: 9,
	measure: async (tarball, rounds) =>
		await inWorld(tarball, 0, async (world) => {
			const count = 1_000;
			const [ours, http] = [workflows.release(), workflows.httpRelease(world.simulator.url)];
			for (const work of [ours, http]) await world.add(work);
			const run = async (work: workflows.Work): Promise<Measured> => {
				const measured = await world.call(work, await releasable(world, count));
				if (measured.items !== count) throw new Error(`${work.name}: ${measured.items} items`);
				return measured;
			};
			const pair = await sideBySide(rounds, {
				ours: async () => await run(ours),
				http: async () => await run(http),
			});
			return {
				rows: { remediationCpu: ratio(pair, cpu) },
				series: { ...series(pair, 'CPU ms', cpu), ...series(pair, 'ms', wall) },
			};
		}),
};

const limit = { perSecond: 20, burst: 20 };

/** One run against the limit, and what the simulator saw of it. */
async function limitedRun(world: World, work: workflows.Work, count: number) {
	const ids = await releasable(world, count);
	await world.simulator.setRateLimit(limit);
	const measured = await world.call(work, ids);
	await world.simulator.setRateLimit('off');
	const { requests } = await world.simulator.requests();
	const { remediationCounts } = await world.simulator.ledger();
	const times = ids.map((id) => remediationCounts[id]?.releaseFromQuarantine ?? 0);
	const done = times.filter((time) => time > 0).length;
	return {
		wallMs: measured.wallMs,
		lost: count - Math.min(done, measured.items),
		repeated: times.filter((time) => time > 1).length,
		refused: requests.filter(({ status }) => status === 429).length / requests.length,
	};
}

/** Under a limit: as fast as it allows, nothing lost, nothing twice, hardly a refusal. */
const limited: Case = {
	name: 'limited',
	rounds: 3,
	measure: async (tarball, rounds) =>
		await inWorld(tarball, 0, async (world) => {
			const count = 400;
			const [own, rival] = [workflows.release(), workflows.httpRelease(world.simulator.url)];
			for (const work of [own, rival]) await world.add(work);
			const ours: Array<Awaited<ReturnType<typeof limitedRun>>> = [];
			const http: typeof ours = [];
			for (let round = 0; round < rounds; round++) {
				ours.push(await limitedRun(world, own, count));
				http.push(await limitedRun(world, rival, count));
			}
			const least = ((count - limit.burst) / limit.perSecond) * 1000;
			return {
				rows: {
					limitedWall: spreadOf(ours.map(({ wallMs }) => wallMs / least)),
					limitedLost: spreadOf(ours.map(({ lost }) => lost)),
					limitedRepeated: spreadOf(ours.map(({ repeated }) => repeated)),
					limitedRefused: spreadOf(ours.map(({ refused }) => refused)),
				},
				series: {
					'ours ms': spreadOf(ours.map(({ wallMs }) => wallMs)),
					'HTTP Request, items lost': spreadOf(http.map(({ lost }) => lost)),
				},
			};
		}),
};

/** Every case, in the order of the table. */
export const cases: readonly Case[] = [many, memory, poll, remediation, limited];
