import { fieldsIn } from '@nodes/shared/core/eventRecord';
import {
	eventSchema,
	remediationResultSchema,
	type RemediationResult,
} from '@nodes/shared/api/contract';
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import { askerOf, type Ask } from './ask.cjs';
import { eventPage, walk } from './walk.cjs';

let simulator: Simulator;
let ask: Ask;

beforeAll(async () => {
	simulator = await startSimulatorHere({ events: 60, remediationDelay: 600_000 });
	ask = askerOf(simulator);
});
afterAll(() => simulator.stop());
beforeEach(() => simulator.reset());

const ann = 'ann@acme.example';
const bob = 'bob@acme.example';
const cid = 'cid@acme.example';
const notFound = 'EMAIL_NOT_FOUND_IN_QUARANTINE';

const act = async (action: string, id: string) =>
	ask(`/api/v1/remediation/${action}`, { method: 'POST', body: { event_id: id } });
const result = async (action: string, id: string): Promise<RemediationResult> =>
	remediationResultSchema.parse((await act(action, id)).json);
const errorsOf = ({ results }: RemediationResult) => results?.map(({ error }) => error);

async function create(all: string[], place?: 'quarantined' | 'inbox'): Promise<string> {
	const [event] = await simulator.createEvents({
		type: 'defender',
		releasable: true,
		fields: {
			inbound_email_details: { recipients: { to: all, cc: [], bcc: [], all, count: all.length } },
			defender_details: { users_responded: { safe: 0 } },
		},
		...(place ? { place } : {}),
	});
	return event?.id ?? '';
}

/** Where the mails of an event are, in the numbers that it tells: those of both quarantines, and of deletions. */
async function countsOf(id: string): Promise<Record<string, number>> {
	const details = eventSchema.parse(await simulator.event(id)).defender_details;
	const { admin_quarantine_status_count: admin, user_quarantine_status_count: user } =
		details?.quarantine_status_count ?? {};
	const counts: Record<string, number> = {};
	for (const block of [admin, user]) {
		for (const [state, count] of Object.entries(block ?? {})) {
			if (state !== 'not_quarantined') counts[state] = (counts[state] ?? 0) + Number(count);
		}
	}
	const { deleted, deletion_pending } = details?.deletion_status_count ?? {};
	const all = { ...counts, gone: deleted ?? 0, going: deletion_pending ?? 0 };
	return Object.fromEntries(Object.entries(all).filter(([, count]) => count > 0));
}

/** What an event tells now, and in each version that comes by itself. */
async function watch(id: string): Promise<Array<Record<string, number>>> {
	const seen = [await countsOf(id)];
	while (await simulator.next()) seen.push(await countsOf(id));
	return seen;
}

