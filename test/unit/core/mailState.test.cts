import type { ApiRecord } from '@nodes/shared/api/contract';
import type { RemediationAction } from '@nodes/shared/api/endpoints';
import { judge, type Judgement, type Queued } from '@nodes/Remediation/core/mailState';

type State = Judgement['state'];
/** Short: quarantined, pending, released, deleted. */
interface Mails {
	q?: number;
	p?: number;
	r?: number;
	d?: number;
	/** Deletion from inboxes: deleted, pending, not deleted. */
	id?: number;
	ip?: number;
	in?: number;
}

function eventOf(mails: Mails): ApiRecord {
	const { q = 0, p = 0, r = 0, d = 0, id = 0, ip = 0, in: not = 0 } = mails;
	return {
		defender_details: {
			quarantine_status_count: {
				admin_quarantine_status_count: { quarantined: q, released: r, deleted: d },
				user_quarantine_status_count: { pending_release: p },
			},
			deletion_status_count: { deleted: id, deletion_pending: ip, not_deleted: not },
		},
	};
}

const stateOf = (queued: Queued, before: Mails, now: Mails[]): State =>
	judge(queued, eventOf(before), now.map(eventOf)).state;
const queue = (action: RemediationAction, recipients = 1, all = true): Queued => ({
	action,
	recipients,
	all,
});

describe('release', () => {
	it.each<[string, State, number, boolean, Mails, Mails[]]>([
		['nothing came', 'unchanged', 1, true, { q: 1 }, []],
		['a click alone', 'unchanged', 1, true, { q: 1 }, [{ q: 1 }]],
		['pending', 'started', 1, true, { q: 1 }, [{ p: 1 }]],
		['pending, and a click', 'started', 1, true, { q: 1 }, [{ p: 1 }, { p: 1 }]],
		['released', 'confirmed', 1, true, { q: 1 }, [{ r: 1 }]],
		['pending, then released', 'confirmed', 1, true, { q: 1 }, [{ p: 1 }, { r: 1 }]],
		['left quarantine, nowhere yet', 'started', 1, true, { q: 1 }, [{}]],
		['pending and back', 'notDone', 1, true, { q: 1 }, [{ p: 1 }, { q: 1 }]],
		['pending, a click, and back', 'notDone', 1, true, { q: 1 }, [{ p: 1 }, { p: 1 }, { q: 1 }]],
		[
			'counted twice while pending, and back',
			'notDone',
			1,
			true,
			{ q: 1 },
			[{ q: 1, p: 1 }, { q: 1 }],
		],
		['one of three released', 'started', 3, true, { q: 3 }, [{ p: 3 }, { p: 2, r: 1 }]],
		['one of three released, two still there', 'started', 3, true, { q: 3 }, [{ q: 2, r: 1 }]],
		['two of three, one back', 'notDone', 3, true, { q: 3 }, [{ p: 3 }, { q: 1, r: 2 }]],
		['one back, one still pending', 'started', 3, true, { q: 3 }, [{ p: 3 }, { q: 1, p: 1, r: 1 }]],
		['all three', 'confirmed', 3, true, { q: 3 }, [{ p: 2, r: 1 }, { r: 3 }]],
		[
			'two queued of three',
			'confirmed',
			2,
			false,
			{ q: 3 },
			[
				{ q: 1, p: 2 },
				{ q: 1, r: 2 },
			],
		],
		[
			'two queued of three, one of them back',
			'notDone',
			2,
			false,
			{ q: 3 },
			[
				{ q: 1, p: 2 },
				{ q: 2, r: 1 },
			],
		],
		[
			'two queued, another recipient fell back',
			'confirmed',
			2,
			false,
			{ q: 2, p: 1 },
			[{ q: 1, r: 2 }],
		],
		['all good, yet one is in quarantine', 'started', 2, true, { q: 3 }, [{ q: 1, r: 2 }]],
		[
			'all good, another one is back',
			'notDone',
			2,
			true,
			{ q: 2, p: 1 },
			[{ p: 3 }, { q: 1, r: 2 }],
		],
		['deleted by somebody meanwhile', 'notDone', 1, true, { q: 1 }, [{ d: 1 }]],
		['pending, then deleted by somebody', 'notDone', 1, true, { q: 1 }, [{ p: 1 }, { d: 1 }]],
		['one of two deleted by somebody', 'notDone', 2, true, { q: 2 }, [{ q: 1, d: 1 }]],
		['one deleted, one nowhere yet', 'started', 1, false, { q: 2 }, [{ d: 1 }]],
		['another recipient’s deleted', 'unchanged', 1, false, { q: 2 }, [{ q: 1, d: 1 }]],
		['released before, and again', 'unchanged', 1, true, { r: 1 }, [{ r: 1 }]],
		[
			'released by others before, ours pending',
			'started',
			1,
			true,
			{ q: 1, r: 2 },
			[{ p: 1, r: 2 }],
		],
		['others were pending and are released', 'started', 1, true, { q: 1, p: 1 }, [{ q: 1, r: 1 }]],
		['others were pending and are back', 'unchanged', 1, true, { q: 1, p: 1 }, [{ q: 2 }]],
		['was pending before and is back', 'notDone', 1, true, { p: 1 }, [{ q: 1 }]],
		['released but some still pending', 'started', 1, true, { q: 1, p: 1 }, [{ p: 1, r: 1 }]],
		['released without leaving quarantine', 'started', 1, true, { q: 2 }, [{ q: 2, r: 1 }]],
		['one of two, without leaving quarantine', 'started', 1, false, { q: 2 }, [{ q: 2, r: 1 }]],
		['decided first, changed later', 'confirmed', 1, true, { q: 1 }, [{ r: 1 }, { q: 1 }]],
		[
			'pending again after it was back',
			'notDone',
			1,
			true,
			{ q: 1 },
			[{ p: 1 }, { q: 1 }, { p: 1 }],
		],
	])('%s: %s', (_what, state, recipients, all, before, now) => {
		expect(stateOf(queue('releaseFromQuarantine', recipients, all), before, now)).toBe(state);
	});
});

