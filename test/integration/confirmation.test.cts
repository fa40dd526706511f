/** What “Wait for Confirmation” says, on the host's engine: only the counts of the event's own versions decide. */
import { withoutWaiting } from '@test/withoutWaiting.cjs';
import { fieldsIn } from '@nodes/shared/core/eventRecord';
import { ProofpointRemediation } from '@nodes/Remediation/ProofpointRemediation.node';
import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';

import { fastTime } from './fastTime.cjs';
import { runNode } from './host.cjs';
import { countsOf, forbidden, MailPortal, webPage, type Counts } from './mailPortal.cjs';

fastTime();

let portal: MailPortal;

beforeEach(async () => {
	portal = await MailPortal.start();
});
afterEach(async () => await portal.stop());

interface Run {
	operation?: string;
	options?: INodeParameters;
	settings?: Partial<INode>;
	signal?: AbortSignal;
}

async function act(ids: string[], { operation, options, settings = {}, signal }: Run = {}) {
	const items = await runNode({
		nodeType: new ProofpointRemediation(),
		parameters: {
			operation: operation ?? 'releaseFromQuarantine',
			eventId: '={{ $json.id }}',
			options: { waitForConfirmation: true, confirmationTimeout: 4, ...options },
		},
		items: ids.map((id) => ({ id })),
		credential: portal.credential,
		settings,
		...(signal ? { signal } : {}),
	});
	return items.map(({ json }) => json);
}

/** One event; after the action these versions come, one per 100 ms from the start. */
async function lifeOf(
	before: Counts | undefined,
	versions: Array<Counts | IDataObject>,
	run: Run & { recipients?: number; answer?: unknown } = {},
): Promise<IDataObject> {
	const { recipients = 1, answer } = run;
	const id = portal.add('defender::inbound-1', before, { recipients });
	if (answer !== undefined) portal.answers.set(id, answer);
	portal.onAction = () =>
		versions.forEach((version, at) => portal.later(at * 100, () => portal.version(id, version)));
	const [item = {}] = await act([id], run);
	expect(portal.requests('/remediation/')).toHaveLength(1);
	return item;
}

