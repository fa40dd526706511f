/** Messages of the Group node. */
import type { Catalogue, Filled } from '../shared/words/words';

const nothing = 'Nothing was sent.';
const oneList = 'All items that mean the same group form one list together.';
const correctItem = 'Correct the item, or filter it out before this node.';
const ifComplete = (removals: Filled) =>
	`If the list is complete all the same, or “Members” isn't read from there, set “Max Removals” under “Options” to ${removals} or more.`;

export const groupMessages = {
	groupEmpty: () => ({
		message: 'The parameter “Group” is empty',
		hint: `Select a group from the list, or enter its ID, which is a whole number. ${nothing}`,
	}),
	groupInvalid: (was: Filled, notes: Filled) => ({
		message: 'The parameter “Group” is not the ID of a group',
		hint: `Its value is ${was}.${notes === '' ? '' : ` ${notes}`} Select a group from the list, or enter its ID, which is a whole number. ${nothing}`,
	}),
	groupIdForm: () => ({
		message: 'The ID of a group is a whole number, for example 42',
		hint: '',
	}),
	longList: () => ({
		message: 'The list is long. You can also select “By ID” and enter the ID of the group.',
		hint: '',
	}),
	nameEmpty: () => ({
		message: 'The parameter “Name” is empty',
		hint: `Enter a name for the group. ${nothing}`,
	}),
	membersEmpty: () => ({
		message: 'The parameter “Members” is empty',
		hint: `Enter at least one address (alice@example.com) or domain (@example.com). ${nothing}`,
	}),
	membersMissing: () => ({
		message: 'The parameter “Members” has no value for this item',
		hint: `Its expression returns nothing, or only empty entries: the field with the addresses may have another name. For an empty list, use []. ${nothing}`,
	}),
	badMember: (entry: Filled) => ({
		message: `The parameter “Members” contains an entry that is neither an address nor a domain: ${entry}`,
		hint: `An address looks like alice@example.com, a domain like @example.com. ${nothing}`,
	}),
	badMembers: (count: Filled, entries: Filled) => ({
		message: `The parameter “Members” contains ${count} entries that are neither an address nor a domain: ${entries}`,
		hint: `An address looks like alice@example.com, a domain like @example.com. ${nothing}`,
	}),
	rowWithoutMembers: (group: Filled) => ({
		message: 'The list of members is empty for this item',
		hint: `The other items of the group ${group} have members, so the address of this one seems to be missing. Nothing was written to the group. ${correctItem}`,
	}),
	rowInvalid: (group: Filled, item: Filled, others: Filled, why: Filled) => ({
		message: `Nothing was written to the group ${group}: item ${item}${others} could not be used`,
		hint: `Item ${item}: ${why}. ${oneList} Without this item, its member would be removed. ${correctItem}`,
	}),
	insideLoop: (group: Filled, loop: Filled) => ({
		message: `Nothing was written to the group ${group}: “${loop}” passes only some of the rows to Sync`,
		hint: "Each round of the loop would remove the members of the other rounds. Connect Sync behind the loop (to the “done” output of Loop Over Items), where it receives all rows at once, also those of several groups; or use the operation Add inside the loop. If each round has the whole list of another group, use Loop Over Items, and let “Group” be a field of its rows: {{ $('Loop Over Items').item.json.group }}.",
	}),
	moreToCome: (group: Filled, node: Filled) => ({
		message: `Nothing was written to the group ${group}: more rows may still come from “${node}”`,
		hint: 'Several branches lead to Sync, and n8n runs it once for each of them. Each run would remove the members of the others. Bring all rows together first, for example with a Merge node, or use the operation Add.',
	}),
	oneRunOnly: (group: Filled, node: Filled) => ({
		message: `Nothing was written to the group ${group}: “${node}” passes only one of its runs to Sync`,
		hint: '“Execute step” takes the rows of one run of each node before it. The members in the rows of the other runs would be removed. Execute the whole workflow, or bring all rows together first, for example with a Merge node before Sync.',
	}),
	rowsLeftBehind: (group: Filled, child: Filled, node: Filled) => ({
		message: `Nothing was written to the group ${group}: “${child}” did not get the rows of “${node}”`,
		hint: '“Execute step” goes on from an execution that was stopped before all rows had come here. The members in the missing rows would be removed. Bring all rows together first, for example with a Merge node before Sync, and execute the whole workflow.',
	}),
	firstInputOnly: (group: Filled, node: Filled) => ({
		message: `Nothing was written to the group ${group}: “${node}” is deactivated and passes only the rows of its first input to Sync`,
		hint: 'The members in the rows of its other inputs would be removed. Activate the node, or connect Sync to one branch that has all rows.',
	}),
	inputNotStarted: (group: Filled, node: Filled, without: Filled) => ({
		message: `Nothing was written to the group ${group}: “${node}” ran without the rows of “${without}”, which this execution does not start`,
		hint: `The members that only “${without}” lists would be removed. Connect all branches to the trigger that starts the execution. If only one of them is to run each time, connect them to the same input of “${node}”.`,
	}),
	cutShort: (node: Filled, limit: Filled, group: Filled, removals: Filled, removed: Filled) => ({
		message: `Nothing was written to the group ${group}: “${node}” returned exactly as many rows as its “Limit” (${limit}), so the list may be incomplete`,
		hint: `Sync would remove ${removed}. Turn on “Return All” in “${node}”. ${ifComplete(removals)}`,
	}),
	limitUnknown: (node: Filled, group: Filled, removals: Filled, removed: Filled) => ({
		message: `Nothing was written to the group ${group}: the “Limit” of “${node}” is an expression, so the list may be incomplete`,
		hint: `Sync would remove ${removed}. Turn on “Return All” in “${node}”. ${ifComplete(removals)}`,
	}),
	usualLimit: (node: Filled, count: Filled, group: Filled, removals: Filled, removed: Filled) => ({
		message: `Nothing was written to the group ${group}: “${node}” has exactly ${count} rows from another workflow, the default of many a “Limit”, so the list may be incomplete`,
		hint: `Sync would remove ${removed}. Turn on “Return All” in the node of that workflow that reads the list. ${ifComplete(removals)}`,
	}),
	pagesLimited: (node: Filled, group: Filled, removals: Filled, removed: Filled) => ({
		message: `Nothing was written to the group ${group}: “${node}” has “Limit Pages Fetched” on, so the list may be incomplete`,
		hint: `Sync would remove ${removed}. Turn off “Limit Pages Fetched” in “${node}”. ${ifComplete(removals)}`,
	}),
	rowsCutOff: (
		node: Filled,
		passed: Filled,
		given: Filled,
		group: Filled,
		removals: Filled,
		removed: Filled,
	) => ({
		message: `Nothing was written to the group ${group}: “${node}” passed on only ${passed} of ${given} rows`,
		hint: `Sync would remove ${removed}. Delete or deactivate “${node}”. ${ifComplete(removals)}`,
	}),
	listedInOtherRun: (group: Filled, node: Filled, members: Filled) => ({
		message: `Nothing was written to the group ${group}: “${node}” ran several times, and only a part of its rows came to Sync`,
		hint: `Rows of other runs have ${members}, whom Sync would remove. A loop without a “done” output passes on only its last round. Read all pages in one node, for example with “Pagination” in HTTP Request, collect the rows of all rounds in a Code node, or use the operation Add inside the loop.`,
	}),
	executeOnce: (group: Filled, items: Filled) => ({
		message: `Nothing was written to the group ${group}: “Execute Once” passes only the first of ${items} items to Sync`,
		hint: "The members of the other items would be removed. Turn off “Execute Once” in the settings of this node: Sync takes all items together. Or read all of them in “Members”: {{ $('Rows').all().map((row) => row.json.email) }}.",
	}),
	severalTokens: (group: Filled) => ({
		message: `Nothing was written to the group ${group}: its items use several API tokens of one portal`,
		hint: `${oneList} Use the same token for all of them.`,
	}),
	emptyList: (group: Filled) => ({
		message: 'The list of members is empty, so the group was left as it is',
		hint: `Syncing with an empty list would remove all members of the group ${group}. If that is what you want, turn on “Allow Empty” under “Options”.`,
	}),
	otherItemFailed: (group: Filled) => ({
		message: `The group ${group} was not synced, because another item failed`,
		hint: 'Nothing was written to it.',
	}),
	listedBefore: (group: Filled, members: Filled) => ({
		message: `Nothing was written to the group ${group}: this run would remove members that Sync has listed before in the same execution`,
		hint: `It would remove ${members}. Sync ran several times, in a loop or for several branches, and each time it received only some of the rows. Bring all rows together first (for example with Merge, or at the loop’s “done” output), or use the operation Add.`,
	}),
	unreadableBefore: (group: Filled, members: Filled) => ({
		message: `Nothing was written to the group ${group}: this run would remove members, and an earlier run of Sync in the same execution had items that could not be used`,
		hint: `It would remove ${members}. They may be among those items. ${correctItem}`,
	}),
	forgottenBefore: (group: Filled, members: Filled) => ({
		message: `Nothing was written to the group ${group}: this run would remove members, and it is not known whom Sync listed before in the same execution`,
		hint: `It would remove ${members}. They may be among those. Lists are forgotten when n8n restarts, goes on in another process (queue mode), or runs many other executions in between; and the earlier run failed, or was about the same group. Bring all rows together first (for example with Merge), so that Sync runs once.`,
	}),
	tooManyRemovals: (
		removals: Filled,
		present: Filled,
		group: Filled,
		bound: Filled,
		removed: Filled,
		added: Filled,
	) => ({
		message: `Sync would remove ${removals} of the ${present} members of the group ${group}: ${bound}. Nothing was written`,
		hint: `It would remove ${removed}, and add ${added}. If that is correct, set “Max Removals” under “Options” to ${removals} or more. If not, the list is probably incomplete: with several items, all items of one run form the list together.`,
	}),
} satisfies Catalogue;

/** Sentences that follow the description of a refused request for members. */
export const memberNotes = {
	oneMember: (member: string) => `The request contained one member: ${member}.`,
	amongMembers: (members: number, items: number) =>
		`At least one of the ${members} members${items > 1 ? ` of ${items} items` : ''} in the request was refused.`,
	divides: 'If “On Error” is set to continue, the node splits such a request to find the one.',
	sent: (sent: number, requested: number) => `${sent} of ${requested} members were sent`,
	synced: (added: number, toAdd: number, removed: number, toRemove: number) =>
		`${added} of ${toAdd} members were added and ${removed} of ${toRemove} removed; running it again completes the rest`,
	boundSet: (most: number) => `“Max Removals” is ${most}`,
	boundUsual: 'that is more than half of them',
	nobody: 'nobody',
	andMore: (names: string, more: number) => `${names} and ${more} more`,
};
