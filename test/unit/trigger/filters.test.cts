import { matcher, type Filters } from '@nodes/Trigger/filters';

const guardian = {
	type: 'guardian',
	outbound_email_details: { final_outcome: 'NOT_SENT' },
	guardian_details: {
		type: 'MISDIRECTED_EMAIL',
		final_outcome: 'SENT_WITH_CHANGES',
	},
};
const architect = {
	type: 'architect',
	outbound_email_details: { final_outcome: 'NOT_SENT' },
	architect_details: { final_outcome: null },
};
const defender = {
	type: 'defender',
	inbound_email_details: {},
	defender_details: { confidence: 'LOW' },
};
const unknown = { type: 'sentinel' };
const all = [guardian, architect, defender, unknown];

const passing = (filters: Filters) =>
	all.filter(matcher('securityEventCreated', filters)).map(({ type }) => type);

describe('filters of security events', () => {
	it('none: everything passes, unknown types too', () => {
		expect(passing({})).toEqual(['guardian', 'architect', 'defender', 'sentinel']);
	});

	it('types', () => {
		expect(passing({ types: ['defender', 'sentinel'] })).toEqual(['defender', 'sentinel']);
	});

	it('a filter on details applies to the events that have them', () => {
		expect(passing({ defenderConfidence: ['HIGH'] })).toEqual([
			'guardian',
			'architect',
			'sentinel',
		]);
		expect(passing({ defenderConfidence: ['LOW'] })).toHaveLength(4);
		expect(passing({ guardianTypes: ['MISATTACHED_FILE'] })).toEqual([
			'architect',
			'defender',
			'sentinel',
		]);
	});

	it('the outcome is Guardian’s or Architect’s own, else the e-mail’s', () => {
		expect(passing({ finalOutcomes: ['SENT_WITH_CHANGES'] })).toEqual([
			'guardian',
			'defender',
			'sentinel',
		]);
		expect(passing({ finalOutcomes: ['NOT_SENT'] })).toEqual(['architect', 'defender', 'sentinel']);
	});

	it('several filters must all hold; values that the API adds later work', () => {
		expect(
			passing({
				types: ['guardian', 'defender'],
				defenderConfidence: ['HIGH'],
			}),
		).toEqual(['guardian']);
		const match = matcher('securityEventCreated', { defenderConfidence: ['UTTER'] });
		expect(match({ ...defender, defender_details: { confidence: 'UTTER' } })).toBe(true);
	});

	it('without regard to case, of the value and of what was asked for', () => {
		expect(passing({ types: ['DEFENDER'], defenderConfidence: ['low'] })).toEqual(['defender']);
		expect(matcher('anomalyDetected', { severities: ['HIGH'] })({ severity_label: 'high' })).toBe(
			true,
		);
		const statuses = ['good CONNECTION'];
		const match = matcher('userConnectionChanged', { statuses });
		expect(match({ status: 'Good connection' })).toBe(true);
		expect(match({ status: 'Connection issues' })).toBe(false);
	});

	it('an e-mail without an outcome yet does not pass a filter on it', () => {
		const pending = {
			type: 'guardian',
			outbound_email_details: { final_outcome: null },
		};
		expect(matcher('securityEventCreatedOrUpdated', { finalOutcomes: ['NOT_SENT'] })(pending)).toBe(
			false,
		);
	});
});

describe('other events', () => {
	it('anomalies by severity', () => {
		const match = matcher('anomalyDetected', { severities: ['high'], types: ['defender'] });
		expect([
			match({ severity_label: 'high' }),
			match({ severity_label: 'moderate' }),
			match({}),
		]).toEqual([true, false, false]);
	});

	it('audit entries all pass', () => {
		expect(matcher('auditEntryCreated', { types: ['x'], severities: ['high'] })({})).toBe(true);
	});
});
