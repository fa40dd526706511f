/** Items of one run for the same event share one request; those that wait see the event as it was before it. */
import { withoutWaiting } from '@test/withoutWaiting.cjs';
import { ProofpointRemediation } from '@nodes/Remediation/ProofpointRemediation.node';
import type { IDataObject, INode } from 'n8n-workflow';

import { fastTime } from './fastTime.cjs';
import { runNode } from './host.cjs';
import { forbidden, MailPortal } from './mailPortal.cjs';

fastTime();

let portal: MailPortal;

beforeEach(async () => {
	portal = await MailPortal.start();
});
afterEach(async () => await portal.stop());

const orders = [
	['first', [true, false]],
	['last', [false, true]],
] as const;
const both = async (
	id: string,
	waits: readonly boolean[],
	settings: Partial<INode>,
	{ link = id, requestOptions }: { link?: string; requestOptions?: IDataObject } = {},
) => {
	const items = await runNode({
		nodeType: new ProofpointRemediation(),
		parameters: {
			operation: 'releaseFromQuarantine',
			eventId: '={{ $json.id }}',
			options: { waitForConfirmation: '={{ $json.waits }}', confirmationTimeout: 60 },
		},
		items: waits.map((one) => ({ id: one ? link : id, waits: one })),
		credential: portal.credential,
		settings,
		...(requestOptions ? { requestOptions } : {}),
	});
	return items.map(({ json }) => json);
};

it.each(orders)('the one that waits, %s, sees the event as it was before', async (_at, waits) => {
	for (const onError of ['stopWorkflow', 'continueRegularOutput'] as const) {
		const id = portal.add(`defender::${onError}`, { quarantined: 1 });
		portal.onAction = () => portal.version(id, { released: 1 });
		const wanted = waits.map((one) => (one ? 'confirmed' : undefined));
		const items = await withoutWaiting(60_000, async () => await both(id, waits, { onError }));
		expect(items.map(({ confirmation }) => confirmation)).toEqual(wanted);
		expect(portal.requests('/remediation/').filter(({ body }) => body.includes(id))).toHaveLength(
			1,
		);
	}
});

it.each(orders)('the one that waits, %s, is given as a link', async (_at, waits) => {
	const number = 4711;
	const portalLink = portal.link('impersonation_attacks', number);
	const id = portal.add('defender::linked', { quarantined: 1 }, { portal_link: portalLink });
	portal.onAction = () => portal.version(id, { released: 1 });
	const items = await both(id, waits, { onError: 'continueRegularOutput' }, { link: portalLink });
	expect(items.map(({ confirmation }) => confirmation)).toEqual(
		waits.map((one) => (one ? 'confirmed' : undefined)),
	);
	expect(portal.requests('/remediation/')).toHaveLength(1);
});

it('two that wait, of which one has its turn when the other is confirmed', async () => {
	const id = portal.add('defender::later', { quarantined: 1 });
	portal.onAction = () => portal.version(id, { released: 1 });
	const settings: Partial<INode> = { onError: 'continueRegularOutput' };
	const requestOptions = { batching: { batch: { batchSize: 1, batchInterval: 6_000 } } };
	const items = await both(id, [true, true], settings, { requestOptions });
	expect(items.map(({ confirmation }) => confirmation)).toEqual(['confirmed', 'confirmed']);
	expect(portal.requests('/remediation/')).toHaveLength(1);
});

it('thousands of items cost as much memory as they are, not as much as their pairs', async () => {
	const id = portal.add('defender::many', { quarantined: 1 });
	portal.onAction = () => portal.version(id, { released: 1 });
	const waits = Array.from({ length: 4_000 }, () => true);
	const before = process.resourceUsage().maxRSS;
	const items = await both(id, waits, { onError: 'continueRegularOutput' });
	expect(items.filter(({ confirmed }) => confirmed === true)).toHaveLength(waits.length);
	expect(portal.requests('/remediation/')).toHaveLength(1);
	// In kB; of pairs it would be 1.8 GB.
	expect(process.resourceUsage().maxRSS - before).toBeLessThan(1_000_000);
});

it.each(orders)('nothing is sent where it, %s, cannot be seen', async (_at, waits) => {
	const id = portal.add('defender::unseen', { quarantined: 1 });
	portal.pageFaults = [forbidden];
	const items = await both(id, waits, { onError: 'continueRegularOutput' });
	expect(items.map(({ error }) => error)).toEqual([
		expect.stringContaining('(403)'),
		expect.stringContaining('(403)'),
	]);
	expect(portal.requests('/remediation/')).toEqual([]);
});

it('a link that may not be looked for stops no item that needs no look', async () => {
	const ids = [1, 2, 3].map((at) => portal.add(`defender::${at}`, { quarantined: 1 }));
	portal.pageFaults = [forbidden];
	const link = portal.link('impersonation_attacks', 4711);
	const output = await runNode({
		nodeType: new ProofpointRemediation(),
		parameters: { operation: 'releaseFromQuarantine', eventId: '={{ $json.id }}' },
		items: [link, ...ids].map((id) => ({ id })),
		credential: portal.credential,
		settings: { onError: 'continueRegularOutput' },
		// One by one: the link has failed when the others have their turn.
		requestOptions: { batching: { batch: { batchSize: 1, batchInterval: 2_000 } } },
	});
	expect(output[0]?.json.error).toContain('(403)');
	expect(output.slice(1).map(({ json }) => json.outcome)).toEqual(['queued', 'queued', 'queued']);
});
