/** What the trigger writes to n8n's log: each thing once while it lasts. */
import type { IPollFunctions } from 'n8n-workflow';

import { safeWords } from '../shared/core/outsideText';
import type { Connection } from '../shared/n8n/connection';
import { seconds } from '../shared/n8n/messages';
import { inOneText, type Words } from '../shared/words/words';
import type { Drained } from './core/drain';
import type { Discarded } from './core/state';
import { triggerLog as say } from './words';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Triggers by what they were warned of last, so that each episode stands in the log once. */
const disagreeing = new Set<string>();
const lagging = new Set<string>();
const overflowing = new Set<string>();
const unidentified = new Set<string>();

/** Triggers by the doubts that were told last: each change is told once. */
const doubted = new Map<string, string>();

/** A line of the trigger in n8n's log. */
export function logLine(words: Words): string {
	return `Proofpoint Trigger: ${inOneText(words)}`;
}

/** Tells what in the parameters is likely a typing error; the same once. */
export function logDoubts(
	{ logger }: IPollFunctions,
	key: string,
	doubts: readonly Words[],
	{ token }: Connection,
): void {
	const lines = doubts.map((words) => logLine(safeWords(words, [token])));
	const all = lines.join('\n');
	if (all === (doubted.get(key) ?? '')) return;
	doubted.set(key, all);
	for (const line of lines) logger.warn(line);
}

/** @param key the trigger among all of this process */
export function logPoll(
	{ logger }: IPollFunctions,
	key: string,
	{ notices, skewMs, behindMs, unwatched }: Drained,
	discarded: Discarded,
): void {
	if (discarded !== 'none') {
		logger.warn(
			logLine(
				discarded === 'otherConfiguration' ? say.otherConfiguration() : say.unreadableState(),
			),
		);
	}
	for (const notice of notices) logger.warn(logLine(notice));
	if (unwatched !== undefined) {
		const { tooMany, withoutId } = unwatched;
		if (begins(overflowing, key, tooMany > 0)) logger.warn(logLine(say.tooManyUsers(tooMany)));
		if (begins(unidentified, key, withoutId > 0))
			logger.warn(logLine(say.usersWithoutId(withoutId)));
	}
	const skew = skewMs ?? 0;
	if (skewMs !== undefined && begins(disagreeing, key, skew !== 0)) {
		logger.warn(logLine(say.clocksDiffer(seconds(Math.abs(skew)))));
	}
	const behind = behindMs ?? 0;
	if (behindMs !== undefined && begins(lagging, key, behind > HOUR_MS)) {
		logger.warn(logLine(say.behind(ageOf(behind))));
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
