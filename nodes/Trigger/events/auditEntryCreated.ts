import { chainFollower } from '../core/chain';
import { Entries, entriesComeAgain, entriesSchema, noEntries } from '../core/entries';
import { follower } from '../core/follower';
import { judges, type EventOfTrigger } from './event';

/** Audit entries are chronological and have no ID. A refused checkpoint leaves only the beginning to go on from. */
export const auditEntryCreated: EventOfTrigger = {
	option: {
		name: 'Audit Entry Created',
		value: 'auditEntryCreated',
		action: 'On new audit entry',
		description: 'Somebody changed something in the portal',
	},
	endpoint: 'audits',
	noun: 'audit entries',
	hasStart: true,
	hasOutput: false,
	readFilters: () => judges(() => 'passes'),
	listsByDate: false,
	follower: follower(
		chainFollower({
			memory: entriesSchema,
			none: noEntries,
			open: (memory, { judge }) => new Entries(memory, judge),
			comeAgain: entriesComeAgain,
			time: ({ timestamp }) => timestamp,
			begin: () => ({ at: 'beginning' }),
			reenter: () => ({ at: 'beginning' }),
			search: (search) => search.walkFrom({ at: 'beginning' }),
		}),
	),
};
