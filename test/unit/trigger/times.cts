/** Times as the API writes them, to the microsecond. */

/** A timestamp as the API writes it: without a fraction where there is none. */
export function isoOf(micros: number): string {
	const text = new Date(Math.floor(micros / 1000)).toISOString();
	const fraction = String(micros % 1_000_000).padStart(6, '0');
	return fraction === '000000' ? `${text.slice(0, 19)}Z` : `${text.slice(0, 19)}.${fraction}Z`;
}

/** Microseconds since 1970 of a timestamp that {@link isoOf} wrote. */
export function microsOf(iso: unknown): number {
	const text = String(iso);
	const [, fraction = '0'] = /\.(\d{6})Z$/.exec(text) ?? [];
	return Date.parse(`${text.slice(0, 19)}Z`) * 1000 + Number(fraction);
}