describe('one event', () => {
	it('released: confirmed, with the version that shows it', async () => {
		const item = await lifeOf({ quarantined: 1 }, [{ pending_release: 1 }, { released: 1 }]);
		expect(item).toMatchObject({
			outcome: 'queued',
			confirmed: true,
			confirmation: 'confirmed',
			confirmation_detail: expect.stringContaining('released 0 → 1'),
			event: { id: 'defender::inbound-1', defender_details: countsOf({ released: 1 }) },
		});
	});

	it('a user’s click alone confirms nothing', async () => {
		expect(await lifeOf({ quarantined: 1 }, [{ quarantined: 1 }])).toMatchObject({
			confirmed: false,
			confirmation: 'timedOut',
		});
	});

	it('still pending when time is over', async () => {
		const item = await lifeOf({ quarantined: 1 }, [{ pending_release: 1 }]);
		expect(item).toMatchObject({ confirmed: false, confirmation: 'pending' });
	});

	it('one of three released', async () => {
		const versions = [{ pending_release: 3 }, { pending_release: 2, released: 1 }];
		expect(await lifeOf({ quarantined: 3 }, versions, { recipients: 3 })).toMatchObject({
			confirmed: false,
			confirmation: 'pending',
			event: { defender_details: countsOf({ pending_release: 2, released: 1 }) },
		});
	});

	it('pending and back in quarantine: not done, at once', async () => {
		portal.onAction = () => undefined;
		const id = portal.add('defender::inbound-2', { quarantined: 1 });
		portal.onAction = () => {
			portal.version(id, { pending_release: 1 });
			const looks = portal.requests('/events').length;
			const afterTheNextLook = () =>
				portal.requests('/events').length > looks
					? portal.version(id, { quarantined: 1 })
					: portal.later(100, afterTheNextLook);
			portal.later(100, afterTheNextLook);
		};
		const [item] = await withoutWaiting(60_000, async () =>
			act([id], { options: { confirmationTimeout: 60 } }),
		);
		expect(item).toMatchObject({ confirmed: false, confirmation: 'notDone' });
	});

	it.each([
		['before the action', undefined, []],
		['after it', { quarantined: 1 }, [undefined]],
	] as const)('no counts %s: not verifiable, at once', async (_when, before, versions) => {
		const id = portal.add('defender::inbound-3', before);
		portal.onAction = () => {
			versions.forEach(() => portal.version(id, undefined, { defender_details: {} }));
		};
		const [item] = await withoutWaiting(60_000, async () =>
			act([id], { options: { confirmationTimeout: 60 } }),
		);
		expect(item).toMatchObject({ confirmed: false, confirmation: 'notVerifiable' });
	});

	it.each([0, -1_000])('a version %i ms later by its own time counts all the same', async (ms) => {
		const updated = new Date(Date.now() - 60_000);
		const id = portal.add(
			'defender::inbound-4',
			{ quarantined: 1 },
			{ updated_at: updated.toISOString() },
		);
		const updated_at = new Date(updated.getTime() + ms).toISOString();
		portal.onAction = () => portal.version(id, { released: 1 }, { updated_at });
		expect((await act([id]))[0]).toMatchObject({ confirmed: true, event: { updated_at } });
	});

	it.each([
		['refused', forbidden],
		['a web page', webPage],
	])(
		'the list of events answers twice with %s in between: the waiting goes on',
		async (_what, fault) => {
			const id = portal.add('defender::inbound-5', { quarantined: 1 });
			portal.onAction = () => {
				portal.pageFaults.push(fault, fault);
				portal.version(id, { released: 1 });
			};
			const [item] = await act([id], { options: { confirmationTimeout: 30 } });
			expect(item).toMatchObject({ confirmed: true, confirmation: 'confirmed' });
		},
		30_000,
	);

	it('a list that cannot be read until time is over is said so, in words', async () => {
		const id = portal.add('defender::inbound-6', { quarantined: 1 });
		portal.onAction = () => portal.pageFaults.push(...Array.from({ length: 50 }, () => forbidden));
		expect((await act([id]))[0]).toMatchObject({
			confirmed: false,
			confirmation: 'unreadable',
			confirmation_detail: expect.stringContaining('Security Events'),
		});
		expect(portal.requests('/remediation/')).toHaveLength(1);
	});

	it('a list that cannot be read before: nothing is sent', async () => {
		const id = portal.add('defender::inbound-7', { quarantined: 1 });
		portal.pageFaults.push(forbidden);
		await expect(act([id])).rejects.toThrow('the permission “Security Events”');
		expect(portal.requests('/remediation/')).toHaveLength(0);
	});

	it('expired checkpoints: from the start again', async () => {
		const id = portal.add('defender::inbound-8', { quarantined: 1 });
		portal.onAction = () => {
			portal.version(id, { released: 1 });
			portal.expireCheckpoints();
		};
		expect((await act([id], { options: { confirmationTimeout: 20 } }))[0]).toMatchObject({
			confirmed: true,
		});
	});

	it.each([
		['deleteFromQuarantine', { quarantined: 1 }, { deleted: 1 }],
		['deleteFromInbox', { not_deleted: 1 }, { deletedFromInbox: 1 }],
	])('%s', async (operation, before, after) => {
		expect(await lifeOf(before, [after], { operation })).toMatchObject({ confirmed: true });
	});

	it('nothing queued: nothing to wait for', async () => {
		const results = [{ user_address: 'a@example.com', error: 'EMAIL_ALREADY_REMEDIATED' }];
		const item = await lifeOf({ quarantined: 1 }, [], { answer: { results } });
		expect(item).toMatchObject({
			outcome: 'alreadyHandled',
			confirmed: false,
			confirmation: 'notQueued',
		});
	});

	it('a cancel while it waits ends at once: nothing is sent again, and the list is left alone', async () => {
		const id = portal.add('defender::inbound-1', { quarantined: 1 });
		const stop = new AbortController();
		portal.onAction = () => portal.later(500, () => stop.abort());
		const options = { confirmationTimeout: 60 };
		const items = await withoutWaiting(60_000, async () =>
			act([id], { options, signal: stop.signal }).catch(() => []),
		);
		expect(items.every(({ confirmed }) => confirmed === false)).toBe(true);
		const pages = portal.requests('/events').length;
		await new Promise((resolve) => setTimeout(resolve, 2_500));
		expect(portal.requests('/events')).toHaveLength(pages);
		expect(portal.requests('/remediation/')).toHaveLength(1);
	});

	it('an event that was not found before is not verifiable', async () => {
		const id = portal.add('defender::inbound-9', { quarantined: 1 }, { hoursAgo: 24 * 40 });
		const [item] = await act([id]);
		expect(item).toMatchObject({ confirmation: 'notVerifiable', event: null });
		expect(portal.requests('/remediation/')).toHaveLength(1);
	});
});

