/**
 * Where the mail of each recipient of a Defender event is, and how the event tells it: in numbers of recipients.
 * A mail is held by one of two quarantines, the admin's or the user's; the other one counts it as not quarantined.
 */
import { isJsonObject, type JsonObject } from './json.cjs';

/** Where the mail of one recipient is. */
export type MailPlace =
	| 'quarantined'
	| 'pending_release'
	| 'released'
	| 'inbox'
	| 'deletion_pending'
	| 'deleted';

/** The two quarantines. */
export type Holder = 'admin' | 'user';

/** The mail of one recipient. */
export interface Mail {
	place: MailPlace;
	/** The quarantine that holds it or held it; null for a mail that never was in one. */
	holder: Holder | null;
	/** Whether it once left that quarantine for the inbox. */
	released: boolean;
}

const blockStates = ['not_quarantined', 'quarantined', 'released', 'deleted', 'pending_release'];
const deletionStates = ['deleted', 'deletion_pending', 'not_deleted'];

/** @returns the mail of a recipient that was put somewhere, from where it was before; without, one held by the admin */
export function putMail(place: MailPlace, before?: Mail): Mail {
	if (place === 'inbox') return { place, holder: null, released: false };
	const holder = before ? before.holder : 'admin';
	return { place, holder, released: place === 'released' || before?.released === true };
}

/** The state in which the quarantine that holds a mail counts it. */
function heldState({ place, released }: Mail): string {
	if (released) return 'released';
	// A deletion from quarantine that is under way shows only when it is done.
	return place === 'deletion_pending' ? 'quarantined' : place;
}

/** What the counts say that the quarantine knows of a mail, and what the deletion from inboxes does. */
function deletionState({ place, holder, released }: Mail): string {
	const inInbox = holder === null || released;
	if (inInbox && (place === 'deleted' || place === 'deletion_pending')) return place;
	return 'not_deleted';
}

function tally(states: readonly string[], found: readonly string[]): Record<string, number> {
	return Object.fromEntries(
		states.map((state) => [state, found.filter((one) => one === state).length]),
	);
}

/** @returns the two fields of `defender_details` that tell where the mails are */
export function countsOf(mails: Iterable<Mail>): JsonObject {
	const all = [...mails];
	const block = (holder: Holder) =>
		tally(
			blockStates,
			all.map((mail) => (mail.holder === holder ? heldState(mail) : 'not_quarantined')),
		);
	return {
		quarantine_status_count: {
			admin_quarantine_status_count: block('admin'),
			user_quarantine_status_count: block('user'),
		},
		deletion_status_count: tally(deletionStates, all.map(deletionState)),
	};
}

function countAt(value: unknown, ...path: string[]): number {
	let at = value;
	for (const key of path) at = isJsonObject(at) ? at[key] : undefined;
	return typeof at === 'number' ? at : 0;
}

/** @returns whether the event tells where its mail is: older ones do not */
export function tellsMail(details: JsonObject): boolean {
	return isJsonObject(details['quarantine_status_count']);
}

/**
 * Reads the counts of an event back: the first recipients are the ones that are held.
 * @param details the event's `defender_details`; without counts every mail is in the admin's quarantine
 */
export function mailsOf(details: JsonObject, addresses: readonly string[]): Map<string, Mail> {
	const mails: Mail[] = [];
	const put = (count: number, mail: Mail) => {
		for (let done = 0; done < count && mails.length < addresses.length; done++) {
			mails.push({ ...mail });
		}
	};
	if (!tellsMail(details)) {
		put(addresses.length, { place: 'quarantined', holder: 'admin', released: false });
	}
	for (const holder of ['admin', 'user'] as const) {
		const block = `${holder}_quarantine_status_count`;
		for (const place of ['quarantined', 'pending_release', 'released', 'deleted'] as const) {
			const count = countAt(details, 'quarantine_status_count', block, place);
			put(count, { place, holder, released: place === 'released' });
		}
	}
	put(addresses.length, { place: 'inbox', holder: null, released: false });
	for (const place of ['deleted', 'deletion_pending'] as const) {
		let left = countAt(details, 'deletion_status_count', place);
		for (const mail of mails.filter(({ place: at }) => at === 'inbox' || at === 'released')) {
			if (left-- > 0) mail.place = place;
		}
	}
	return new Map(
		addresses.flatMap((address, at) => {
			const mail = mails[at];
			return mail ? [[address, mail] as const] : [];
		}),
	);
}
