import type { Clock } from '@nodes/shared/core/clock';

/** A clock whose time passes only while {@link VirtualTime.run} waits: an hour takes milliseconds. */
export class VirtualTime implements Clock {
	/**
	 * An odd beginning: nothing may depend on what {@link now} counts from. So far from nought, because the thresholds of
	 * the tests with several processes were measured with times that have no finer fractions than these.
	 */
	private time = -1_769_860_800_000;
	private stepped = 0;
	private timers: Array<{ at: number; wake: () => void }> = [];
	private cancelled = false;
	private readonly begun = this.time;
	/** The time of day at the beginning. */
	readonly startedAt = Date.parse('2026-01-31T12:00:00Z');
	/** Every wait that was asked for, in milliseconds. */
	readonly waits: number[] = [];

	/** @param state the seed of {@link random} */
	constructor(private state = 1) {}

	now(): number {
		return this.time;
	}

	timeOfDay(): number {
		return this.startedAt + this.passed + this.stepped;
	}

	/** Sets the clock on the wall forward, or back where negative. No time passes. */
	step(ms: number): void {
		this.stepped += ms;
	}

	/** Milliseconds that have passed. */
	get passed(): number {
		return this.time - this.begun;
	}

	random(): number {
		this.state = (Math.imul(this.state, 1_103_515_245) + 12_345) >>> 0;
		return (this.state >>> 8) / 2 ** 24;
	}

	async wait(ms: number): Promise<boolean> {
		if (ms > 0 && !this.cancelled) {
			this.waits.push(ms);
			await this.sleep(ms);
		}
		return this.cancelled;
	}

	/** A pause that nobody can cancel: the time that the network takes. */
	async sleep(ms: number): Promise<void> {
		await new Promise<void>((wake) => this.timers.push({ at: this.time + ms, wake }));
	}

	/** Ends every wait, now and later, as n8n does when somebody stops the execution. */
	cancel(): void {
		this.cancelled = true;
		for (const { wake } of this.timers.splice(0)) wake();
	}

	/** Lets time pass until the work is done. */
	async run<T>(work: Promise<T>): Promise<T> {
		const done = new AbortController();
		const finished = () => done.abort();
		work.then(finished, finished);
		for (;;) {
			await new Promise(setImmediate);
			if (done.signal.aborted) return await work;
			this.timers.sort((a, b) => a.at - b.at);
			const next = this.timers.shift();
			if (!next) throw new Error('nothing is left to wait for, but the work is not done');
			this.time = Math.max(this.time, next.at);
			next.wake();
		}
	}
}
