import type { Measured } from './engine/tasks.cjs';
import { factorOf, spreadOf, type Spread } from './statistics.cjs';

/** The machine was not quiet: the yardstick itself varied too much to say anything. */
export class NotQuietError extends Error {
	constructor(readonly factor: number) {
		super(
			`undici keep-alive, the yardstick, varied by ${factor.toFixed(1)} x: nothing is reported from such a machine`,
		);
	}
}

/** How far apart the yardstick's fastest and slowest round may be. */
const mostFactor = 2;

type Contestant = () => Promise<Measured>;

/** What contestants did in rounds that were run side by side. */
export class Rounds<Name extends string> {
	private readonly measured = new Map<Name | 'yardstick', Measured[]>();

	/**
	 * Runs every contestant once per round, each round beginning with another one, so that whatever the
	 * machine does meanwhile hits all alike.
	 * @param yardstick undici's own reading of a list, in every round; throws NotQuietError when it varies
	 */
	static async run<Name extends string>(
		contestants: Record<Name, Contestant>,
		yardstick: Contestant,
		{ rounds, warmUps = 1 }: { rounds: number; warmUps?: number },
	): Promise<Rounds<Name>> {
		const result = new Rounds<Name>();
		const names = Object.keys(contestants).filter((name): name is Name => name in contestants);
		for (let round = -warmUps; round < rounds; round++) {
			const keep = round >= 0;
			result.add('yardstick', await yardstick(), keep);
			const first = ((round % names.length) + names.length) % names.length;
			for (const name of [...names.slice(first), ...names.slice(0, first)]) {
				result.add(name, await contestants[name](), keep);
			}
		}
		const factor = factorOf(result.spread('yardstick'));
		if (factor > mostFactor) throw new NotQuietError(factor);
		return result;
	}

	/** @returns what a contestant took, by round */
	spread(name: Name | 'yardstick', of: (one: Measured) => number = wall): Spread {
		return spreadOf((this.measured.get(name) ?? []).map(of));
	}

	/** @returns one contestant against another, round by round */
	ratio(name: Name, rival: Name | 'yardstick', of: (one: Measured) => number = wall): Spread {
		const rivals = this.measured.get(rival) ?? [];
		const own = this.measured.get(name) ?? [];
		return spreadOf(
			own.map((one, round) => {
				const other = rivals[round];
				if (!other) throw new Error(`Round ${round} lacks ${rival}`);
				return of(one) / of(other);
			}),
		);
	}

	private add(name: Name | 'yardstick', measured: Measured, keep: boolean): void {
		if (!keep) return;
		const list = this.measured.get(name) ?? [];
		list.push(measured);
		this.measured.set(name, list);
	}
}

function wall({ wallMs }: Measured): number {
	return wallMs;
}

/** @returns the CPU time of a measurement in milliseconds */
export function cpu({ cpuMs }: Measured): number {
	return cpuMs;
}

/** @returns the memory of a measurement in bytes */
export function peak({ peakBytes = 0 }: Measured): number {
	return peakBytes;
}

/**
 * Wraps a contestant: its work is done several times in a round and the mean counts. One reading of a list is too
 * short to be judged alone: V8's large garbage collection comes in every third one or so and takes as long again.
 */
export function averaged(times: number, contestant: Contestant): Contestant {
	return async () => {
		const measured: Measured[] = [];
		for (let time = 0; time < times; time++) measured.push(await contestant());
		const [first] = measured;
		if (!first) throw new Error('Nothing was to be measured');
		const mean = (of: (one: Measured) => number): number =>
			measured.reduce((sum, one) => sum + of(one), 0) / measured.length;
		return { ...first, wallMs: mean(wall), cpuMs: mean(cpu) };
	};
}

/** Wraps a contestant: throws when it did not bring exactly `records` different records. */
export function mustBring(records: number, contestant: Contestant): Contestant {
	return async () => {
		const measured = await contestant();
		if (measured.records !== records || measured.distinct !== records) {
			throw new Error(
				`${records} records were to come, ${measured.records} came, ${measured.distinct} of them different`,
			);
		}
		return measured;
	};
}
