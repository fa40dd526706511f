/** The API refuses, fails or answers with nonsense: on which page, how long, and what its headers say. */
import type { FaultInput } from '@simulator/client.cjs';

import type { FaultCase } from './cases.cjs';
import { PAGE } from './setting.cjs';
import type { Stage } from './stage.cjs';

type Action = FaultInput['action'];

const places = [
	['first', 1],
	['middle', 2],
	['last', 3],
] as const;

const status = (code: number): Action => ({ kind: 'status', status: code });

const faults: Array<[string, Action]> = [
	['500', status(500)],
	['502, HTML', { kind: 'status', status: 502, body: 'html' }],
	['503, empty body', { kind: 'status', status: 503, body: 'empty' }],
	['504', status(504)],
	['400', status(400)],
	['401', status(401)],
	['403', status(403)],
	['connection reset', { kind: 'reset' }],
	['answer lost', { kind: 'reset-after-processing' }],
	['no answer', { kind: 'hang' }],
	['JSON cut, right length', { kind: 'truncate', length: 'correct' }],
	['JSON cut, wrong length', { kind: 'truncate', length: 'wrong' }],
	['200 with HTML', { kind: 'html-200' }],
	['200 with another envelope', { kind: 'wrong-envelope' }],
	['200 with null', { kind: 'wrong-envelope', body: null }],
	['redirect', { kind: 'redirect', to: 'http://127.0.0.1:9/' }],
];

const passing = new Set(['500', '504', 'connection reset', 'JSON cut, wrong length']);

/** The fault stands for some polls; the pages before it have come by then, and nothing came twice. */
function lasting(action: Action, page: number): FaultCase['play'] {
	return async (stage) => {
		await stage.prepare();
		await stage.cutPages();
		stage.hangs = action.kind === 'hang';
		stage.refuses = true;
		await stage.fail(action, page);
		const { items } = await stage.poll();
		const owed =
			stage.event === 'securityEventCreated' && stage.setting.start === 'now' ? 0 : page - 1;
		const floor = stage.event === 'anomalyDetected' ? 0 : owed;
		stage.check(
			stage.hangs || items.length >= floor * PAGE,
			`${items.length} items before page ${page} failed`,
		);
		if (!stage.hangs) await stage.poll();
		await stage.poll();
		stage.check(stage.errors.length > 0, 'no poll told of the fault');
	};
}

const lastingFaults = faults.flatMap(([name, action]) =>
	// A missing answer costs real time: one page of it is enough.
	places
		.filter(([, page]) => page === 2 || action.kind !== 'hang')
		.map(
			([place, page]): FaultCase => ({
				name: `${name}, ${place} page, lasting`,
				starts: page === 2 && action.kind !== 'hang' ? ['now', 'beginning'] : ['now'],
				...(page === 2 ? {} : { hosts: ['default'] }),
				play: lasting(action, page),
			}),
		),
);

const passingFaults = faults
	.filter(([name]) => passing.has(name))
	.map(
		([name, action]): FaultCase => ({
			name: `${name}, middle page, once`,
			play: async (stage) => {
				await stage.prepare();
				await stage.cutPages();
				await stage.fail(action, 2, 1);
				const { error } = await stage.poll();
				stage.check(error === undefined, 'a poll failed for a passing fault');
			},
		}),
	);

/** The headers of a 429, and how long the trigger must leave the API alone, in milliseconds. */
const limits: Array<[string, (stage: Stage) => Record<string, string>, number]> = [
	['Retry-After: 2', () => ({ 'Retry-After': '2' }), 2000],
	// The poll begins a minute later.
	['Retry-After a date', ({ time }) => ({ 'Retry-After': date(time.now() + 63_000) }), 1500],
	['Retry-After in the past', ({ time }) => ({ 'Retry-After': date(time.now() - 3_600_000) }), 100],
	['Retry-After blank', () => ({ 'Retry-After': '' }), 100],
	['Retry-After nonsense', () => ({ 'Retry-After': 'soon, -5' }), 100],
	[
		'RateLimit-Limit, -Remaining, -Reset',
		() => ({ 'RateLimit-Limit': '5', 'RateLimit-Remaining': '0', 'RateLimit-Reset': '2' }),
		2000,
	],
	['RateLimit structured', () => ({ RateLimit: '"default";r=0;t=2' }), 2000],
	['RateLimit older draft', () => ({ RateLimit: 'limit=5, remaining=0, reset=2' }), 2000],
	['no header', () => ({}), 100],
];

function date(millis: number): string {
	return new Date(millis).toUTCString();
}

const rateLimits = limits.map(
	([name, headers, leastMs]): FaultCase => ({
		name: `429 once, ${name}`,
		play: async (stage) => {
			await stage.prepare();
			await stage.cutPages();
			await stage.fail({ kind: 'status', status: 429, headers: headers(stage) }, 2, 1);
			const { error } = await stage.poll();
			const waited = stage.time.sleptMs;
			stage.check(error === undefined, 'a poll failed for one 429');
			stage.check(waited >= leastMs * 0.9, `asked again after ${waited} ms`);
		},
	}),
);

