/** The filters that only the trigger has; those of security events are in `core/eventFilters`. */
import { readMatcher } from '@nodes/Trigger/filters';
import type { ApiRecord } from '@nodes/shared/api/contract';

type Event = Parameters<typeof readMatcher>[0];

function matches(event: Event, filters: Record<string, unknown>, record: ApiRecord): boolean {
	const read = readMatcher(event, filters);
	if (!read.ok) throw new Error(`“${read.label}” cannot be read`);
	return read.matches(record);
}

it.each<[Event, Record<string, unknown>, ApiRecord, boolean]>([
	['anomalyDetected', { severities: ['high'] }, { severity_label: 'high' }, true],
	['anomalyDetected', { severities: ['HIGH'] }, { severity_label: 'high' }, true],
	['anomalyDetected', { severities: ['high'] }, { severity_label: 'moderate' }, false],
	['anomalyDetected', { severities: ['high'] }, {}, false],
	['anomalyDetected', { severities: [] }, {}, true],
	['anomalyDetected', { types: ['defender'] }, {}, true],
	['userConnectionChanged', { statuses: 'good CONNECTION' }, { status: 'Good connection' }, true],
	['userConnectionChanged', { statuses: ['Good connection'] }, { status: 'LIVE' }, false],
	['auditEntryCreated', { types: ['x'], severities: ['high'] }, {}, true],
	['securityEventCreated', { types: ['defender'] }, { type: 'guardian' }, false],
	['securityEventCreatedOrUpdated', { types: ['sentinel'] }, { type: 'sentinel' }, true],
	['securityEventCreated', {}, { type: 'sentinel' }, true],
])('%s %j passes %j: %s', (event, filters, record, passes) => {
	expect(matches(event, filters, record)).toBe(passes);
});

it.each<[Event, Record<string, unknown>, string]>([
	['anomalyDetected', { severities: undefined }, 'Severities'],
	['userConnectionChanged', { statuses: { a: 1 } }, 'New Statuses'],
	['securityEventCreated', { types: undefined }, 'Types'],
	['securityEventCreated', { quarantineStatus: ['lost'] }, 'Quarantine Status'],
])('%s refuses %j by the name of the filter', (event, filters, label) => {
	expect(readMatcher(event, filters)).toMatchObject({ ok: false, label });
});
