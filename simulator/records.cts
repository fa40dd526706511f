import type {
	Anomaly,
	AuditEntry,
	MonitoredUser,
	RiskDatapoint,
	SecurityEvent,
} from '@nodes/shared/api/contract';
import { Random, hash } from './random.cjs';
import { day, formatDate, formatTimestamp, type Micros } from './time.cjs';
import * as words from './words.cjs';
import type { JsonObject } from './json.cjs';

/** Streams of random numbers, so that one kind of record does not disturb another. */
const streams = { event: 1, user: 2, anomaly: 3, audit: 4, risk: 5 };

/** What the generator needs to make one version of an event. */
export interface EventSeed {
	seed: number;
	index: number;
	id: string;
	type: string;
	/** A Defender event that the auto-release playbook lets go: several safe, none malicious … */
	releasable: boolean;
	createdAt: Micros;
	updatedAt: Micros;
	/** 0 = as created; each update counts one up. */
	version: number;
}

function person(random: Random, domain: string): string {
	return `${random.pick(words.firstNames)}.${random.pick(words.lastNames)}@${domain}`;
}

function people(random: Random, domains: readonly string[], min: number, max: number): string[] {
	const wanted = random.int(min, max);
	const found = new Set<string>();
	while (found.size < wanted) found.add(person(random, random.pick(domains)));
	return [...found];
}

/** Mail inside old Exchange systems carries X.400 addresses, which have no `@`. */
function x400(random: Random): string {
	const surname = random.pick(words.lastNames);
	return `/O=ACME/OU=EXCHANGE ADMINISTRATIVE GROUP/CN=RECIPIENTS/CN=${surname.toUpperCase()}`;
}

function emailDetails(random: Random, from: string, to: string[], cc: string[], subject: string) {
	const names = random.some(words.attachmentNames, 0, 2);
	return {
		message_id: random.chance(0.9) ? `<${random.hex(16)}@${words.ownDomain}>` : null,
		tessian_id: random.hex(24),
		from: random.chance(0.04) ? x400(random) : from,
		transmitter: random.chance(0.7) ? from : null,
		reply_to: random.chance(0.2) ? [from] : [],
		recipients: { to, cc, bcc: [], all: [...to, ...cc], count: to.length + cc.length },
		subject: random.chance(0.98) ? subject : null,
		attachments: { names, count: names.length, bytes: names.length * random.int(900, 900_000) },
	};
}

function outbound(random: Random, event: EventSeed) {
	const outside = random.chance(0.5) ? words.partnerDomains : words.personalDomains;
	const to = people(random, outside, 1, 3);
	const cc = people(random, [words.ownDomain], 0, 2);
	// Drawn for every version, so that an update changes only what it is about.
	const quick = random.chance(0.5);
	const answered = event.version > 0 || quick;
	const outcome = random.pick(['NOT_SENT', 'SENT_WITH_CHANGES', 'SENT_WITHOUT_CHANGES']);
	const from = person(random, words.ownDomain);
	return {
		to,
		outcome: answered ? outcome : null,
		details: {
			...emailDetails(random, from, to, cc, random.pick(words.outboundSubjects)),
			send_time: formatTimestamp(event.createdAt - random.int(1, 30) * 1_000_000),
			tessian_action: random.pick(['WARN', 'WARN', 'BLOCK', 'SILENTLY_TRACK']),
			subsequent_action: answered ? 'NONE' : null,
			changes_made: answered && outcome === 'SENT_WITH_CHANGES' ? { removed: to.slice(0, 1) } : {},
			final_outcome: answered ? outcome : null,
		},
	};
}

