import type { EventSeed } from './eventSeed.cjs';
import { attachmentsOf, people, person, x400 } from './people.cjs';
import type { Random } from './random.cjs';
import { formatTimestamp, second } from './time.cjs';
import * as values from './values.cjs';
import * as words from './words.cjs';

/** What became of the mail; a Guardian event always knows, an Architect event may not yet. */
interface Outcome {
	final: string | null;
	/** Whether the user was asked: without being shown anything, nobody answers. */
	asked: boolean;
}

function outcomeOf(random: Random, event: EventSeed): Outcome {
	// Drawn for every version, so that an update changes only what it is about.
	const open = random.chance(0.5) && event.type === 'architect';
	const changed = random.chance(0.08);
	const usual = random.pick(values.outcomes);
	const asked = event.type === 'guardian' || random.chance(0.76);
	if (open && event.version === 0) return { final: null, asked };
	return { final: changed ? 'SENT_WITH_CHANGES' : usual, asked };
}

/** What newer records say of the mail, and older ones lack. */
function newerFields(random: Random, to: readonly (string | null)[], final: string | null) {
	const newer = random.chance(0.25);
	if (!newer) return {};
	return {
		subsequent_action: final === null ? null : 'NONE',
		changes_made: final === 'SENT_WITH_CHANGES' ? { removed: to.slice(0, 1) } : {},
		final_outcome: final,
	};
}

function outboundMail(random: Random, event: EventSeed, outcome: Outcome) {
	const outside = random.chance(0.5) ? words.partnerDomains : words.personalDomains;
	const isGuardian = event.type === 'guardian';
	const several = random.chance(isGuardian ? 0.05 : 0.17) ? random.int(2, 6) : 1;
	const to: Array<string | null> = people(random, outside, several, several);
	const lost = random.chance(0.01);
	if (lost && to.length > 1) to[to.length - 1] = null;
	const cc = random.chance(0.02) ? people(random, [words.ownDomain], 1, 2) : [];
	const files = random.chance(0.25) ? random.int(2, 6) : 1;
	const attachments = attachmentsOf(random, isGuardian || random.chance(0.5) ? files : 0);
	const from = random.chance(0.03) ? x400(random) : person(random, words.ownDomain);
	const sender = random.chance(0.01) ? null : from;
	const exact = event.createdAt % second !== 0;
	const messageId = random.uuid();
	const known = random.chance(isGuardian ? 0.2 : 0.5);
	return {
		message_id: known ? messageId : null,
		tessian_id: random.chance(0.01) ? null : random.uuid(),
		from: sender,
		transmitter: sender,
		reply_to: random.chance(0.01) ? [null] : [],
		recipients: { to, cc, bcc: [], all: [...to, ...cc], count: to.length + cc.length },
		subject: random.pick(words.outboundSubjects),
		attachments,
		// The check runs before the mail leaves, and may wait a minute for the user.
		send_time: formatTimestamp(event.createdAt - (exact ? random.int(300_000, 66 * second) : 0)),
		tessian_action: 'SILENTLY_TRACK',
		...newerFields(random, to, outcome.final),
	};
}

function answers(outcome: Outcome): string[] {
	// Who did not send it after all is known before the outcome is.
	if (!outcome.asked) return [];
	return [outcome.final === 'SENT_WITHOUT_CHANGES' ? 'SEND' : 'DO_NOT_SEND'];
}

function breachPrevented({ final }: Outcome): boolean | null {
	return final === null ? null : final !== 'SENT_WITHOUT_CHANGES';
}

/** The two parts of a Guardian event. */
export function guardian(random: Random, event: EventSeed) {
	const outcome = outcomeOf(random, event);
	const mail = outboundMail(random, event, outcome);
	const misdirected = random.chance(0.73);
	const suggested = people(random, words.partnerDomains, 1, 1);
	const reasons = random.some(values.justifications, 1, 1);
	const newer = random.chance(0.2);
	const [flag, misattached] = [
		random.pick(words.flagReasons),
		random.pick(words.misattachedReasons),
	];
	const names = mail.attachments.names;
	return {
		outbound_email_details: mail,
		guardian_details: {
			triggered_filter_ids: ['1'],
			type: misdirected ? 'MISDIRECTED_EMAIL' : 'MISATTACHED_FILE',
			triggered_filter_names: ['Guardian'],
			breach_prevented: breachPrevented(outcome),
			anomalous_recipients: misdirected ? mail.recipients.to.slice(0, 1) : [],
			suggested_recipients: misdirected && random.chance(0.95) ? suggested : [],
			anomalous_attachments: misdirected && random.chance(0.6) ? [] : names.slice(0, 1),
			final_outcome: outcome.final,
			user_responses: answers(outcome),
			justifications: random.chance(0.05) ? reasons : [],
			user_shown_message: true,
			...(newer
				? {
						admin_action: event.version > 1 ? 'SAFE' : null,
						flag_reason: flag,
						misattached_file_reasons: misdirected ? [] : [misattached],
						warning_messages: [random.pick(values.warnings)],
					}
				: {}),
		},
	};
}

/** The two parts of an Architect event. */
export function architect(random: Random, event: EventSeed) {
	const outcome = outcomeOf(random, event);
	const mail = outboundMail(random, event, outcome);
	const policy = random.int(0, words.policyNames.length - 1);
	const [first, second, third] = [
		random.some(values.logicTypes, 1, 2),
		random.some(values.logicTypes, 2, 2),
		random.some(values.logicTypes, 4, 5),
	];
	const dice = random.next();
	const reasons = random.some(values.justifications, 1, 1);
	const justified = random.chance(0.2);
	const newer = random.chance(0.2);
	return {
		outbound_email_details: mail,
		architect_details: {
			triggered_policy_ids: [words.policyIds[policy] ?? random.uuid()],
			triggered_policy_names: [words.policyNames[policy] ?? 'Policy'],
			triggered_logic_types: dice < 0.4 ? first : dice < 0.87 ? second : third,
			breach_prevented: breachPrevented(outcome),
			final_outcome: outcome.final,
			user_responses: answers(outcome),
			is_sensitive: random.chance(0.44),
			justifications: justified && answers(outcome).length > 0 ? reasons : [],
			user_shown_message: outcome.asked,
			...(newer ? { warning_messages: [random.pick(values.warnings)] } : {}),
		},
	};
}