describe('the life of an action', () => {
	it('a release is queued, under way, and done: a user’s answer in between changes no count', async () => {
		const id = await create([ann, bob], 'quarantined');
		const { checkpoint } = (await walk(ask, {}, 100)).pages.at(-1) ?? { checkpoint: '' };
		expect(await result('release_from_quarantine', id)).toEqual({
			number_of_actions_attempted: 2,
			number_of_actions_succeeded: 2,
			results: [
				{ user_address: ann, error: null },
				{ user_address: bob, error: null },
			],
		});
		expect((await eventPage(ask, { after_checkpoint: checkpoint })).events).toEqual([]);
		expect(await watch(id)).toEqual([
			{ quarantined: 2 },
			{ pending_release: 2 },
			{ pending_release: 2 },
			{ released: 2 },
		]);
		expect(await simulator.event(id)).toMatchObject({
			defender_details: { users_responded: { safe: 1 } },
		});
		const page = await eventPage(ask, { after_checkpoint: checkpoint });
		expect(page.events.map((event) => event.id)).toEqual([id]);
	});

	it('a deletion from the inbox is pending, then done; from quarantine it shows when it is done', async () => {
		const inbox = await create([ann], 'inbox');
		await result('delete_from_inbox', inbox);
		expect(await watch(inbox)).toEqual([{}, { going: 1 }, { going: 1 }, { gone: 1 }]);
		const held = await create([ann], 'quarantined');
		await result('delete_from_quarantine', held);
		expect(await watch(held)).toEqual([
			{ quarantined: 1 },
			{ quarantined: 1 },
			{ quarantined: 1 },
			{ deleted: 1 },
		]);
	});

	it('for one recipient it fails, another one falls back', async () => {
		const id = await create([ann, bob, cid], 'quarantined');
		const error = 'SOMETHING_NEW';
		await simulator.planRemediation({ id, errors: { [ann]: error }, fallBack: [bob] });
		const answer = await result('release_from_quarantine', id);
		expect(errorsOf(answer)).toEqual([error, null, null]);
		const seen = await watch(id);
		expect(seen).toEqual([
			{ quarantined: 3 },
			{ quarantined: 1, pending_release: 2 },
			{ quarantined: 1, pending_release: 2 },
			{ quarantined: 2, released: 1 },
		]);
		// A plan is for one action.
		expect(errorsOf(await result('release_from_quarantine', id))).toEqual([null, null, notFound]);
	});

	it('can stop half way, be silent, or leave the user out', async () => {
		const versions = async (settings: Parameters<Simulator['set']>[0]) => {
			await simulator.set(settings);
			const id = await create([ann], 'quarantined');
			await result('release_from_quarantine', id);
			return watch(id);
		};
		const [held, pending, done] = [{ quarantined: 1 }, { pending_release: 1 }, { released: 1 }];
		expect(await versions({ userAnswers: false })).toEqual([held, pending, done]);
		expect(await versions({ remediationLife: 'pending' })).toEqual([held, pending]);
		expect(await versions({ remediationLife: 'none' })).toEqual([held]);
	});

	it('an event that does not tell where its mail is does not tell it afterwards either', async () => {
		const [event] = await simulator.createEvents({
			type: 'defender',
			without: ['defender_details.quarantine_status_count', 'defender_details.admin_label'],
		});
		await simulator.set({ remediationDelayMs: 0 });
		const id = event?.id ?? '';
		expect(errorsOf(await result('release_from_quarantine', id))).toEqual([null]);
		const details = eventSchema.parse(await simulator.event(id)).defender_details ?? {};
		expect(details).not.toHaveProperty('quarantine_status_count');
		expect(details).not.toHaveProperty('admin_label');
		expect((await simulator.ledger()).events.at(-1)?.versions).toHaveLength(4);
	});
});

it('the versions come by themselves, some time apart', async () => {
	await simulator.set({ remediationDelayMs: 40 });
	const id = await create([ann], 'quarantined');
	await result('release_from_quarantine', id);
	const asked = performance.now();
	// Jest ends it where they do not come.
	while ((await countsOf(id)).released !== 1);
	expect(performance.now() - asked).toBeGreaterThan(40);
	expect((await simulator.ledger()).events.at(-1)?.versions).toHaveLength(4);
});

