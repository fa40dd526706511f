import { countsOf, putMail, type Holder, type Mail, type MailPlace } from './mail.cjs';
import type { EventSeed } from './eventSeed.cjs';
import { attachmentsOf, people, person, x400 } from './people.cjs';
import { Random } from './random.cjs';
import { formatTimestamp } from './time.cjs';
import * as values from './values.cjs';
import * as words from './words.cjs';

/** Streams of random numbers of their own, so that one draw more here changes nothing there. */
const streams = { campaign: 0xca3, state: 0x57a, near: 0x4ea };
/** Nearly every mail has one recipient; one in so many has several. */
const severalRecipients = 0.025;
/** Of the mails that the playbook must not release, so many miss its rule by one condition only. */
const nearMisses = 0.12;

/** The conditions of the release rule: what a near miss breaks, one at a time. */
const conditions = [
	'malicious',
	'unanswered',
	'confidence',
	'dmarc',
	'simulation',
	'label',
	'inbox',
	'released',
	'pending',
	'counts',
] as const;
type Miss = (typeof conditions)[number];

/** What decides about the release of a mail: `good` is a mail to let go, `miss` what speaks against it. */
interface Verdict {
	good: boolean;
	miss: Miss | undefined;
}

function verdictOf(event: EventSeed): Verdict {
	if (event.releasable) return { good: true, miss: undefined };
	const random = new Random(event.seed, streams.near, event.index);
	const near = event.campaign === undefined && random.chance(nearMisses);
	return { good: near, miss: near ? random.pick(conditions) : undefined };
}

/** The mails of one campaign look alike: what they share is drawn from the campaign's own numbers. */
function sharedRandom(random: Random, event: EventSeed): Random {
	return event.campaign === undefined
		? random
		: new Random(event.seed, streams.campaign, event.campaign);
}

/** The mail of an inbound event. @param attacker whether it comes from one of the attackers' domains */
export function inbound(random: Random, event: EventSeed, attacker: boolean) {
	const shared = sharedRandom(random, event);
	const many = random.chance(severalRecipients) ? random.int(2, 6) : 1;
	const to = people(random, [words.ownDomain], many, many);
	const domain = shared.pick(attacker ? words.attackerDomains : words.partnerDomains);
	const sender = shared.chance(0.03) ? x400(shared) : person(shared, domain);
	const from = random.chance(0.01) ? null : sender;
	const messageId = `<CA${random.hex(30)}@mail.${domain}>`;
	const files = shared.chance(0.05) ? 2 : 1;
	const attachments = attachmentsOf(shared, shared.chance(0.75) ? files : 0);
	const urls = shared.chance(0.2) ? [shared.pick(words.urls)] : [];
	const hidden = shared.chance(0.15) ? [shared.pick(words.urls)] : [];
	return {
		message_id: messageId,
		tessian_id: random.chance(0.01) ? null : messageId,
		from,
		transmitter: from,
		reply_to: random.chance(0.01) ? [null] : [],
		recipients: { to, cc: [], bcc: [], all: to, count: to.length },
		subject: shared.pick(attacker ? words.inboundSubjects : words.harmlessSubjects),
		attachments,
		received_time: formatTimestamp(event.createdAt),
		urls,
		attachment_urls: attachments.count > 0 ? hidden : [],
	};
}

/** What the users said by now. Each recipient answers once; an update is the answer of one more. */
function answersOf(random: Random, event: EventSeed, { good, miss }: Verdict, users: number) {
	const none = { malicious: 0, safe: 0, unsure: 0, deleted: 0 };
	const dice = random.next();
	const safe = random.int(Math.max(1, Math.ceil(users / 2)), users);
	if (miss === 'malicious') return { ...none, malicious: 1, safe: users > 1 ? safe - 1 : 0 };
	if (miss === 'unanswered') return none;
	if (good) return { ...none, safe };
	if (dice < 0.5 || event.version > 0) return { ...none, malicious: 1 };
	if (dice < 0.53) return { ...none, unsure: 1 };
	return dice < 0.56 ? { ...none, deleted: 1 } : none;
}

