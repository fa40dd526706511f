/**
 * The action nodes under the same trouble: "Get Many" gives the whole list or an error, never half a list; a
 * remediation is never carried out twice, whatever became of the answer.
 */
import type { ListEndpointName, RemediationAction } from '@nodes/shared/api/endpoints';
import type { FaultInput, PagePlanInput, Simulator } from '@simulator/client.cjs';
import { runNode, type CredentialData } from '@test/integration/host.cjs';
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { FreshPackage } from './freshPackage.cjs';
import { share } from './share.cjs';
import { SkippedTime } from './skippedTime.cjs';

type Action = FaultInput['action'];
type OnError = 'continue' | 'stop';

/** One case of an action node. */
export interface ActionCase {
	name: string;
	node: string;
	onError: OnError;
	/** Some requests get no answer: they are given up soon. */
	hangs: boolean;
	play(act: Act): Promise<Result>;
}

/** What came of a case. */
export interface ActionOutcome {
	name: string;
	node: string;
	onError: OnError;
	expected: number;
	result: string;
	/** Actions that were carried out, of a remediation. */
	carriedOut?: number;
	/** Actions that were carried out again. */
	doubled?: number;
	wrong: string[];
	notes: string[];
	millis: number;
}

type Result = Pick<ActionOutcome, 'carriedOut' | 'doubled' | 'expected' | 'result' | 'wrong'>;

/** Records in each list, and on each page. */
const RECORDS = 50;
const PAGE = 20;
/** How long a request waits where no answer comes, in milliseconds. */
const HANG_MS = 400;

/** A node on a new platform. */
interface Act {
	simulator: Simulator;
	credential: CredentialData;
	run(file: string, parameters: INodeParameters, items?: IDataObject[]): Promise<IDataObject[]>;
}

/** Plays cases, as many at once as there are simulators. @returns the outcomes in the order of the cases */
export async function playActions(
	list: readonly ActionCase[],
	simulators: readonly Simulator[],
): Promise<ActionOutcome[]> {
	return await share(list, simulators, playAction);
}

/** Plays one case against a simulator that nobody else uses meanwhile. */
async function playAction(
	{ name, node, onError, hangs, play }: ActionCase,
	simulator: Simulator,
): Promise<ActionOutcome> {
	const startedAt = performance.now();
	await simulator.reset({
		seed: 7,
		events: RECORDS,
		audits: RECORDS,
		users: RECORDS,
		anomalies: RECORDS,
		groups: 3,
		remediationDelayMs: 0,
	});
	const credential = { portalUrl: simulator.url, apiToken: simulator.token, allowCustomHost: true };
	const fresh = new FreshPackage(new SkippedTime());
	const run: Act['run'] = async (file, parameters, items) => {
		const output = await runNode({
			nodeType: fresh.node(file),
			parameters,
			credential,
			...(hangs ? { requestOptions: { timeout: HANG_MS } } : {}),
			...(items ? { items } : {}),
			settings: onError === 'continue' ? { onError: 'continueRegularOutput' } : {},
		});
		return output.map(({ json }) => json);
	};
	const result = await play({ simulator, credential, run });
	return {
		name,
		node,
		onError,
		...result,
		notes: [],
		millis: Math.round(performance.now() - startedAt),
	};
}

interface List {
	node: string;
	file: string;
	endpoint: ListEndpointName;
	parameters: INodeParameters;
}

const GROUP = 101;
const lists: List[] = [
	{
		node: 'Security Event',
		file: 'Proofpoint/Proofpoint.node',
		endpoint: 'events',
		parameters: {
			operation: 'getAll',
			returnAll: true,
			createdAfter: '',
			order: 'oldestFirst',
			output: 'raw',
		},
	},
	{
		node: 'Audit',
		file: 'Audit/ProofpointAudit.node',
		endpoint: 'audits',
		parameters: { operation: 'getAll', returnAll: true },
	},
	{
		node: 'User Monitoring',
		file: 'UserMonitoring/ProofpointUserMonitoring.node',
		endpoint: 'monitoredUsers',
		parameters: { operation: 'getAll', returnAll: true },
	},
	{
		node: 'Anomaly',
		file: 'Anomaly/ProofpointAnomaly.node',
		endpoint: 'anomalies',
		parameters: { operation: 'getAll', returnAll: true },
	},
	{
		node: 'Group members',
		file: 'Group/ProofpointGroup.node',
		endpoint: 'group',
		parameters: {
			resource: 'member',
			operation: 'getAll',
			groupId: { __rl: true, mode: 'id', value: String(GROUP) },
			returnAll: true,
		},
	},
];

