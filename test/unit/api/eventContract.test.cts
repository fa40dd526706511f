import { eventSchema } from '@nodes/shared/api/contract';
import { isJsonObject, type JsonObject } from '@simulator/json.cjs';
import { twin } from '@simulator/twin.cjs';

/** Every field of the contract, of all three types, as the newest records carry them. */
const counts = { not_quarantined: 0, quarantined: 1, released: 0, deleted: 0, pending_release: 0 };
const email = {
	message_id: 'm',
	tessian_id: 't',
	from: 'a@x.example',
	transmitter: 'a@x.example',
	reply_to: ['a@x.example'],
	recipients: { to: ['b@x.example'], cc: [], bcc: [], all: ['b@x.example'], count: 1 },
	subject: 's',
	attachments: { names: ['n.pdf'], count: 1, bytes: 1 },
};
const outbound = {
	...email,
	send_time: '2026-01-31T12:00:00Z',
	tessian_action: 'WARN',
	subsequent_action: 'NONE',
	changes_made: { removed: ['b@x.example'] },
	final_outcome: 'NOT_SENT',
};
const base = {
	id: 'i',
	created_at: '2026-01-31T12:00:00Z',
	updated_at: '2026-01-31T12:00:00.000001Z',
	portal_link: 'https://acme.tessian-platform.com/0/events/architect?check_log_id=1',
};
const guardian: JsonObject = {
	...base,
	type: 'guardian',
	outbound_email_details: outbound,
	guardian_details: {
		triggered_filter_ids: ['1'],
		type: 'MISDIRECTED_EMAIL',
		triggered_filter_names: ['Guardian'],
		breach_prevented: true,
		anomalous_recipients: ['b@x.example'],
		suggested_recipients: ['c@x.example'],
		anomalous_attachments: [],
		final_outcome: 'NOT_SENT',
		user_responses: ['DO_NOT_SEND'],
		admin_action: 'SAFE',
		justifications: ['"quotes" {braces} \\ 日本語'],
		user_shown_message: true,
		flag_reason: 'r',
		misattached_file_reasons: ['r'],
		warning_messages: ['w'],
	},
};
const architect: JsonObject = {
	...base,
	type: 'architect',
	outbound_email_details: outbound,
	architect_details: {
		triggered_policy_ids: ['p'],
		triggered_policy_names: ['p'],
		triggered_logic_types: ['REGEX'],
		breach_prevented: true,
		final_outcome: 'NOT_SENT',
		user_responses: ['SEND'],
		is_sensitive: true,
		justifications: [],
		user_shown_message: true,
		warning_messages: ['w'],
	},
};
const defender: JsonObject = {
	...base,
	type: 'defender',
	inbound_email_details: {
		...email,
		received_time: '2026-01-31T12:00:00Z',
		urls: ['x.example/p'],
		attachment_urls: ['y.example/q'],
	},
	defender_details: {
		burst_attack_id: 'burst-1',
		intent_types: ['URGENCY'],
		threat_signal_types: ['PHISHING_SIMULATION'],
		threat_types: ['OTHER_PHISHING'],
		spf_result: 'PASSED',
		dkim_result: 'PASSED',
		dmarc_result: 'PASSED',
		sender_location: 'City, Region, GB',
		users_responded: { malicious: 0, safe: 1, unsure: 0, deleted: 0 },
		number_protected_users: 1,
		confidence: 'LOW',
		impersonation_type: 'EXTERNAL',
		impersonated_domain: '@x.example',
		impersonated_address: 'd@x.example',
		quarantine_status_count: {
			admin_quarantine_status_count: counts,
			user_quarantine_status_count: counts,
		},
		deletion_status_count: { deleted: 0, deletion_pending: 0, not_deleted: 1 },
		admin_label: 'SAFE',
	},
};

/** @returns the event with a value at a path of field names; undefined takes the field away */
function changed(value: unknown, [field = '', ...rest]: string[], to: unknown): unknown {
	if (Array.isArray(value))
		return value.map((entry: unknown, at) => (String(at) === field ? to : entry));
	const object = isJsonObject(value) ? value : {};
	const next = rest.length === 0 ? to : changed(object[field], rest, to);
	const { [field]: _old, ...others } = object;
	return next === undefined ? others : { ...others, [field]: next };
}

