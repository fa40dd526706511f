/** What the trigger writes to n8n's log: each thing once while it lasts. */
import type { IPollFunctions } from 'n8n-workflow';

import { seconds } from '../shared/n8n/messages';
import type { Drained } from './core/drain';
import type { Discarded } from './core/state';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Triggers by what they were warned of last, so that each episode stands in the log once. */
const disagreeing = new Set<string>();
const lagging = new Set<string>();

/** @param key the trigger among all of this process */
export function logPoll(
	{ logger }: IPollFunctions,
	key: string,
	{ notices, skewMs, behindMs }: Drained,
	discarded: Discarded,
): void {
	if (discarded !== 'none') {
		logger.warn(
			discarded === 'otherConfiguration'
				? 'Proofpoint Trigger starts afresh from “Start From”: portal, event or start were changed since the last poll'
				: 'Proofpoint Trigger starts afresh from “Start From”: its stored state could not be read',
		);
	}
	for (const notice of notices) logger.warn(`Proofpoint Trigger: ${notice}`);
	const skew = skewMs ?? 0;
	if (skewMs !== undefined && begins(disagreeing, key, skew !== 0)) {
		logger.warn(
			`Proofpoint Trigger: the clock of this machine and the time in Proofpoint’s answer differ by ${seconds(Math.abs(skew))}. Nothing is lost: until they agree, the trigger forgets nothing that it remembers. Check the clock of the machine that n8n runs on.`,
		);
	}
	const behind = behindMs ?? 0;
	if (behindMs !== undefined && begins(lagging, key, behind > HOUR_MS)) {
		logger.warn(
			`Proofpoint Trigger is ${ageOf(behind)} behind: records of that age wait to be delivered. It catches up with each poll. Poll more often or raise “Max Items per Poll” if it does not.`,
		);
	}
}

/** Whether an episode begins now. */
function begins(episodes: Set<string>, key: string, lasts: boolean): boolean {
	if (!lasts) {
		episodes.delete(key);
		return false;
	}
	if (episodes.has(key)) return false;
	episodes.add(key);
	return true;
}

function ageOf(ms: number): string {
	return ms < 2 * DAY_MS ? `${Math.round(ms / HOUR_MS)} h` : `${Math.round(ms / DAY_MS)} days`;
}
