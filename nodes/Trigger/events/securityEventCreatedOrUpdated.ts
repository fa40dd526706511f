import { sortableTime } from '../../shared/core/timestamp';
import { chainFollower } from '../core/chain';
import { follower } from '../core/follower';
import { contentOf, identityOf } from '../core/seen';
import { seek } from '../core/seek';
import { versionChain, type VersionRules } from '../core/versions';
import { judges, type EventOfTrigger } from './event';
import { eventFilterFields, readFilters, securityEvents } from './securityEvents';

const rules: VersionRules = {
	// Without a readable time two versions differ by what they say.
	key: (event) => `${identityOf(event)}|${sortableTime(event.updated_at) ?? contentOf(event)}`,
	time: ({ updated_at: updated }) => updated,
	// The chain brings each version once. Only a second walk has to tell by the time.
	isNewsBehindHorizon: ({ again }) => !again,
	waits: false,
};

/** Each version once, in the order of the chain. */
export const securityEventCreatedOrUpdated: EventOfTrigger = {
	...securityEvents,
	option: {
		name: 'Security Event Created or Updated',
		value: 'securityEventCreatedOrUpdated',
		action: 'On new or updated security event',
		description:
			'An event is new or has changed, for example because a user answered. Each version starts the workflow once.',
	},
	filters: eventFilterFields,
	readFilters: (chosen) => {
		const read = readFilters(chosen);
		return read.ok ? judges(read.judge, read.unknown) : read;
	},
	follower: follower(
		chainFollower({
			...versionChain(rules),
			// Updates of older events stand before the first event created after a date, so a place is looked for.
			begin: ({ startFrom }) => (startFrom === 'beginning' ? { at: 'beginning' } : undefined),
			search: seek,
			reenter: () => undefined,
		}),
	),
};
