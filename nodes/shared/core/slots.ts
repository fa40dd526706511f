/**
 * At most so many things at a time, in the order of asking. A place is given back by whoever has it, when what it was
 * needed for is settled, and not before.
 */
export class Slots {
	private readonly waiting: Array<() => void> = [];

	/** @param free how many places there are */
	constructor(private free: number) {}

	/** Waits for a place. @returns gives it back */
	async take(): Promise<() => void> {
		if (this.free > 0) this.free--;
		else await new Promise<void>((go) => this.waiting.push(go));
		return () => {
			const next = this.waiting.shift();
			if (next) next();
			else this.free++;
		};
	}
}
