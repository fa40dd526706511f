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
	['anomalyDetected', { severities: 'Very High' }, { severity_label: 'very_high' }, 'passes'],
	[
		'userConnectionChanged',
		{ statuses: 'CONNECTION_ISSUES' },
		{ status: 'Connection issues' },
		'passes',
	],
	[
		'securityEventCreated',
		{ defenderConfidence: 'Very High' },
		{ type: 'defender', defender_details: { confidence: 'VERY_HIGH' } },
		'passes',
	],
	[
		'securityEventCreated',
		{ guardianTypes: ['Misdirected Email'], finalOutcomes: 'not-sent' },
		{
			type: 'guardian',
			guardian_details: { type: 'MISDIRECTED_EMAIL', final_outcome: 'NOT_SENT' },
		},
		'passes',
	],
	// A value that Proofpoint adds one day, in another spelling.
	['securityEventCreated', { types: 'new type' }, { type: 'NEW_TYPE' }, 'passes'],
	['securityEventCreated', { types: '-' }, { type: '' }, 'fails'],
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

it.each<[TriggerEvent, Record<string, unknown>, string[]]>([
	['securityEventCreated', { types: 'gaurdian, Defender', subject: 'x' }, ['“Types”: gaurdian']],
	['securityEventCreatedOrUpdated', { defenderConfidence: 'High' }, []],
	[
		'securityEventCreatedOrUpdated',
		{ defenderConfidence: 'Very Hihg', finalOutcomes: ['Sent'], guardianTypes: 'file' },
		['“Defender Confidence”: Very Hihg', '“Guardian Types”: file', '“Final Outcomes”: Sent'],
	],
	['anomalyDetected', { severities: ['very-high', 'low'] }, ['“Severities”: low']],
	['userConnectionChanged', { statuses: 'good connection; gone' }, ['“New Statuses”: gone']],
	['auditEntryCreated', {}, []],
])('%s %j names the values that are not known: %j', (event, filters, unknown) => {
	expect(triggerEvents[event].readFilters(filters)).toMatchObject({ ok: true, unknown });
});
