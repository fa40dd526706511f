/** Events for the release playbook, each with what it must do with them. */
import type { NewEvents, SimulatorControl } from '@simulator/client.cjs';

/** What a stranger may write into a subject to trick those who read the message. */
export const trickySubject = '<https://evil.example|Reset> <!channel> A & B';

/** What the playbook does: nothing, leave it to a person, or ask for the release, with this end. */
export type Deed =
	| 'nothing'
	| 'person'
	| 'released'
	| 'released for some'
	| 'back in quarantine'
	| 'deleted meanwhile'
	| 'handled before'
	| 'failed';

/** One event of the table. */
export interface ReleaseCase {
	name: string;
	event: NewEvents;
	/** What goes on with it, told after it was created. */
	then?: (simulator: SimulatorControl, id: string) => Promise<void>;
	deed: Deed;
	/** For how many recipients a release is asked for; undefined: for all. */
	requested?: number;
	/** What the counts show in the end. */
	now?: { released: number; quarantined: number };
}

const link = 'https://acme.tessian-platform.com/0/events/impersonation_attacks?check_log_id=7';
const none = { not_quarantined: 0, quarantined: 0, released: 0, deleted: 0, pending_release: 0 };
const addresses = (count: number) =>
	Array.from({ length: count }, (_, index) => `user${index}@acme.example`);

/** A mail to so many people, of whom so many answered, each in this way. Everything else speaks for a release. */
function mail(
	users: number,
	answers: Record<string, unknown>,
	details: object = {},
	more: object = {},
): NewEvents {
	const all = addresses(users);
	return {
		type: 'defender',
		releasable: true,
		fields: {
			// The simulator's own links lead to a portal that is no https.
			portal_link: `${link}&simulated=false&utm_medium=trigger`,
			inbound_email_details: {
				recipients: { to: all, cc: [], bcc: [], all, count: users },
				...more,
			},
			defender_details: {
				users_responded: { malicious: 0, safe: 0, unsure: 0, deleted: 0, ...answers },
				number_protected_users: users,
				quarantine_status_count: {
					admin_quarantine_status_count: { ...none, quarantined: users },
					user_quarantine_status_count: { ...none, not_quarantined: users },
				},
				deletion_status_count: { deleted: 0, deletion_pending: 0, not_deleted: users },
				...details,
			},
		},
	};
}

/** A safe mail whose counts in the admin's quarantine are these. */
function counted(count: Partial<Record<keyof typeof none, number | null>>): NewEvents {
	return mail(
		1,
		{ safe: 1 },
		{ quarantine_status_count: { admin_quarantine_status_count: { quarantined: 0, ...count } } },
	);
}

function safe(details: object): NewEvents {
	return mail(1, { safe: 1 }, details);
}

function linked(portal_link: string | null): NewEvents {
	const event = mail(1, { safe: 1 });
	return { ...event, fields: { ...event.fields, portal_link } };
}

const [first = '', second = '', third = ''] = addresses(3);

