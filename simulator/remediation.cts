import { eventSchema } from '@nodes/shared/api/contract';
import type { RemediationAction } from '@nodes/shared/api/endpoints';
import type { RemediationSettings } from './eventSchemas.cjs';
import type { Events } from './events.cjs';
import { isJsonObject, type JsonObject } from './json.cjs';
import { countsOf, mailsOf, putMail, tellsMail, type Mail, type MailPlace } from './mail.cjs';
import { formatTimestamp, type Clock } from './time.cjs';
import type { Timers } from './timers.cjs';

/** What became of one recipient in the answer to an action. */
export interface RecipientResult {
	user_address: string;
	/** Null where the action was queued. */
	error: string | null;
}

/** One remediation request that was carried out (also when no single action succeeded). */
export interface RemediationEntry {
	/** Number of the request in the request log. */
	request: number;
	at: string;
	action: RemediationAction;
	event_id: string;
	attempted: number;
	succeeded: number;
	results: RecipientResult[];
}

/** What shall go wrong with the next action on an event. */
export interface RemediationPlan {
	/** Errors by recipient: nothing is queued for them. */
	errors: Record<string, string>;
	/** Recipients for whom the action is queued and comes to nothing. */
	fallBack: readonly string[];
	/** Recipients whose mail somebody deletes while the action is under way. */
	deleted: readonly string[];
}

/** Why an event cannot be remediated: the status that the API answers. */
export type Refusal = 'notDefender' | 'unknown';

interface Rule {
	from: readonly MailPlace[];
	/** Where the mail is while the action is under way, and when it is done. */
	pending: MailPlace;
	done: MailPlace;
	error: (place: MailPlace) => string;
}

const notInQuarantine = (place: MailPlace) =>
	place === 'pending_release' || place === 'deletion_pending'
		? 'EMAIL_ALREADY_REMEDIATED'
		: 'EMAIL_NOT_FOUND_IN_QUARANTINE';
const rules: Record<RemediationAction, Rule> = {
	releaseFromQuarantine: {
		from: ['quarantined'],
		pending: 'pending_release',
		done: 'released',
		error: notInQuarantine,
	},
	deleteFromQuarantine: {
		from: ['quarantined'],
		pending: 'deletion_pending',
		done: 'deleted',
		error: notInQuarantine,
	},
	deleteFromInbox: {
		from: ['inbox', 'released'],
		pending: 'deletion_pending',
		done: 'deleted',
		error: (place) =>
			place === 'deleted' || place === 'deletion_pending'
				? 'ALREADY_DELETED'
				: 'EMAIL_NOT_FOUND_IN_INBOX',
	},
};

/** The remediation actions: where each mail is, and what was done so far. */
export class Remediation {
	private readonly mails = new Map<number, Map<string, Mail>>();
	private readonly plans = new Map<number, RemediationPlan>();
	/** Every request that was carried out, in order. */
	readonly entries: RemediationEntry[] = [];

	constructor(
		private readonly clock: Clock,
		private readonly events: Events,
		private readonly timers: Timers,
		private readonly settings: () => RemediationSettings,
	) {}

	/**
	 * Carries out an action on all recipients of an event.
	 * @param request number of the request in the log
	 * @returns the API's answer, or why it is refused
	 */
	act(action: RemediationAction, eventId: string, request: number): JsonObject | Refusal {
		const index = this.events.find(eventId);
		if (index === undefined) return 'unknown';
		if (this.events.record(index)['type'] !== 'defender') return 'notDefender';
		const mails = this.mailsOf(index);
		const { from, pending, error } = rules[action];
		const plan = this.plans.get(index);
		this.plans.delete(index);
		const before = new Map<string, Mail>();
		const results = [...mails].map(([address, mail]) => {
			const planned = plan?.errors[address];
			const failed = planned ?? (from.includes(mail.place) ? null : error(mail.place));
			if (failed === null) {
				before.set(address, mail);
				mails.set(address, putMail(pending, mail));
			}
			return { user_address: address, error: failed };
		});
		this.entries.push({
			request,
			at: formatTimestamp(this.clock.now()),
			action,
			event_id: eventId,
			attempted: results.length,
			succeeded: before.size,
			results,
		});
		if (before.size > 0) this.live(index, action, before, plan);
		return this.answer(results, before.size);
	}

