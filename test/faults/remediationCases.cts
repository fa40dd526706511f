/** A remediation under trouble is never carried out twice, whatever became of the answer. */
import type { RemediationAction } from '@nodes/shared/api/endpoints';
import type { IDataObject } from 'n8n-workflow';

import { status, type Action, type ActionCase, type OnError } from './actionPlay.cjs';

/** Ways in which an answer is lost although the action was carried out. */
const lostAnswers: Array<[string, Action]> = [
	['answer lost, connection reset', { kind: 'reset-after-processing' }],
	['JSON cut, right length', { kind: 'truncate', length: 'correct' }],
	['JSON cut, wrong length', { kind: 'truncate', length: 'wrong' }],
	['200 with HTML', { kind: 'html-200' }],
	['200 with another envelope', { kind: 'wrong-envelope' }],
	['carried out, no answer', { kind: 'hang', processed: true }],
	['carried out, 500', { kind: 'status', status: 500, processed: true }],
	['carried out, 502 HTML', { kind: 'status', status: 502, body: 'html', processed: true }],
	[
		'carried out, 503 with Retry-After',
		{ kind: 'status', status: 503, processed: true, headers: { 'Retry-After': '1' } },
	],
	['carried out, 504', { kind: 'status', status: 504, processed: true }],
	['carried out, 408', { kind: 'status', status: 408, processed: true }],
	[
		'carried out, redirect',
		{ kind: 'redirect', to: '/api/v1/remediation/release_from_quarantine', status: 307 },
	],
];
/** Ways in which it is not carried out; only the first two may be tried again. */
const notCarriedOut: Array<[string, Action]> = [
	['429, Retry-After: 1', status(429, { 'Retry-After': '1' })],
	['429, no header', status(429)],
	['connection reset', { kind: 'reset' }],
	['no answer', { kind: 'hang' }],
	['503', status(503)],
	['403', status(403)],
];

interface Remediate {
	name: string;
	action: Action;
	operation: RemediationAction;
	items: number;
	times: number;
	/** The answer is lost: a person has to be told that it may have happened. */
	isLost: boolean;
}

function remediationCase(
	{ name, action, operation, items, times, isLost }: Remediate,
	onError: OnError,
): ActionCase {
	return {
		name: `${operation}, ${items === 1 ? '1 item' : `${items} items`}: ${name}, ${times === 0 ? 'all' : 'once'}`,
		node: 'Remediation',
		onError,
		hangs: action.kind === 'hang',
		play: async ({ simulator, run }) => {
			const place = operation === 'deleteFromInbox' ? 'inbox' : 'quarantined';
			const events = await simulator.createEvents({ count: items, type: 'defender', place });
			await simulator.clearRequests();
			await simulator.addFaults({
				endpoint: operation,
				nth: items === 1 || times === 0 ? 1 : 2,
				times,
				action,
			});
			const parameters = { operation, eventId: '={{ $json.id }}' };
			const file = 'Remediation/ProofpointRemediation.node';
			let output: IDataObject[] = [];
			let told = '';
			try {
				output = await run(
					file,
					parameters,
					events.map(({ id }) => ({ id })),
				);
				told = JSON.stringify(output);
			} catch (error) {
				const description =
					error instanceof Error && 'description' in error ? error.description : '';
				told = `${String(error)} ${String(description)}`;
			}
			const { requests } = await simulator.requests();
			const { remediationCounts } = await simulator.ledger();
			const counts = events.map(({ id }) => remediationCounts[id]?.[operation] ?? 0);
			const carriedOut = counts.filter((count) => count > 0).length;
			const doubled = counts.reduce((sum, count) => sum + Math.max(0, count - 1), 0);
			const wrong: string[] = [];
			if (doubled > 0) wrong.push(`${doubled} actions carried out again`);
			for (const { id } of events) {
				const sent = requests.filter(({ method, body }) => method === 'POST' && body.includes(id));
				const unsafe = sent.slice(0, -1).filter(({ status: answered }) => answered !== 429);
				if (unsafe.length > 0)
					wrong.push(`sent again after ${unsafe[0]?.fault}, which leaves it open`);
			}
			const hit = requests.some(({ fault }) => fault !== null);
			if (!hit) wrong.push('the fault did not happen');
			if (isLost && !/not known whether|unknown/i.test(told)) {
				wrong.push(`did not say that it may have happened: ${told.slice(0, 200)}`);
			}
			if (onError === 'continue' && output.length !== items) {
				wrong.push(`${output.length} output items for ${items}`);
			}
			return {
				expected: items,
				carriedOut,
				doubled,
				result: `${carriedOut} carried out, ${doubled} again, ${requests.length} requests`,
				wrong,
			};
		},
	};
}

const onErrors = ['stop', 'continue'] as const;

/** Every way in which an answer is lost, and in which nothing happens, with one item and with many. */
export const remediationCases: readonly ActionCase[] = [
	...lostAnswers.map(([name, action]) => ({ name, action, isLost: action.kind !== 'redirect' })),
	...notCarriedOut.map(([name, action]) => ({ name, action, isLost: false })),
].flatMap((trouble) =>
	onErrors.flatMap((onError) => [
		remediationCase(
			{ ...trouble, operation: 'releaseFromQuarantine', items: 1, times: 1 },
			onError,
		),
		remediationCase(
			{ ...trouble, operation: 'releaseFromQuarantine', items: 12, times: 1 },
			onError,
		),
		remediationCase(
			{
				...trouble,
				operation: onError === 'stop' ? 'deleteFromQuarantine' : 'deleteFromInbox',
				items: 5,
				times: 0,
			},
			onError,
		),
	]),
);
