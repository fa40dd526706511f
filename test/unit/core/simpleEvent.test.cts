import type { ApiRecord } from '@nodes/shared/api/contract';
import {
	LONGEST_FINDING,
	MOST_FINDINGS,
	simpleEvent,
	simpleEventSchema,
} from '@nodes/shared/core/simpleEvent';

const tenKeys = [
	'id',
	'type',
	'created_at',
	'updated_at',
	'from',
	'recipients',
	'subject',
	'findings',
	'status',
	'portal_link',
];
const email = {
	message_id: null,
	from: 'eve@corp.example',
	recipients: {
		all: ['bo@out.example', 'cy@out.example'],
		to: ['bo@out.example'],
		cc: ['cy@out.example'],
		bcc: [],
		count: 2,
	},
	subject: 'Plan "B" {1}',
};
const common = { created_at: '2026-01-31T10:00:01.000001Z', updated_at: '2026-01-31T10:52:02Z' };
const guardian: ApiRecord = {
	...common,
	id: 'guardian::outbound-50',
	type: 'guardian',
	portal_link: 'https://acme.tessian-platform.com/0/events/accidental_data_loss?check_log_id=50',
	outbound_email_details: { ...email, tessian_action: 'WARN', subsequent_action: 'NONE' },
	guardian_details: {
		type: 'MISDIRECTED_EMAIL',
		triggered_filter_names: ['Guardian'],
		flag_reason: 'unusual\n recipient',
		anomalous_recipients: ['bo@out.example'],
		anomalous_attachments: ['plan.pdf'],
		suggested_recipients: ['bo@corp.example'],
		breach_prevented: true,
		final_outcome: 'NOT_SENT',
		user_responses: ['DO_NOT_SEND', 'DO_NOT_SEND'],
		admin_action: 'SAFE',
	},
};
const architect: ApiRecord = {
	...common,
	id: 'architect::outbound-51',
	type: 'architect',
	portal_link: null,
	outbound_email_details: { ...email, tessian_action: 'SILENTLY_TRACK' },
	architect_details: {
		triggered_policy_names: ['No plans outside'],
		triggered_logic_types: ['REGEX', 'KEYWORDS', 'REGEX'],
		is_sensitive: true,
		breach_prevented: null,
		final_outcome: null,
		user_responses: [],
	},
};
const counts = { not_quarantined: 0, quarantined: 0, released: 0, deleted: 0, pending_release: 0 };
const defenderDetails = {
	intent_types: ['URGENCY'],
	threat_signal_types: ['UNUSUAL_DISPLAY_NAME', 'PHISHING_SIMULATION'],
	threat_types: ['LOOKALIKE_IMPERSONATION'],
	confidence: 'LOW',
	impersonation_type: 'EXTERNAL',
	impersonated_address: null,
	impersonated_domain: '@acme.example',
	spf_result: 'PASSED',
	dkim_result: null,
	dmarc_result: 'FAILED',
	users_responded: { malicious: 0, safe: 1, unsure: 0, deleted: 2 },
	quarantine_status_count: {
		admin_quarantine_status_count: { ...counts, quarantined: 1, released: 1 },
		user_quarantine_status_count: { ...counts, quarantined: 1 },
	},
	deletion_status_count: { deleted: 0, deletion_pending: 0, not_deleted: 3 },
	admin_label: null,
};
const defender: ApiRecord = {
	...common,
	id: 'defender::inbound-ab',
	type: 'defender',
	portal_link: null,
	inbound_email_details: { ...email, from: '/C=GB/O=Acme/S=Smith' },
	defender_details: defenderDetails,
};
const statusWith = (details: object) =>
	simpleEvent({ ...defender, defender_details: details }).status;

