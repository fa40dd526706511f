/** The headers that come with every answer: the portal's time and its rate limit. */
import { readRateLimit, readServerTime } from '@nodes/shared/core/rateLimitHeaders';
import type { Evidence } from './evidence.cjs';
import { differs, holds, many, unknown, whyNot, type Verdict } from './statement.cjs';

/** By so much two clocks may differ: answers take time, and headers have whole seconds. */
const CLOCKS_MS = 60_000;

export function dates(evidence: Evidence): Verdict {
	const answers = evidence.looks.flatMap(({ sight }) => (sight.kind === 'answer' ? [sight] : []));
	if (answers.length === 0) return unknown(whyNot(evidence, 'events.first'));
	const told = answers.flatMap(({ headers, at }) => {
		const time = readServerTime(headers);
		return time === undefined ? [] : [Math.abs(time - at)];
	});
	if (told.length < answers.length) {
		return differs(
			`missing in ${answers.length - told.length} of ${many(answers.length, 'answer')}`,
			'The nodes go by the clock of n8n’s machine there: keep it right.',
		);
	}
	const most = Math.max(...told);
	return most <= CLOCKS_MS
		? holds(`${many(told.length, 'answer')}, ${Math.round(most / 1000)} s apart at most`)
		: differs(
				`${Math.round(most / 1000).toLocaleString('en-US')} s apart`,
				'One of the two clocks is wrong. The nodes go by the portal’s; set this machine’s if it is that one.',
			);
}

const known = [
	'ratelimit',
	'ratelimit-limit',
	'ratelimit-policy',
	'ratelimit-remaining',
	'ratelimit-reset',
	'retry-after',
];
/** Common elsewhere, and not read. */
const common = [
	'x-rate-limit-limit',
	'x-rate-limit-remaining',
	'x-rate-limit-reset',
	'x-ratelimit-limit',
	'x-ratelimit-remaining',
	'x-ratelimit-reset',
];

export function rateLimit(evidence: Evidence): Verdict {
	const found = new Set<string>();
	let unread = 0;
	let others = 0;
	let most: number | undefined;
	let silent = 0;
	for (const { sight } of evidence.looks) {
		if (sight.kind !== 'answer') continue;
		const names = Object.keys(sight.headers).filter((name) =>
			/rate-?limit|^retry-after$/.test(name),
		);
		for (const name of names) {
			if (known.includes(name) || common.includes(name)) found.add(name);
			else others++;
		}
		const limit = readRateLimit(sight.headers, sight.at);
		const isRead = Object.keys(limit).length > 0;
		if (names.length > 0 && !isRead) unread++;
		if (sight.status === 429 && limit.retryAfterMs === undefined && limit.resetMs === undefined)
			silent++;
		most = limit.limit ?? most;
	}
	const seen = [...found].sort().join(', ');
	if (unread > 0 || others > 0) {
		return differs(
			[
				seen,
				others > 0 ? `${many(others, 'other')} not shown` : '',
				`${many(unread, 'answer')} with nothing that is understood`,
			]
				.filter((part) => part !== '')
				.join('; '),
			'The nodes notice that limit only when they are refused, and wait longer than necessary. Please report it.',
		);
	}
	if (silent > 0) {
		return differs(
			`${many(silent, 'refusal')} (429) without a word on how long to wait`,
			'The nodes wait longer and longer until they are let in.',
		);
	}
	if (found.size === 0) {
		return unknown(
			'no such header came',
			'If there is a limit, the nodes notice it when they are refused (429), and wait.',
		);
	}
	return holds(
		`${seen}${most === undefined ? '' : `; the limit is ${most.toLocaleString('en-US')}`}`,
	);
}
