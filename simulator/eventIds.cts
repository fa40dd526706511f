import { hash, hex8 } from './random.cjs';

const multiplier = 0x9e3779b1;
/** The number whose product with the multiplier is 1 (mod 2^32), found by Newton's method. */
const inverse = [1, 2, 3, 4, 5].reduce(
	(found) => Math.imul(found, 2 - Math.imul(multiplier, found)),
	multiplier,
);

/**
 * Ids of events: they look like random UUIDs, but an index can be read back from its id, so a
 * million of them need no table.
 */
export class EventIds {
	private readonly key: number;

	constructor(private readonly seed: number) {
		this.key = hash(seed, 0x1d5);
	}

	/** @returns the id of the event with that index */
	of(index: number): string {
		const a = hex8(hash(this.seed, index, 1));
		const b = hex8(hash(this.seed, index, 2));
		const c = hex8(hash(this.seed, index, 3));
		const tail = hex8(Math.imul(index, multiplier) ^ this.key);
		return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-a${c.slice(0, 3)}-${c.slice(4)}${tail}`;
	}

	/** @returns the index that an id stands for, or undefined when it was not made here */
	indexOf(id: string): number | undefined {
		const tail = /[0-9a-f]{8}$/.exec(id)?.[0];
		if (tail === undefined) return undefined;
		const index = Math.imul(parseInt(tail, 16) ^ this.key, inverse) >>> 0;
		return this.of(index) === id ? index : undefined;
	}
}
