/** Microseconds since 1970, as a number: whole microseconds stay exact until the year 2255. */
export type Micros = number;

/** Length of a second in microseconds. */
export const second = 1_000_000;
/** Length of a day in microseconds. */
export const day = 86_400 * second;

const pattern = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d{1,6})\d*)?(Z|[+-]\d\d:\d\d)$/i;

/**
 * Reads an ISO 8601 date-time with a zone, keeping microseconds that a `Date` would lose.
 * @returns microseconds since 1970, or undefined when the text is no such date-time
 */
export function parseTimestamp(text: string): Micros | undefined {
	const parts = pattern.exec(text);
	if (!parts) return undefined;
	const [, date, clock, fraction = '', zone] = parts;
	const millis = Date.parse(`${date}T${clock}${zone?.toUpperCase()}`);
	return Number.isNaN(millis) ? undefined : millis * 1000 + Number(fraction.padEnd(6, '0'));
}

/** @returns the API's form: UTC, with six decimals unless it is a whole second */
export function formatTimestamp(micros: Micros): string {
	const seconds = new Date(Math.floor(micros / second) * 1000).toISOString().slice(0, 19);
	const fraction = micros % second;
	return fraction === 0 ? `${seconds}Z` : `${seconds}.${String(fraction).padStart(6, '0')}Z`;
}

/** @returns the plain date (`2024-05-01`) of a moment */
export function formatDate(micros: Micros): string {
	return new Date(Math.floor(micros / 1000)).toISOString().slice(0, 10);
}

/**
 * The simulator's clock. Every stamp is later than the one before, so that no two updates of one
 * run share a time unless a test asks for it.
 */
export class Clock {
	private last = 0;
	private offset = 0;

	/**
	 * @param fixed where a stepped clock starts: it moves only when a stamp is taken, so the same
	 * calls give the same times. Without it the clock is the machine's.
	 */
	constructor(private readonly fixed?: Micros) {
		if (fixed !== undefined) this.last = fixed;
	}

	/** @returns the present moment without moving a stepped clock */
	now(): Micros {
		return this.fixed === undefined ? Date.now() * 1000 + this.offset : this.last;
	}

	/** @returns a moment later than every stamp before */
	stamp(): Micros {
		const next =
			this.fixed === undefined
				? this.now() + (Number(process.hrtime.bigint() / 1000n) % 1000)
				: this.last + 1_000_137;
		this.last = Math.max(next, this.last + 1);
		return this.last;
	}

	/**
	 * Sets the clock wrong.
	 * @param seconds ahead (positive) or behind (negative) of where it started
	 */
	shift(seconds: number): void {
		const wanted = Math.round(seconds * second);
		this.last = this.fixed === undefined ? 0 : this.last + wanted - this.offset;
		this.offset = wanted;
	}

	/** @returns the time for HTTP headers in milliseconds: the machine's, wrong by the same shift */
	headerMillis(): number {
		return Date.now() + this.offset / 1000;
	}
}
