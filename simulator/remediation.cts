import { eventSchema, type RemediationResult } from '@nodes/shared/api/contract';
import type { RemediationAction } from '@nodes/shared/api/endpoints';
import type { Events } from './events.cjs';
import { hash } from './random.cjs';
import { formatTimestamp, type Clock } from './time.cjs';

/** Where the mail of one recipient is. */
export const mailPlaces = ['quarantined', 'inbox', 'released', 'deleted'] as const;
export type MailPlace = (typeof mailPlaces)[number];

/** One remediation request that was carried out (also when no single action succeeded). */
export interface RemediationEntry {
	/** Number of the request in the request log. */
	request: number;
	at: string;
	action: RemediationAction;
	event_id: string;
	attempted: number;
	succeeded: number;
	results: RemediationResult['results'];
}

/** Why an event cannot be remediated: the status that the API answers. */
export type Refusal = 400 | 404;

const outcomes: Record<
	RemediationAction,
	{ from: MailPlace[]; to: MailPlace; error: (place: MailPlace) => string }
> = {
	releaseFromQuarantine: {
		from: ['quarantined'],
		to: 'released',
		error: () => 'EMAIL_NOT_FOUND_IN_QUARANTINE',
	},
	deleteFromQuarantine: {
		from: ['quarantined'],
		to: 'deleted',
		error: () => 'EMAIL_NOT_FOUND_IN_QUARANTINE',
	},
	deleteFromInbox: {
		from: ['inbox', 'released'],
		to: 'deleted',
		error: (place) => (place === 'deleted' ? 'ALREADY_DELETED' : 'EMAIL_NOT_FOUND_IN_INBOX'),
	},
};

/** The remediation actions: where each mail is, and what was done so far. */
export class Remediation {
	private readonly places = new Map<number, Map<string, MailPlace>>();
	private readonly timers = new Set<NodeJS.Timeout>();
	/** Every request that was carried out, in order. */
	readonly entries: RemediationEntry[] = [];

	/** @param delayMs how long after an action the event comes back through the chain */
	constructor(
		private readonly seed: number,
		private readonly clock: Clock,
		private readonly events: Events,
		public delayMs: number,
	) {}

	/**
	 * Carries out an action on all recipients of an event.
	 * @param request number of the request in the log
	 * @returns the API's answer, or the status that refuses it (400: not a Defender event)
	 */
	act(action: RemediationAction, eventId: string, request: number): RemediationResult | Refusal {
		const index = this.events.find(eventId);
		if (index === undefined) return 404;
		if (this.events.record(index)['type'] !== 'defender') return 400;
		const places = this.placesOf(index);
		const outcome = outcomes[action];
		const results = [...places].map(([address, place]) => {
			if (!outcome.from.includes(place)) {
				return { user_address: address, error: outcome.error(place) };
			}
			places.set(address, outcome.to);
			return { user_address: address };
		});
		const succeeded = results.filter((result) => !('error' in result)).length;
		this.entries.push({
			request,
			at: formatTimestamp(this.clock.now()),
			action,
			event_id: eventId,
			attempted: results.length,
			succeeded,
			results,
		});
		if (succeeded > 0) this.later(() => this.show(index));
		return {
			number_of_actions_attempted: results.length,
			number_of_actions_succeeded: succeeded,
			results,
		};
	}

	/** Puts the mail of every recipient of an event, or of the named ones, somewhere. */
	place(index: number, place: MailPlace, addresses?: readonly string[]): void {
		const places = this.placesOf(index);
		for (const address of addresses ?? places.keys()) places.set(address, place);
	}

	/** @returns where the mail of each recipient is */
	placesOf(index: number): Map<string, MailPlace> {
		const known = this.places.get(index);
		if (known) return known;
		const event = eventSchema.safeParse(this.events.record(index)).data;
		const confidence = event?.defender_details?.confidence;
		const held = confidence === 'LOW' || hash(this.seed, 0x9a4, index) % 3 !== 0;
		const places = new Map<string, MailPlace>();
		for (const address of event?.inbound_email_details?.recipients.all ?? []) {
			places.set(address, held ? 'quarantined' : 'inbox');
		}
		this.places.set(index, places);
		return places;
	}

	/** Drops the updates that are still to come. */
	close(): void {
		for (const timer of this.timers) clearTimeout(timer);
		this.timers.clear();
	}

	/** Updates the event so that the chain shows what was done. */
	private show(index: number): void {
		const counts: Record<string, number> = {};
		for (const place of mailPlaces) counts[place] = 0;
		for (const place of this.placesOf(index).values()) counts[place] = (counts[place] ?? 0) + 1;
		this.events.update(index, { remediation_status: counts });
	}

	private later(task: () => void): void {
		if (this.delayMs <= 0) return task();
		const timer = setTimeout(() => {
			this.timers.delete(timer);
			task();
		}, this.delayMs);
		this.timers.add(timer);
	}
}