/** What "Get Many" may do: the whole list, an error, or either. */
type Allowed = 'either' | 'error' | 'whole';

interface Trouble {
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

const status = (code: number, headers: Record<string, string> = {}): Action => ({
	kind: 'status',
	status: code,
	headers,
});

const oddPages: Trouble[] = [
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

const faults: Trouble[] = [
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

/** A record as text; an anomaly's checkpoint is no part of it. */
function textOf({ checkpoint: _, ...record }: IDataObject): string {
	return JSON.stringify(record);
}

function listCase(list: List, trouble: Trouble, onError: OnError): ActionCase {
	const { file, endpoint, parameters } = list;
	return {
		name: trouble.name,
		node: list.node,
		onError,
		hangs: trouble.fault?.action.kind === 'hang',
		play: async ({ simulator, run }) => {
			await fillGroup(simulator);
			const size = trouble.size ?? PAGE;
			const whole = await run(file, parameters);
			await simulator.planPages({ size, ...trouble.plan, endpoint }, { endpoint, size, times: 0 });
			if (trouble.fault) {
				const { action, page, times } = trouble.fault;
				await simulator.addFaults({ endpoint, action, nth: page, times });
			}
			const { items, error } = await tried(async () => await run(file, parameters));
			const wrong: string[] = [];
			if (whole.length < RECORDS) wrong.push(`the undisturbed list has ${whole.length} records`);
			const result = error === undefined ? `${items.length} records` : 'error';
			if (error === undefined) {
				wrong.push(...compare(whole, items, endpoint));
				if (trouble.allowed === 'error') wrong.push('no error');
			} else {
				if (items.length > 0) wrong.push(`${items.length} records beside the error`);
				if (trouble.allowed === 'whole') wrong.push(`error: ${error}`);
			}
			return { expected: whole.length, result, wrong };
		},
	};
}

/** How a result differs from the whole list. Records without an id may stand twice where the API says so. */
function compare(whole: IDataObject[], items: IDataObject[], endpoint: ListEndpointName): string[] {
	const expected = new Set(whole.map(textOf));
	const came = new Set(items.map(textOf));
	const missing = [...expected].filter((text) => !came.has(text)).length;
	const strange = [...came].filter((text) => !expected.has(text)).length;
	return [
		...(missing > 0 ? [`half a list: ${missing} records are missing`] : []),
		...(strange > 0 ? [`${strange} records that are not in the list`] : []),
		...(endpoint === 'events' && items.length > came.size ? ['an event twice'] : []),
	];
}

/** Runs a node; its error is what it throws, or the only item where it goes on after errors. */
async function tried(
	run: () => Promise<IDataObject[]>,
): Promise<{ items: IDataObject[]; error?: string }> {
	try {
		const items = await run();
		const failed = items.find(({ error }) => typeof error === 'string');
		if (!failed) return { items };
		return { items: items.filter((item) => item !== failed), error: String(failed.error) };
	} catch (error) {
		return { items: [], error: error instanceof Error ? error.message : String(error) };
	}
}

/** Members for more than two pages. */
async function fillGroup(simulator: Simulator): Promise<void> {
	const members = Array.from({ length: RECORDS }, (_, at) => ({
		address: `member${at}@example.com`,
	}));
	const answer = await fetch(`${simulator.url}/api/v1/groups/${GROUP}/add_members`, {
		method: 'POST',
		headers: {
			authorization: `API-Token ${simulator.token}`,
			'content-type': 'application/json',
		},
		body: JSON.stringify({ members }),
	});
	if (!answer.ok) throw new Error(`The group could not be filled: ${answer.status}`);
}

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

const remediationCases = [
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

/** Every case of the action nodes. */
export const actionCases: readonly ActionCase[] = [
	...lists.flatMap((list) =>
		[...oddPages, ...faults].flatMap((trouble) => [
			listCase(list, trouble, 'stop'),
			...(trouble.allowed === 'error' ? [listCase(list, trouble, 'continue')] : []),
		]),
	),
	...remediationCases,
];
