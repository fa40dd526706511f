/** Messages of the Remediation node. */
import type { Catalogue, Filled } from '../shared/words/words';

const look = 'Check the event in the portal.';

/** `why` is empty, or lists the errors of the recipients. */
export const remediationMessages = {
	partial: (queued: Filled, recipients: Filled, event: Filled, why: Filled) => ({
		message: `Proofpoint queued the action for only ${queued} of ${recipients} recipients of the event ${event}${why}`,
		hint: `What was queued stays queued. For the other recipients, the email may already have been released or deleted. ${look}`,
	}),
	alreadyHandled: (event: Filled, why: Filled) => ({
		message: `The email of the event ${event} had already been handled${why}`,
		hint: `It was released or deleted earlier; the response does not say which. Nothing was queued this time. ${look}`,
	}),
	failed: (failed: Filled, recipients: Filled, event: Filled, why: Filled) => ({
		message: `The action failed for ${failed} of ${recipients} recipients of the event ${event}${why}`,
		hint: `The email may already have been released or deleted, or it was never there. ${look}`,
	}),
	nothingDone: (event: Filled) => ({
		message: `Proofpoint did nothing for the event ${event}: there was no recipient to act on`,
		hint: `The email may already have been released or deleted. ${look}`,
	}),
	unknown: (event: Filled) => ({
		message: `Proofpoint’s response does not say what was done for the event ${event}`,
		hint: 'It is not known whether the action was queued, so it was not repeated. Check the event in the portal before you run it again.',
	}),
} satisfies Catalogue;

/** What the output field `confirmation_detail` says. `changes` lists the counts before and after. */
export const confirmationMessages = {
	confirmed: (changes: Filled) => ({
		message: `The event shows that it is done: ${changes}.`,
		hint: '',
	}),
	cameToNothing: (changes: Filled) => ({
		message: `The action was under way, but was not completed: ${changes}.`,
		hint: '',
	}),
	oppositeDone: (changes: Filled) => ({
		message: `The opposite was done meanwhile, so this action cannot take effect any more: ${changes}.`,
		hint: '',
	}),
	started: (changes: Filled) => ({
		message: `The event shows that the action has started: ${changes}.`,
		hint: '',
	}),
	unchanged: (changes: Filled) => ({
		message: `The event shows no sign of the action: ${changes}.`,
		hint: '',
	}),
	notQueued: () => ({
		message: 'Nothing was queued, so there is nothing to wait for.',
		hint: '',
	}),
	unknownRecipients: () => ({
		message: 'The response to the action does not say for how many recipients it was queued.',
		hint: '',
	}),
	noEventBefore: () => ({
		message:
			'The event was not found before the action was sent, so there is nothing to compare with.',
		hint: '',
	}),
	noCountsBefore: () => ({
		message: 'Before the action, the event did not say where its emails are.',
		hint: '',
	}),
	noCountsAnymore: () => ({
		message: 'The event no longer says where its emails are.',
		hint: '',
	}),
	unreadable: (why: Filled, seen: Filled) => ({
		message: `The list of events could not be read to the end: ${why}. Seen before that: ${seen}`,
		hint: '',
	}),
} satisfies Catalogue;
