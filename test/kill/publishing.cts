/**
 * Kills right after publishing: n8n dies between the activation of a workflow that starts from "now" and the first poll
 * of its schedule. With durable cursors the host drops the cursor of the activation's poll when that returned nothing;
 * the trigger must know by another way where "now" was.
 */
import { makeWorld } from '@test/e2e/setup.cjs';
import { Random } from '@simulator/random.cjs';
import { setTimeout as delay } from 'node:timers/promises';
import { storedExecutions } from './deliveries.cjs';
import { watchingWorkflow, type Mode } from './run.cjs';

/** What a run is asked to do. */
export interface PublishingOptions {
	mode: Mode;
	kills: number;
	seed: number;
	/** Told about each kill. */
	report?: (line: string) => void;
}

/** One workflow that was published, with the kill after it. */
interface PublishingKill {
	/** Milliseconds from the end of publishing to the kill. */
	afterMs: number;
	/** Events that had to come: all from the publishing on. */
	expected: string[];
	lost: string[];
	/** What came more than once. */
	doubled: string[];
	/** What came though it was there before. */
	replayed: string[];
}

/** A run's outcome. */
export interface PublishingReport {
	mode: Mode;
	kills: PublishingKill[];
	seconds: number;
}

/** Seconds from now at which the schedule polls; n8n may take up to ten of them to plan a schedule. */
const FIRST_POLLS_S = [30, 40, 50];
const LATEST_KILL_MS = 5000;
const POLL_TIMEOUT_MS = 150_000;
/** A poll's items are stored after this, with both cores busy. */
const STORED_MS = 2500;

/** Publishes a workflow, kills n8n, starts it again, and looks what came; as often as asked for. */
export async function killAfterPublishing(options: PublishingOptions): Promise<PublishingReport> {
	const { mode, seed, report = () => undefined } = options;
	const begun = performance.now();
	const world = await makeWorld({ events: 20, seed }, { durable: mode === 'durable' });
	const { n8n, simulator } = world;
	const random = new Random(seed, 0x9b11);

	const create = async (count: number): Promise<string[]> =>
		(await simulator.createEvents({ count })).map(({ id }) => id);
	const countPolls = async (): Promise<number> =>
		(await simulator.requests()).requests.filter(({ endpoint }) => endpoint === 'events').length;
	const nextPoll = async (): Promise<void> => {
		const before = await countPolls();
		for (const endAt = Date.now() + POLL_TIMEOUT_MS; (await countPolls()) <= before; ) {
			if (Date.now() > endAt) throw new Error('The trigger did not poll');
			await delay(200);
		}
		await delay(STORED_MS);
	};

	const killOnce = async (planMs: number): Promise<PublishingKill> => {
		if (!n8n.isRunning) await n8n.start();
		const old = await create(2);
		// “Now” is told by whole seconds.
		await delay(1100);
		const second = new Date().getUTCSeconds();
		const seconds = FIRST_POLLS_S.map((after) => (second + after) % 60);
		const id = await n8n.client.createWorkflow(
			watchingWorkflow({ event: 'securityEventCreated', startFrom: 'now' }, seconds),
		);
		await n8n.publish(id);
		const publishedAt = Date.now();
		const polls = await countPolls();
		const expected = await create(2);
		await delay(planMs);
		expected.push(...(await create(2)));
		if ((await countPolls()) > polls) throw new Error('The schedule polled before the kill');
		await n8n.kill();
		const afterMs = Date.now() - publishedAt;
		expected.push(...(await create(2)));
		await n8n.start();
		expected.push(...(await create(2)));
		// The first takes all of it, the second shows that nothing comes again.
		await nextPoll();
		await nextPoll();
		await n8n.client.deactivate(id);
		await delay(STORED_MS);
		const came = storedExecutions(n8n, id, 'Trigger').flatMap(({ eventIds }) => eventIds);
		return {
			afterMs,
			expected,
			lost: expected.filter((event) => !came.includes(event)),
			doubled: [...new Set(came.filter((event, at) => came.indexOf(event) !== at))],
			replayed: old.filter((event) => came.includes(event)),
		};
	};

	try {
		const kills: PublishingKill[] = [];
		for (let at = 0; at < options.kills; at++) {
			const kill = await killOnce(random.int(0, LATEST_KILL_MS));
			kills.push(kill);
			report(
				`${mode}: kill ${kills.length} of ${options.kills}, ${kill.afterMs} ms after publishing, ` +
					`${kill.lost.length} of ${kill.expected.length} lost, ${kill.doubled.length} doubled`,
			);
		}
		return { mode, kills, seconds: Math.round((performance.now() - begun) / 1000) };
	} finally {
		await world.stop();
	}
}
