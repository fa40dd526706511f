import { hash } from './random.cjs';

/** Events are looked at in blocks of so many: some blocks hold a campaign, a burst of several mails. */
const block = 64;
/** One block in so many. */
const rarity = 3;

function share(...parts: number[]): number {
	return hash(...parts) / 4294967296;
}

/**
 * Most Defender mails are a burst of their own. Now and then a campaign comes in, of two mails or of many, near one
 * another in the history.
 */
export class Campaigns {
	constructor(private readonly seed: number) {}

	/** @returns the index of the event with which the campaign of this one begins, or undefined for none */
	of(index: number): number | undefined {
		const first = index - (index % block);
		if (hash(this.seed, 0xca0, first) % rarity !== 0) return undefined;
		// Large ones and small ones: how many of the block's mails belong to it.
		const size = share(this.seed, 0xca1, first);
		const inside = index - first < block / 2 && share(this.seed, 0xca2, index) < size;
		return inside ? first : undefined;
	}

	/** @returns the last index that the campaign of a first one can reach */
	lastOf(first: number): number {
		return first + block / 2 - 1;
	}
}
