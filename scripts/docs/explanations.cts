/**
 * What `docs/troubleshooting.md` says about each message beyond the message itself: one entry for each name of a
 * catalogue, so that a new message without one does not compile. Markdown; an empty text where the message says it all.
 */
import { groupMessages } from '@nodes/Group/words';
import { confirmationMessages, remediationMessages } from '@nodes/Remediation/words';
import { triggerLog, triggerMessages } from '@nodes/Trigger/words';
import { answerMessages } from '@nodes/shared/words/answers';
import { connectionMessages } from '@nodes/shared/words/connection';
import { credentialMessages, credentialTestMessages } from '@nodes/shared/words/credential';
import type { n8nMessages } from '@nodes/shared/words/n8n';
import { eventIdMessages, outputHints, parameterMessages } from '@nodes/shared/words/parameters';

type About<Messages> = Record<keyof Messages, string>;

export const aboutN8n = {
	tooOld: 'In n8n’s log, at its start. None of the nodes is loaded.',
} satisfies About<typeof n8nMessages>;

export const aboutCredential = {
	portalUrlEmpty: '',
	portalUrlNotText: '',
	portalUrlInvalid: 'A bare host or a deep link is fine.',
	portalUrlWithUser: '',
	portalUrlUnencrypted: '',
	customHostNeither: '',
	portalUrlHoldsToken:
		'The two fields hold the same, or were swapped. Nothing was looked up or sent.',
	notAHost: 'The message does not repeat it: it may be a token that got into the wrong field.',
	notAPortal: 'The host does not end in one of the two domains, or it has a port.',
	tokenEmpty: 'A lost token cannot be shown again: create a new one.',
	tokenNotText: '',
	tokenInvalid: 'The prefix `API-Token` and spaces around the token are removed for you.',
	otherHost: 'An HTTP Request node with this credential called another host.',
} satisfies About<typeof credentialMessages>;

export const aboutCredentialTest = {
	redirect: 'The portal has moved, or a sign-in page is in front of it.',
	invalid: '',
	unauthorized: 'A token ends when it is deleted or when its owner is removed.',
	forbidden:
		'Check the causes in this order. A token for groups or audits alone shows this message and still works in its own node.',
	notFound: 'The host responds, but not as a portal.',
	proxyPassword: 'The proxy responded, not Proofpoint.',
	rateLimited: 'Other requests have used up the limit.',
	refused: 'Most often a gateway, firewall or proxy.',
	serverError: '',
	webPage: '',
	undocumented: 'The response is not JSON, or JSON of another kind.',
} satisfies About<typeof credentialTestMessages>;

export const aboutConnection = {
	notFound: 'The host name is unknown.',
	refused: 'Nothing listens there, or a firewall refuses.',
	timeout: 'No response within a minute, or within the timeout you set.',
	noNetwork: 'There is no route, or no DNS server.',
	interrupted: 'The connection broke before the response was complete.',
	certificate: '',
	tls: 'Whether the request had been sent by then is not known.',
	invalidAddress: '',
	ssrfProtection:
		'The host, its address or its proxy is on the list of n8n’s protection against server-side request forgery.',
	proxyNotFound: '',
	proxyRefused: 'Nothing listens there.',
	proxyPassword: '',
	webPage: 'The status is in brackets.',
	webPageAsSuccess: '',
	errorAsSuccess: 'What the error says follows.',
	undocumented: 'Report it [here](../SECURITY.md) if the API has changed.',
	truncated: '',
	busy: 'None of the four was answered in time.',
	cancelled: '',
} satisfies About<typeof connectionMessages>;

