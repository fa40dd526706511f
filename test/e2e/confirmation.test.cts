/**
 * "Wait for Confirmation" in a real n8n: what the event's own counts show after the action, case by case. The
 * simulator's request log is the witness that each action was sent once.
 */
import { jsonOf } from '@host/runResult.cjs';
import type { EventVersion, RequestEntry } from '@simulator/client.cjs';
import { setTimeout as delay } from 'node:timers/promises';

import { reached } from './playbookWorld.cjs';
import { items, makeWorld, manual, proofpointNode, type World } from './setup.cjs';

let world: World;

beforeAll(async () => {
	world = await makeWorld({ events: 20, seed: 17 });
	// The tests say themselves what becomes of the mail.
	await world.simulator.set({ remediationLife: 'none' });
	await world.n8n.start();
}, 360_000);
afterAll(async () => await world.stop(), 120_000);

type Version = Omit<EventVersion, 'id' | 'record'>;

interface Counts {
	quarantined?: number;
	pending_release?: number;
	released?: number;
	deleted?: number;
}

const counts = (admin: Counts): EventVersion['counts'] => ({
	admin: { quarantined: 0, pending_release: 0, released: 0, deleted: 0, ...admin },
	user: { quarantined: 0, pending_release: 0, released: 0, deleted: 0 },
});

/** A quarantined mail to so many people. */
async function quarantined(people: number): Promise<string> {
	const all = Array.from({ length: people }, (_, at) => `person${at}@acme.example`);
	const recipients = { to: all, cc: [], bcc: [], all, count: people };
	const [event] = await world.simulator.createEvents({
		type: 'defender',
		releasable: true,
		place: 'quarantined',
		fields: { inbound_email_details: { recipients } },
	});
	const id = event?.id ?? '';
	await world.simulator.publish({ id, counts: counts({ quarantined: people }) });
	return id;
}

async function actionsOn(id: string): Promise<RequestEntry[]> {
	const { requests } = await world.simulator.requests();
	return requests.filter(({ method, body }) => method === 'POST' && body.includes(id));
}

/** Releases it and, once the request was answered, lets these versions come, half a second apart. */
async function release(
	id: string,
	versions: Version[],
	{ timeout = 90, after = async () => {} } = {},
): Promise<Record<string, unknown>> {
	const running = world.n8n.executeMany([
		manual(
			'confirm',
			items('Ids', `return [{ json: { id: ${JSON.stringify(id)} } }]`),
			proofpointNode('Release', 'proofpointRemediation', {
				operation: 'releaseFromQuarantine',
				eventId: '={{ $json.id }}',
				options: { waitForConfirmation: true, confirmationTimeout: timeout },
			}),
		),
	]);
	for (const end = Date.now() + 90_000; Date.now() < end; await delay(50)) {
		if ((await actionsOn(id)).some(({ status }) => status !== null)) break;
	}
	await after();
	for (const version of versions) {
		await world.simulator.publish({ id, ...version });
		await delay(500);
	}
	const [result] = await running;
	const sent = await actionsOn(id);
	expect(sent).toHaveLength(1);
	const [item = {}] = result ? jsonOf(result, 'Release') : [];
	for (const { method, path, body, status } of sent) {
		process.stderr.write(
			`confirmation: ${method} ${path} ${body} -> ${status}: ${String(item.confirmation)}: ${String(item.confirmation_detail)}\n`,
		);
	}
	return item;
}

const click = { fields: { defender_details: { users_responded: { safe: 1 } } } };
const long = '2020-01-01T00:00:00.000000Z';

const cases: Array<[string, number, Version[], string]> = [
	['a click alone', 1, [click], 'timedOut'],
	['pending', 1, [{ counts: counts({ pending_release: 1 }) }], 'pending'],
	[
		'one of three released',
		3,
		[{ counts: counts({ released: 1, pending_release: 2 }) }],
		'pending',
	],
	['released', 1, [{ counts: counts({ released: 1 }) }], 'confirmed'],
	[
		'pending, a click, released',
		1,
		[{ counts: counts({ pending_release: 1 }) }, click, { counts: counts({ released: 1 }) }],
		'confirmed',
	],
	[
		'released, with an updated_at that is older',
		1,
		[{ counts: counts({ released: 1 }), updatedAt: long }],
		'confirmed',
	],
	[
		'no counts any more',
		1,
		[{ without: ['defender_details.quarantine_status_count'] }],
		'notVerifiable',
	],
];

test.each(cases)(
	'%s',
	async (_name, people, versions, confirmation) => {
		// What is not settled lasts as long as the node waits.
		const waits = ['timedOut', 'pending'].includes(confirmation);
		const item = await release(await quarantined(people), versions, { timeout: waits ? 8 : 90 });
		expect(item).toMatchObject({
			outcome: 'queued',
			confirmation,
			confirmed: confirmation === 'confirmed',
		});
	},
	120_000,
);

test('back to quarantined after it was pending: said at once', async () => {
	const id = await quarantined(1);
	const item = await release(id, [{ counts: counts({ pending_release: 1 }) }], {
		// Longer than Jest waits for the test.
		timeout: 3_600,
		after: async () => {
			// A look at the list comes in between, and finds it pending.
			const since = (await world.simulator.requests()).requests.length;
			const looked = async () => {
				const { requests } = await world.simulator.requests();
				const looks = requests.slice(since).filter(({ path }) => path.endsWith('/events'));
				return looks.filter(({ status }) => status === 200).length > 1;
			};
			void reached(looked).then(async () => {
				await world.simulator.publish({ id, counts: counts({ quarantined: 1 }) });
			});
		},
	});
	expect(item).toMatchObject({ confirmation: 'notDone', confirmed: false });
}, 300_000);

test.each([403, 'html'] as const)(
	'the events list answers %s twice in between',
	async (answer) => {
		const item = await release(
			await quarantined(1),
			[{ counts: counts({ pending_release: 1 }) }, { counts: counts({ released: 1 }) }],
			{
				after: async () => await world.simulator.spoilEvents(answer, 2),
			},
		);
		expect(item).toMatchObject({ confirmation: 'confirmed', confirmed: true });
	},
	180_000,
);
