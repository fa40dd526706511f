const isCallable = (value: unknown): value is (...given: unknown[]) => unknown =>
	typeof value === 'function';

/**
 * Time that need not be waited for. The package under test sleeps and reads the clock through this, so a
 * back-off of a minute takes no time, and a poll's budget can run out on purpose.
 */
export class SkippedTime {
	private skippedMs = 0;
	/** How wrong the clock of n8n's machine is, in milliseconds; the API's is right. */
	offByMs = 0;
	/** How long the package has slept, in milliseconds. */
	sleptMs = 0;

	/** The time of n8n's machine in milliseconds since 1970. */
	now(): number {
		return Date.now() + this.skippedMs + this.offByMs;
	}

	/** Milliseconds that have passed, by a clock that nobody sets. */
	passedMs(): number {
		return performance.now() + this.skippedMs;
	}

	/** How far the world has been moved on, in milliseconds: the API's clock has to follow. */
	get aheadMs(): number {
		return this.skippedMs;
	}

	/** Lets so many milliseconds pass at once. */
	skip(ms: number): void {
		this.skippedMs += ms;
	}

	/** Stands in for n8n's `sleep`. Sleepers that began together wake up together. */
	readonly sleep = async (ms: number): Promise<void> => {
		const until = this.now() + ms;
		await new Promise((resolve) => setImmediate(resolve));
		const left = until - this.now();
		if (left <= 0) return;
		this.skip(left);
		this.sleptMs += left;
	};

	/** Stands in for the global `Date`: only `now` differs. */
	readonly Date: DateConstructor = new Proxy(Date, {
		get: (real, name) => {
			const value: unknown = name === 'now' ? () => this.now() : Reflect.get(real, name);
			return value;
		},
	});

	/** Stands in for the global `performance`: only `now` differs. */
	readonly performance: Performance = new Proxy(performance, {
		get: (real, name) => {
			if (name === 'now') return () => this.passedMs();
			const value: unknown = Reflect.get(real, name, real);
			return isCallable(value) ? value.bind(real) : value;
		},
	});
}
