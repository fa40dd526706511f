import {
	fingerprintOf,
	newState,
	readState,
	whyDiscarded,
	type Start,
} from '@nodes/Trigger/core/state';

const origin = 'https://acme.tessian-platform.com';
const fingerprint = fingerprintOf(origin, ['securityEventCreated', 'now']);
const start: Start = { fingerprint, event: 'securityEventCreated', startFrom: 'now' };
const good = {
	...newState(start),
	position: { at: 'checkpoint', checkpoint: '+/=%&' },
	since: '2026-01-31T12:00:00.000000Z',
	caughtUp: true,
	horizon: '2026-01-31T11:00:00.000000',
	seen: { '2026-01-31T11': 'abcdefghijklmnop' },
};

describe('readState', () => {
	it('gives back what was stored', () => {
		expect(readState(JSON.parse(JSON.stringify(good)), fingerprint)).toEqual({
			state: good,
			discarded: 'none',
		});
	});

	it('nothing stored: no state, nothing discarded', () => {
		expect(readState(undefined, fingerprint)).toEqual({ discarded: 'none' });
	});

	it.each([
		['from the future', { ...good, version: 2 }],
		['a text', 'checkpoint'],
		['null', null],
		['a list', []],
		['empty', {}],
		['a position of an unknown kind', { ...good, position: { at: 'moon' } }],
		['a position without its checkpoint', { ...good, position: { at: 'checkpoint' } }],
		['memory that is no text', { ...good, seen: { '2026-01-31T11': 7 } }],
		['a switch that is no switch', { ...good, caughtUp: 'yes' }],
		['an event that does not exist', { ...good, event: 'somethingElse' }],
		['the state of another node', { lastTimeChecked: '2026-01-31' }],
	])('%s is discarded', (_name, stored) => {
		expect(readState(stored, fingerprint)).toEqual({ discarded: 'unreadable' });
	});

	it('of another configuration is discarded, of whatever event', () => {
		const other = fingerprintOf(origin, ['auditEntryCreated', 'now']);
		expect(readState(good, other)).toEqual({ discarded: 'otherConfiguration' });
		const users = { version: 1, fingerprint: 'another', statuses: {} };
		expect(whyDiscarded(users, other)).toBe('otherConfiguration');
	});

	it('a megabyte of memory is read, not refused', () => {
		const large = { ...good, seen: { '2026-01-31T11': 'x'.repeat(1_000_000) } };
		expect(readState(large, fingerprint).discarded).toBe('none');
	});
});

describe('fingerprintOf', () => {
	it('differs where the portal or what was written differs', () => {
		const date = '={{ $now.minus({ days: 1 }) }}';
		const prints = [
			fingerprintOf(origin, ['securityEventCreated', 'now']),
			fingerprintOf('https://b.tessian-platform.com', ['securityEventCreated', 'now']),
			fingerprintOf(origin, ['auditEntryCreated', 'now']),
			fingerprintOf(origin, ['securityEventCreated', 'beginning']),
			fingerprintOf(origin, ['securityEventCreated', 'date', date]),
			fingerprintOf(origin, ['securityEventCreated', 'date', `${date} `]),
			fingerprintOf(origin, ['securityEventCreated', 'date', '2026-01-01T00:00:00Z']),
		];
		expect(new Set(prints).size).toBe(prints.length);
		expect(fingerprintOf(origin, ['securityEventCreated', 'now'])).toBe(fingerprint);
	});
});

describe('newState', () => {
	it('audits and anomalies begin at the beginning, whatever the start', () => {
		expect(newState({ ...start, event: 'auditEntryCreated' }).position).toEqual({
			at: 'beginning',
		});
		expect(newState({ ...start, event: 'anomalyDetected' }).position).toEqual({
			at: 'beginning',
		});
	});

	it('events: a date is asked for, "now" and the chain of updates are looked for', () => {
		const startDate = '2026-01-01T00:00:00.000000Z';
		expect(newState({ ...start, startFrom: 'date', startDate })).toMatchObject({
			position: { at: 'createdAfter', time: startDate },
			since: startDate,
		});
		expect(newState(start).position).toBeUndefined();
		const updates: Start = {
			...start,
			event: 'securityEventCreatedOrUpdated',
			startFrom: 'date',
			startDate,
		};
		expect(newState(updates).position).toBeUndefined();
		expect(newState({ ...updates, startFrom: 'beginning' }).position).toEqual({
			at: 'beginning',
		});
	});
});
