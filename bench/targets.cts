import type { Spread } from './statistics.cjs';

/** What a row is measured in: a ratio to a rival, a plain number, or a share. */
export type Unit = 'count' | 'ratio' | 'share';

/** What a row is about, and the figure to reach. Lower is better everywhere. */
export interface Target {
	title: string;
	unit: Unit;
	reach: number;
}

/** The benchmark's promises, one per row of its table. */
export const targets = {
	manyWall: {
		title: 'Get Many, 10,000 events: wall against HTTP Request + Split Out',
		unit: 'ratio',
		reach: 0.8,
	},
	manyCpu: { title: '… CPU', unit: 'ratio', reach: 0.75 },
	memory: {
		title: 'Get Many, 100,000 events: peak memory above idle, against HTTP Request + Split Out',
		unit: 'ratio',
		reach: 1.1,
	},
	poll: {
		title: 'Trigger, a poll of 10,000: CPU against HTTP Request + Split Out + Remove Duplicates',
		unit: 'ratio',
		reach: 0.6,
	},
	remediationCpu: {
		title: 'Remediation, 1,000 items: CPU against HTTP Request',
		unit: 'ratio',
		reach: 0.75,
	},
	limitedWall: {
		title: 'Remediation, 400 items at 20 requests/s: wall against the least possible',
		unit: 'ratio',
		reach: 1.1,
	},
	limitedLost: { title: '… actions or outcomes lost', unit: 'count', reach: 0 },
	limitedRepeated: { title: '… actions repeated', unit: 'count', reach: 0 },
	limitedRefused: { title: '… share of requests answered 429', unit: 'share', reach: 0.05 },
} as const satisfies Record<string, Target>;

export type RowName = keyof typeof targets;

/** @returns a number as people read it: `1.82`, `0`, `2.5 %` */
export function shown(value: number, unit: Unit): string {
	if (unit === 'share') return `${Number((value * 100).toFixed(1))} %`;
	return unit === 'count' ? String(value) : value.toFixed(2);
}

/** Whether a row is within its target; verdicts are about numbers as they are shown. */
export function isReached({ median }: Spread, { reach, unit }: Target): boolean {
	return Number.parseFloat(shown(median, unit)) <= Number.parseFloat(shown(reach, unit));
}
