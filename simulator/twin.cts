/**
 * A twin of what two tenants of the vendor really sent: 116 events in the order of the chain, with the same formats,
 * nulls, absent fields, ties and distances of time. Every content is invented. Records of that age lack the fields
 * that the API got later.
 */
import type { JsonObject } from './json.cjs';
import { attachmentsOf, people, person } from './people.cjs';
import { Random } from './random.cjs';
import { formatTimestamp, second, type Micros } from './time.cjs';
import { spread, type Row } from './twinRows.cjs';
import * as words from './words.cjs';

/** An event of the twin. */
export type TwinEvent = JsonObject & { id: string; updated_at: string };

/** 2024-03-04T00:00:00Z: a day of its own, like every content. */
const start: Micros = Date.UTC(2024, 2, 4) * 1000;
const portal = 'https://acme.tessian-platform.com/0/events';
const campaign = (type: string) =>
	`utm_source=external_api&utm_medium=trigger&utm_campaign=${type}`;

type Details = JsonObject & { id: string };

/** When the event was created, when the mail was sent, and when it was updated. */
interface Times {
	created: Micros;
	mail: Micros;
	updated: Micros;
}

function timesOf(row: Row, random: Random): Times {
	const updated = start + row.at * second;
	if (row.exact === undefined) {
		const created = updated - row.age * second;
		return { created, mail: created, updated };
	}
	const micros = random.int(1, 999_999);
	if (row.exact === 'before') {
		const created = updated + micros;
		return {
			created,
			mail: created - random.int(580_000, 700_000),
			// The first one by the most that was seen.
			updated: created - (row.at === 400 ? 91_500 : random.int(70_000, 91_000)),
		};
	}
	if (row.exact === 'after') {
		const created = updated + micros;
		return {
			created,
			mail: created - random.int(65 * second, 66 * second),
			updated: created + random.int(198_000, 340_000),
		};
	}
	const created = updated - row.age * second + micros;
	return { created, mail: created - random.int(300_000, 340_000), updated: updated + 507_346 };
}

function mailOf(random: Random, from: string, to: string[], files: number, subject: string) {
	return {
		from,
		transmitter: from,
		reply_to: [],
		recipients: { to, cc: [], bcc: [], all: to, count: to.length },
		subject,
		attachments: attachmentsOf(random, files),
	};
}

function outboundOf(random: Random, row: Row, mail: Micros) {
	const from = person(random, words.ownDomain);
	const to = people(random, words.partnerDomains, row.recipients, row.recipients);
	return {
		...mailOf(random, from, to, row.files, random.pick(words.outboundSubjects)),
		message_id: row.exact === undefined ? random.uuid() : null,
		tessian_id: random.uuid(),
		send_time: formatTimestamp(mail),
		tessian_action: 'SILENTLY_TRACK',
	};
}

function guardian(random: Random, row: Row, number: number, mail: Micros): Details {
	const details = outboundOf(random, row, mail);
	const to = details.recipients.to.slice(0, 1);
	const link = [
		'time_range_from=&time_range_to=&simulated=false',
		`check_log_id=${number}`,
		'email_type=misdirected_emails_prevented&order_by=priority',
		campaign('guardian'),
	];
	return {
		id: `guardian::outbound-${number}`,
		portal_link: `${portal}/accidental_data_loss?${link.join('&')}`,
		outbound_email_details: details,
		guardian_details: {
			triggered_filter_ids: ['1'],
			type: row.misdirected ? 'MISDIRECTED_EMAIL' : 'MISATTACHED_FILE',
			triggered_filter_names: ['Guardian'],
			breach_prevented: row.prevented,
			anomalous_recipients: row.misdirected ? to : [],
			suggested_recipients: row.suggested ? people(random, words.partnerDomains, 1, 1) : [],
			anomalous_attachments: row.odd ? details.attachments.names.slice(0, 1) : [],
			final_outcome: row.outcome,
			user_responses: row.responses,
			justifications: [],
			user_shown_message: true,
		},
	};
}

function architect(random: Random, row: Row, number: number, mail: Micros): Details {
	const policy = random.int(0, words.policyNames.length - 1);
	return {
		id: `architect::outbound-${number}`,
		portal_link: `${portal}/architect?check_log_id=${number}&${campaign('architect')}`,
		outbound_email_details: outboundOf(random, row, mail),
		architect_details: {
			triggered_policy_ids: words.policyIds.slice(policy, policy + 1),
			triggered_policy_names: words.policyNames.slice(policy, policy + 1),
			triggered_logic_types: row.logic,
			breach_prevented: row.prevented,
			final_outcome: row.outcome,
			user_responses: row.responses,
			is_sensitive: row.sensitive,
			justifications: row.justified ? ['The client asked for it'] : [],
			user_shown_message: row.shown,
		},
	};
}

function defender(random: Random, row: Row, number: number, mail: Micros): Details {
	// The mails of a burst look alike.
	const shared = new Random(0x7e1, row.burst);
	const from = person(shared, shared.pick(words.attackerDomains));
	const to = people(random, [words.ownDomain], 1, 1);
	const messageId = `<CA${random.hex(30)}@mail.relay.example>`;
	const check = row.checked ? 'PASSED' : null;
	const link = [
		'time_range_from=&time_range_to=&simulated=false',
		`check_log_id=${number}`,
		'email_type=all_emails&order_by=priority',
		campaign('defender'),
	];
	return {
		id: `defender::inbound-${random.hex(64)}`,
		portal_link: `${portal}/impersonation_attacks?${link.join('&')}`,
		inbound_email_details: {
			...mailOf(shared, from, to, row.files, shared.pick(words.inboundSubjects)),
			message_id: messageId,
			tessian_id: messageId,
			received_time: formatTimestamp(mail),
			urls: row.url === undefined ? [] : [row.url],
			attachment_urls: [],
		},
		defender_details: {
			burst_attack_id: `burst-${row.burst}`,
			intent_types: row.intents,
			threat_signal_types: row.signals,
			threat_types: [row.threat],
			spf_result: check,
			dkim_result: check,
			dmarc_result: check,
			sender_location: shared.pick(words.places),
			users_responded: { malicious: row.malicious, safe: row.safe, unsure: 0, deleted: 0 },
			number_protected_users: 1,
			confidence: row.confidence,
			impersonation_type: row.impersonated === null ? null : row.internal ? 'INTERNAL' : 'EXTERNAL',
			impersonated_domain: row.impersonated,
			impersonated_address: null,
		},
	};
}

const makers = { guardian, architect, defender };

/**
 * @returns the 116 events, oldest version first; the same ones each time, and always new objects
 */
export function twin(): TwinEvent[] {
	// Below all numbers that the simulator gives itself.
	let number = 40_000;
	return spread().map((row, index) => {
		const random = new Random(0x7e1a, index);
		const times = timesOf(row, random);
		number += 4;
		const details = makers[row.type](random, row, number, times.mail);
		return {
			type: row.type,
			created_at: formatTimestamp(times.created),
			updated_at: formatTimestamp(times.updated),
			...details,
		};
	});
}
