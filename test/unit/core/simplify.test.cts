import type { ApiRecord } from '@nodes/shared/api/contract';
import { simplifiedEventSchema, simplifyEvent } from '@nodes/shared/core/simplify';

const outbound = {
	message_id: '<1@x>',
	from: 'alice@acme.example',
	reply_to: ['reply@acme.example'],
	recipients: {
		to: ['bob@x.example'],
		cc: ['c@x.example'],
		bcc: [],
		all: ['bob@x.example', 'c@x.example'],
		count: 2,
	},
	subject: 'Plan',
	attachments: { names: ['plan.pdf'], count: 1, bytes: 7 },
	send_time: '2026-01-31T10:00:00Z',
	tessian_action: 'WARN',
	final_outcome: 'NOT_SENT',
};
const guardian: ApiRecord = {
	id: 'g',
	type: 'guardian',
	created_at: '2026-01-31T10:00:01.000001Z',
	updated_at: '2026-01-31T10:00:02Z',
	portal_link: 'https://acme.tessian-platform.com/0/x',
	outbound_email_details: outbound,
	guardian_details: {
		type: 'MISDIRECTED_EMAIL',
		triggered_filter_names: ['Wrong Bob'],
		flag_reason: 'unusual recipient',
		breach_prevented: false,
		anomalous_recipients: ['bob@x.example'],
		anomalous_attachments: ['plan.pdf'],
		final_outcome: 'SENT_WITHOUT_CHANGES',
		user_responses: ['SEND'],
		justifications: ['He asked for it'],
	},
};
const architect: ApiRecord = {
	id: 'a',
	type: 'architect',
	created_at: '2026-01-31T10:00:01Z',
	updated_at: '2026-01-31T10:00:01Z',
	portal_link: null,
	outbound_email_details: outbound,
	architect_details: {
		triggered_policy_names: ['No plans outside'],
		triggered_logic_types: ['KEYWORD'],
		breach_prevented: null,
		final_outcome: null,
		user_responses: [],
	},
};
const defender: ApiRecord = {
	id: 'd',
	type: 'defender',
	created_at: '2026-01-31T10:00:01Z',
	updated_at: '2026-01-31T10:00:01Z',
	portal_link: null,
	inbound_email_details: {
		...outbound,
		from: '/C=GB/O=Acme/S=Smith',
		message_id: null,
		received_time: '2026-01-31T09:59:00Z',
		urls: ['https://evil.example'],
	},
	defender_details: {
		burst_attack_id: 'burst',
		intent_types: ['URGENCY'],
		threat_signal_types: ['NEW_DOMAIN'],
		threat_types: ['BRAND_IMPERSONATION'],
		confidence: 'LOW',
		number_protected_users: 2,
		impersonated_address: null,
		impersonated_domain: 'acme.example',
		spf_result: 'PASSED',
		dkim_result: null,
		dmarc_result: 'FAILED',
		users_responded: { malicious: 0, safe: 3, unsure: 0, deleted: 0 },
	},
};
const unknown: ApiRecord = {
	id: 'x',
	type: 'sentinel',
	brand_new_details: { a: 1 },
};

