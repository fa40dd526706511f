/**
 * Mixes whole numbers into one of 32 bits. The same parts always give the same number, so a record
 * can be made again from the seed and its index instead of being stored.
 * @param parts whole numbers; only their low 32 bits count
 * @returns a whole number from 0 to 2^32 - 1
 */
export function hash(...parts: number[]): number {
	let mixed = 0x811c9dc5;
	for (const part of parts) {
		mixed = Math.imul(mixed ^ part, 0x85ebca6b);
		mixed ^= mixed >>> 13;
		mixed = Math.imul(mixed, 0xc2b2ae35);
		mixed ^= mixed >>> 16;
	}
	return mixed >>> 0;
}

/** @returns a whole number of 32 bits that stands for a text, for use as a part of a seed */
export function hashText(text: string): number {
	let mixed = text.length;
	for (let at = 0; at < text.length; at++) mixed = hash(mixed, text.charCodeAt(at));
	return mixed;
}

/** @returns eight hexadecimal digits of a number of 32 bits */
export function hex8(value: number): string {
	return (value >>> 0).toString(16).padStart(8, '0');
}

/** A random generator (mulberry32): the same seed parts give the same sequence on every machine. */
export class Random {
	private state: number;

	/** @param seed whole numbers that together name the sequence */
	constructor(...seed: number[]) {
		this.state = hash(...seed);
	}

	/** @returns a number from 0 up to, not including, 1 */
	next(): number {
		this.state = (this.state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
	}

	/** @returns a whole number from `min` to `max`, both included */
	int(min: number, max: number): number {
		return min + Math.floor(this.next() * (max - min + 1));
	}

	/** @returns true with the given probability (0..1) */
	chance(probability: number): boolean {
		return this.next() < probability;
	}

	/** @returns one of the values; throws when there is none */
	pick<Value>(values: readonly Value[]): Value {
		const value = values[this.int(0, values.length - 1)];
		if (value === undefined) throw new Error('Nothing to pick from');
		return value;
	}

	/** @returns between `min` and `max` different ones of the values, in their order */
	some<Value>(values: readonly Value[], min: number, max: number): Value[] {
		const wanted = Math.min(this.int(min, max), values.length);
		const chosen = new Set<Value>();
		while (chosen.size < wanted) chosen.add(this.pick(values));
		return values.filter((value) => chosen.has(value));
	}

	/** @returns that many hexadecimal digits */
	hex(digits: number): string {
		let text = '';
		while (text.length < digits) text += hex8(this.next() * 4294967296);
		return text.slice(0, digits);
	}

	/** @returns a text shaped like a random UUID */
	uuid(): string {
		const digits = this.hex(32);
		return [
			digits.slice(0, 8),
			digits.slice(8, 12),
			`4${digits.slice(13, 16)}`,
			`a${digits.slice(17, 20)}`,
			digits.slice(20),
		].join('-');
	}
}
