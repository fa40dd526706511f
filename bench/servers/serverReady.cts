/** List lengths that the page server offers, each on a port of its own. */
export const lengths = [1_000, 10_000, 50_000, 100_000] as const;

/** Events of the list behind the slow line. */
export const slowLength = 2_000;

/** Round trip of the slow line, in milliseconds. */
export const roundTripMs = 30;

/** The token that the page server takes. */
export const token = 'bench';

/** What the page server says when it is ready. */
export interface ServerReady {
	/** Base address by list length. */
	urls: Record<string, string>;
	/** Base address of the list behind TLS and the slow line. */
	slowUrl: string;
	/** PEM of the certificate there, which signs itself. */
	certificate: string;
	/** Size of an event in JSON. */
	bytesPerEvent: number;
}
