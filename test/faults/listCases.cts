/** "Get Many" under trouble gives the whole list or an error, never half a list. */
import { steadyFetch } from '@host/steadyFetch.cjs';
import type { ListEndpointName } from '@nodes/shared/api/endpoints';
import type { Simulator } from '@simulator/client.cjs';
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { RECORDS, type ActionCase, type OnError } from './actionPlay.cjs';
import { faults, oddPages, type Trouble } from './listTroubles.cjs';

/** Records on each page. */
const PAGE = 20;

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
	const answer = await steadyFetch(`${simulator.url}/api/v1/groups/${GROUP}/add_members`, {
		method: 'POST',
		headers: {
			authorization: `API-Token ${simulator.token}`,
			'content-type': 'application/json',
		},
		body: JSON.stringify({ members }),
	});
	if (!answer.ok) throw new Error(`The group could not be filled: ${answer.status}`);
}

/** Every case of every list. */
export const listCases: readonly ActionCase[] = lists.flatMap((list) =>
	[...oddPages, ...faults].flatMap((trouble) => [
		listCase(list, trouble, 'stop'),
		...(trouble.allowed === 'error' ? [listCase(list, trouble, 'continue')] : []),
	]),
);
