/**
 * What real records look like, written down from 116 that a vendor's two tenants really sent: of each field the type,
 * the form, how often it is null and how long lists are. Later the API got more fields; those are listed apart.
 */
import { isJsonObject } from '@simulator/json.cjs';

/** One field of one type of event. */
export interface Shape {
	/** JSON type beside null: `array` and `object` too. */
	type: string;
	/** What a text looks like. */
	form?: RegExp;
	/** Share of nulls among the records that have the field; 0 by default. */
	nulls?: number;
	/** The form holds for the real records only: some clients saw others. */
	also?: RegExp;
	/** Shortest and longest list. */
	length?: [number, number];
	/** Share of lists with exactly one entry. */
	single?: number;
}
export type Shapes = Record<string, Shape>;

const text = { type: 'string' };
const flag = { type: 'boolean' };
const number = { type: 'number' };
const object = { type: 'object' };
const time = { type: 'string', form: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z$/ };
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const value = { type: 'string', form: /^[A-Z]+(_[A-Z]+)*$/ };
const address = { type: 'string', form: /^[^@\s]+@[^@\s]+$/, also: /^\/O=/ };
const list = (min: number, max: number, single?: number): Shape => ({
	type: 'array',
	length: [min, max],
	...(single === undefined ? {} : { single }),
});
const whole = (form: RegExp): Shape => ({ type: 'string', form });

function base(type: string, id: RegExp, link: RegExp): Shapes {
	return {
		id: whole(id),
		type: whole(new RegExp(`^${type}$`)),
		created_at: time,
		updated_at: time,
		portal_link: whole(link),
	};
}

function email(
	name: string,
	most: { nullIds: number; singles: number; recipients: number; files: [number, number, number] },
): Shapes {
	const [fewest, mostFiles, singleFile] = most.files;
	const messageId = name === 'inbound' ? /^<[^@\s]+@[^@\s]+>$/ : uuid;
	const at = `${name}_email_details`;
	return {
		[at]: object,
		[`${at}.message_id`]: { type: 'string', form: messageId, nulls: most.nullIds },
		[`${at}.tessian_id`]: whole(messageId),
		[`${at}.from`]: address,
		[`${at}.transmitter`]: address,
		[`${at}.reply_to`]: list(0, 0),
		[`${at}.recipients`]: object,
		[`${at}.recipients.to`]: list(1, most.recipients, most.singles),
		[`${at}.recipients.to[]`]: address,
		[`${at}.recipients.cc`]: list(0, 0),
		[`${at}.recipients.bcc`]: list(0, 0),
		[`${at}.recipients.all`]: list(1, most.recipients, most.singles),
		[`${at}.recipients.all[]`]: address,
		[`${at}.recipients.count`]: number,
		[`${at}.subject`]: text,
		[`${at}.attachments`]: object,
		[`${at}.attachments.names`]: list(fewest, mostFiles, singleFile),
		[`${at}.attachments.names[]`]: text,
		[`${at}.attachments.count`]: number,
		[`${at}.attachments.bytes`]: number,
		...(name === 'inbound'
			? {
					[`${at}.received_time`]: time,
					[`${at}.urls`]: list(0, 1),
					[`${at}.urls[]`]: whole(/^(https?:\/\/)?[a-z0-9.-]+\/\S+$/),
					[`${at}.attachment_urls`]: list(0, 0),
				}
			: { [`${at}.send_time`]: time, [`${at}.tessian_action`]: whole(/^SILENTLY_TRACK$/) }),
	};
}

const log = 'check_log_id=\\d+';
const portal = '^https://[a-z.-]+/0/events';
const outcome = { ...value, form: /^(NOT_SENT|SENT_WITH_CHANGES|SENT_WITHOUT_CHANGES)$/ };
const response = whole(/^(SEND|DO_NOT_SEND)$/);

const guardian: Shapes = {
	...base(
		'guardian',
		/^guardian::outbound-\d+$/,
		new RegExp(`${portal}/accidental_data_loss\\?(?=.*simulated=)(?=.*utm_campaign=).*${log}`),
	),
	...email('outbound', {
		nullIds: 18 / 22,
		singles: 21 / 22,
		recipients: 6,
		files: [1, 6, 18 / 22],
	}),
	guardian_details: object,
	'guardian_details.triggered_filter_ids': list(1, 1, 1),
	'guardian_details.triggered_filter_ids[]': whole(/^\d+$/),
	'guardian_details.type': whole(/^(MISDIRECTED_EMAIL|MISATTACHED_FILE)$/),
	'guardian_details.triggered_filter_names': list(1, 1, 1),
	'guardian_details.triggered_filter_names[]': whole(/^Guardian$/),
	'guardian_details.breach_prevented': flag,
	'guardian_details.anomalous_recipients': list(0, 1, 16 / 22),
	'guardian_details.anomalous_recipients[]': address,
	'guardian_details.suggested_recipients': list(0, 1, 15 / 22),
	'guardian_details.suggested_recipients[]': address,
	'guardian_details.anomalous_attachments': list(0, 1, 12 / 22),
	'guardian_details.anomalous_attachments[]': text,
	'guardian_details.final_outcome': outcome,
	'guardian_details.user_responses': list(1, 1, 1),
	'guardian_details.user_responses[]': response,
	'guardian_details.justifications': list(0, 0),
	'guardian_details.user_shown_message': flag,
};

