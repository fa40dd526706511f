import { isNew, rules } from '@nodes/Trigger/core/rules';
import { Seen } from '@nodes/Trigger/core/seen';
import { newState, type TriggerEvent, type TriggerState } from '@nodes/Trigger/core/state';

const old = '2026-01-31T10:00:00.000000';
const event = {
	id: 'e',
	created_at: '2026-01-31T11:00:00Z',
	updated_at: '2026-01-31T12:00:00.000001Z',
};

function news(
	kind: TriggerEvent,
	record: Parameters<typeof isNew>[1],
	state: Partial<TriggerState> = {},
	{ seen = new Seen(), floor = '' } = {},
): boolean {
	const fresh = newState({ fingerprint: 'this configuration', event: kind, startFrom: 'now' });
	return isNew(kind, record, { state: { ...fresh, ...state }, seen, floor });
}

describe('keys', () => {
	it('an event is its id; a version is its id and its time, however that is written', () => {
		expect(rules.securityEventCreated.key(event)).toBe('e');
		const versions = rules.securityEventCreatedOrUpdated;
		expect(versions.key(event)).toBe('e|2026-01-31T12:00:00.000001');
		const one = versions.key({ id: 'e', updated_at: '2026-01-31T12:00:00Z' });
		const same = versions.key({
			id: 'e',
			updated_at: '2026-01-31T12:00:00.000000Z',
		});
		expect(one).toBe(same);
		expect(versions.key({ id: 'e', updated_at: '2026-01-31T12:00:00.000001Z' })).not.toBe(one);
	});

	it('audit entries have none; a record without an id has none', () => {
		expect(rules.auditEntryCreated.key({ timestamp: old })).toBeUndefined();
		expect(rules.securityEventCreated.key({})).toBeUndefined();
		expect(rules.securityEventCreated.key({ id: 7 })).toBe('7');
	});

	it('an anomaly is remembered apart from its period, which may go on', () => {
		const { rememberedAt } = rules.anomalyDetected;
		expect(rememberedAt({ id: 'a', anomalous_period_end: event.created_at })).toBe(
			rememberedAt({ id: 'a', anomalous_period_end: event.updated_at }),
		);
	});
});

describe('isNew', () => {
	it('what was seen is no news', () => {
		const seen = new Seen();
		seen.add('e', '2026-01-31T11:00:00.000000');
		expect(news('securityEventCreated', event)).toBe(true);
		expect(news('securityEventCreated', event, {}, { seen })).toBe(false);
	});

	it('nothing up to the floor is news, the microsecond behind it is', () => {
		expect(news('securityEventCreated', event, {}, { floor: '2026-01-31T11:00:00.000000' })).toBe(
			false,
		);
		expect(news('securityEventCreated', event, {}, { floor: '2026-01-31T10:59:59.999999' })).toBe(
			true,
		);
	});

	it('after the end was reached, an old event that was updated is no news', () => {
		const caughtUp = { caughtUp: true, horizon: '2026-01-31T11:30:00.000000' };
		expect(news('securityEventCreated', event, caughtUp)).toBe(false);
		expect(news('securityEventCreated', event, { ...caughtUp, horizon: old })).toBe(true);
		expect(news('securityEventCreatedOrUpdated', event, caughtUp)).toBe(true);
	});

	it('in a second walk a version counts by its time', () => {
		const again = {
			caughtUp: true,
			rewalking: true,
			horizon: '2026-01-31T12:00:00.000001',
		};
		expect(news('securityEventCreatedOrUpdated', event, again)).toBe(false);
		const before = { ...again, horizon: '2026-01-31T12:00:00.000000' };
		expect(news('securityEventCreatedOrUpdated', event, before)).toBe(true);
	});

	it.each<TriggerEvent>([
		'anomalyDetected',
		'auditEntryCreated',
		'securityEventCreated',
		'securityEventCreatedOrUpdated',
	])('%s: a record whose time cannot be read is news', (kind) => {
		const record = {
			id: 'x',
			created_at: 'soon',
			updated_at: null,
			timestamp: 7,
		};
		expect(news(kind, record, { caughtUp: true, horizon: old }, { floor: old })).toBe(true);
	});
});
