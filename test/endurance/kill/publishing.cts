/**
 * Kills right after publishing: n8n dies between the activation of a workflow that starts from "now" and the first poll
 * of its schedule. With durable cursors the host drops the cursor of the activation's poll when that returned nothing;
 * the trigger must know by another way where "now" was.
 */
import { Random } from '@simulator/random.cjs';
import { makeWorld } from '@test/e2e/setup.cjs';
import { setTimeout as delay } from 'node:timers/promises';
import { compare, type Comparison } from '../compare.cjs';
import { storedExecutions } from '../executions.cjs';
import type { Mode, Say } from '../options.cjs';
import { PollWatch } from '../pollWatch.cjs';
import { seenOf } from '../report.cjs';
import { watching } from '../watching.cjs';

/** One workflow that was published, with the kill after it. */
export interface PublishingKill extends Comparison {
	mode: Mode;
	/** Milliseconds from the end of publishing to the kill. */
	afterMs: number;
}

/** Seconds from now at which the schedule polls; n8n may take up to ten of them to plan a schedule. */
const FIRST_POLLS_S = [30, 40, 50];
const LATEST_KILL_MS = 5000;
/** A poll's items are stored after this, with both cores busy. */
const STORED_MS = 2500;

/** Publishes a workflow, kills n8n, starts it again, and looks what came; as often as asked for. */
export async function killAfterPublishing(
	mode: Mode,
	kills: number,
	seed: number,
	say: Say = () => undefined,
): Promise<PublishingKill[]> {
	const world = await makeWorld({ events: 20, seed }, { durable: mode === 'durable' });
	const { n8n, simulator } = world;
	const random = new Random(seed, 0x9b11);
	const watch = new PollWatch(simulator);

	const create = async (count: number): Promise<string[]> =>
		(await simulator.createEvents({ count })).map(({ id }) => id);
	const countPolls = async (): Promise<number> =>
		(await simulator.requests()).requests.filter(({ endpoint }) => endpoint === 'events').length;

	const killOnce = async (planMs: number): Promise<PublishingKill> => {
		if (!n8n.isRunning) await n8n.start();
		// Older than "now": none of these may come.
		await create(2);
		// “Now” is told by whole seconds.
		await delay(1100);
		const second = new Date().getUTCSeconds();
		const seconds = FIRST_POLLS_S.map((after) => (second + after) % 60);
		const { id: _, ...workflow } = watching('after-publishing', { startFrom: 'now' }, { seconds });
		const id = await n8n.client.createWorkflow(workflow);
		await n8n.publish(id);
		const publishedAt = Date.now();
		const polls = await countPolls();
		const owed = await create(2);
		await delay(planMs);
		owed.push(...(await create(2)));
		if ((await countPolls()) > polls) throw new Error('The schedule polled before the kill');
		await n8n.kill();
		const afterMs = Date.now() - publishedAt;
		owed.push(...(await create(2)));
		await n8n.start();
		owed.push(...(await create(2)));
		// The first takes all of it, the second shows that nothing comes again.
		await watch.skip();
		await watch.poll(2, () => undefined);
		await delay(STORED_MS);
		await n8n.client.deactivate(id);
		await delay(STORED_MS);
		const came = storedExecutions(n8n, id).flatMap(({ eventIds }) => eventIds);
		return { mode, afterMs, ...compare(owed, came) };
	};

	try {
		const done: PublishingKill[] = [];
		while (done.length < kills) {
			const kill = await killOnce(random.int(0, LATEST_KILL_MS));
			done.push(kill);
			say(
				`${mode}: kill ${done.length} of ${kills}, ${kill.afterMs} ms after publishing: ${seenOf(kill)}`,
			);
		}
		return done;
	} finally {
		await world.stop();
	}
}
