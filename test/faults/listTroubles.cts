/** What may happen to a list while "Get Many" reads it, and what the node may make of it. */
import type { ListEndpointName } from '@nodes/shared/api/endpoints';
import type { PagePlanInput } from '@simulator/client.cjs';

import { status, type Action } from './actionPlay.cjs';

/** What "Get Many" may do: the whole list, an error, or either. */
type Allowed = 'either' | 'error' | 'whole';

/** One trouble of a list. */
export interface Trouble {
	name: string;
	plan?: Partial<PagePlanInput>;
	size?: number;
	fault?: { action: Action; page: number; times: number };
	allowed: Allowed;
	/** Not for these lists. */
	not?: readonly ListEndpointName[];
}

const places = [
	['first', 1],
	['middle', 2],
	['last', 3],
] as const;

/** Pages that are odd: some the API allows, some it does not. */
export const oddPages: Trouble[] = [
	...places.map(
		([place, nth]): Trouble => ({
			name: `empty page + true, ${place} page`,
			plan: { nth, empty: true },
			allowed: 'whole',
		}),
	),
	{
		name: 'empty page + true, 20 in a row',
		plan: { nth: 2, times: 20, empty: true },
		allowed: 'either',
	},
	{ name: 'short page + true', size: 2, allowed: 'whole' },
	{ name: 'true, then empty', plan: { nth: 3, more: true }, allowed: 'whole' },
	{ name: 'same record twice in a page', plan: { times: 0, duplicate: true }, allowed: 'whole' },
	{
		name: 'checkpoint unchanged, middle page',
		plan: { nth: 2, checkpoint: 'unchanged' },
		allowed: 'error',
	},
	{
		name: 'checkpoint a number, every page',
		plan: { times: 0, checkpoint: 'number' },
		allowed: 'whole',
	},
	...(['missing', 'null', 'empty'] as const).flatMap((checkpoint): Trouble[] => [
		{
			name: `checkpoint ${checkpoint}, first page`,
			plan: { nth: 1, checkpoint },
			allowed: 'error',
		},
		{
			name: `checkpoint ${checkpoint}, middle page`,
			plan: { nth: 2, checkpoint },
			allowed: 'error',
		},
		{
			name: `checkpoint ${checkpoint}, last page`,
			plan: { nth: 3, checkpoint },
			allowed: 'whole',
		},
	]),
];

const lastingActions: Array<[string, Action]> = [
	['500', status(500)],
	['503', status(503)],
	['400', status(400)],
	['401', status(401)],
	['403', status(403)],
	['429 for an hour', status(429, { 'Retry-After': '3600' })],
	['connection reset', { kind: 'reset' }],
	['no answer', { kind: 'hang' }],
	['JSON cut, right length', { kind: 'truncate', length: 'correct' }],
	['JSON cut, wrong length', { kind: 'truncate', length: 'wrong' }],
	['200 with HTML', { kind: 'html-200' }],
	['200 with another envelope', { kind: 'wrong-envelope' }],
	['redirect', { kind: 'redirect', to: 'http://127.0.0.1:9/' }],
];

/** Faults of requests, lasting and passing. */
export const faults: Trouble[] = [
	...lastingActions.flatMap(([name, action]) =>
		places
			.filter(([place]) => place === 'middle' || name === '503')
			.map(
				([place, page]): Trouble => ({
					name: `${name}, ${place} page, lasting`,
					fault: { action, page, times: 0 },
					allowed: 'error',
				}),
			),
	),
	...(
		[
			['503', status(503)],
			['429, Retry-After: 2', status(429, { 'Retry-After': '2' })],
			['429, no header', status(429)],
			['connection reset', { kind: 'reset' }],
			['no answer', { kind: 'hang' }],
			['JSON cut, wrong length', { kind: 'truncate', length: 'wrong' }],
		] satisfies Array<[string, Action]>
	).map(
		([name, action]): Trouble => ({
			name: `${name}, middle page, once`,
			fault: { action, page: 2, times: 1 },
			allowed: 'whole',
		}),
	),
];
