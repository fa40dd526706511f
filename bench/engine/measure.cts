import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Collects garbage twice: the first pass may leave what has a finaliser. */
export async function collectGarbage(): Promise<void> {
	for (let pass = 0; pass < 2; pass++) {
		globalThis.gc?.();
		await delay(5);
	}
}

/** The peak of the process's memory since {@link begin}, above what it had then. */
export class MemoryPeak {
	private readonly idle: number;
	private highest: number;
	private timer: NodeJS.Timeout | undefined;

	private constructor() {
		this.idle = process.memoryUsage.rss();
		this.highest = this.idle;
	}

	/** Starts to watch. Linux keeps the highest value itself, elsewhere it is looked at often. */
	static begin(): MemoryPeak {
		const peak = new MemoryPeak();
		try {
			writeFileSync('/proc/self/clear_refs', '5');
		} catch {
			peak.timer = setInterval(() => peak.look(), 5);
		}
		return peak;
	}

	/** Ends the watch. @returns bytes above the start */
	end(): number {
		clearInterval(this.timer);
		this.look();
		return this.highest - this.idle;
	}

	private look(): void {
		const rss = process.memoryUsage.rss();
		this.highest = Math.max(this.highest, rss, this.timer === undefined ? kernelPeak() : 0);
	}
}

function kernelPeak(): number {
	const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
	return Number(kilobytes ?? 0) * 1024;
}