const architect: Shapes = {
	...base(
		'architect',
		/^architect::outbound-\d+$/,
		new RegExp(
			`${portal}/architect\\?${log}&utm_source=\\w+&utm_medium=\\w+&utm_campaign=architect$`,
		),
	),
	...email('outbound', {
		nullIds: 31 / 66,
		singles: 53 / 66,
		recipients: 4,
		files: [0, 6, 18 / 66],
	}),
	architect_details: object,
	'architect_details.triggered_policy_ids': list(1, 1, 1),
	'architect_details.triggered_policy_ids[]': whole(uuid),
	'architect_details.triggered_policy_names': list(1, 1, 1),
	'architect_details.triggered_policy_names[]': text,
	'architect_details.triggered_logic_types': list(1, 5, 15 / 66),
	'architect_details.triggered_logic_types[]': value,
	'architect_details.breach_prevented': { ...flag, nulls: 31 / 66 },
	'architect_details.final_outcome': { ...outcome, nulls: 31 / 66 },
	'architect_details.user_responses': list(0, 1, 47 / 66),
	'architect_details.user_responses[]': response,
	'architect_details.is_sensitive': flag,
	'architect_details.justifications': list(0, 1, 7 / 66),
	'architect_details.justifications[]': text,
	'architect_details.user_shown_message': flag,
};

const checked = { type: 'string', form: /^PASSED$/, also: /^FAILED$/, nulls: 2 / 28 };
const defender: Shapes = {
	...base(
		'defender',
		/^defender::inbound-[0-9a-f]{64}$/,
		new RegExp(`${portal}/impersonation_attacks\\?(?=.*simulated=)(?=.*utm_campaign=).*${log}`),
	),
	...email('inbound', { nullIds: 0, singles: 1, recipients: 1, files: [0, 2, 20 / 28] }),
	defender_details: object,
	'defender_details.burst_attack_id': whole(/^burst-\d+$/),
	'defender_details.intent_types': list(1, 3),
	'defender_details.intent_types[]': value,
	'defender_details.threat_signal_types': list(3, 6),
	'defender_details.threat_signal_types[]': value,
	'defender_details.threat_types': list(1, 1, 1),
	'defender_details.threat_types[]': value,
	'defender_details.spf_result': checked,
	'defender_details.dkim_result': checked,
	'defender_details.dmarc_result': checked,
	'defender_details.sender_location': whole(/^[^,]+, [^,]+, [A-Z]{2}$/),
	'defender_details.users_responded': object,
	'defender_details.users_responded.malicious': number,
	'defender_details.users_responded.safe': number,
	'defender_details.users_responded.unsure': number,
	'defender_details.users_responded.deleted': number,
	'defender_details.number_protected_users': number,
	'defender_details.confidence': whole(/^(VERY_HIGH|HIGH|MEDIUM|LOW)$/),
	'defender_details.impersonation_type': { ...value, form: /^(INTERNAL|EXTERNAL)$/, nulls: 6 / 28 },
	'defender_details.impersonated_domain': {
		type: 'string',
		form: /^@?[a-z0-9.-]+$/,
		nulls: 6 / 28,
	},
	'defender_details.impersonated_address': { ...address, nulls: 1 },
};

/** The fields of each type of event, by path; `[]` stands for the entries of a list. */
export const realShapes: Record<string, Shapes> = { guardian, architect, defender };

const outboundLater = [
	'subsequent_action',
	'changes_made',
	'changes_made.removed',
	'final_outcome',
];
const states = ['not_quarantined', 'quarantined', 'released', 'deleted', 'pending_release'];
const blocks = ['admin_quarantine_status_count', 'user_quarantine_status_count'];

/** Fields that no real record of that age has, and newer ones may have. */
export const newerFields: Record<string, string[]> = {
	guardian: [
		...outboundLater.map((field) => `outbound_email_details.${field}`),
		'outbound_email_details.changes_made.removed[]',
		...['admin_action', 'flag_reason', 'misattached_file_reasons', 'warning_messages'].flatMap(
			(field) => [`guardian_details.${field}`, `guardian_details.${field}[]`],
		),
	],
	architect: [
		...outboundLater.map((field) => `outbound_email_details.${field}`),
		'outbound_email_details.changes_made.removed[]',
		'architect_details.warning_messages',
		'architect_details.warning_messages[]',
	],
	defender: [
		'inbound_email_details.attachment_urls[]',
		'defender_details.quarantine_status_count',
		...blocks.map((block) => `defender_details.quarantine_status_count.${block}`),
		...blocks.flatMap((block) =>
			states.map((state) => `defender_details.quarantine_status_count.${block}.${state}`),
		),
		'defender_details.deletion_status_count',
		'defender_details.deletion_status_count.deleted',
		'defender_details.deletion_status_count.deletion_pending',
		'defender_details.deletion_status_count.not_deleted',
		'defender_details.admin_label',
	],
};

/** @returns every value of an event with its path */
export function fieldsOf(record: unknown, at = ''): Array<[string, unknown]> {
	if (Array.isArray(record)) return record.flatMap((entry) => pair(`${at}[]`, entry));
	if (!isJsonObject(record)) return [];
	return Object.entries(record).flatMap(([key, entry]) =>
		pair(at === '' ? key : `${at}.${key}`, entry),
	);
}

function pair(path: string, entry: unknown): Array<[string, unknown]> {
	return [[path, entry], ...fieldsOf(entry, path)];
}

/** @returns the name of a value's JSON type */
export function typeOf(found: unknown): string {
	if (found === null) return 'null';
	return Array.isArray(found) ? 'array' : typeof found;
}
