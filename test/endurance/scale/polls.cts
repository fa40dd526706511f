/** Many triggers in one n8n: what a poll costs, with news and without. */
import { makeWorld } from '@test/e2e/setup.cjs';
import { setTimeout as delay } from 'node:timers/promises';
import { processOf } from '../sampler.cjs';
import { watching } from '../watching.cjs';

const WATCH_MS = 60_000;
/** News a little more often than triggers poll, so that each poll has some. */
const NEWS_PER_SECOND = 0.15;

/** Measures an idle n8n, then workflows that poll every ten seconds, without and with news: a minute each. */
export async function measurePolls(triggers: number, seed: number) {
	const { n8n, simulator, stop } = await makeWorld({ events: 100, seed });
	let idleCpu: number | undefined;
	const look = async (what: string) => {
		const executions = () => n8n.query('SELECT id FROM execution_entity').length;
		await simulator.clearRequests();
		const before = { atMs: Date.now(), ...processOf(n8n), executions: executions() };
		await delay(WATCH_MS);
		const passed = Date.now() - before.atMs;
		const cpuMs = processOf(n8n).cpuMs - before.cpuMs;
		const { requests } = await simulator.requests();
		const polls = requests.filter(({ endpoint }) => endpoint === 'events').length;
		const perMinute = (count: number) => ((count / passed) * 60_000).toFixed(0);
		idleCpu ??= cpuMs / passed;
		return {
			'': what,
			'polls per minute': perMinute(polls),
			'executions per minute': perMinute(executions() - before.executions),
			'CPU of n8n, % of a core': ((cpuMs / passed) * 100).toFixed(1),
			// Beyond that of an idle n8n.
			'CPU ms per poll': polls === 0 ? '' : ((cpuMs - idleCpu * passed) / polls).toFixed(1),
		};
	};
	try {
		await n8n.start();
		await delay(20_000);
		const idle = await look('no trigger');
		for (let number = 0; number < triggers; number += 1) {
			const { id: _, ...workflow } = watching(`Tenant ${number}`);
			await n8n.client.activate(await n8n.client.createWorkflow(workflow));
		}
		await delay(30_000);
		// The first polls behind "now" step over older events; from then on each asks once.
		await simulator.createEvents({ count: 1 });
		await delay(40_000);
		const quiet = await look(`${triggers} triggers, nothing new`);
		await simulator.setLive({ perSecond: NEWS_PER_SECOND, updateProbability: 0 });
		await delay(10_000);
		return [idle, quiet, await look(`${triggers} triggers, one or two new events each time`)];
	} finally {
		await stop();
	}
}