describe('delete from quarantine', () => {
	it.each<[string, State, number, Mails, Mails[]]>([
		['a click alone', 'unchanged', 1, { q: 1 }, [{ q: 1 }]],
		['deleted', 'confirmed', 1, { q: 1 }, [{ d: 1 }]],
		['one of two', 'started', 2, { q: 2 }, [{ q: 1, d: 1 }]],
		['gone from quarantine, not deleted', 'started', 1, { q: 1 }, [{}]],
		['gone and back', 'notDone', 1, { q: 1 }, [{}, { q: 1 }]],
		['pending and back', 'notDone', 1, { q: 1 }, [{ q: 1, ip: 1 }, { q: 1 }]],
		['deleted without leaving quarantine', 'started', 1, { q: 1 }, [{ q: 1, d: 1 }]],
		['released by somebody meanwhile', 'notDone', 1, { q: 1 }, [{ r: 1 }]],
		['a release is pending', 'unchanged', 1, { q: 1 }, [{ p: 1 }]],
		['a release was pending, then deleted', 'confirmed', 1, { q: 1 }, [{ p: 1 }, { d: 1 }]],
		['a release was pending, then released', 'notDone', 1, { q: 1 }, [{ p: 1 }, { r: 1 }]],
		['one of two released', 'notDone', 2, { q: 2 }, [{ q: 1, r: 1 }]],
		['one of two released, ours not yet', 'unchanged', 1, { q: 2 }, [{ q: 1, r: 1 }]],
		['one of two released, the other pending', 'started', 1, { q: 2 }, [{ r: 1, ip: 1 }]],
		['deleted from the inbox', 'unchanged', 1, { q: 1 }, [{ q: 1, id: 1 }]],
	])('%s: %s', (_what, state, recipients, before, now) => {
		expect(stateOf(queue('deleteFromQuarantine', recipients), before, now)).toBe(state);
	});
});

