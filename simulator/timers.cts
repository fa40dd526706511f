interface Coming {
	due: number;
	task: () => void;
	timer: NodeJS.Timeout;
}

/** What is still to happen by itself. */
export class Timers {
	private coming: Coming[] = [];

	/** Does something after so many milliseconds; with 0 at once. */
	later(ms: number, task: () => void): void {
		if (ms <= 0) return task();
		const entry: Coming = {
			due: performance.now() + ms,
			task,
			timer: setTimeout(() => this.run(entry), ms),
		};
		this.coming.push(entry);
	}

	/** Does at once what would come next. @returns false when nothing is to come */
	next(): boolean {
		const [first] = this.coming.toSorted((a, b) => a.due - b.due);
		if (first) this.run(first);
		return first !== undefined;
	}

	/** Drops all that has not happened yet. */
	close(): void {
		for (const { timer } of this.coming) clearTimeout(timer);
		this.coming = [];
	}

	private run(entry: Coming): void {
		clearTimeout(entry.timer);
		this.coming = this.coming.filter((one) => one !== entry);
		entry.task();
	}
}