function guardian(random: Random, event: EventSeed) {
	const mail = outbound(random, event);
	const misdirected = random.chance(0.7);
	const reasons = random.some(words.justifications, 0, 1);
	const names = mail.details.attachments.names;
	return {
		outbound_email_details: mail.details,
		guardian_details: {
			triggered_filter_ids: [String(random.int(100, 999))],
			type: misdirected ? 'MISDIRECTED_EMAIL' : 'MISATTACHED_FILE',
			triggered_filter_names: [random.pick(words.filterNames)],
			breach_prevented: mail.outcome === null ? null : mail.outcome !== 'SENT_WITHOUT_CHANGES',
			anomalous_recipients: misdirected ? mail.to.slice(0, 1) : [],
			suggested_recipients: misdirected ? people(random, words.partnerDomains, 0, 1) : [],
			anomalous_attachments: misdirected ? [] : names.slice(0, 1),
			final_outcome: mail.outcome,
			user_responses: answers(mail.outcome, event.version),
			admin_action: event.version > 1 ? 'SAFE' : null,
			justifications: mail.outcome === null ? [] : reasons,
			user_shown_message: mail.details.tessian_action !== 'SILENTLY_TRACK',
			flag_reason: random.chance(0.9) ? random.pick(words.flagReasons) : null,
			misattached_file_reasons: misdirected ? [] : [random.pick(words.misattachedReasons)],
		},
	};
}

function answers(outcome: string | null, version: number): string[] {
	if (outcome === null) return [];
	const last = outcome === 'NOT_SENT' ? 'DO_NOT_SEND' : 'SEND';
	return [...Array<string>(Math.min(version, 5)).fill('DO_NOT_SEND'), last];
}

function architect(random: Random, event: EventSeed) {
	const mail = outbound(random, event);
	const reasons = random.some(words.justifications, 0, 1);
	return {
		outbound_email_details: mail.details,
		architect_details: {
			triggered_policy_ids: [String(random.int(1000, 9999))],
			triggered_policy_names: [random.pick(words.policyNames)],
			triggered_logic_types: random.some(words.logicTypes, 1, 2),
			breach_prevented: mail.outcome === null ? null : mail.outcome !== 'SENT_WITHOUT_CHANGES',
			final_outcome: mail.outcome,
			user_responses: answers(mail.outcome, event.version),
			is_sensitive: random.chance(0.5),
			justifications: mail.outcome === null ? [] : reasons,
			user_shown_message: mail.details.tessian_action !== 'SILENTLY_TRACK',
		},
	};
}

function inbound(random: Random, event: EventSeed) {
	// What users call safe is what a partner really sent, to at least as many people as say so.
	const { releasable } = event;
	const to = people(random, [words.ownDomain], releasable ? 5 : 1, releasable ? 6 : 3);
	const domains = releasable ? words.partnerDomains : words.attackerDomains;
	const from = person(random, random.pick(domains));
	const subjects = releasable ? words.harmlessSubjects : words.inboundSubjects;
	return {
		...emailDetails(random, from, to, [], random.pick(subjects)),
		received_time: formatTimestamp(event.createdAt - random.int(1, 60) * 1_000_000),
		urls: random.some(words.urls, 0, 2),
	};
}

/** Those not to be released miss the rule by one or more of its four conditions. */
function verdict(random: Random, event: EventSeed) {
	const good = event.releasable;
	const malicious = good || random.chance(0.4) ? 0 : random.int(1, 3) + event.version;
	const level = random.pick(['VERY_HIGH', 'HIGH', 'MEDIUM']);
	const confidence = good || (malicious > 0 && random.chance(0.3)) ? 'LOW' : level;
	return {
		spf_result: good || random.chance(0.5) ? 'PASSED' : 'FAILED',
		dkim_result: random.pick(['PASSED', 'FAILED', null]),
		dmarc_result: good ? 'PASSED' : random.pick(['PASSED', 'FAILED', null]),
		users_responded: {
			malicious,
			safe: (good ? random.int(2, 5) : random.int(0, 2)) + (good ? event.version : 0),
			unsure: random.int(0, 2),
			deleted: good ? 0 : random.int(0, 1),
		},
		confidence,
	};
}

function defender(random: Random, event: EventSeed) {
	const impersonated = random.chance(0.4);
	return {
		inbound_email_details: inbound(random, event),
		defender_details: {
			burst_attack_id: random.chance(0.2) ? random.uuid() : null,
			intent_types: random.some(words.intents, 0, 2),
			threat_signal_types: random.some(words.signals, 1, 3),
			threat_types: random.some(words.threats, 1, 2),
			...verdict(random, event),
			sender_location: random.chance(0.7) ? random.pick(words.places) : null,
			number_protected_users: random.int(1, 40),
			impersonation_type: impersonated ? random.pick(['INTERNAL', 'EXTERNAL']) : null,
			impersonated_domain: impersonated ? random.pick(words.partnerDomains) : null,
			impersonated_address: impersonated ? person(random, words.ownDomain) : null,
		},
	};
}

