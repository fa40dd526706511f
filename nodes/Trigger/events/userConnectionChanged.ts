import { knownConnectionStatuses } from '../../shared/api/contract';
import { connectionStatusOptions } from '../../shared/n8n/fields';
import { connectionFollower } from '../core/connections';
import { follower } from '../core/follower';
import { readValueFilter, valueFilterFields, type EventOfTrigger } from './event';

/** The first round only remembers. From then on each user whose status is another one comes, with the status before. */
export const userConnectionChanged: EventOfTrigger = {
	option: {
		name: 'User Connection Changed',
		value: 'userConnectionChanged',
		action: 'On changed user connection',
		description:
			'The connection of a monitored user became better or worse. Every poll lists all users.',
	},
	endpoint: 'monitoredUsers',
	noun: 'monitored users',
	hasStart: false,
	hasOutput: false,
	filters: valueFilterFields({
		displayName: 'New Statuses',
		name: 'statuses',
		type: 'multiOptions',
		options: connectionStatusOptions,
		default: [],
		description: 'Only users whose connection is like this now. If empty, every change.',
	}),
	readFilters: (chosen) =>
		readValueFilter(chosen, {
			name: 'statuses',
			label: 'New Statuses',
			field: 'status',
			known: knownConnectionStatuses,
		}),
	listsByDate: false,
	sampleFields: { previous_status: null },
	follower: follower(connectionFollower),
};
