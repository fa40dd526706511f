import { quantileOf, type Spread } from './statistics.cjs';

/** What a row is measured in: a ratio to a rival, a plain number, or a share. */
export type Unit = 'count' | 'ratio' | 'share';

/** The figure to reach, the one to dream of, and what they are about. Lower is better everywhere. */
export interface Target {
	title: string;
	unit: Unit;
	reach: number;
	dream: number;
}

/** The benchmark's promises, one per row of its table. */
export const targets = {
	manyAgainstHttpRequest: {
		title: 'Get Many, 10,000 events: wall against HTTP Request + Split Out',
		unit: 'ratio',
		reach: 0.36,
		dream: 0.33,
	},
	manyAgainstUndici: {
		title: 'Get Many, 10,000 events: wall against undici keep-alive',
		unit: 'ratio',
		reach: 1.8,
		dream: 1.6,
	},
	fewAgainstUndici: {
		title: 'Get Many, 1,000 events: wall against undici keep-alive',
		unit: 'ratio',
		reach: 4,
		dream: 3,
	},
	slowLine: {
		title: 'TLS with 30 ms round trips, 2,000 events: wall against node:https, new connection',
		unit: 'ratio',
		reach: 1.03,
		dream: 1.01,
	},
	backlog: {
		title: 'Trigger, backlog of 50,000 events: wall per page against a bare node:http loop',
		unit: 'ratio',
		reach: 1.8,
		dream: 1.5,
	},
	emptyPoll: {
		title: 'Trigger, poll that finds nothing: wall with 1,000,000 events behind it against none',
		unit: 'ratio',
		reach: 1.1,
		dream: 1,
	},
	remediationCpu: {
		title: 'Remediation, 1,000 items: CPU per item against a plain declarative POST',
		unit: 'ratio',
		reach: 0.4,
		dream: 0.25,
	},
	limitedWall: {
		title: 'Remediation, 1,000 items at 20 requests/s: wall against the least possible',
		unit: 'ratio',
		reach: 1.1,
		dream: 1.02,
	},
	limitedLost: { title: '… actions or outcomes lost', unit: 'count', reach: 0, dream: 0 },
	limitedRepeated: { title: '… actions repeated', unit: 'count', reach: 0, dream: 0 },
	limitedRefused: {
		title: '… share of requests answered 429',
		unit: 'share',
		reach: 0.05,
		dream: 0,
	},
	processesUnused: {
		title: 'Remediation, 4 processes at 20 requests/s in all: share of the limit left unused',
		unit: 'share',
		reach: 0.15,
		dream: 0.02,
	},
	processesRefused: {
		title: '… share of requests answered 429',
		unit: 'share',
		reach: 0.1,
		dream: 0.02,
	},
	processesLost: { title: '… actions or outcomes lost', unit: 'count', reach: 0, dream: 0 },
	processesRepeated: { title: '… actions repeated', unit: 'count', reach: 0, dream: 0 },
	members: {
		title: 'Group, add 10,000 members: requests against the least possible (100)',
		unit: 'ratio',
		reach: 1,
		dream: 1,
	},
	memory: {
		title: 'Peak memory above idle, 100,000 events, against undici',
		unit: 'ratio',
		reach: 1,
		dream: 0.9,
	},
	growth: {
		title: 'Growth: time per event at 100,000 against 10,000',
		unit: 'ratio',
		reach: 1.1,
		dream: 1,
	},
} as const satisfies Record<string, Target>;

export type RowName = keyof typeof targets;

/** What a measured number means for its row. */
export type Verdict = 'dream' | 'missed' | 'reached';

/** @returns a number as the table shows it; verdicts are about numbers as they are shown */
export function rounded(value: number, unit: Unit): number {
	const digits = unit === 'share' ? 3 : 2;
	return Number(value.toFixed(digits));
}

/**
 * `reached` is about the median. For `dream` three quarters of the rounds must be that good, so that a row that stands
 * just on the figure does not get another verdict with each run.
 */
export function verdictOf({ median, values }: Spread, { reach, dream, unit }: Target): Verdict {
	if (rounded(quantileOf(values, 0.75), unit) <= dream) return 'dream';
	return rounded(median, unit) <= reach ? 'reached' : 'missed';
}