describe('delete from inbox', () => {
	it.each<[string, State, number, Mails, Mails[]]>([
		['a click alone', 'unchanged', 1, { in: 1 }, [{ in: 1 }]],
		['pending', 'started', 1, { in: 1 }, [{ ip: 1 }]],
		['deleted', 'confirmed', 1, { in: 1 }, [{ id: 1 }]],
		['pending, then deleted', 'confirmed', 1, { in: 1 }, [{ ip: 1 }, { id: 1 }]],
		['pending and back', 'notDone', 1, { in: 1 }, [{ ip: 1 }, { in: 1 }]],
		['pending, nowhere, then deleted', 'confirmed', 1, { in: 1 }, [{ ip: 1 }, {}, { id: 1 }]],
		['one of two, one back', 'notDone', 2, { in: 2 }, [{ ip: 2 }, { id: 1, in: 1 }]],
		['one of two, one pending', 'started', 2, { in: 2 }, [{ id: 1, ip: 1 }]],
		['deleted for n, others pending', 'started', 1, { in: 2 }, [{ id: 1, ip: 1 }]],
		['deleted from quarantine', 'unchanged', 1, { in: 1 }, [{ in: 1, d: 1 }]],
		['gone from the inbox, not deleted', 'started', 1, { in: 2 }, [{ in: 1 }]],
	])('%s: %s', (_what, state, recipients, before, now) => {
		expect(stateOf(queue('deleteFromInbox', recipients), before, now)).toBe(state);
	});
});

describe('not verifiable', () => {
	const counted = eventOf({ q: 1 });
	const none: Array<[string, ApiRecord]> = [
		['no details', {}],
		['null', { defender_details: null }],
		['no counts', { defender_details: { confidence: 'HIGH' } }],
		['null counts', { defender_details: { quarantine_status_count: null } }],
		[
			'empty counts',
			{ defender_details: { quarantine_status_count: { admin_quarantine_status_count: {} } } },
		],
		[
			'words',
			{
				defender_details: {
					quarantine_status_count: { user_quarantine_status_count: { released: 'x' } },
				},
			},
		],
	];
	it.each(none)('%s, before or after', (_what, event) => {
		for (const action of [
			'releaseFromQuarantine',
			'deleteFromQuarantine',
			'deleteFromInbox',
		] as const) {
			expect(judge(queue(action), event, [counted]).state).toBe('notVerifiable');
			expect(judge(queue(action), counted, [event]).state).toBe('notVerifiable');
		}
	});

	it('an event that was not found before, or an answer that does not say how many', () => {
		const release = queue('releaseFromQuarantine');
		expect(judge(release, undefined, [counted])).toMatchObject({
			state: 'notVerifiable',
			detail: expect.stringContaining('not found before'),
		});
		expect(judge({ ...release, recipients: undefined }, counted, []).state).toBe('notVerifiable');
	});
});

it('sums the admin’s and the users’ counts; what is missing is 0, and a text is its number', () => {
	const version = (admin: unknown, user: unknown): ApiRecord => ({
		defender_details: {
			quarantine_status_count: {
				admin_quarantine_status_count: admin,
				user_quarantine_status_count: user,
			},
		},
	});
	const { state, detail } = judge(
		queue('releaseFromQuarantine', 3),
		version({ quarantined: 1 }, { quarantined: '2' }),
		[
			version(null, { released: 1, quarantined: null }),
			version({ released: ' 2 ' }, { released: 1 }),
		],
	);
	expect(state).toBe('confirmed');
	expect(detail).toContain('quarantined 3 → 0');
	expect(detail).toContain('released 0 → 3');
});
