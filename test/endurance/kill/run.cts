/** One n8n with the trigger, events that stream in, and kills. */
import { makeWorld } from '@test/e2e/setup.cjs';
import { setTimeout as delay } from 'node:timers/promises';
import { deliveriesOf, type Deliveries } from '../deliveries.cjs';
import { storedExecutions } from '../executions.cjs';
import { planKills, type Moment } from '../moments.cjs';
import type { Mode, Say } from '../options.cjs';
import { PollWatch } from '../pollWatch.cjs';
import { until } from '../until.cjs';
import { shortLease, Victim } from '../victim.cjs';
import { watching } from '../watching.cjs';

/** What a run is asked to do. */
export interface KillOptions {
	mode: Mode;
	kills: number;
	seed: number;
	/** New events per second; three in ten are followed by an update of a recent one. */
	rate: number;
	/** How long n8n runs on after the last kill while events still stream in, in seconds. */
	calm: number;
	say?: Say;
}

/** One kill as it was carried out. */
interface DoneKill {
	plan: Moment;
	/** Milliseconds from n8n's start to the kill. */
	lifeMs: number;
	/** Milliseconds from the last request of this life to the kill; none when it made none. */
	afterRequestMs: number | undefined;
}

/** A run's outcome. */
export interface KillRun extends Deliveries {
	mode: Mode;
	kills: DoneKill[];
}

const id = 'kill-suite';

/**
 * Kills n8n again and again while events stream in, then lets it finish, and compares.
 * Throws when n8n does not start or does not poll any more.
 */
export async function runKills(options: KillOptions): Promise<KillRun> {
	const { mode, seed, rate, calm, say = () => undefined } = options;
	const durable = mode === 'durable';
	const world = await makeWorld({ events: 40, seed }, { durable, env: shortLease });
	const { n8n, simulator } = world;
	const victim = await Victim.of(n8n);
	const watch = new PollWatch(simulator);
	const nextPoll = (count: number) => watch.poll(count, () => victim.mustLive());

	try {
		await n8n.importWorkflows([watching(id, { startFrom: 'beginning' })]);
		await n8n.publish(id);
		victim.start();
		// With the history in an execution there is a stored state to go on from.
		await until('the history is delivered', () => {
			victim.mustLive();
			return storedExecutions(n8n, id).length > 0;
		});
		await victim.stop();
		await watch.skip();

		await simulator.setLive({ perSecond: rate, updateProbability: 0.3 });
		const kills: DoneKill[] = [];
		for (const plan of planKills(options.kills, seed)) {
			victim.start();
			const startedAtMs = Date.now();
			if (plan.kind !== 'poll') await delay(plan.afterMs);
			else await delay((await nextPoll(plan.poll)).inMs + plan.afterMs - Date.now());
			victim.mustLive();
			const endedAtMs = Date.now();
			await victim.kill();
			await watch.skip();
			const { requests } = await simulator.requests();
			const last = requests.findLast(({ inMs }) => inMs >= startedAtMs);
			const afterRequestMs = last && Math.round(endedAtMs - last.inMs);
			const lifeMs = endedAtMs - startedAtMs;
			kills.push({ plan, lifeMs, afterRequestMs });
			say(
				`${mode}: kill ${kills.length} of ${options.kills}, ${lifeMs} ms after the start, ` +
					(last ? `${afterRequestMs} ms after a request` : 'no poll yet'),
			);
		}

		victim.start();
		await nextPoll(1);
		await delay(calm * 1000);
		await simulator.setLive({ perSecond: 0 });
		await watch.skip();
		// The first takes what is left, the second shows that nothing comes again.
		await nextPoll(2);
		await delay(2000);
		await victim.stop();

		const { events } = await simulator.ledger();
		const { requests } = await simulator.requests();
		const lived = { requests, lives: victim.lives, pollEveryMs: 10_000 };
		return { mode, kills, ...deliveriesOf(events, storedExecutions(n8n, id), lived) };
	} finally {
		await victim.kill();
		await world.stop();
	}
}