export const aboutAnswers = {
	unauthorized: '',
	forbidden: '[Which permission each node needs](permissions.md).',
	notFound: 'The host is not a portal, or the API has changed.',
	redirect: '',
	invalid: 'A value that the API does not accept.',
	refused: 'Read what Proofpoint said.',
	rateLimited: '[How the nodes wait](rate-limits-and-failures.md).',
	pausedByRateLimit: 'The pause is longer than this request can wait.',
	pausedByServer: 'The pause is longer than this request can wait.',
	serverError: '',
	listRefused: '',
	noCheckpoint: '',
	repeatedCheckpoint: '',
	endlessList: '',
	repeatedRecords: 'A hundred pages in a row without a new record.',
	tooLongList: '',
	groupNotFound: 'It was deleted, or belongs to another portal.',
	eventNotFound: '',
	actionRefused: 'Usually it is not a Defender event: filter on the type before the node.',
	retired: '',
} satisfies About<typeof answerMessages>;

export const aboutParameters = {
	invalid:
		'A number, a toggle, a list or a text has a value that cannot be used, often from an expression that finds nothing or from an empty cell ([why](lists.md#empty-fields-and-blank-cells)). Toggles accept `true` and `false`, as text too; lists accept a list, or text with commas.',
	notADate: 'Also for a duration.',
	timeFarOff:
		'Milliseconds [before 2000 and after 2099](lists.md#times) are mistakes: seconds or nothing taken for milliseconds mean 1970, a date as digits means another century.',
	beforeIsNotLater: 'If you do not set it, *Created After* is seven days ago.',
	timeAndCheckpoint: '',
	noOperation: '',
	noResource: '',
	requestOption: 'Correct the option, or remove it.',
	nothingPassed:
		'Only where an [AI agent](ai-agents.md) has the node as a tool, since the hint beside the output reaches no model.',
	proxyNotAnAddress: '',
	proxyNotHttp:
		'A proxy of another kind (SOCKS), or one without a usable port. n8n would silently ignore it.',
	tooManyRecords: 'The [export playbook](playbooks/export-events-to-database.md) shows how.',
} satisfies About<typeof parameterMessages>;

export const aboutEventId = {
	empty: '',
	notText: 'The expression returns an object, a list, or true or false.',
	onlyNumber: 'An ID has a type before its number.',
	onlyWord: '',
	email: '',
	withSpaces: 'Enter one ID for each item.',
	withQuotes:
		'Usually an expression that was not evaluated: switch the field to *Expression*, or remove the quotes.',
	partOfLink: 'Part of a link, or several links.',
	otherPortal: '',
	noSingleEvent: 'The link leads to a list or to another page.',
	otherType: 'Filter on the type before the node.',
	severalEvents: 'The number in a link is not always unique, so nothing was sent or returned.',
	missing: 'All events created since that day were read.',
	searchEnded: '*Get* reads at most 1,000 pages, and for at most two minutes.',
} satisfies About<typeof eventIdMessages>;

export const aboutRemediation = {
	partial: 'With *Fail On: Any Recipient Failed*. The errors of the recipients follow the message.',
	alreadyHandled: 'With *Fail On: Any Recipient Failed*.',
	failed:
		'*Options > Fail On* decides when this is an error. The output has one entry for each recipient.',
	nothingDone: '',
	unknown: '',
} satisfies About<typeof remediationMessages>;

export const aboutConfirmation = {
	confirmed: '`confirmed`',
	cameToNothing: '`notDone`',
	oppositeDone: '`notDone`, at once',
	started: '`pending`: the time ran out, progress was seen.',
	unchanged: '`timedOut`',
	notQueued: '`notQueued`',
	unknownRecipients: '`notVerifiable`',
	noEventBefore: '`notVerifiable`',
	noCountsBefore: '`notVerifiable`',
	noCountsAnymore: '`notVerifiable`',
	unreadable: '`unreadable`',
} satisfies About<typeof confirmationMessages>;

