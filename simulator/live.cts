import { Random } from './random.cjs';
import type { Micros } from './time.cjs';
import type { World } from './world.cjs';

const tickMs = 50;
const recent = 100;
/** Share of Guardian events where they are held back for a batch. */
const guardians = 0.3;

/** Lets events stream in by themselves, until stopped. */
export class LiveEvents {
	private timer: NodeJS.Timeout | undefined;
	private readonly random: Random;
	/** When the Guardian events that wait for their batch were created. */
	private waiting: Micros[] = [];
	private lastBatch = 0;

	/** @param batchMs how far apart Guardian events become visible; 0 = at once */
	constructor(
		seed: number,
		private readonly world: () => World,
		private readonly batchMs: () => number,
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
		this.lastBatch = last;
		this.timer = setInterval(() => {
			const now = performance.now();
			due += ((now - last) / 1000) * perSecond;
			last = now;
			for (; due >= 1; due--) this.one(updateProbability, type);
			this.batch(now);
		}, tickMs);
	}

	/** What waits for its batch comes at once. */
	stop(): void {
		clearInterval(this.timer);
		this.timer = undefined;
		this.showWaiting();
	}

	/** Forgets what waits for its batch: the platform that it belonged to is gone. */
	forget(): void {
		this.waiting = [];
	}

	private one(updateProbability: number, type: string | undefined): void {
		const { clock, events } = this.world();
		const held = this.batchMs() > 0;
		const guardian = type === 'guardian' || (type === undefined && this.random.chance(guardians));
		if (held && guardian) this.waiting.push(clock.stamp());
		else events.create({ type: type ?? (held ? this.other() : undefined), campaigns: true });
		const index = this.random.chance(updateProbability) ? events.pick(recent) : undefined;
		if (index !== undefined) events.update(index);
	}

	private other(): string {
		return this.random.chance(0.7) ? 'defender' : 'architect';
	}

	private batch(now: number): void {
		if (now - this.lastBatch < this.batchMs()) return;
		this.lastBatch = now;
		this.showWaiting();
	}

	/** The waiting events become visible together, with one `updated_at`. */
	private showWaiting(): void {
		if (this.waiting.length === 0) return;
		const { clock, events } = this.world();
		const updatedAt = clock.stamp();
		for (const createdAt of this.waiting) events.create({ type: 'guardian', createdAt, updatedAt });
		this.waiting = [];
	}
}