describe('what an action answers', () => {
	it('under way: already remediated; done: not found; the ledger counts both', async () => {
		const id = await create([ann, bob], 'quarantined');
		await result('release_from_quarantine', id);
		const again = await result('release_from_quarantine', id);
		expect(again).toMatchObject({ number_of_actions_attempted: 2, number_of_actions_succeeded: 0 });
		expect(errorsOf(again)).toEqual(['EMAIL_ALREADY_REMEDIATED', 'EMAIL_ALREADY_REMEDIATED']);
		while (await simulator.next());
		expect(errorsOf(await result('release_from_quarantine', id))).toEqual([notFound, notFound]);
		const { remediationCounts, remediations } = await simulator.ledger();
		expect(remediationCounts[id]).toEqual({ releaseFromQuarantine: 3 });
		expect(remediations.map(({ succeeded }) => succeeded)).toEqual([2, 0, 0]);
	});

	it('delete from the inbox, also after a release, then already deleted', async () => {
		await simulator.set({ remediationDelayMs: 0 });
		const id = await create([ann], 'quarantined');
		const inbox = () => result('delete_from_inbox', id);
		expect((await inbox()).results).toEqual([
			{ user_address: ann, error: 'EMAIL_NOT_FOUND_IN_INBOX' },
		]);
		await result('release_from_quarantine', id);
		expect(await inbox()).toMatchObject({ number_of_actions_succeeded: 1 });
		expect((await inbox()).results).toEqual([{ user_address: ann, error: 'ALREADY_DELETED' }]);
		expect(await countsOf(id)).toEqual({ released: 1, gone: 1 });
	});

	it('partial failure, and nothing to do at all', async () => {
		await simulator.set({ remediationDelayMs: 0 });
		const id = await create([ann, bob], 'quarantined');
		await simulator.placeMail({ id, place: 'deleted', addresses: [bob] });
		expect(await countsOf(id)).toEqual({ quarantined: 1, deleted: 1 });
		expect(await result('delete_from_quarantine', id)).toMatchObject({
			number_of_actions_attempted: 2,
			number_of_actions_succeeded: 1,
		});
		expect((await simulator.mail(id)).places).toEqual({ [ann]: 'deleted', [bob]: 'deleted' });
		expect(await result('delete_from_quarantine', await create([]))).toEqual({
			number_of_actions_attempted: 0,
			number_of_actions_succeeded: 0,
			results: [],
		});
	});

	it('list and counts may disagree, or be missing', async () => {
		const answer = async (remediationAnswer: 'no-counts' | 'no-list' | 'counts-of-queued') => {
			await simulator.set({ remediationAnswer });
			const id = await create([ann, bob], 'quarantined');
			await simulator.placeMail({ id, place: 'released', addresses: [bob] });
			return result('release_from_quarantine', id);
		};
		const results = [
			{ user_address: ann, error: null },
			{ user_address: bob, error: notFound },
		];
		expect(await answer('no-counts')).toEqual({ results });
		const counts = { number_of_actions_attempted: 2, number_of_actions_succeeded: 1 };
		expect(await answer('no-list')).toEqual(counts);
		expect(await answer('counts-of-queued')).toEqual({
			number_of_actions_attempted: 1,
			number_of_actions_succeeded: 1,
			results,
		});
	});

	it('refuses other events, unknown ones with 404 or 400, and bodies of another shape', async () => {
		const [guardian] = await simulator.createEvents({ type: 'guardian' });
		expect((await act('release_from_quarantine', guardian?.id ?? '')).status).toBe(400);
		const known = await create([ann]);
		for (const id of ['no-such-event', `${known}0`, known.replace('defender', 'guardian')]) {
			for (const unknownEvent of [404, 400] as const) {
				await simulator.set({ unknownEvent });
				expect((await act('delete_from_inbox', id)).status).toBe(unknownEvent);
			}
		}
		const path = '/api/v1/remediation/release_from_quarantine';
		for (const body of [{}, { event_id: 1 }, { event_id: '' }, 'x']) {
			expect((await ask(path, { method: 'POST', body })).status).toBe(400);
		}
		expect((await simulator.ledger()).remediations).toEqual([]);
	});
});

/** What the release playbook asks of an event before it lets the mail go. */
function isReleasable(record: unknown): boolean {
	const details = eventSchema.parse(record).defender_details;
	if (!details) return false;
	const { malicious, safe, unsure, deleted } = details.users_responded;
	const blocks = Object.values(details.quarantine_status_count ?? {});
	const held = blocks.some((block) => Number(fieldsIn(block).quarantined) > 0);
	const users = details.number_protected_users ?? Infinity;
	return (
		held &&
		(details.admin_label ?? null) === null &&
		!details.threat_signal_types.includes('PHISHING_SIMULATION') &&
		malicious + unsure + deleted === 0 &&
		safe >= Math.max(1, users / 2) &&
		details.confidence === 'LOW' &&
		details.dmarc_result === 'PASSED'
	);
}

it('releasable events are what the playbook lets go, and no others are, however near they come', async () => {
	for (const releasable of [true, false]) {
		const made = await simulator.createEvents({ type: 'defender', count: 300, releasable });
		const records = await Promise.all(made.map(({ id }) => simulator.event(id)));
		expect(new Set(records.map(isReleasable))).toEqual(new Set([releasable]));
		const text = JSON.stringify(records);
		if (releasable) expect(text).not.toContain('PHISHING_SIMULATION');
		else
			for (const near of ['PHISHING_SIMULATION', '"pending_release":1'])
				expect(text).toContain(near);
	}
});

it('of the history some Defender mail can be released, and most is not in quarantine', async () => {
	await simulator.reset({ events: 600 });
	const { events } = await simulator.ledger();
	const records = await Promise.all(
		events.filter(({ type }) => type === 'defender').map(({ id }) => simulator.event(id)),
	);
	const held = records.filter((record) => JSON.stringify(record).includes('"quarantined":1'));
	expect(held.length / records.length).toBeLessThan(0.5);
	expect(records.filter(isReleasable).length).toBeGreaterThan(5);
	expect(records.filter(isReleasable).length / records.length).toBeLessThan(0.2);
});
