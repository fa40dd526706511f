/**
 * The checkpoints that a listing passed last. One that comes again leads back: following it would deliver the same
 * records again and again, over one poll or over many.
 */
import { digestOf } from './seen';

/** 48 bits: a false alarm would need a million million checkpoints. */
const DIGEST_LENGTH = 8;
/** A circle of more pages is not seen from poll to poll; within one poll any is. 2 kB of state. */
const LONGEST = 256;

export class Trail {
	private readonly digests: Set<string>;

	/** Takes what {@link toStored} gave. */
	constructor(stored = '') {
		this.digests = new Set(stored.match(/.{8}/gs) ?? []);
	}

	/** Whether the listing was at this checkpoint not long ago. */
	has(checkpoint: string): boolean {
		return this.digests.has(digestOf(checkpoint, DIGEST_LENGTH));
	}

	/** The listing is at this checkpoint now. */
	add(checkpoint: string): void {
		this.digests.add(digestOf(checkpoint, DIGEST_LENGTH));
		for (const oldest of this.digests) {
			if (this.digests.size <= LONGEST) return;
			this.digests.delete(oldest);
		}
	}

	/** As n8n stores it. */
	toStored(): string {
		return [...this.digests].join('');
	}
}