/** What a thrown error declares to the host's durable scheduler. */
function declared(error: Error | undefined): { cause?: unknown; retryAfterMs?: unknown } {
	const failure: unknown = error && 'failure' in error ? error.failure : undefined;
	return typeof failure === 'object' && failure !== null ? { ...failure } : {};
}

/** Every kind of refusal. */
export const refusalCases: FaultCase[] = [
	...lastingFaults,
	...passingFaults,
	...rateLimits,
	{
		name: '429 for ten minutes',
		play: async (stage) => {
			await stage.prepare();
			await stage.cutPages();
			await stage.fail({ kind: 'status', status: 429, headers: { 'Retry-After': '600' } }, 2);
			await stage.poll();
			const { error } = await stage.poll();
			const { cause, retryAfterMs } = declared(error);
			stage.check(cause === 'rate-limited', `declared ${String(cause)}`);
			stage.check(
				typeof retryAfterMs === 'number' && retryAfterMs > 500_000 && retryAfterMs <= 600_000,
				`declared ${String(retryAfterMs)} ms`,
			);
		},
	},
	{
		name: '429 once, Retry-After: 99999999999',
		play: async (stage) => {
			await stage.prepare();
			await stage.cutPages();
			await stage.fail(
				{ kind: 'status', status: 429, headers: { 'Retry-After': '99999999999' } },
				2,
				1,
			);
			await stage.poll();
			await stage.heal();
			// Nobody means 3,000 years: within a day it must have asked again by itself.
			stage.time.skip(86_400_000);
			await stage.poll();
			const { error } = await stage.poll();
			const { retryAfterMs } = declared(error);
			stage.check(
				error === undefined,
				`still silent after a day, declares ${String(retryAfterMs)} ms`,
			);
		},
	},
	...(['ratelimit-fields', 'none'] as const).map(
		(form): FaultCase => ({
			name: `a tight rate limit, ${form}`,
			hosts: ['default'],
			play: async (stage) => {
				await stage.prepare();
				await stage.cutPages();
				await stage.simulator.setRateLimit({ perSecond: 40, burst: 2, form });
				for (let polls = 0; polls < 3; polls++) await stage.poll();
				await stage.simulator.setRateLimit('off');
			},
		}),
	),
	...(['401', '403'] as const).map(
		(code): FaultCase => ({
			name: `${code} declared as the credential's fault`,
			hosts: ['durable'],
			events: ['securityEventCreated', 'auditEntryCreated'],
			play: async (stage) => {
				await stage.begin();
				await stage.fail(status(Number(code)));
				const { cause } = declared((await stage.poll()).error);
				stage.check(cause === 'credential-invalid', `declared ${String(cause)}`);
				await stage.happen(3);
			},
		}),
	),
	{
		name: '503 declared as passing',
		hosts: ['durable'],
		play: async (stage) => {
			await stage.begin();
			await stage.fail(status(503));
			const { cause } = declared((await stage.poll()).error);
			stage.check(cause === 'temporarily-unavailable', `declared ${String(cause)}`);
			await stage.happen(3);
		},
	},
	{
		name: 'checkpoint refused on a running trigger',
		starts: ['now', 'beginning'],
		play: async (stage) => {
			await stage.prepare();
			await stage.poll();
			stage.refuses = true;
			await stage.simulator.expireCheckpoints();
			await stage.happen(5);
			const { error } = await stage.poll();
			stage.check(error === undefined, `a poll failed: ${error?.message ?? ''}`);
			const isKept = stage.event !== 'anomalyDetected';
			stage.check(!isKept || stage.notices.join().includes('refused'), 'did not say so');
		},
	},
	{
		name: 'checkpoint refused in the middle of a walk',
		starts: ['now', 'beginning'],
		play: async (stage) => {
			await stage.prepare({ options: { maxItemsPerPoll: 20 } });
			await stage.cutPages();
			await stage.poll();
			stage.refuses = true;
			await stage.simulator.expireCheckpoints();
			await stage.poll();
		},
	},
	{
		name: 'checkpoint refused twice, with a restart between',
		play: async (stage) => {
			await stage.prepare();
			await stage.poll();
			stage.refuses = true;
			await stage.simulator.expireCheckpoints();
			await stage.happen(5);
			await stage.poll();
			stage.restart();
			await stage.simulator.expireCheckpoints();
			await stage.happen(5);
			await stage.poll();
		},
	},
	{
		name: 'checkpoint refused, and the second walk fails too',
		play: async (stage) => {
			await stage.prepare();
			await stage.poll();
			stage.refuses = true;
			await stage.simulator.expireCheckpoints();
			await stage.happen(30);
			await stage.cutPages({}, 10);
			await stage.fail(status(503), 4);
			await stage.poll();
			await stage.poll();
			stage.restart();
			await stage.poll();
		},
	},
	{
		name: 'events that became visible late, then a refused checkpoint',
		events: ['securityEventCreated', 'securityEventCreatedOrUpdated'],
		play: async (stage) => {
			await stage.begin();
			await stage.happen(5);
			await stage.poll();
			stage.time.skip(3_600_000);
			await stage.poll();
			const ago = new Date(stage.time.now() - 20 * 60_000).toISOString();
			stage.refuses = true;
			await stage.simulator.expireCheckpoints();
			await stage.simulator.createEvents({ count: 2, createdAt: ago });
			await stage.poll();
		},
	},
];