export const aboutGroups = {
	groupEmpty: '',
	groupInvalid: '',
	groupIdForm: 'Shown while you type.',
	longList: 'Shown while the list is loading.',
	nameEmpty: '',
	membersEmpty: '',
	membersMissing: '',
	badMember: 'Nothing was sent, not even the valid entries.',
	badMembers: 'Nothing was sent, not even the valid entries.',
	rowWithoutMembers: '*Sync*.',
	rowInvalid: '*Sync*.',
	insideLoop: '*Sync*, inside a loop.',
	moreToCome: '*Sync*, behind several branches.',
	rowsLeftBehind:
		'*Sync*, with *Execute step* in the editor, after an execution that was stopped before all branches had run.',
	oneRunOnly: '*Sync*, with *Execute step* in the editor, behind several branches or a loop.',
	inputNotStarted:
		'*Sync*, behind a *Merge*, one branch of which belongs to another trigger, or to none.',
	cutShort:
		'*Sync*, behind a node with *Return All* off. Such a list ends where its *Limit* does, and whoever comes later would be removed.',
	limitUnknown: '*Sync*, behind a node with an expression in *Limit* or *Return All*.',
	pagesLimited: '*Sync*, behind *HTTP Request* with *Pagination*.',
	rowsCutOff:
		'*Sync*, behind a *Limit* node, or behind an *Aggregate* node that left out rows without the field.',
	usualLimit: '*Sync*, in a sub-workflow, or behind *Execute Sub-workflow*.',
	listedInOtherRun: '*Sync*, behind a loop that an *If* or *Switch* node makes.',
	firstInputOnly: '*Sync*, behind a *Merge* that is deactivated.',
	executeOnce: '*Sync*, with *Settings > Execute Once*.',
	severalTokens: '*Sync*, with expressions in the credential.',
	emptyList: '*Sync*.',
	otherItemFailed:
		'*Sync*: with *On Error: Stop Workflow*, nothing is written to any group while one item cannot be used.',
	listedBefore: '*Sync*, several times in one execution.',
	unreadableBefore: '*Sync*, several times in one execution.',
	forgottenBefore: '*Sync*, several times in one execution.',
	tooManyRemovals: '*Sync*. Without *Max Removals*, the limit is half of the present members.',
} satisfies About<typeof groupMessages>;

export const aboutTrigger = {
	invalid: '',
	filterInvalid: 'An empty list or text lets everything pass.',
	optionInvalid: '',
	notADate: '',
	timeFarOff: 'See [times](lists.md#times).',
	noEvent: '',
	nothingPasses: 'Only when you fetch a test event.',
	passesOnlyNow: 'Only when you fetch a test event for *Security Event Created*.',
} satisfies About<typeof triggerMessages>;

export const aboutTriggerLog = {
	activationFailed:
		'The workflow is active. A lasting fault shows up as failed executions; an *Error Workflow* can [tell you](trigger.md).',
	otherConfiguration: '',
	unknownValues: 'Once, and again when they change. [Filters](trigger.md#filters).',
	unknownFields: 'Once, and again when they change.',
	unreadableState:
		'It is damaged, or was written by a newer version of this package. Expect old events again, or a gap with *Now*.',
	defaultStorage:
		'n8n 2.36 or newer without durable cursors. Logged once after each start. [How to turn them on](trigger.md).',
	longId: 'The workflow was imported with a long ID.',
	longIdInN8n1: 'This n8n does not say which version it is.',
	clocksDiffer: 'By more than a minute. Synchronize the clock, for example with NTP.',
	behind: 'Logged once, until the trigger has caught up.',
	checkpointRefused: 'The checkpoint had expired. Nothing is lost, and nothing is delivered twice.',
	noLongerWaiting: 'Narrow the other filters, or use *Created or Updated*, which does not wait.',
	tooManyUsers:
		'*User Connection Changed* watches about 86,000 users with numeric IDs, or 56,000 with other IDs. Logged once.',
	usersWithoutId: 'Their ID is missing, or is neither text nor a whole number. Logged once.',
} satisfies About<typeof triggerLog>;

export const aboutHints = {
	manyRequests: '[What a list of events costs](lists.md#security-events).',
	unknownValues:
		'Proofpoint’s lists can grow, so unknown values are not refused. [Filters](trigger.md#filters).',
	unknownFields: 'Where an event does not have such a field, its value is `null`.',
} satisfies About<typeof outputHints>;