/** Where the mails are: most were never held. */
function mailsAtFirst(event: EventSeed, { good, miss }: Verdict, users: number): Mail[] {
	const random = new Random(event.seed, streams.state, event.index);
	const holder: Holder = random.chance(0.6) ? 'admin' : 'user';
	const dice = random.next();
	const usual: MailPlace =
		dice < 0.7 ? 'inbox' : dice < 0.88 ? 'quarantined' : dice < 0.94 ? 'released' : 'deleted';
	const first = good ? 'quarantined' : usual;
	const special: MailPlace | undefined =
		miss === 'inbox' || miss === 'released'
			? miss
			: miss === 'pending'
				? 'pending_release'
				: undefined;
	return Array.from({ length: users }, (_, at) => {
		// Of several recipients one may be ahead of the others.
		const place = special ?? (at > 0 && !good && random.chance(0.3) ? 'inbox' : first);
		return putMail(place, place === 'inbox' ? undefined : { place, holder, released: false });
	});
}

/** The fields that records got later; older ones lack them. */
function newerFields(random: Random, event: EventSeed, verdict: Verdict, users: number) {
	const old = random.chance(0.15);
	const labelled = random.chance(0.05);
	const label = random.pick(values.adminLabels);
	if (verdict.miss === 'counts' || (old && !verdict.good)) return {};
	return {
		...countsOf(mailsAtFirst(event, verdict, users)),
		admin_label: verdict.miss === 'label' || (labelled && !verdict.good) ? label : null,
	};
}

/** SPF, DKIM and DMARC: mostly passed, also by attackers, and unknown together. */
function senderChecks(random: Random, good: boolean, broken: boolean) {
	const checked = good || random.chance(0.93);
	const result = (failed: number) => {
		const fails = random.chance(failed);
		return checked ? (fails && !good ? 'FAILED' : 'PASSED') : null;
	};
	const dmarc = result(0.06);
	return {
		spf_result: result(0.04),
		dkim_result: result(0.04),
		dmarc_result: broken ? 'FAILED' : dmarc,
	};
}

function impersonation(shared: Random) {
	const impersonated = shared.chance(0.78);
	const domain = shared.pick(words.partnerDomains);
	const internal = shared.chance(0.1);
	const at = shared.chance(0.05) ? '@' : '';
	const address = shared.chance(0.03) ? person(shared, domain) : null;
	return {
		impersonation_type: impersonated ? (internal ? 'INTERNAL' : 'EXTERNAL') : null,
		impersonated_domain: impersonated ? `${at}${internal ? words.ownDomain : domain}` : null,
		impersonated_address: impersonated ? address : null,
	};
}

function signalsOf(shared: Random, simulated: boolean): string[] {
	const found = [shared.pick(values.firstSignals), ...shared.some(values.signals, 1, 4)];
	return simulated ? [...found, values.simulationSignal] : found;
}

/** @returns whether an awareness campaign sent the mail */
export function isSimulation(event: EventSeed): boolean {
	if (event.type !== 'defender') return false;
	const { good, miss } = verdictOf(event);
	const dice = new Random(event.seed, streams.near, event.index, 1).chance(0.04);
	return good ? miss === 'simulation' : dice && event.campaign === undefined;
}

/** The two parts of a Defender event. */
export function defender(random: Random, event: EventSeed) {
	const verdict = verdictOf(event);
	const { good, miss } = verdict;
	const details = inbound(random, event, !good);
	const shared = sharedRandom(random, event);
	const users = details.recipients.count;
	const usual = random.pick(values.confidences);
	const unsure = random.chance(0.01);
	const confident = miss === 'confidence' ? 'HIGH' : good ? 'LOW' : usual;
	return {
		inbound_email_details: details,
		defender_details: {
			burst_attack_id: event.burst,
			intent_types: ['URGENCY', ...shared.some(values.intents, 1, 2)],
			threat_signal_types: signalsOf(shared, isSimulation(event)),
			threat_types: [shared.pick(values.threats)],
			...senderChecks(random, good, miss === 'dmarc'),
			sender_location: shared.chance(0.97) ? shared.pick(words.places) : null,
			users_responded: answersOf(random, event, verdict, users),
			number_protected_users: !good && random.chance(0.01) ? null : users,
			confidence: unsure && !good ? null : confident,
			...impersonation(shared),
			...newerFields(random, event, verdict, users),
		},
	};
}