describe('many', () => {
	it('200 items share one chain, each judged by its own event', async () => {
		const ids = Array.from({ length: 200 }, (_, at) =>
			portal.add(`defender::inbound-${at}`, { quarantined: 1 }),
		);
		portal.onAction = (id) => portal.later(50, () => portal.version(id, { released: 1 }));
		const items = await act(ids, { options: { confirmationTimeout: 60 } });
		expect(items.map(({ confirmed }) => confirmed)).toEqual(ids.map(() => true));
		expect(items.map(({ event }) => fieldsIn(event).id)).toEqual(ids);
		expect(portal.requests('/remediation/')).toHaveLength(200);
		expect(portal.requests('/events').length).toBeLessThan(20);
	}, 60_000);

	it('windows grow from an hour to 30 days, and all items share them', async () => {
		const ids = [
			portal.add('defender::inbound-new', { quarantined: 1 }),
			portal.add('defender::inbound-old', { quarantined: 1 }, { hoursAgo: 100 }),
		];
		portal.onAction = (id) => portal.version(id, { released: 1 });
		const items = await act(ids, { options: { confirmationTimeout: 20 } });
		expect(items.map(({ confirmed }) => confirmed)).toEqual([true, true]);
		const hours = portal
			.requests('/events')
			.flatMap(({ query, at }) =>
				query.created_after ? [Math.round((at - Date.parse(query.created_after)) / 3_600_000)] : [],
			);
		expect(hours).toEqual([1, 6, 24, 168]);
	});

	it('two items with the same event are both judged', async () => {
		const id = portal.add('defender::inbound-1', { quarantined: 1 });
		portal.onAction = () => portal.version(id, { released: 1 });
		expect((await act([id, id])).map(({ confirmation }) => confirmation)).toEqual([
			'confirmed',
			'confirmed',
		]);
	});
});

describe('the options', () => {
	it.each([
		['failOn', 'sometimes', 'Fail On'],
		['waitForConfirmation', 'perhaps', 'Wait for Confirmation'],
		['confirmationTimeout', 'soon', 'Confirmation Timeout'],
		['createdAfter', 'yesterday', 'Created After'],
	])(
		'%s: what cannot be understood is refused by name, and nothing is sent',
		async (name, value, label) => {
			const ids = [portal.add('defender::inbound-1', { quarantined: 1 })];
			await expect(act(ids, { options: { [name]: `={{ "${value}" }}` } })).rejects.toThrow(
				`“${label}”`,
			);
			expect(portal.log).toEqual([]);
		},
	);

	it('texts that mean the same as a switch or a number', async () => {
		const options = { waitForConfirmation: '={{ "TRUE" }}', confirmationTimeout: '={{ " 3 " }}' };
		const item = await lifeOf({ quarantined: 1 }, [{ released: 1 }], { options });
		expect(item).toMatchObject({ confirmed: true });
	});
});
