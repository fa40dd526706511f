/** What the host does: restarts, time-outs, polls at once, an API that is down while n8n starts. */
import type { FaultCase } from './cases.cjs';
import { hostModes, PAGE } from './setting.cjs';
import type { Stage } from './stage.cjs';

/** More than three quarters of the poll's budget, less than the host's own time-out. */
const OVER_BUDGET_MS = 40_000;
/** More than the host's time-out of a durable poll. */
const OVER_TIMEOUT_MS = 60_000;

/** A poll whose time runs out at one of its requests. */
function outOfTime(
	when: 'after' | 'before' | 'during',
	page: number,
	ms: number,
): FaultCase['play'] {
	return async (stage) => {
		await stage.prepare();
		await stage.cutPages();
		stage.spendsBudget = true;
		const spend = async (number: number) => {
			if (number === page) stage.time.skip(ms);
		};
		if (when === 'before') stage.beforeRequest = spend;
		else if (when === 'after') stage.afterRequest = spend;
		else {
			await stage.fail({ kind: 'delay', ms: 50 }, page, 1);
			stage.beforeRequest = async (number) => {
				// Once the request is on its way, and before anything of its answer can be read, however busy the machine is.
				if (number === page) setImmediate(() => stage.time.skip(ms));
			};
		}
		const { error } = await stage.poll();
		const { requests } = await stage.simulator.requests();
		stage.check(error === undefined, 'failed for want of time');
		const asked = requests.filter(({ endpoint }) => endpoint === stage.endpoint).length;
		stage.check(
			stage.setting.start === 'now' || asked <= page,
			'asked on though its time was over',
		);
	};
}

const budgets = (['before', 'during', 'after'] as const).flatMap((when): FaultCase[] => [
	...[1, 2].map(
		(page): FaultCase => ({
			name: `budget over ${when} page ${page}`,
			hosts: page === 1 ? hostModes : ['default', 'durable'],
			walkHosts: ['default', 'durable'],
			starts: ['now', 'beginning'],
			play: outOfTime(when, page, OVER_BUDGET_MS),
		}),
	),
	{
		name: `host gives up ${when} page 2`,
		hosts: ['durable'],
		walkHosts: ['durable'],
		starts: ['now', 'beginning'],
		play: outOfTime(when, 2, OVER_TIMEOUT_MS),
	},
]);

/** Every host that this is worth playing in. */
const everyHost = { hosts: hostModes, walkHosts: hostModes };

const restarts: FaultCase[] = [
	{
		name: 'news between the activation and the first tick',
		...everyHost,
		play: async (stage) => {
			await stage.open();
			await stage.poll();
			await stage.happen(5);
		},
	},
	{
		name: 'n8n killed between the activation and the first tick, news before the kill',
		...everyHost,
		play: async (stage) => {
			await stage.open();
			await stage.poll();
			await stage.happen(5);
			stage.restart();
		},
	},
	{
		name: 'restart after empty polls',
		...everyHost,
		play: async (stage) => {
			await stage.begin();
			await stage.poll();
			stage.restart();
			await stage.happen(5);
		},
	},
	{
		name: 'restart with news waiting',
		...everyHost,
		play: async (stage) => {
			await stage.begin();
			await stage.happen(5);
			await stage.poll();
			await stage.happen(5);
			stage.restart();
			await stage.happen(5);
			await stage.poll();
			stage.restart();
		},
	},
	{
		name: 'restart after polls that found only what is no news',
		events: ['securityEventCreated'],
		...everyHost,
		play: async (stage) => {
			await stage.begin();
			for (let polls = 0; polls < 3; polls++) {
				await stage.simulator.updateEvents({ count: 10 });
				await stage.poll();
			}
			stage.restart();
			await stage.poll();
		},
	},
	{
		name: 'restart in the middle of a backlog',
		starts: ['now', 'beginning'],
		...everyHost,
		play: async (stage) => {
			await stage.prepare({ options: { maxItemsPerPoll: 10 } });
			for (let polls = 0; polls < 5; polls++) {
				await stage.poll();
				stage.restart();
			}
		},
	},
	{
		name: 'n8n killed in the middle of a poll',
		starts: ['now', 'beginning'],
		walkHosts: ['default', 'durable'],
		play: async (stage) => {
			await stage.prepare();
			await stage.cutPages();
			if (stage.setting.start === 'beginning') stage.restart();
			await stage.pollInVain();
			stage.restart();
			await stage.poll();
		},
	},
	{
		name: 'a fault on every second poll, with restarts',
		...everyHost,
		play: async (stage) => {
			await stage.begin({ options: { maxItemsPerPoll: 10 } });
			for (let rounds = 0; rounds < 4; rounds++) {
				await stage.happen(8);
				await stage.fail({ kind: 'status', status: 503 });
				await stage.poll();
				await stage.heal();
				await stage.poll();
				if (rounds % 2 === 1) stage.restart();
			}
		},
	},
];

