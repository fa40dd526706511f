/** The filters that only the trigger has; those of security events are in `core/eventFilters`. */
import type { ApiRecord } from '@nodes/shared/api/contract';
import type { Verdict } from '@nodes/shared/core/eventFilters';
import { triggerEvents, type TriggerEvent } from '@nodes/Trigger/events/all';

it.each<[TriggerEvent, Record<string, unknown>, ApiRecord, Verdict]>([
	['anomalyDetected', { severities: ['high'] }, { severity_label: 'high' }, 'passes'],
	['anomalyDetected', { severities: ['HIGH'] }, { severity_label: 'high' }, 'passes'],
	['anomalyDetected', { severities: ['high'] }, { severity_label: 'moderate' }, 'fails'],
	['anomalyDetected', { severities: ['high'] }, {}, 'fails'],
	['anomalyDetected', { severities: [] }, {}, 'passes'],
	['anomalyDetected', { types: ['defender'] }, {}, 'passes'],
	[
		'userConnectionChanged',
		{ statuses: 'good CONNECTION' },
		{ status: 'Good connection' },
		'passes',
	],
	['userConnectionChanged', { statuses: ['Good connection'] }, { status: 'LIVE' }, 'fails'],
	['auditEntryCreated', { types: ['x'], severities: ['high'] }, {}, 'passes'],
	['securityEventCreated', { types: ['defender'] }, { type: 'guardian' }, 'fails'],
	['securityEventCreatedOrUpdated', { types: ['sentinel'] }, { type: 'sentinel' }, 'passes'],
	['securityEventCreated', {}, { type: 'sentinel' }, 'passes'],
	['securityEventCreated', { finalOutcomes: ['SENT'] }, { type: 'guardian' }, 'unknown'],
])('%s %j judges %j: %s', (event, filters, record, verdict) => {
	const read = triggerEvents[event].readFilters(filters);
	expect(read.ok && read.judge(record)).toBe(verdict);
});

it.each<[TriggerEvent, Record<string, unknown>, string]>([
	['anomalyDetected', { severities: undefined }, 'Severities'],
	['userConnectionChanged', { statuses: { a: 1 } }, 'New Statuses'],
	['securityEventCreated', { types: undefined }, 'Types'],
	['securityEventCreated', { quarantineStatus: ['lost'] }, 'Quarantine Status'],
])('%s refuses %j by the name of the filter', (event, filters, label) => {
	expect(triggerEvents[event].readFilters(filters)).toMatchObject({ ok: false, label });
});
