/** Messages about what Proofpoint answered. */
import { createToken } from './credential';
import { ID_FORMS } from './parameters';
import type { Catalogue, Filled } from './words';

const checkEventId = `Check the “Event ID” parameter: an ID looks like ${ID_FORMS}. It is the field “id” of a security event. A link copied from the portal works too.`;
const incomplete =
	'The list would be incomplete, so nothing is returned. “Get Page” returns what is available, page by page.';

/** `ending` is empty, or says how long the request was retried. */
export const answerMessages = {
	unauthorized: () => ({
		message: 'Proofpoint did not accept the API token (401)',
		hint: `The token is unknown or was not sent. ${createToken}`,
	}),
	forbidden: (permission: Filled) => ({
		message: `Proofpoint refused access (403). This request needs the permission “${permission}”`,
		hint: `The API does not say which of three causes applies. 1. The owner of the API token lacks the permission “${permission}”: give it to that user in the portal. 2. The token is wrong or deleted: ${createToken.replace(/^C/, 'c')} 3. The Proofpoint API is not enabled for your portal: ask Proofpoint’s support to enable it.`,
	}),
	notFound: () => ({
		message: 'The Proofpoint API was not found on this portal (404)',
		hint: 'Check the Portal URL in the credential: it must be the host of your own portal.',
	}),
	redirect: (status: Filled) => ({
		message: `The portal redirects to another address (${status})`,
		hint: 'The token is never sent along with a redirect. Set the Portal URL in the credential to the address that the browser ends up at.',
	}),
	invalid: () => ({
		message: 'Proofpoint refused the request as invalid (400)',
		hint: 'Check the parameters of this operation.',
	}),
	refused: (status: Filled) => ({
		message: `Proofpoint refused the request (${status})`,
		hint: 'Check the parameters of this operation.',
	}),
	rateLimited: (ending: Filled) => ({
		message: `Proofpoint’s rate limit is exceeded (429)${ending}`,
		hint: 'Run it again later, or with fewer items at a time.',
	}),
	pausedByRateLimit: (time: Filled) => ({
		message:
			'This request was not sent: an earlier response said that the rate limit is exceeded (429)',
		hint: `Proofpoint asks for a pause of another ${time}. Run it again later, or with fewer items at a time.`,
	}),
	pausedByServer: (status: Filled, time: Filled) => ({
		message: `This request was not sent: an earlier response asked for a pause (${status})`,
		hint: `The pause lasts another ${time} and applies to this part of the API only. Run it again later.`,
	}),
	serverError: (status: Filled, ending: Filled) => ({
		message: `Proofpoint reported a server error (${status})${ending}`,
		again: 'Try again in a few minutes: this is usually temporary.',
		hint: '',
	}),
	listRefused: () => ({
		message: 'Proofpoint refused the request for this list (400)',
		hint: 'If “After Checkpoint” is set, it may have expired or belong to another list: clear it to start from the beginning. If a date is set, check it.',
	}),
	noCheckpoint: () => ({
		message: 'Proofpoint announced more results, but returned no checkpoint to continue from',
		again: 'Try again later.',
		hint: incomplete,
	}),
	repeatedCheckpoint: () => ({
		message: 'Proofpoint announced more results, but returned a checkpoint that was already used',
		again: 'Try again later.',
		hint: incomplete,
	}),
	endlessList: () => ({
		message: 'Proofpoint announced more results a thousand times in a row, but returned none',
		again: 'Try again later.',
		hint: incomplete,
	}),
	repeatedRecords: () => ({
		message:
			'Proofpoint returned the same records again, page after page, and announced more each time',
		again: 'Try again later.',
		hint: incomplete,
	}),
	tooLongList: () => ({
		message: 'The list did not end after 100,000 pages',
		hint: `${incomplete} Read less at a time: with “Get Page” in a loop, or, for events, with a later “Created After”.`,
	}),
	groupNotFound: (id: Filled) => ({
		message: `There is no group with the ID ${id}`.trim(),
		hint: 'Check the “Group” parameter. A deleted group cannot be recovered.',
	}),
	eventNotFound: (id: Filled) => ({
		message: `There is no event with the ID ${id}`.trim(),
		hint: checkEventId,
	}),
	actionRefused: (id: Filled) => ({
		message: `Proofpoint refused the action for the event ${id}`.trim(),
		hint: `Actions work on Defender (inbound) events only. ${checkEventId}`,
	}),
	retired: () => ({
		message: 'Proofpoint no longer offers company risk scores',
		hint: 'Proofpoint announced that this data ends on 30 June 2025 and that the endpoint will be removed. Remove this node from the workflow.',
	}),
} satisfies Catalogue;
