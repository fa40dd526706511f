/** The list of groups in the editor: searched over all pages, on the host's own context for such lists. */
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import { createServer } from 'node:http';
import type { INodeListSearchResult } from 'n8n-workflow';

import { ProofpointGroup } from '@nodes/Group/ProofpointGroup.node';

import { searchList } from './host.cjs';

let simulator: Simulator;

beforeAll(async () => {
	simulator = await startSimulatorHere({
		events: 2,
		seed: 2,
		groups: 90,
		tokens: { eventsOnly: ['Security Events'] },
	});
});
afterAll(async () => await simulator.stop());
beforeEach(async () => {
	await simulator.clearPages();
	await simulator.clearRequests();
});

async function search(
	filter?: string,
	paginationToken?: string,
	token = simulator.token,
): Promise<INodeListSearchResult> {
	return await searchList(
		{
			nodeType: new ProofpointGroup(),
			parameters: { resource: 'group', operation: 'get' },
			credential: { portalUrl: simulator.url, apiToken: token, allowCustomHost: true },
		},
		'searchGroups',
		filter,
		paginationToken,
	);
}

/** Pages of ten groups each, the second without any. */
const pagesOfTen = [
	{ size: 10 },
	{ empty: true },
	...Array.from({ length: 9 }, () => ({ size: 10 })),
].map((plan) => ({ endpoint: 'groups' as const, ...plan }));

it('shows all groups by name with their ID, up to a page at a time', async () => {
	const { results, paginationToken } = await search();
	expect(results).toHaveLength(90);
	expect(paginationToken).toBeUndefined();
	const names = results.map(({ name }) => name);
	expect(names).toEqual([...names].sort((a, b) => a.localeCompare(b)));
	for (const { name, value } of results) {
		expect(value).toMatch(/^\d+$/);
		expect(name).toMatch(new RegExp(`. \\(${value}\\)$`));
	}
});

it('reads on until there is enough to scroll, and goes on from there when asked to', async () => {
	await simulator.planPages(...pagesOfTen);
	const first = await search();
	expect(first.results).toHaveLength(30);
	expect(typeof first.paginationToken).toBe('string');
	const found = [...first.results];
	for (let next = first.paginationToken; next !== undefined; ) {
		const more = await search(undefined, next);
		found.push(...more.results);
		next = more.paginationToken;
	}
	expect(new Set(found.map(({ value }) => value)).size).toBe(90);
});

it('finds a group on the last page, past pages without a match and one without any group', async () => {
	const { results: all } = await search();
	const last = all.find(
		({ value }) => Number(value) === Math.max(...all.map((group) => Number(group.value))),
	);
	await simulator.planPages(...pagesOfTen);
	await simulator.clearRequests();
	const byId = await search(String(last?.value));
	expect(byId.results).toContainEqual(last);
	const { requests } = await simulator.requests();
	expect(requests).toHaveLength(10);
	const name = String(last?.name).replace(/ \(\d+\)$/, '');
	const byName = await search(name.toUpperCase());
	expect(byName.results).toContainEqual(last);
});

it('is empty where nothing matches', async () => {
	expect(await search('no such group')).toEqual({ results: [] });
});

it('says which permission is missing', async () => {
	await expect(search('', undefined, simulator.tokens.eventsOnly ?? '')).rejects.toThrow(
		'“Groups”',
	);
});

it('offers no group whose ID JSON has rounded: it would be another one', async () => {
	const portal = createServer((_, response) => {
		response.setHeader('content-type', 'application/json');
		const groups = '[{"id":9007199254740993,"name":"VIP"},{"id":9007199254740991,"name":"Last"}]';
		response.end(`{"checkpoint":"c","additional_results":false,"groups":${groups}}`);
	});
	await new Promise<void>((listening) => portal.listen(0, '127.0.0.1', listening));
	const address = portal.address();
	if (address === null || typeof address === 'string') throw new Error('No port');
	const nodeType = new ProofpointGroup();
	const { results } = await searchList(
		{
			nodeType,
			parameters: { resource: 'group', operation: 'delete' },
			credential: {
				portalUrl: `http://127.0.0.1:${address.port}`,
				apiToken: 'a-token',
				allowCustomHost: true,
			},
		},
		'searchGroups',
	);
	portal.close();
	expect(results).toEqual([{ name: 'Last (9007199254740991)', value: '9007199254740991' }]);
});