describe('simplifyEvent', () => {
	it('gives the same keys in the same order for every type, unknown ones and nonsense included', () => {
		const odd: ApiRecord = {
			id: 7,
			type: null,
			outbound_email_details: 'text',
			defender_details: [1],
			guardian_details: null,
		};
		const keys = Object.keys(simplifyEvent(guardian));
		for (const event of [architect, defender, unknown, {}, odd]) {
			expect(Object.keys(simplifyEvent(event))).toEqual(keys);
			expect(Object.values(simplifyEvent(event))).not.toContain(undefined);
			expect(simplifiedEventSchema.safeParse(simplifyEvent(event)).success).toBe(true);
		}
	});

	it('a Guardian event', () => {
		expect(simplifyEvent(guardian)).toEqual({
			id: 'g',
			type: 'guardian',
			direction: 'outbound',
			created_at: '2026-01-31T10:00:01.000001Z',
			updated_at: '2026-01-31T10:00:02Z',
			email_time: '2026-01-31T10:00:00Z',
			from: 'alice@acme.example',
			reply_to: ['reply@acme.example'],
			to: ['bob@x.example', 'c@x.example'],
			recipients_count: 2,
			subject: 'Plan',
			attachments: ['plan.pdf'],
			urls: [],
			findings: ['MISDIRECTED_EMAIL'],
			why: ['unusual recipient', 'Wrong Bob'],
			confidence: null,
			action: 'WARN',
			outcome: 'SENT_WITHOUT_CHANGES',
			breach_prevented: false,
			anomalous_recipients: ['bob@x.example'],
			anomalous_attachments: ['plan.pdf'],
			user_responses: ['SEND'],
			justifications: ['He asked for it'],
			users_marked_malicious: null,
			users_marked_safe: null,
			number_protected_users: null,
			quarantine_status: null,
			deletion_status: null,
			admin_label: null,
			impersonated: null,
			spf_result: null,
			dkim_result: null,
			dmarc_result: null,
			burst_attack_id: null,
			message_id: '<1@x>',
			portal_link: 'https://acme.tessian-platform.com/0/x',
		});
	});

	it('an Architect event: an outcome that is not known yet is that of the e-mail', () => {
		expect(simplifyEvent(architect)).toMatchObject({
			direction: 'outbound',
			findings: ['KEYWORD'],
			why: ['No plans outside'],
			outcome: 'NOT_SENT',
			breach_prevented: null,
			portal_link: null,
		});
	});

	it('a Defender event', () => {
		expect(simplifyEvent(defender)).toMatchObject({
			direction: 'inbound',
			email_time: '2026-01-31T09:59:00Z',
			from: '/C=GB/O=Acme/S=Smith',
			urls: ['https://evil.example'],
			findings: ['BRAND_IMPERSONATION', 'URGENCY'],
			why: ['NEW_DOMAIN'],
			confidence: 'LOW',
			users_marked_safe: 3,
			users_marked_malicious: 0,
			number_protected_users: 2,
			impersonated: 'acme.example',
			spf_result: 'PASSED',
			dkim_result: null,
			dmarc_result: 'FAILED',
			burst_attack_id: 'burst',
			message_id: null,
			outcome: null,
		});
	});

	it('says where the mail of a Defender event is, the quarantines of admin and users added up', () => {
		const details = (more: object): ApiRecord => ({ defender_details: more });
		const none = {
			not_quarantined: 0,
			quarantined: 0,
			released: 0,
			deleted: 0,
			pending_release: 0,
		};
		const status = (admin: object | null, user?: object) =>
			simplifyEvent(
				details({
					quarantine_status_count: {
						admin_quarantine_status_count: admin,
						...(user ? { user_quarantine_status_count: user } : {}),
					},
				}),
			).quarantine_status;
		expect(status({ ...none, quarantined: 1, released: 1 }, { ...none, quarantined: 1 })).toBe(
			'quarantined 2, released 1',
		);
		expect(status({ ...none, pending_release: 1 })).toBe('pending_release 1');
		expect(status({ ...none, not_quarantined: 1 }, { ...none, not_quarantined: 1 })).toBe(
			'not_quarantined',
		);
		expect(status({ frozen: 1 })).toBe('frozen 1');
		expect(status(null)).toBeNull();
		expect(simplifyEvent(details({ quarantine_status_count: null })).quarantine_status).toBeNull();
		const deletion_status_count = { deleted: 1, deletion_pending: 2, not_deleted: 1 };
		expect(simplifyEvent(details({ deletion_status_count, admin_label: 'SAFE' }))).toMatchObject({
			deletion_status: 'deleted 1, deletion_pending 2',
			admin_label: 'SAFE',
		});
	});

	it('links in attachments count as links, and null entries of lists are left out', () => {
		const simple = simplifyEvent({
			inbound_email_details: {
				from: null,
				reply_to: [null],
				recipients: { to: ['a@x', null], all: ['a@x', null] },
				urls: ['x.example/p'],
				attachment_urls: ['y.example/q'],
			},
		});
		expect(simple).toMatchObject({
			from: null,
			reply_to: [],
			to: ['a@x'],
			urls: ['x.example/p', 'y.example/q'],
		});
	});

	it('an unknown type keeps what it has and invents nothing', () => {
		expect(simplifyEvent(unknown)).toMatchObject({
			id: 'x',
			type: 'sentinel',
			direction: null,
			to: [],
			findings: [],
		});
	});

	it('where "all" is missing the recipients are those of "to"', () => {
		const event = {
			outbound_email_details: { recipients: { to: ['a@x'], all: [] } },
		};
		expect(simplifyEvent(event).to).toEqual(['a@x']);
	});

	it('does not change the event', () => {
		const copy = structuredClone(guardian);
		simplifyEvent(guardian);
		expect(guardian).toEqual(copy);
	});
});
