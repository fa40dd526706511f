import type { ApiRecord } from '@nodes/shared/api/contract';
import {
	passesFilters,
	quarantineStatuses,
	readEventFilters,
	type Verdict,
} from '@nodes/shared/core/eventFilters';
import { simpleEvent } from '@nodes/shared/core/simpleEvent';
import {
	architect,
	counts,
	defender,
	email,
	filtersOf,
	guardian,
	judge,
} from './filteredEvents.cjs';

describe('a field that decides is null or absent', () => {
	const unknown: Array<[string, object, ApiRecord]> = [
		['type', { types: ['guardian'] }, { ...guardian, type: null }],
		[
			'confidence',
			{ defenderConfidence: ['LOW'] },
			{ ...defender, defender_details: { confidence: null } },
		],
		['guardian type', { guardianTypes: ['X'] }, { ...guardian, guardian_details: {} }],
		[
			'final outcome',
			{ finalOutcomes: ['NOT_SENT'] },
			{ ...architect, architect_details: { final_outcome: null } },
		],
		['counts', { quarantineStatus: ['released'] }, { ...defender, defender_details: {} }],
		[
			'counts, both null',
			{ quarantineStatus: ['released'] },
			{
				...defender,
				defender_details: {
					quarantine_status_count: {
						admin_quarantine_status_count: null,
						user_quarantine_status_count: { released: null },
					},
				},
			},
		],
		['sender', { sender: 'a' }, { ...defender, inbound_email_details: { ...email, from: null } }],
		[
			'subject',
			{ subject: 'a' },
			{ ...defender, inbound_email_details: { ...email, subject: null } },
		],
		[
			'recipients',
			{ recipient: 'a' },
			{ ...defender, inbound_email_details: { ...email, recipients: null } },
		],
		[
			'a recipient',
			{ recipient: 'a' },
			{ ...guardian, outbound_email_details: { recipients: { all: [null], to: [] } } },
		],
	];
	it.each(unknown)('%s: not known, so it does not pass now', (_name, chosen, event) => {
		expect(judge(chosen, event)).toBe('unknown');
		expect(passesFilters(filtersOf(chosen))(event)).toBe(false);
	});

	it('a known value that fails beats it, whatever the order', () => {
		const event = { ...defender, defender_details: { confidence: null } };
		const other = { subject: 'invoice' };
		expect(judge({ defenderConfidence: ['LOW'], ...other }, event)).toBe('fails');
		expect(judge({ ...other, quarantineStatus: ['released'] }, event)).toBe('fails');
	});

	it('what is known and does not fit fails, though something beside it is not known', () => {
		const mail = (recipients: object) => ({ ...defender, inbound_email_details: { recipients } });
		expect(judge({ recipient: 'anna' }, mail({ all: ['bo@x', null] }))).toBe('fails');
		expect(judge({ recipient: 'anna' }, mail({ to: ['bo@x'], all: null }))).toBe('fails');
		expect(judge({ recipient: 'anna' }, mail({ all: [] }))).toBe('fails');
		expect(judge({ subject: 'a' }, { ...defender, inbound_email_details: { subject: '' } })).toBe(
			'fails',
		);
	});
});

