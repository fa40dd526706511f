import type { Events } from './events.cjs';
import { Random } from './random.cjs';

const tickMs = 50;
const recent = 100;

/** Lets events stream in by themselves, until stopped. */
export class LiveEvents {
	private timer: NodeJS.Timeout | undefined;
	private readonly random: Random;

	constructor(
		seed: number,
		private readonly events: () => Events,
	) {
		this.random = new Random(seed, 0x11fe);
	}

	/**
	 * @param perSecond events created per second; 0 stops
	 * @param updateProbability chance that a creation is followed by an update of a recent event
	 */
	start(perSecond: number, updateProbability: number, type?: string): void {
		this.stop();
		if (perSecond <= 0) return;
		let due = 0;
		let last = performance.now();
		this.timer = setInterval(() => {
			const now = performance.now();
			due += ((now - last) / 1000) * perSecond;
			last = now;
			for (; due >= 1; due--) this.one(updateProbability, type);
		}, tickMs);
	}

	stop(): void {
		clearInterval(this.timer);
		this.timer = undefined;
	}

	private one(updateProbability: number, type: string | undefined): void {
		const events = this.events();
		events.create({ type });
		const index = this.random.chance(updateProbability) ? events.pick(recent) : undefined;
		if (index !== undefined) events.update(index);
	}
}