function detailsOf(random: Random, event: EventSeed): JsonObject {
	if (event.type === 'guardian') return guardian(random, event);
	if (event.type === 'architect') return architect(random, event);
	if (event.type === 'defender') return defender(random, event);
	return {
		inbound_email_details: inbound(random, event),
		[`${event.type}_details`]: { reason: 'made by the simulator' },
	};
}

/**
 * Makes one version of an event, the same one each time it is asked for.
 * @param event what is stored of it
 * @returns the record as the API shows it
 */
export function makeEvent(event: EventSeed): SecurityEvent {
	const random = new Random(event.seed, streams.event, event.index);
	return {
		id: event.id,
		type: event.type,
		created_at: formatTimestamp(event.createdAt),
		updated_at: formatTimestamp(event.updatedAt),
		portal_link: random.chance(0.95)
			? `https://acme.tessian-platform.com/0/admin/${event.type}/events/${event.id}`
			: null,
		...detailsOf(random, event),
	};
}

/** @returns monitored user number `index` as seen at the moment `base` */
export function makeUser(seed: number, index: number, base: Micros): MonitoredUser {
	const random = new Random(seed, streams.user, index);
	const status = random.pick(words.connectionStates);
	const moment = () =>
		random.chance(0.8) ? formatTimestamp(base - Math.floor(random.next() * 3 * day)) : null;
	const name = `${random.pick(words.firstNames)}.${random.pick(words.lastNames)}`;
	return {
		address: `${name}${index}@${words.ownDomain}`,
		id: 1000 + index,
		sync_state: random.pick(words.syncStates),
		status,
		last_connection: moment(),
		emails_processed: random.int(0, 40_000),
		addin_version: random.chance(0.8) ? `3.${random.int(0, 40)}.${random.int(0, 9)}` : null,
		addin_hardware: random.chance(0.8) ? random.pick(['Windows 11', 'macOS 15']) : null,
		user_created: formatTimestamp(base - random.int(30, 900) * day),
		last_upload_stored: moment(),
		addin_ping: moment(),
		addin_check: moment(),
		gateway_ping: moment(),
		gateway_check: moment(),
		api_ping: moment(),
		m365_addin_check: moment(),
	};
}

/**
 * @param dayNumber days since 1970
 * @returns anomaly number `index` of that day, still without its checkpoint
 */
export function makeAnomaly(
	seed: number,
	dayNumber: number,
	index: number,
): Omit<Anomaly, 'checkpoint'> {
	const random = new Random(seed, streams.anomaly, dayNumber, index);
	const start = dayNumber * day + random.int(0, 20) * 3_600_000_000;
	const id = random.uuid();
	return {
		id,
		links: random.chance(0.9)
			? { portal_url: `https://acme.tessian-platform.com/0/admin/anomalies/${id}` }
			: {},
		address: person(random, words.ownDomain),
		severity_label: random.pick(['moderate', 'high', 'very_high']),
		anomalous_period_start: formatTimestamp(start),
		anomalous_period_end: formatTimestamp(start + random.int(1, 3) * 3_600_000_000),
		attachment_count: random.int(1, 60),
		trigger_ids: [random.uuid()],
	};
}

/** @returns an audit entry of the platform's own making */
export function makeAudit(seed: number, index: number, at: Micros): AuditEntry {
	const random = new Random(seed, streams.audit, index);
	const { type, category, details } = random.pick(words.auditTypes);
	return {
		timestamp: formatTimestamp(at),
		type,
		category,
		details,
		...(random.chance(0.8) ? { user: person(random, words.ownDomain) } : {}),
		...(random.chance(0.8) ? { ip: `192.0.2.${random.int(1, 254)}` } : {}),
	};
}

/** @returns the company's risk scores of the day that is `daysAgo` before `base` */
export function makeRisk(seed: number, daysAgo: number, base: Micros): RiskDatapoint {
	const random = new Random(hash(seed, streams.risk), daysAgo);
	const score = () => random.int(1, 100);
	return {
		timestamp: formatDate(base - daysAgo * day),
		total_score: score(),
		phishing_score: score(),
		exfiltration_score: score(),
		accidental_data_loss_score: score(),
		data_sensitivity_score: score(),
		security_awareness_score: score(),
	};
}