	/** Says what shall go wrong with the next action on an event. */
	plan(index: number, plan: RemediationPlan): void {
		this.plans.set(index, plan);
	}

	/**
	 * Puts the mail of every recipient of an event, or of the named ones, somewhere. The newest version of the
	 * event tells it; there is no new one.
	 */
	place(index: number, place: MailPlace, addresses?: readonly string[]): void {
		const mails = this.mailsOf(index);
		for (const address of addresses ?? [...mails.keys()]) {
			mails.set(address, putMail(place));
		}
		this.events.amend(index, { defender_details: countsOf(mails.values()) });
	}

	/** @returns where the mail of each recipient is */
	placesOf(index: number): Record<string, MailPlace> {
		return Object.fromEntries([...this.mailsOf(index)].map(([key, { place }]) => [key, place]));
	}

	/** The event was changed from outside: where its mails are, it tells itself from now on. */
	forget(index: number): void {
		this.mails.delete(index);
	}

	private mailsOf(index: number): Map<string, Mail> {
		const known = this.mails.get(index);
		if (known) return known;
		const record = this.events.record(index);
		const event = eventSchema.safeParse(record).data;
		const all = event?.inbound_email_details?.recipients.all ?? [];
		const addresses = all.filter((address) => address !== null);
		const mails = mailsOf(detailsOf(record), addresses);
		this.mails.set(index, mails);
		return mails;
	}

	/** The answer in the shape that the settings ask for: list and counts may disagree, or be missing. */
	private answer(results: RecipientResult[], succeeded: number): JsonObject {
		const counts = {
			number_of_actions_attempted: results.length,
			number_of_actions_succeeded: succeeded,
		};
		switch (this.settings().remediationAnswer) {
			case 'no-counts':
				return { results };
			case 'no-list':
				return counts;
			case 'counts-of-queued':
				return { ...counts, number_of_actions_attempted: succeeded, results };
			case 'full':
				return { ...counts, results };
		}
	}

	/**
	 * The life of what was queued, in several versions: under way, a user's answer that changes nothing of it, done.
	 * An event that is changed from outside meanwhile goes its own way.
	 */
	private live(
		index: number,
		action: RemediationAction,
		before: ReadonlyMap<string, Mail>,
		plan: RemediationPlan | undefined,
	): void {
		const { remediationDelayMs: delay, remediationLife, userAnswers } = this.settings();
		const { pending, done } = rules[action];
		const mails = this.mailsOf(index);
		const step = (at: number, task: () => void) =>
			this.timers.later(delay * at, () => {
				if (this.mails.get(index) === mails) task();
			});
		if (remediationLife === 'none') return;
		step(1, () => this.show(index));
		if (userAnswers) step(1.5, () => this.events.update(index, { fields: this.answered(index) }));
		if (remediationLife === 'pending') return;
		step(2, () => {
			for (const [address, mail] of before) {
				if (mails.get(address)?.place !== pending) continue;
				if (plan?.fallBack.includes(address) === true) mails.set(address, mail);
				else {
					const isDeleted = plan?.deleted.includes(address) === true;
					mails.set(address, putMail(isDeleted ? 'deleted' : done, mail));
				}
			}
			this.show(index);
		});
	}

	/** Updates the event so that the chain shows where its mails are. Older events do not tell. */
	private show(index: number): void {
		const counts = countsOf(this.mailsOf(index).values());
		const tells = tellsMail(detailsOf(this.events.record(index)));
		this.events.update(index, tells ? { fields: { defender_details: counts } } : {});
	}

	/** One more user said what the mail was, if one has not yet. */
	private answered(index: number): JsonObject {
		const event = eventSchema.safeParse(this.events.record(index)).data;
		const said = event?.defender_details?.users_responded;
		const users = event?.inbound_email_details?.recipients.count ?? 0;
		if (!said || said.malicious + said.safe + said.unsure + said.deleted >= users) return {};
		return { defender_details: { users_responded: { safe: said.safe + 1 } } };
	}
}

function detailsOf(record: JsonObject): JsonObject {
	const details = record['defender_details'];
	return isJsonObject(details) ? details : {};
}