describe('details that are looked at', () => {
	it('the outcome is Guardian’s or Architect’s own, else the email’s', () => {
		const sent = { final_outcome: 'SENT_WITH_CHANGES' };
		expect(judge({ finalOutcomes: ['SENT_WITH_CHANGES'] }, guardian)).toBe('fails');
		const pending = { ...guardian, guardian_details: { final_outcome: null } };
		expect(judge({ finalOutcomes: ['SENT_WITH_CHANGES'] }, pending)).toBe('passes');
		expect(
			judge({ finalOutcomes: ['NOT_SENT'] }, { ...architect, outbound_email_details: sent }),
		).toBe('passes');
	});

	it.each(['all', 'to', 'cc', 'bcc'])('recipients.%s', (list) => {
		const event = {
			...defender,
			inbound_email_details: { recipients: { [list]: [null, 'zoe@corp.example'] } },
		};
		expect(judge({ recipient: 'zoe@' }, event)).toBe('passes');
	});

	it('X.400 addresses and texts in any script', () => {
		const event = {
			...defender,
			inbound_email_details: { ...email, from: '/C=GB/O=Acme/S=Smith', subject: 'ΟΔΟΣΑ' },
		};
		expect(judge({ sender: '/o=acme/', subject: 'οδος' }, event)).toBe('passes');
	});

	it('a new event type with known details is judged by them', () => {
		const event = {
			type: 'sentinel',
			inbound_email_details: email,
			defender_details: { confidence: 'HIGH' },
		};
		expect(judge({ defenderConfidence: ['LOW'] }, event)).toBe('fails');
		expect(judge({ sender: 'ekström' }, event)).toBe('passes');
		for (const details of ['architect_details', 'guardian_details']) {
			const outgoing = { type: 'sentinel', [details]: { final_outcome: 'NOT_SENT' } };
			expect(judge({ finalOutcomes: ['SENT'] }, outgoing)).toBe('fails');
			expect(judge({ finalOutcomes: ['NOT_SENT'] }, outgoing)).toBe('passes');
		}
	});
});

describe('quarantine status', () => {
	const names = {
		quarantined: 'quarantined',
		pendingRelease: 'pending_release',
		released: 'released',
		deleted: 'deleted',
	};
	const withCounts = (admin: object | null, user: object | null, inbox?: object): ApiRecord => ({
		type: 'defender',
		defender_details: {
			quarantine_status_count: {
				admin_quarantine_status_count: admin,
				user_quarantine_status_count: user,
			},
			...(inbox ? { deletion_status_count: inbox } : {}),
		},
	});

	it.each(quarantineStatuses)('%s: passes with a count above 0, on either side', (status) => {
		const one = { ...counts, [names[status]]: 1 };
		const verdicts = [
			withCounts(one, counts),
			withCounts(counts, one),
			withCounts(null, one),
			withCounts(counts, counts),
			withCounts(counts, null),
		].map((event) => judge({ quarantineStatus: [status] }, event));
		expect(verdicts).toEqual(['passes', 'passes', 'passes', 'fails', 'fails']);
	});

	it('deleted means from the inbox too', () => {
		const deleted = { deleted: 1, deletion_pending: 0, not_deleted: 0 };
		const verdict = (event: ApiRecord): Verdict => judge({ quarantineStatus: ['deleted'] }, event);
		expect(verdict(withCounts(counts, counts, deleted))).toBe('passes');
		expect(verdict(withCounts(null, null, deleted))).toBe('passes');
		expect(verdict(withCounts(null, null, { ...deleted, deleted: 0 }))).toBe('fails');
		expect(judge({ quarantineStatus: ['quarantined'] }, withCounts(null, null, deleted))).toBe(
			'unknown',
		);
	});

	it('is written as one likes, but not with another word', () => {
		const { quarantineStatus } = filtersOf({
			quarantineStatus: 'PENDING_RELEASE; pending release, Quarantined',
		});
		expect(quarantineStatus).toEqual(['pendingRelease', 'pendingRelease', 'quarantined']);
		expect(readEventFilters({ quarantineStatus: ['quarantined', 'relaesed'] })).toEqual({
			ok: false,
			label: 'Quarantine Status',
			given: 'relaesed',
			wanted: 'Use quarantined, pendingRelease, released, deleted. Leave it empty for all.',
		});
	});
});

it('a count that comes as text counts as the number, for every reader of counts', () => {
	const event = {
		...defender,
		defender_details: {
			quarantine_status_count: {
				admin_quarantine_status_count: { released: ' 3 ', quarantined: '0', deleted: 'many' },
			},
			deletion_status_count: { deleted: '2' },
		},
	};
	expect(judge({ quarantineStatus: ['released'] }, event)).toBe('passes');
	expect(judge({ quarantineStatus: ['quarantined'] }, event)).toBe('fails');
	expect(judge({ quarantineStatus: ['deleted'] }, event)).toBe('passes');
	expect(simpleEvent(event).status).toContain('released 3');
});
