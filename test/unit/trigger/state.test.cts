import { fingerprintOf, newState, readState, type Scope } from '@nodes/Trigger/core/state';

const scope: Scope = {
	origin: 'https://acme.tessian-platform.com',
	event: 'securityEventCreated',
	startFrom: 'now',
};
const good = {
	...newState(scope),
	position: { at: 'checkpoint', checkpoint: '+/=%&' },
	since: '2026-01-31T12:00:00.000000Z',
	caughtUp: true,
	horizon: '2026-01-31T11:00:00.000000',
	seen: { '2026-01-31T11': 'abcdefghijklmnop' },
};

describe('readState', () => {
	it('gives back what was stored', () => {
		expect(readState(JSON.parse(JSON.stringify(good)), scope)).toEqual({
			state: good,
			discarded: 'none',
		});
	});

	it('nothing stored: a new state, nothing discarded', () => {
		expect(readState(undefined, scope)).toEqual({
			state: newState(scope),
			discarded: 'none',
		});
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
		['the state of another node', { lastTimeChecked: '2026-01-31' }],
	])('%s is discarded', (_name, stored) => {
		expect(readState(stored, scope)).toEqual({
			state: newState(scope),
			discarded: 'unreadable',
		});
	});

	it.each<[string, Scope]>([
		['portal', { ...scope, origin: 'https://acme.tessian-app.com' }],
		['event', { ...scope, event: 'securityEventCreatedOrUpdated' }],
		['start', { ...scope, startFrom: 'beginning' }],
		['date', { ...scope, startFrom: 'date', startDate: '2026-01-01T00:00:00.000000Z' }],
	])('of another %s is discarded', (_name, other) => {
		expect(readState(good, other)).toEqual({
			state: newState(other),
			discarded: 'otherConfiguration',
		});
	});

	it('a megabyte of memory is read, not refused', () => {
		const large = { ...good, seen: { '2026-01-31T11': 'x'.repeat(1_000_000) } };
		expect(readState(large, scope).discarded).toBe('none');
	});
});

describe('fingerprintOf', () => {
	it('differs where the meaning of a stored position differs', () => {
		const scopes: Scope[] = [
			scope,
			{ ...scope, origin: 'https://b.tessian-platform.com' },
			{ ...scope, event: 'auditEntryCreated' },
			{ ...scope, startFrom: 'beginning' },
			{ ...scope, startFrom: 'date', startDate: '2026-01-01T00:00:00.000000Z' },
			{ ...scope, startFrom: 'date', startDate: '2026-01-01T00:00:00.000001Z' },
		];
		expect(new Set(scopes.map(fingerprintOf)).size).toBe(scopes.length);
		expect(fingerprintOf({ ...scope })).toBe(fingerprintOf(scope));
	});
});

describe('newState', () => {
	it('audits and anomalies begin at the beginning, whatever the start', () => {
		expect(newState({ ...scope, event: 'auditEntryCreated' }).position).toEqual({
			at: 'beginning',
		});
		expect(newState({ ...scope, event: 'anomalyDetected' }).position).toEqual({
			at: 'beginning',
		});
	});

	it('events: a date is asked for, "now" and the chain of updates are looked for', () => {
		const startDate = '2026-01-01T00:00:00.000000Z';
		expect(newState({ ...scope, startFrom: 'date', startDate })).toMatchObject({
			position: { at: 'createdAfter', time: startDate },
			since: startDate,
		});
		expect(newState(scope).position).toBeUndefined();
		const updates: Scope = {
			...scope,
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