export const releaseCases: ReleaseCase[] = [
	{ name: 'one user, who said safe', event: mail(1, { safe: 1 }), deed: 'released' },
	{ name: 'two of four said safe', event: mail(4, { safe: 2 }), deed: 'released' },
	{ name: 'one of twenty said safe', event: mail(20, { safe: 1 }), deed: 'nothing' },
	{
		name: 'two of five said safe: one short of half',
		event: mail(5, { safe: 2 }),
		deed: 'nothing',
	},
	{ name: 'nobody answered', event: mail(1, {}), deed: 'nothing' },
	{ name: 'one said malicious', event: mail(4, { safe: 3, malicious: 1 }), deed: 'nothing' },
	{ name: 'one was unsure', event: mail(4, { safe: 3, unsure: 1 }), deed: 'nothing' },
	{ name: 'one deleted it', event: mail(4, { safe: 3, deleted: 1 }), deed: 'nothing' },
	{
		name: 'one gave an answer that nobody knows yet',
		event: mail(4, { safe: 3, reported: 1 }),
		deed: 'nothing',
	},
	{
		name: 'how many said malicious is null',
		event: mail(1, { safe: 1, malicious: null }),
		deed: 'nothing',
	},
	{
		name: 'how many were unsure is missing',
		event: { ...mail(1, { safe: 1 }), without: ['defender_details.users_responded.unsure'] },
		deed: 'nothing',
	},
	{
		name: 'the number of protected users is null',
		event: safe({ number_protected_users: null }),
		deed: 'nothing',
	},
	{ name: 'a release is pending', event: counted({ pending_release: 1 }), deed: 'nothing' },
	{
		name: 'a release is pending for one, in quarantine for another',
		event: mail(
			2,
			{ safe: 2 },
			{
				quarantine_status_count: {
					admin_quarantine_status_count: { ...none, quarantined: 1, pending_release: 1 },
				},
			},
		),
		deed: 'nothing',
	},
	{ name: 'released already', event: counted({ released: 1 }), deed: 'nothing' },
	{ name: 'deleted from quarantine', event: counted({ deleted: 1 }), deed: 'nothing' },
	{ name: 'never in quarantine', event: counted({ not_quarantined: 1 }), deed: 'nothing' },
	{
		name: 'deleted for one, in quarantine for another',
		event: mail(
			2,
			{ safe: 1 },
			{
				quarantine_status_count: {
					admin_quarantine_status_count: { ...none, quarantined: 1, deleted: 1 },
				},
			},
		),
		deed: 'nothing',
	},
	{
		name: 'a deletion from the inbox is under way',
		event: mail(
			2,
			{ safe: 1 },
			{ deletion_status_count: { deleted: 0, deletion_pending: 1, not_deleted: 1 } },
		),
		deed: 'nothing',
	},
	{
		name: 'no counts',
		event: { ...mail(1, { safe: 1 }), without: ['defender_details.quarantine_status_count'] },
		deed: 'nothing',
	},
	{ name: 'the counts are null', event: safe({ quarantine_status_count: null }), deed: 'nothing' },
	{
		name: 'each count is null',
		event: safe({
			quarantine_status_count: {
				admin_quarantine_status_count: null,
				user_quarantine_status_count: null,
			},
		}),
		deed: 'nothing',
	},
	{
		name: 'whether a release is pending is null',
		event: counted({ quarantined: 1, pending_release: null }),
		deed: 'nothing',
	},
	{
		name: 'a simulation by its signal',
		event: safe({ threat_signal_types: ['SUSPICIOUS_INTENT', 'PHISHING_SIMULATION'] }),
		deed: 'nothing',
	},
	{ name: 'a simulation by its link', event: linked(`${link}&simulated=true`), deed: 'nothing' },
	{ name: 'the signals are null', event: safe({ threat_signal_types: null }), deed: 'nothing' },
	{
		name: 'the details are null',
		event: { type: 'defender', fields: { defender_details: null } },
		deed: 'nothing',
	},
	{ name: 'confidence HIGH', event: safe({ confidence: 'HIGH' }), deed: 'nothing' },
	{ name: 'confidence null', event: safe({ confidence: null }), deed: 'nothing' },
	{ name: 'DMARC FAILED', event: safe({ dmarc_result: 'FAILED' }), deed: 'nothing' },
	{ name: 'DMARC null', event: safe({ dmarc_result: null }), deed: 'nothing' },
	{ name: 'labelled as malicious', event: safe({ admin_label: 'MALICIOUS' }), deed: 'person' },
	{ name: 'labelled as safe', event: safe({ admin_label: 'SAFE' }), deed: 'person' },
	{
		name: 'labelled with a trick',
		event: safe({ admin_label: trickySubject }),
		deed: 'person',
	},
	{
		name: 'labelled, and not safe',
		event: mail(1, { unsure: 1 }, { admin_label: 'SPAM' }),
		deed: 'nothing',
	},
	{ name: 'an empty label is none', event: safe({ admin_label: ' ' }), deed: 'released' },
	{ name: 'no link', event: linked(null), deed: 'released' },
	{
		name: 'a subject that tricks',
		event: mail(1, { safe: 1 }, {}, { subject: trickySubject }),
		deed: 'released',
	},
	{
		name: "in the users' quarantine",
		event: safe({
			quarantine_status_count: {
				admin_quarantine_status_count: { ...none, not_quarantined: 1 },
				user_quarantine_status_count: { ...none, quarantined: 1 },
			},
		}),
		deed: 'released',
	},
	{
		name: 'in one quarantine for one user, in the other for another',
		event: mail(
			2,
			{ safe: 1 },
			{
				quarantine_status_count: {
					admin_quarantine_status_count: { ...none, quarantined: 1, not_quarantined: 1 },
					user_quarantine_status_count: { ...none, quarantined: 1, not_quarantined: 1 },
				},
			},
		),
		deed: 'released',
	},
	{
		name: 'queued, then back in quarantine',
		event: mail(1, { safe: 1 }),
		then: (simulator, id) => simulator.planRemediation({ id, fallBack: [first] }),
		deed: 'back in quarantine',
		now: { released: 0, quarantined: 1 },
	},
	{
		name: 'queued for three, back in quarantine for one',
		event: mail(3, { safe: 3 }),
		then: (simulator, id) => simulator.planRemediation({ id, fallBack: [third] }),
		deed: 'back in quarantine',
		now: { released: 2, quarantined: 1 },
	},
	{
		name: 'queued, then deleted by somebody',
		event: mail(1, { safe: 1 }),
		then: (simulator, id) => simulator.planRemediation({ id, deleted: [first] }),
		deed: 'deleted meanwhile',
		now: { released: 0, quarantined: 0 },
	},
	{
		name: 'queued for two of three',
		event: mail(3, { safe: 3 }),
		then: (simulator, id) =>
			simulator.planRemediation({ id, errors: { [second]: 'EMAIL_NOT_FOUND_IN_QUARANTINE' } }),
		deed: 'released for some',
		requested: 2,
		now: { released: 2, quarantined: 1 },
	},
	{
		name: 'refused for its only user',
		event: mail(1, { safe: 1 }),
		then: (simulator, id) =>
			simulator.planRemediation({ id, errors: { [first]: 'EMAIL_NOT_FOUND_IN_QUARANTINE' } }),
		deed: 'failed',
	},
	{
		name: 'handled by somebody else just before',
		event: mail(1, { safe: 1 }),
		then: (simulator, id) =>
			simulator.planRemediation({ id, errors: { [first]: 'EMAIL_ALREADY_REMEDIATED' } }),
		deed: 'handled before',
		requested: 0,
		now: { released: 0, quarantined: 1 },
	},
];
