import { sortableTime, toMillis } from '../../shared/core/timestamp';
import { chainFollower } from '../core/chain';
import { LONGEST_DELAY_MS } from '../core/clocks';
import { follower } from '../core/follower';
import { identityOf } from '../core/seen';
import { lookBack, seek } from '../core/seek';
import { versionChain, type VersionRules } from '../core/versions';
import type { EventOfTrigger } from './event';
import { eventFilterFields, readFilters, securityEvents } from './securityEvents';

const rules: VersionRules = {
	key: identityOf,
	time: ({ created_at: created }) => created,
	// An old event that was updated comes back through the chain; its creation is not new.
	isNewsBehindHorizon: () => false,
	waits: true,
};

/** Each event once, by the time of its creation, although the chain is in the order of the updates. */
export const securityEventCreated: EventOfTrigger = {
	...securityEvents,
	option: {
		name: 'Security Event Created',
		value: 'securityEventCreated',
		action: 'On new security event',
		description:
			'Guardian, Architect or Defender found something. Each event starts the workflow once.',
	},
	filters: eventFilterFields,
	readFilters: (chosen) => {
		const read = readFilters(chosen);
		if (!read.ok) return read;
		const { judge, filters, unknown } = read;
		return {
			ok: true,
			unknown,
			judge,
			// The filters look at an event when it is new, and for a day at what was not known then.
			wouldHaveCome: (event) => {
				if (judge(event) !== 'passes') return 'fails';
				const age = ageOf(event);
				if (age <= 0) return 'passes';
				const mayHaveChanged = filters.quarantineStatus.length > 0 && 'defender_details' in event;
				const cameTooLate = filters.finalOutcomes.length > 0 && age > LONGEST_DELAY_MS;
				return mayHaveChanged || cameTooLate ? 'unknown' : 'passes';
			},
		};
	},
	follower: follower(
		chainFollower({
			...versionChain(rules),
			begin: ({ startFrom, startDate = '' }) => {
				if (startFrom === 'beginning') return { at: 'beginning' };
				return startFrom === 'date' ? { at: 'createdAfter', time: startDate } : undefined;
			},
			search: (search, { phase }) => (phase === 'starting' ? lookBack(search) : seek(search)),
			reenter: (phase) => {
				if (phase.phase !== 'following') return undefined;
				const { horizon } = phase;
				return horizon === '' ? { at: 'beginning' } : { at: 'createdAfter', time: `${horizon}Z` };
			},
		}),
	),
};

/** Milliseconds between the creation of an event and its last update; 0 where nothing tells of one. */
function ageOf({ created_at: created, updated_at: updated }: Record<string, unknown>): number {
	const [from, to] = [sortableTime(created), sortableTime(updated)];
	if (from === undefined || to === undefined) return 0;
	return (toMillis(updated) ?? 0) - (toMillis(created) ?? 0);
}
