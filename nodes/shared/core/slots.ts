/**
 * One at a time for each target, in the order of asking: what changes the same thing must not overtake
 * (docs/rate-limits-and-failures.md, "Writes").
 */
export class SlotPerTarget {
	private readonly targets = new Map<string, Slots>();

	/** Waits until nobody else has the target. @returns gives it back */
	async take(target: string): Promise<() => void> {
		const slot = this.targets.get(target) ?? new Slots(1);
		this.targets.set(target, slot);
		return await slot.take();
	}
}

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
