/** One request as it was seen. Times are those of this machine, not of the platform's clock. */
export interface RequestEntry {
	/** Counted from 1 since the log was cleared. */
	n: number;
	/** ISO 8601, when the request came in, and when its answer was out (null: not yet, or never). */
	in: string;
	out: string | null;
	/** The same in milliseconds since 1970 with fractions. */
	inMs: number;
	outMs: number | null;
	method: string;
	path: string;
	/** Query parameters, decoded; of repeated ones the first. */
	query: Record<string, string>;
	body: string;
	/** Name of the endpoint in the endpoint table, null for an unknown path. */
	endpoint: string | null;
	/** Null where no answer was sent. */
	status: number | null;
	/** Name of the token, null when missing or wrong. */
	token: string | null;
	/** Requests under way at arrival, this one included. */
	inFlight: number;
	/** Name of the fault that hit it, null for none. */
	fault: string | null;
	/** Whether the endpoint carried it out, also when the answer was lost or spoilt. */
	processed: boolean;
}

const kept = 200_000;

function nowMs(): number {
	return performance.timeOrigin + performance.now();
}

/** All requests to the API, newest last; beyond 200,000 the oldest are dropped. */
export class RequestLog {
	private entries: RequestEntry[] = [];
	private count = 0;
	private inFlight = 0;
	private most = 0;

	/** Most requests that were under way at once. */
	get maxInFlight(): number {
		return this.most;
	}

	/** Requests under way now. */
	get current(): number {
		return this.inFlight;
	}

	/** Notes an arrival. @returns the entry, which the server fills in as it goes on */
	open(method: string, path: string, query: URLSearchParams): RequestEntry {
		this.inFlight++;
		this.most = Math.max(this.most, this.inFlight);
		const at = nowMs();
		const first: Record<string, string> = {};
		for (const [key, value] of query) first[key] ??= value;
		const entry: RequestEntry = {
			n: ++this.count,
			in: new Date(at).toISOString(),
			out: null,
			inMs: at,
			outMs: null,
			method,
			path,
			query: first,
			body: '',
			endpoint: null,
			status: null,
			token: null,
			inFlight: this.inFlight,
			fault: null,
			processed: false,
		};
		this.entries.push(entry);
		if (this.entries.length > kept * 1.1) this.entries = this.entries.slice(-kept);
		return entry;
	}

	/** Notes that the answer is out or the connection gone. */
	close(entry: RequestEntry): void {
		this.inFlight--;
		if (entry.status === null) return;
		entry.outMs = nowMs();
		entry.out = new Date(entry.outMs).toISOString();
	}

	/** @returns the entries after number `n` */
	since(n: number): RequestEntry[] {
		return this.entries.filter((entry) => entry.n > n);
	}

	/** Forgets everything; what is under way still counts as such. */
	clear(): void {
		this.entries = [];
		this.count = 0;
		this.most = this.inFlight;
	}
}
