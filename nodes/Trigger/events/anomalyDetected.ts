import { knownSeverities } from '../../shared/api/contract';
import { follower } from '../core/follower';
import { listFollower } from '../core/relisted';
import { readValueFilter, valueFilterFields, type EventOfTrigger } from './event';

/** The API lists the latest day only, and no checkpoint leads to a later one. So it is listed anew, and each ID comes once. */
export const anomalyDetected: EventOfTrigger = {
	option: {
		name: 'Anomaly Detected',
		value: 'anomalyDetected',
		action: 'On new anomaly',
		description:
			'A user sent an unusual number of sensitive emails to unauthorized addresses. The API lists the latest day only.',
	},
	endpoint: 'anomalies',
	noun: 'anomalies',
	hasStart: true,
	hasOutput: false,
	filters: valueFilterFields({
		displayName: 'Severities',
		name: 'severities',
		type: 'multiOptions',
		options: [
			{ name: 'Very High', value: 'very_high' },
			{ name: 'High', value: 'high' },
			{ name: 'Moderate', value: 'moderate' },
		],
		default: [],
		description: 'Only anomalies of these severities. If empty, all.',
	}),
	readFilters: (chosen) =>
		readValueFilter(chosen, {
			name: 'severities',
			label: 'Severities',
			field: 'severity_label',
			known: knownSeverities,
		}),
	listsByDate: false,
	follower: follower(listFollower(({ anomalous_period_end: end }) => end)),
};
