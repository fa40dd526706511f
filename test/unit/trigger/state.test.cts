import { fingerprintOf, newState, readState, type Start } from '@nodes/Trigger/core/state';
import { triggerLog } from '@nodes/Trigger/words';
import { ModelPortal } from './modelPortal.cjs';
import { poll, startOf, type Start as StartOfEvent } from './polling.cjs';

const origin = 'https://acme.tessian-platform.com';
const fingerprint = fingerprintOf(origin, ['securityEventCreated', 'now']);
const start: Start = { fingerprint, event: 'securityEventCreated', startFrom: 'now' };
const good = { ...newState(start), body: { phase: 'whatever the event keeps' } };

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
		['without its event', { ...good, event: undefined }],
		['a start of an unknown kind', { ...good, startFrom: 'tomorrow' }],
		['a start date that is none', { ...good, startDate: 7 }],
		['the state of another node', { lastTimeChecked: '2026-01-31' }],
	])('%s is discarded', (_name, stored) => {
		expect(readState(stored, fingerprint)).toEqual({ discarded: 'unreadable' });
	});

	it.each([
		good,
		{ version: 1, fingerprint: 'another' },
		{ version: 7, fingerprint: 'another', anything: {} },
	])('of another configuration is discarded, whatever it holds', (stored) => {
		const other = fingerprintOf(origin, ['auditEntryCreated', 'now']);
		expect(readState(stored, other)).toEqual({ discarded: 'otherConfiguration' });
	});
});

describe('a body that cannot be read', () => {
	const starts: StartOfEvent[] = [
		startOf('securityEventCreated', 'beginning'),
		startOf('securityEventCreatedOrUpdated', 'beginning'),
		startOf('auditEntryCreated', 'beginning'),
		startOf('anomalyDetected', 'beginning'),
		startOf('userConnectionChanged'),
	];
	const bodies: Array<[string, unknown]> = [
		['null', null],
		['a text', 'body'],
		['of another event', { phase: { phase: 'flying' } }],
		['empty', {}],
		[
			'of a memory that is none',
			{ phase: { phase: 'catchingUp', since: '' }, newest: '', trail: '', memory: 7 },
		],
	];
	it.each(starts.flatMap((begun) => bodies.map(([name, body]) => ({ begun, name, body }))))(
		'$begun.event: $name starts over and says so',
		async ({ begun, body }) => {
			const kind = {
				anomalyDetected: 'anomalies' as const,
				auditEntryCreated: 'audits' as const,
				securityEventCreated: 'events' as const,
				securityEventCreatedOrUpdated: 'events' as const,
				userConnectionChanged: 'events' as const,
			}[begun.event];
			const options = { dateHeader: true, seed: 1, looseEnd: false };
			const portal = new ModelPortal(kind, Date.parse('2026-01-31T12:00:00Z'), options);
			portal.create();
			portal.addAudit(false);
			portal.addAnomaly(1);
			const hand = { fetchPage: portal.fetchPage, now: () => portal.now };
			const damaged = await poll(begun, JSON.stringify({ ...newState(begun), body }), hand);
			expect(damaged.notices).toEqual([triggerLog.unreadableState()]);
			expect(damaged).toMatchObject({ caughtUp: true });
			expect(damaged.emit).toHaveLength(begun.event === 'userConnectionChanged' ? 0 : 1);
			const after = await poll(begun, damaged.stored, hand);
			expect(after).toMatchObject({ emit: [], notices: [], caughtUp: true });
		},
	);
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
