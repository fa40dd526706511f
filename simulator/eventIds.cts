import { hash, hex8 } from './random.cjs';

const multiplier = 0x9e3779b1;
/** The number whose product with the multiplier is 1 (mod 2^32), found by Newton's method. */
const inverse = [1, 2, 3, 4, 5].reduce(
	(found) => Math.imul(found, 2 - Math.imul(multiplier, found)),
	multiplier,
);
/** The platform numbers everything that it logs, so the numbers of events are some apart. */
const step = 4;
const pattern = /^[^:]+::(outbound|inbound)-([0-9a-f]+)$/;

/**
 * IDs of events in the platform's three forms: `guardian::outbound-50332`, `architect::outbound-50293` and
 * `defender::inbound-` with 64 hexadecimal digits. An index can be read back from its ID, so a million of
 * them need no table.
 */
export class EventIds {
	private readonly key: number;
	private readonly first: number;

	constructor(private readonly seed: number) {
		this.key = hash(seed, 0x1d5);
		this.first = 50_000 + (hash(seed, 0x1d6) % 10_000) * step;
	}

	/** @returns the number of an event in the platform's log: its portal link names it, and an outbound ID */
	number(index: number): number {
		return this.first + index * step + (hash(this.seed, index, 8) % 2);
	}

	/** @returns the ID of the burst that begins with an event; `campaign` tells it from that of a single mail */
	burst(index: number, campaign: boolean): string {
		return `burst-${campaign ? this.first + index * step + 3 : this.number(index) + 1}`;
	}

	/** @returns the ID of the event with that index */
	of(index: number, type: string): string {
		if (type === 'guardian' || type === 'architect') {
			return `${type}::outbound-${this.number(index)}`;
		}
		let digits = '';
		for (let part = 1; part <= 7; part++) digits += hex8(hash(this.seed, index, part));
		const tail = hex8(Math.imul(index, multiplier) ^ this.key);
		return `${type}::inbound-${digits}${tail}`;
	}

	/** @returns the index that an ID may stand for, or undefined; whether it does, `of` tells */
	indexOf(id: string): number | undefined {
		const [, direction, digits = ''] = pattern.exec(id) ?? [];
		if (direction === 'outbound') {
			const index = Math.floor((Number(digits) - this.first) / step);
			return Number.isSafeInteger(index) && index >= 0 ? index : undefined;
		}
		if (direction !== 'inbound') return undefined;
		return Math.imul(parseInt(digits.slice(-8), 16) ^ this.key, inverse) >>> 0;
	}
}
