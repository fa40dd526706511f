/** Plays cases: each for every event, host and start that it names. */
import type { Simulator } from '@simulator/client.cjs';
import { compare } from '@test/endurance/compare.cjs';

import type { FaultCase } from './cases.cjs';
import { share } from './share.cjs';
import { triggerEvents, type HostMode, type Start, type TriggerEvent } from './setting.cjs';
import { Stage } from './stage.cjs';

/** One case in one setting. */
export interface Run {
	fault: FaultCase;
	event: TriggerEvent;
	host: HostMode;
	start: Start;
}

/** What came of a run. */
export interface Outcome {
	name: string;
	event: TriggerEvent;
	host: HostMode;
	start: Start;
	expected: number;
	delivered: number;
	lost: number;
	doubled: number;
	/** Polls that ended in an error that the host would show. */
	failedPolls: number;
	/** Empty when all is right. */
	wrong: string[];
	notes: string[];
	millis: number;
}

/** @returns the runs of the cases, in their order */
export function runsOf(cases: readonly FaultCase[]): Run[] {
	return cases.flatMap((fault) =>
		(fault.starts ?? ['now']).flatMap((start) =>
			(fault.events ?? triggerEvents).flatMap((event) =>
				hostsOf(fault, start).map((host) => ({ fault, event, host, start })),
			),
		),
	);
}

function hostsOf(
	{ hosts = ['default', 'durable'], walkHosts = ['default'] }: FaultCase,
	start: Start,
) {
	return start === 'now' ? hosts : walkHosts;
}

/** Plays runs, as many at once as there are simulators. @returns the outcomes in the order of the runs */
export async function playAll(
	runs: readonly Run[],
	simulators: readonly Simulator[],
): Promise<Outcome[]> {
	return await share(runs, simulators, play);
}

/** Plays one run against a simulator that nobody else uses meanwhile. */
async function play({ fault, event, host, start }: Run, simulator: Simulator): Promise<Outcome> {
	const startedAt = performance.now();
	const stage = new Stage({ simulator, event, host, start });
	const wrong: string[] = [];
	let verdict = compare([], []);
	try {
		await fault.play(stage);
		verdict = await stage.finish();
	} catch (error) {
		const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
		wrong.push(`the case itself failed: ${text}`);
	}
	const { atMost } = fault;
	const applies = (atMost?.host ?? host) === host && (atMost?.event ?? event) === event;
	const bound = applies ? atMost : undefined;
	const { lost, doubled, replayed } = verdict;
	if (lost.length > (bound?.lost ?? 0)) wrong.push(`lost ${list(lost)}`);
	if (doubled.length > (bound?.doubled ?? 0)) wrong.push(`doubled ${list(doubled)}`);
	if (replayed.length > 0) wrong.push(`came though it was no news: ${list(replayed)}`);
	wrong.push(...stage.problems);
	return {
		name: fault.name,
		event,
		host,
		start,
		expected: verdict.expected,
		delivered: verdict.delivered,
		lost: lost.length,
		doubled: doubled.length,
		failedPolls: stage.errors.length,
		wrong: [...new Set(wrong)],
		notes: [...stage.notes, ...(bound ? [bound.why] : [])],
		millis: Math.round(performance.now() - startedAt),
	};
}

function list(keys: string[]): string {
	return `${keys.length} (${keys.slice(0, 2).join(', ')}${keys.length > 2 ? ', …' : ''})`;
}