describe('simpleEvent', () => {
	it('has exactly the ten fields, in order, for every type, unknown ones and nonsense included', () => {
		const odd: ApiRecord = {
			id: 7,
			type: null,
			outbound_email_details: 'text',
			inbound_email_details: { recipients: [null], from: { a: 1 } },
			defender_details: [1],
			guardian_details: { type: 4, triggered_filter_names: [null, '', {}], user_responses: 'SEND' },
			architect_details: null,
		};
		for (const event of [guardian, architect, defender, { type: 'sentinel' }, {}, odd]) {
			const simple = simpleEvent(event);
			expect(Object.keys(simple)).toEqual(tenKeys);
			expect(simpleEventSchema.safeParse(simple).success).toBe(true);
		}
		expect(Object.keys(simpleEventSchema.shape)).toEqual(tenKeys);
		expect(simpleEvent({})).toEqual({
			...Object.fromEntries(tenKeys.map((key) => [key, null])),
			recipients: [],
			findings: [],
		});
	});

	it('Guardian', () => {
		expect(simpleEvent(guardian)).toEqual({
			...common,
			id: 'guardian::outbound-50',
			type: 'guardian',
			from: 'eve@corp.example',
			recipients: ['bo@out.example', 'cy@out.example'],
			subject: 'Plan "B" {1}',
			findings: [
				'MISDIRECTED_EMAIL',
				'unusual recipient',
				'anomalous recipient bo@out.example',
				'anomalous attachment plan.pdf',
				'suggested recipient bo@corp.example',
				'filter Guardian',
			],
			status:
				'final_outcome NOT_SENT, tessian_action WARN, breach_prevented true, user_response DO_NOT_SEND, admin_action SAFE',
			portal_link:
				'https://acme.tessian-platform.com/0/events/accidental_data_loss?check_log_id=50',
		});
	});

	it('Architect', () => {
		expect(simpleEvent(architect)).toMatchObject({
			findings: ['REGEX', 'KEYWORDS', 'sensitive', 'policy No plans outside'],
			status: 'tessian_action SILENTLY_TRACK',
			portal_link: null,
		});
	});

	it('Defender', () => {
		expect(simpleEvent(defender)).toMatchObject({
			from: '/C=GB/O=Acme/S=Smith',
			findings: [
				'LOOKALIKE_IMPERSONATION',
				'URGENCY',
				'confidence LOW',
				'impersonated @acme.example',
				'impersonation EXTERNAL',
				'UNUSUAL_DISPLAY_NAME',
				'PHISHING_SIMULATION',
				'dmarc_result FAILED',
			],
			status: 'released 1, quarantined 2, users said safe 1, users deleted 2',
		});
	});

	it('recipients: all of them, else To, Cc and Bcc, each once', () => {
		const withRecipients = (recipients: unknown) =>
			simpleEvent({ ...defender, inbound_email_details: { ...email, recipients } }).recipients;
		expect(withRecipients({ to: ['a@x', null], cc: ['b@x', 'a@x'], bcc: ['c@x'] })).toEqual([
			'a@x',
			'b@x',
			'c@x',
		]);
		expect(withRecipients({ all: [], to: ['a@x'] })).toEqual(['a@x']);
		expect(withRecipients(null)).toEqual([]);
	});

	it('findings are bounded in number and length, and say how many are left out', () => {
		const policies = Array.from({ length: 30 }, (_, index) => `${index} ${'🐟'.repeat(100)}`);
		const { findings } = simpleEvent({
			type: 'architect',
			architect_details: { triggered_policy_names: policies },
		});
		expect(findings).toHaveLength(MOST_FINDINGS);
		expect(findings.at(-1)).toBe('and 11 more');
		for (const finding of findings) {
			expect(finding.length).toBeLessThanOrEqual(LONGEST_FINDING);
			// Half of a character cannot be encoded.
			expect(() => encodeURIComponent(finding)).not.toThrow();
		}
		const exactly = simpleEvent({
			architect_details: { triggered_policy_names: policies.slice(0, MOST_FINDINGS) },
		});
		expect(exactly.findings.at(-1)).toMatch(/^policy 19/);
	});
});

describe('status: what became of an inbound email', () => {
	const quarantine = (admin: object, user: object = counts) => ({
		quarantine_status_count: {
			admin_quarantine_status_count: admin,
			user_quarantine_status_count: user,
		},
	});

	it('deleted, from the one place or the other, or from both', () => {
		expect(statusWith({ deletion_status_count: { deleted: 1, deletion_pending: 1 } })).toBe(
			'deleted 1, deletion_pending 1',
		);
		expect(statusWith(quarantine({ ...counts, deleted: 2 }))).toBe('deleted 2');
		expect(
			statusWith({
				...quarantine({ ...counts, deleted: 2 }),
				deletion_status_count: { deleted: 1 },
			}),
		).toBe('deleted 2 from quarantine, deleted 1 from inbox');
	});

	it('pending', () => {
		expect(statusWith(quarantine({ ...counts, pending_release: 1, quarantined: 1 }))).toBe(
			'pending_release 1, quarantined 1',
		);
	});

	it('never in quarantine', () => {
		const never = { ...counts, not_quarantined: 4 };
		expect(statusWith(quarantine(never, never))).toBe('not_quarantined');
	});

	it('nothing known', () => {
		expect(statusWith({})).toBeNull();
		expect(statusWith(quarantine(counts))).toBeNull();
		const nulls = { admin_quarantine_status_count: null, user_quarantine_status_count: null };
		expect(statusWith({ quarantine_status_count: nulls, deletion_status_count: null })).toBeNull();
	});

	it('what an administrator said', () => {
		expect(statusWith({ admin_label: 'SAFE', users_responded: null })).toBe('admin_label SAFE');
	});
});