const outboundMay = ['subsequent_action', 'changes_made', 'final_outcome'];
const emailNull = ['message_id', 'tessian_id', 'from', 'transmitter', 'subject'];
const listsWithNulls = ['reply_to.0', 'recipients.to.0', 'recipients.all.0'];
const states = Object.keys(counts);
const blocks = ['admin_quarantine_status_count', 'user_quarantine_status_count'];
const under = (start: string, fields: string[]) => fields.map((field) => `${start}.${field}`);
const defenderMay = [
	'quarantine_status_count',
	...under('quarantine_status_count', blocks),
	...blocks.flatMap((block) => under(`quarantine_status_count.${block}`, states)),
	'deletion_status_count',
	...under('deletion_status_count', ['deleted', 'deletion_pending', 'not_deleted']),
	'admin_label',
];

/** Fields that a record may lack, and that may be null. */
const absent: Array<[string, JsonObject, string[]]> = [
	[
		'guardian',
		guardian,
		[
			...under('outbound_email_details', outboundMay),
			...under('guardian_details', [
				'admin_action',
				'flag_reason',
				'misattached_file_reasons',
				'warning_messages',
			]),
		],
	],
	[
		'architect',
		architect,
		[...under('outbound_email_details', outboundMay), 'architect_details.warning_messages'],
	],
	[
		'defender',
		defender,
		['inbound_email_details.attachment_urls', ...under('defender_details', defenderMay)],
	],
];
/** Fields that may be null but are always there. */
const nulls: Array<[string, JsonObject, string[]]> = [
	[
		'guardian',
		guardian,
		[
			'portal_link',
			...under('outbound_email_details', [...emailNull, ...listsWithNulls]),
			...under('guardian_details', [
				'breach_prevented',
				'final_outcome',
				'user_shown_message',
				'anomalous_recipients.0',
				'suggested_recipients.0',
			]),
		],
	],
	[
		'architect',
		architect,
		under('architect_details', [
			'breach_prevented',
			'final_outcome',
			'is_sensitive',
			'user_shown_message',
		]),
	],
	[
		'defender',
		defender,
		[
			...under('inbound_email_details', [...emailNull, ...listsWithNulls]),
			...under('defender_details', [
				'burst_attack_id',
				'spf_result',
				'dkim_result',
				'dmarc_result',
				'sender_location',
				'number_protected_users',
				'confidence',
				'impersonation_type',
				'impersonated_domain',
				'impersonated_address',
			]),
		],
	],
];
const cases = (table: typeof absent) =>
	table.flatMap(([type, event, paths]) => paths.map((path) => [type, path, event] as const));

function expectToPass(event: unknown): void {
	expect(eventSchema.safeParse(event).error?.issues ?? []).toEqual([]);
	expect(eventSchema.parse(event)).toEqual(event);
}

describe('security events', () => {
	it.each([guardian, architect, defender])('$type: with every field', (event) => {
		expectToPass(event);
	});

	it.each(cases(absent))('%s: %s may be missing, or null', (_type, path, event) => {
		expectToPass(changed(event, path.split('.'), undefined));
		expectToPass(changed(event, path.split('.'), null));
	});

	it.each(cases(nulls))('%s: %s may be null', (_type, path, event) => {
		expectToPass(changed(event, path.split('.'), null));
	});

	it('unknown fields and values pass on every level', () => {
		const odd = 'defender_details.quarantine_status_count.user_quarantine_status_count.frozen';
		expectToPass(changed(defender, odd.split('.'), 2));
		expectToPass(changed(defender, 'defender_details.deletion_status_count.lost'.split('.'), 2));
		expectToPass(changed(defender, ['defender_details', 'confidence'], 'EXTREME'));
		expectToPass(changed(guardian, ['guardian_details', 'mood'], { bad: true }));
	});

	it('what is not of the documented type does not', () => {
		const bad = changed(defender, ['defender_details', 'deletion_status_count'], 'none');
		expect(eventSchema.safeParse(bad).success).toBe(false);
	});

	it('the twin of the real records, all 116', () => {
		const events = twin();
		expect(events).toHaveLength(116);
		for (const event of events) expectToPass(event);
	});
});
