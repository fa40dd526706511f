/** One run of the kill suite: a real n8n with the trigger, events that stream in, and kills. */
import { chain, type Workflow } from '@host/workflow.cjs';
import { makeWorld, proofpointNode } from '@test/e2e/setup.cjs';
import { setTimeout as delay } from 'node:timers/promises';
import { compare, type Comparison, type Life } from './compare.cjs';
import { storedExecutions } from './deliveries.cjs';
import { planKills, type PlannedKill } from './plan.cjs';
import { PollWatch } from './pollWatch.cjs';
import { Victim } from './victim.cjs';

/** The two ways in which n8n stores the state of a poller. */
export type Mode = 'default' | 'durable';

/** What a run is asked to do. */
export interface RunOptions {
	mode: Mode;
	kills: number;
	seed: number;
	/** New events per second; three in ten are followed by an update of a recent one. */
	perSecond: number;
	/** How long n8n runs on after the last kill while events still stream in. */
	calmSeconds: number;
	/** Told about each step. */
	report?: (line: string) => void;
}

/** One kill as it was carried out. */
export interface DoneKill {
	plan: PlannedKill;
	/** Milliseconds from n8n's start to the kill. */
	lifeMs: number;
	/** Milliseconds from the last request of this life to the kill; undefined when it made none. */
	afterRequestMs?: number;
}

/** A run's outcome. */
export interface RunReport extends Comparison {
	mode: Mode;
	kills: DoneKill[];
	seconds: number;
}

const trigger = 'Trigger';
const workflowId = 'kill-suite';
/**
 * A kill in the middle of an activation leaves n8n's note "being activated" behind; the next start waits for its lease
 * (two minutes) before it activates the workflow. A shorter one costs no event and saves the suite that time.
 */
const env = {
	N8N_WORKFLOW_PUBLICATION_OUTBOX_LEASE_SECONDS: '20',
	N8N_WORKFLOW_PUBLICATION_OUTBOX_POLL_INTERVAL_MS: '1000',
};
/** How long a start and a poll may take, with both cores busy. */
const POLL_TIMEOUT_MS = 300_000;

/** The trigger, polling every ten seconds, and a node that does nothing. */
export function watchingWorkflow(
	parameters: Record<string, unknown>,
	seconds = [0, 10, 20, 30, 40, 50],
	id = workflowId,
): Workflow {
	// One schedule with several seconds is refused by n8n, several schedules are not.
	const item = seconds.map((second) => ({
		mode: 'custom',
		cronExpression: `${second} * * * * *`,
	}));
	return chain(
		'Kill suite',
		[
			proofpointNode(trigger, 'proofpointTrigger', {
				output: 'raw',
				...parameters,
				pollTimes: { item },
			}),
			{ name: 'End', type: 'n8n-nodes-base.noOp' },
		],
		id,
	);
}

/**
 * Kills n8n again and again while events stream in, then lets it finish, and compares.
 * Throws when n8n does not start or does not poll any more.
 */
export async function runKills(options: RunOptions): Promise<RunReport> {
	const { mode, seed, perSecond, calmSeconds, report = () => undefined } = options;
	const begun = performance.now();
	const world = await makeWorld({ events: 40, seed }, { durable: mode === 'durable', env });
	const { n8n, simulator } = world;
	const victim = await Victim.of(n8n);
	const watch = new PollWatch(simulator);
	const lives: Life[] = [];
	const startLife = (): void => {
		victim.start();
		lives.push({ startedAtMs: Date.now(), endedAtMs: Infinity });
	};
	const endLife = async (end: () => Promise<void>): Promise<Life> => {
		const life = lives.at(-1) ?? { startedAtMs: 0, endedAtMs: 0 };
		life.endedAtMs = Date.now();
		await end();
		await watch.skip();
		return life;
	};
	const nextPoll = (count: number) => watch.poll(count, POLL_TIMEOUT_MS, () => victim.mustLive());

	try {
		await n8n.importWorkflows([
			watchingWorkflow({ event: 'securityEventCreated', startFrom: 'beginning' }),
		]);
		await n8n.publish(workflowId);
		startLife();
		await nextPoll(1);
		// The history is in an execution: from now on there is a stored state to go on from.
		while (storedExecutions(n8n, workflowId, trigger).length === 0) await delay(200);
		await endLife(() => victim.stop());

		await simulator.setLive({ perSecond, updateProbability: 0.3 });
		const kills: DoneKill[] = [];
		for (const plan of planKills(options.kills, seed)) {
			startLife();
			const startedAtMs = Date.now();
			if (plan.kind === 'start') await delay(plan.afterMs);
			else await delay((await nextPoll(plan.poll)).inMs + plan.afterMs - Date.now());
			victim.mustLive();
			const { endedAtMs } = await endLife(() => victim.kill());
			const { requests } = await simulator.requests();
			const last = requests.findLast(({ inMs }) => inMs >= startedAtMs);
			const afterRequestMs = last === undefined ? undefined : Math.round(endedAtMs - last.inMs);
			const lifeMs = endedAtMs - startedAtMs;
			kills.push({ plan, lifeMs, ...(afterRequestMs === undefined ? {} : { afterRequestMs }) });
			report(
				`${mode}: kill ${kills.length} of ${options.kills}, ${lifeMs} ms after the start, ` +
					(afterRequestMs === undefined ? 'no poll yet' : `${afterRequestMs} ms after a request`),
			);
		}

		startLife();
		await nextPoll(1);
		await delay(calmSeconds * 1000);
		await simulator.setLive({ perSecond: 0 });
		await watch.skip();
		// The first takes what is left, the second shows that nothing comes again.
		await nextPoll(2);
		await delay(2000);
		await endLife(() => victim.stop());

		const { requests } = await simulator.requests();
		const executions = storedExecutions(n8n, workflowId, trigger);
		const ledger = await simulator.ledger();
		return {
			mode,
			kills,
			seconds: Math.round((performance.now() - begun) / 1000),
			...compare(ledger, executions, requests, lives),
		};
	} finally {
		await victim.kill();
		await world.stop();
	}
}
