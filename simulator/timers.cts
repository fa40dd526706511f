/** What is still to happen by itself. */
export class Timers {
	private readonly timers = new Set<NodeJS.Timeout>();

	/** Does something after so many milliseconds; with 0 at once. */
	later(ms: number, task: () => void): void {
		if (ms <= 0) return task();
		const timer = setTimeout(() => {
			this.timers.delete(timer);
			task();
		}, ms);
		this.timers.add(timer);
	}

	/** Drops all that has not happened yet. */
	close(): void {
		for (const timer of this.timers) clearTimeout(timer);
		this.timers.clear();
	}
}