const downTimes: FaultCase[] = [
	{
		name: 'API down at the first activation, news after it is back',
		starts: ['now', 'beginning'],
		...everyHost,
		play: async (stage) => {
			await stage.open();
			await stage.goDown();
			const { error } = await stage.poll();
			stage.check(error === undefined, 'threw while the workflow was activated');
			await stage.poll();
			await stage.heal();
			await stage.poll();
			await stage.happen(5);
		},
	},
	{
		name: 'API down at the first activation, news meanwhile',
		...everyHost,
		atMost: {
			lost: 5,
			event: 'anomalyDetected',
			why: 'an anomaly does not say when it was found: what the first complete listing shows counts as old',
		},
		play: async (stage) => {
			await stage.open();
			await stage.goDown();
			await stage.poll();
			stage.time.skip(30_000);
			await stage.happen(5);
			await stage.poll();
		},
	},
	{
		name: 'API down while n8n starts, news meanwhile',
		...everyHost,
		play: async (stage) => {
			await stage.begin();
			await stage.happen(5);
			await stage.poll();
			await stage.goDown();
			stage.restart();
			await stage.happen(5);
			await stage.poll();
			await stage.poll();
		},
	},
	{
		name: 'token refused at the activation, shown by the next poll, mended',
		...everyHost,
		play: async (stage) => {
			await stage.open();
			await stage.fail({ kind: 'status', status: 403 });
			const { error } = await stage.poll();
			stage.check(error === undefined, 'threw while the workflow was activated');
			stage.check((await stage.poll()).error !== undefined, 'the next poll did not show it');
			await stage.heal();
			await stage.poll();
			await stage.happen(5);
		},
	},
];

/** A poll that is slow enough for another to run beside it. */
async function slow(stage: Stage): Promise<void> {
	await stage.cutPages();
	await stage.fail({ kind: 'delay', ms: 60 }, 1, 2);
}

const together: FaultCase[] = [
	{
		name: 'two polls at once in one process',
		starts: ['now', 'beginning'],
		...everyHost,
		play: async (stage) => {
			await stage.prepare();
			await slow(stage);
			await Promise.all([stage.poll(), stage.poll()]);
		},
	},
	{
		name: 'a poll begins while an abandoned one still runs',
		hosts: ['durable'],
		play: async (stage) => {
			await stage.prepare();
			await slow(stage);
			const abandoned = stage.pollInVain();
			await stage.poll();
			await abandoned;
			await stage.poll();
		},
	},
	{
		name: 'two instances on one state, one after the other',
		play: async (stage) => {
			await stage.begin();
			await stage.happen(PAGE);
			await stage.poll();
			const other = stage.newPoller();
			other.restart();
			await stage.happen(PAGE);
			await stage.poll(other);
			stage.poller = other;
		},
	},
	{
		name: 'two instances on one state, at the same time',
		atMost: {
			doubled: 2 * PAGE + 10,
			host: 'default',
			why: 'two processes with default storage know nothing of each other; n8n lets one of them poll',
		},
		play: async (stage) => {
			await stage.prepare();
			const other = stage.newPoller();
			other.restart();
			await slow(stage);
			await Promise.all([stage.poll(), stage.poll(other)]);
			stage.poller = other;
			stage.restart();
		},
	},
];

/** Everything that the host can do to a trigger. */
export const hostCases: FaultCase[] = [...budgets, ...restarts, ...downTimes, ...together];
