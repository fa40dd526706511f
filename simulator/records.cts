import type { Anomaly, AuditEntry, MonitoredUser, RiskDatapoint } from '@nodes/shared/api/contract';
import { person } from './people.cjs';
import { Random, hash } from './random.cjs';
import { day, formatDate, formatTimestamp, type Micros } from './time.cjs';
import * as words from './words.cjs';

/** Streams of random numbers, so that one kind of record does not disturb another. */
const streams = { user: 2, anomaly: 3, audit: 4, risk: 5 };

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

/** A link to the portal, none, or null. */
function linksOf(random: Random, id: string): Anomaly['links'] {
	const dice = random.next();
	if (dice < 0.05) return {};
	return {
		portal_url: dice < 0.1 ? null : `https://acme.tessian-platform.com/0/admin/anomalies/${id}`,
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
		links: linksOf(random, id),
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
