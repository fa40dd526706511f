/** The queue suite's own eyes: what it calls lost, doubled, cut off, repeated and late. */
import type { Ledger } from '@simulator/client.cjs';
import { mainKills, planKills, workerKills } from '@test/endurance/moments.cjs';
import type { QueuedExecution } from '@test/endurance/queue/journal.cjs';
import { deliveryOf, writesOf } from '@test/endurance/queue/outcome.cjs';

const START = Date.parse('2026-01-31T12:00:00Z');
const at = (seconds: number): string => new Date(START + seconds * 1000).toISOString();

function eventsOf(...ids: string[]): Ledger['events'] {
	return ids.map((id, index) => ({
		id,
		type: 'defender',
		created_at: at(index),
		versions: [{ updated_at: at(index), sequence: index }],
	}));
}

function execution(
	id: number,
	eventIds: string[],
	more: Partial<QueuedExecution> = {},
): QueuedExecution {
	const startedAtMs = START + id * 10_000;
	return {
		id,
		status: 'success',
		createdAtMs: startedAtMs,
		startedAtMs,
		eventIds,
		isRetriable: false,
		retriedIds: [],
		ran: [],
		...more,
	};
}

const findings = {
	requests: [],
	lives: [{ startedAtMs: START, endedAtMs: Infinity, wasKilled: false }],
	pollEveryMs: 10_000,
	streamedFromMs: START + 1000,
};
const deliver = (events: Ledger['events'], ...executions: QueuedExecution[]) =>
	deliveryOf('stream', events, executions, findings);

describe('deliveries', () => {
	it('all there once: nothing to complain about, and the delay of the streamed events only', () => {
		const found = deliver(eventsOf('a', 'b', 'c'), execution(1, ['a', 'b']), execution(2, ['c']));
		expect(found).toMatchObject({ expected: 3, delivered: 3, lost: [], doubled: [], replayed: [] });
		expect(found.cutOff).toEqual({ executions: 0, events: 0, retriable: 0, retriedEvents: 0 });
		// "a" was there before the stream began; "b" waited 9 s and "c" 18 s.
		expect(found.delay).toEqual({ p50: 18_000, p95: 18_000, max: 18_000 });
		expect(deliver(eventsOf('a', 'b'), execution(1, ['a', 'b'])).delay.p50).toBe(9000);
	});

	it('an event in no execution is lost, in two executions or twice in one doubled', () => {
		const found = deliver(
			eventsOf('a', 'b', 'c'),
			execution(1, ['a', 'a', 'b']),
			execution(2, ['b', 'x']),
		);
		expect(found.lost).toEqual(['c']);
		expect(found.doubled).toEqual(['a', 'b']);
		expect(found.replayed).toEqual(['x']);
	});

	it('events of an execution that was cut off are delivered, and counted as cut off and as retried', () => {
		const found = deliver(
			eventsOf('a', 'b', 'c'),
			execution(1, ['a'], { status: 'error' }),
			execution(2, ['b', 'c'], { status: 'crashed', isRetriable: true, retriedIds: ['b', 'c'] }),
		);
		expect(found.lost).toEqual([]);
		expect(found.cutOff).toEqual({ executions: 2, events: 3, retriable: 1, retriedEvents: 2 });
	});
});

describe('what default storage explains', () => {
	const read = (seconds: number, status = 200) => ({
		inMs: START + seconds * 1000,
		endpoint: 'events',
		status,
	});
	const lostIn = (killedAfterS: number, wasKilled = true, reads = [read(1.5)]) =>
		deliveryOf('stream', eventsOf('a', 'b'), [execution(1, ['a'])], {
			...findings,
			requests: reads,
			lives: [{ startedAtMs: START, endedAtMs: START + killedAfterS * 1000, wasKilled }],
		});

	it('a kill within one interval of the poll that was answered with the event, and nothing else', () => {
		expect(lostIn(2)).toMatchObject({ lost: ['b'], unexplained: [] });
		expect(lostIn(11.4).unexplained).toEqual([]);
		expect(lostIn(11.6).unexplained).toEqual(['b']);
		expect(lostIn(2, false).unexplained).toEqual(['b']);
		expect(lostIn(2, true, []).unexplained).toEqual(['b']);
		expect(lostIn(2, true, [read(1.5, 500)]).unexplained).toEqual(['b']);
	});
});

describe('writes', () => {
	const write = (action: 'create' | 'add' | 'remove' | 'delete', id: number, name: string) => ({
		action,
		id,
		name,
		members: [],
		at: at(0),
	});
	const whole = (id: number, name: string) => [
		write('create', id, name),
		write('add', id, name),
		write('add', id, name),
		write('remove', id, name),
		write('delete', id, name),
	];
	const none = { remediationCounts: {} };

	it('finds releases that were left out or done twice', () => {
		const found = writesOf(
			{
				remediationCounts: { a: { releaseFromQuarantine: 1 }, b: { releaseFromQuarantine: 2 } },
				groupWrites: [],
			},
			[execution(1, ['a', 'b', 'c']), execution(2, ['d'], { status: 'crashed' })],
			[],
		);
		expect(found.releasedTwice).toEqual(['b']);
		expect(found.notReleased).toEqual(['c']);
	});

	it('an execution that ended well has written all of its group once', () => {
		const good = writesOf(
			{ ...none, groupWrites: whole(1, 'Execution 1') },
			[],
			[execution(1, [])],
		);
		expect(good).toMatchObject({ wrongGroups: [], repeatedGroups: [], partGroups: 0 });
		const missing = writesOf({ ...none, groupWrites: [] }, [], [execution(1, [])]);
		expect(missing.wrongGroups).toEqual(['Execution 1']);
		const part = whole(1, 'Execution 1').slice(0, 3);
		expect(writesOf({ ...none, groupWrites: part }, [], [execution(1, [])]).wrongGroups).toEqual([
			'Execution 1',
		]);
	});

	it('one that was cut off may have written a part, but nothing twice', () => {
		const cut = [execution(1, [], { status: 'crashed' })];
		const part = whole(1, 'Execution 1').slice(0, 3);
		expect(writesOf({ ...none, groupWrites: part }, [], cut)).toMatchObject({
			wrongGroups: [],
			repeatedGroups: [],
			partGroups: 1,
		});
		const twice = [...part, ...whole(2, 'Execution 1').slice(0, 1)];
		expect(writesOf({ ...none, groupWrites: twice }, [], cut).repeatedGroups).toEqual([
			'Execution 1',
		]);
	});
});

it('the same seed plans the same kills, of every kind', () => {
	const first = <Kill,>(kills: Iterable<Kill>): Kill[] => {
		const found: Kill[] = [];
		for (const kill of kills) if (found.push(kill) === 8) break;
		return found;
	};
	expect(first(mainKills(5))).toEqual(first(mainKills(5)));
	expect(first(mainKills(5))).not.toEqual(first(mainKills(6)));
	expect(new Set(first(mainKills(1)).map(({ kind }) => kind))).toEqual(
		new Set(['poll', 'time', 'start']),
	);
	expect(planKills(8, 5)).toEqual(planKills(8, 5));
	expect(planKills(8, 5)).not.toEqual(planKills(8, 6));
	expect(new Set(planKills(8, 1).map(({ kind }) => kind))).toEqual(new Set(['poll', 'start']));
	expect(new Set(first(workerKills(1, 3)).map(({ kind }) => kind))).toEqual(
		new Set(['execution', 'time']),
	);
});
