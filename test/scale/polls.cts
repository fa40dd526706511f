/** Many triggers in one n8n: what a poll costs, with news and without. */
import { chain, pollEveryTenSeconds } from '@host/workflow.cjs';
import { makeWorld, proofpointNode } from '@test/e2e/setup.cjs';
import { processOf } from '@test/soak/sampler.cjs';
import { setTimeout as delay } from 'node:timers/promises';

/** One state of n8n over a minute. */
export interface PollRow {
	what: string;
	pollsPerMinute: number;
	executionsPerMinute: number;
	/** Share of one core, 0..1. */
	cpu: number;
	/** CPU time beyond that of an idle n8n; undefined where nothing polls. */
	cpuMsPerPoll?: number;
}

const WATCH_MS = 60_000;
/** News a little more often than triggers poll, so that each poll has some. */
const NEWS_PER_SECOND = 0.15;

/** Measures an idle n8n, then `triggers` workflows that poll every ten seconds, without and with news. */
export async function measurePolls(triggers: number): Promise<PollRow[]> {
	const { n8n, simulator, stop } = await makeWorld({ events: 100, seed: 1 });
	const look = async (what: string, idle?: PollRow): Promise<PollRow> => {
		const status = () => {
			const { pid } = n8n;
			if (pid === undefined) throw new Error('n8n does not run any more');
			return processOf(pid);
		};
		const executions = () =>
			Number(n8n.query('SELECT count(*) AS count FROM execution_entity')[0]?.count ?? 0);
		await simulator.clearRequests();
		const before = { atMs: Date.now(), cpuMs: status().cpuMs, executions: executions() };
		await delay(WATCH_MS);
		const passed = Date.now() - before.atMs;
		const cpuMs = status().cpuMs - before.cpuMs;
		const { requests } = await simulator.requests();
		const polls = requests.filter(({ endpoint }) => endpoint === 'events').length;
		const row = {
			what,
			pollsPerMinute: (polls / passed) * 60_000,
			executionsPerMinute: ((executions() - before.executions) / passed) * 60_000,
			cpu: cpuMs / passed,
		};
		return idle === undefined
			? row
			: { ...row, cpuMsPerPoll: (cpuMs - idle.cpu * passed) / Math.max(1, polls) };
	};
	try {
		await n8n.start();
		await delay(20_000);
		const idle = await look('no trigger');
		for (let number = 0; number < triggers; number += 1) {
			const trigger = proofpointNode('Trigger', 'proofpointTrigger', {
				event: 'securityEventCreated',
				output: 'raw',
			});
			const workflow = chain(`Tenant ${number}`, [
				trigger,
				{ name: 'End', type: 'n8n-nodes-base.noOp' },
			]);
			const id = await n8n.client.createWorkflow(
				pollEveryTenSeconds(workflow, 'n8n-nodes-proofpoint.proofpointTrigger'),
			);
			await n8n.client.activate(id);
		}
		await delay(30_000);
		// The first polls behind "now" step over older events; from then on each asks once.
		await simulator.createEvents({ count: 1 });
		await delay(40_000);
		const quiet = await look(`${triggers} triggers, nothing new`, idle);
		await simulator.setLive({ perSecond: NEWS_PER_SECOND, updateProbability: 0 });
		await delay(10_000);
		const busy = await look(`${triggers} triggers, one or two new events each time`, idle);
		return [idle, quiet, busy];
	} finally {
		await stop();
	}
}
