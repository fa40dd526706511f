/** Endpoints that asked to be left alone, and since when an account gets nothing else from them. */
import type { Claim } from './turns';

type Whose = Pick<Claim, 'account' | 'endpoint'>;

/** What is remembered of an endpoint, for one account. */
export interface EndpointPause {
	/** The end of the pause, by the caller's clock; `-Infinity` where there is none. */
	until: number;
	/** Of the answer that asked for it. */
	status: number | undefined;
	/** When the account's answers began to ask for pauses; `Infinity` where none did. */
	since: number;
}

export class EndpointPauses {
	private readonly pauses = new Map<string, { until: number; status: number }>();
	private readonly failing = new Map<string, number>();

	/** Learns that an endpoint asks for a pause. It holds for all accounts: it is the endpoint that is sick. */
	pause(whose: Whose, status: number, now: number, forMs: number): void {
		const until = now + forMs;
		const known = this.pauses.get(whose.endpoint);
		if (!known || known.until < until) this.pauses.set(whose.endpoint, { until, status });
		const key = keyOf(whose);
		if (!this.failing.has(key)) this.failing.set(key, now);
	}

	/** Learns that an endpoint answers an account. */
	works(whose: Whose): void {
		this.failing.delete(keyOf(whose));
	}

	/** The end of an endpoint's pause. */
	until(endpoint: string): number {
		return this.pauses.get(endpoint)?.until ?? -Infinity;
	}

	of(whose: Whose): EndpointPause {
		const pause = this.pauses.get(whose.endpoint);
		return {
			until: pause?.until ?? -Infinity,
			status: pause?.status,
			since: (this.failing.size > 0 ? this.failing.get(keyOf(whose)) : undefined) ?? Infinity,
		};
	}
}

function keyOf({ account, endpoint }: Whose): string {
	return `${endpoint} ${account}`;
}
