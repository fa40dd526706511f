/**
 * Two SIEMs for tests, on one loopback port: Splunk's HTTP Event Collector, and Azure Monitor's Logs Ingestion API with
 * the token endpoint of Microsoft Entra. Their limits, their answers, and the ways in which they fail.
 */
import { buffer } from 'node:stream/consumers';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';

const hecSchema = z
	.object({
		time: z.number(),
		host: z.string(),
		source: z.string(),
		sourcetype: z.string(),
		index: z.string().optional(),
		event: z
			.object({ id: z.string(), event_version: z.string(), portal: z.string() })
			.passthrough(),
	})
	.strict();
const rowSchema = z
	.object({
		TimeGenerated: z.string(),
		EventVersion: z.string(),
		EventId: z.string(),
		EventType: z.string(),
		CreatedAt: z.string(),
		UpdatedAt: z.string(),
		Portal: z.string(),
		PortalLink: z.string().nullable(),
		Email: z.unknown(),
		Details: z.unknown(),
		More: z.record(z.string(), z.unknown()),
	})
	.strict();

/** One event as Splunk gets it. */
export type HecEvent = z.infer<typeof hecSchema>;
/** One row as Sentinel gets it. */
export type SentinelRow = z.infer<typeof rowSchema>;

/**
 * What becomes of a request: `accept`; `busy` (503, no Retry-After); `throttle` (429, Retry-After: 2); `lose` (accepted,
 * the connection breaks before the answer); `hang` (accepted, never answered); `page` (200 with a web page, nothing kept).
 */
export type Behaviour = 'accept' | 'busy' | 'throttle' | 'lose' | 'hang' | 'page';

/** One request for events. */
export interface SiemRequest {
	at: number;
	status: number | 'no answer';
	bytes: number;
	count: number;
}

/** What Azure Monitor and Splunk's recommended setting take in one request. */
const maxBytes = 1_000_000;
const ingestion = '/dataCollectionRules/dcr-0123456789abcdef/streams/Custom-ProofpointEvents';

/** The two running SIEMs. */
export class SiemEdge {
	readonly hecToken = '0f8c3a52-2d5b-4f0e-8f5e-2f6d6d1c9b11';
	readonly client = { id: 'the-client', secret: 'the-secret' };
	readonly splunk: HecEvent[] = [];
	readonly sentinel: SentinelRow[] = [];
	readonly requests: SiemRequest[] = [];
	/** Access tokens handed out so far; only the newest one is accepted. */
	tokens = 0;
	private readonly behaviours: Behaviour[] = [];
	private readonly server = createServer((request, response) => {
		this.handle(request, response).catch((error: unknown) =>
			reply(response, 400, { text: String(error), code: 6 }),
		);
	});

	/** Starts both on a free port. */
	static async start(): Promise<SiemEdge> {
		const edge = new SiemEdge();
		edge.server.listen(0, '127.0.0.1');
		await once(edge.server, 'listening');
		return edge;
	}

	/** The address of both. */
	get url(): string {
		const address = this.server.address();
		if (address === null || typeof address === 'string') throw new Error('The SIEM has no port');
		return `http://127.0.0.1:${address.port}`;
	}

	/** What the next requests for events meet, in order; after these they are accepted. */
	next(...behaviours: Behaviour[]): void {
		this.behaviours.push(...behaviours);
	}

	/** Access tokens handed out before are not accepted any more. */
	expireToken(): void {
		this.tokens += 1;
	}

	/** Ends both. */
	async stop(): Promise<void> {
		this.server.closeAllConnections();
		this.server.close();
		await once(this.server, 'close');
	}

	private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const body = await buffer(request);
		const { pathname, searchParams } = new URL(request.url ?? '/', this.url);
		const { authorization } = request.headers;
		if (pathname === '/tenant/oauth2/v2.0/token') return this.giveToken(body.toString(), response);
		if (pathname === '/services/collector/event') {
			if (authorization !== `Splunk ${this.hecToken}`)
				return reply(response, 401, { text: 'Invalid token', code: 4 });
			const lines = body.toString().split('\n');
			return this.take(body, response, lines, hecSchema, this.splunk, [
				200,
				{ text: 'Success', code: 0 },
			]);
		}
		if (pathname !== ingestion || searchParams.get('api-version') !== '2023-01-01')
			return reply(response, 404, { error: { code: 'NotFound' } });
		if (authorization !== `Bearer token-${this.tokens}`)
			return reply(response, 401, { error: { code: 'InvalidToken' } });
		if (request.headers['content-type'] !== 'application/json')
			return reply(response, 400, { error: { code: 'InvalidContentType' } });
		const rows = z.array(z.unknown()).parse(JSON.parse(body.toString()));
		return this.take(
			body,
			response,
			rows.map((row) => JSON.stringify(row)),
			rowSchema,
			this.sentinel,
			[204],
		);
	}

	private giveToken(body: string, response: ServerResponse): void {
		const expected = {
			grant_type: 'client_credentials',
			client_id: this.client.id,
			client_secret: this.client.secret,
			scope: 'https://monitor.azure.com/.default',
		};
		const fields = Object.fromEntries(new URLSearchParams(body));
		if (!Object.entries(expected).every(([name, value]) => fields[name] === value))
			return reply(response, 401, { error: 'invalid_client' });
		this.tokens += 1;
		reply(response, 200, {
			access_token: `token-${this.tokens}`,
			token_type: 'Bearer',
			expires_in: 3599,
		});
	}

	private take<Record>(
		body: Buffer,
		response: ServerResponse,
		texts: string[],
		schema: z.ZodType<Record>,
		kept: Record[],
		accepted: [status: number, body?: unknown],
	): void {
		const behaviour = this.behaviours.shift() ?? 'accept';
		const log = (status: SiemRequest['status']) =>
			void this.requests.push({ at: Date.now(), status, bytes: body.length, count: texts.length });
		const refuse = (status: number, answer: unknown, headers: { [name: string]: string } = {}) => {
			log(status);
			reply(response, status, answer, headers);
		};
		if (body.length > maxBytes)
			return refuse(413, { error: { code: 'ContentLengthLimitExceeded' } });
		if (behaviour === 'busy') return refuse(503, { text: 'Server is busy', code: 9 });
		if (behaviour === 'throttle')
			return refuse(429, { error: { code: 'TooManyRequests' } }, { 'retry-after': '2' });
		if (behaviour === 'page') return refuse(200, '<html>Sign in</html>');
		kept.push(...texts.map((text) => schema.parse(JSON.parse(text))));
		if (behaviour === 'accept') return refuse(...accepted);
		log('no answer');
		if (behaviour === 'lose') response.destroy();
	}
}

function reply(
	response: ServerResponse,
	status: number,
	body?: unknown,
	headers: { [name: string]: string } = {},
): void {
	const isText = typeof body === 'string';
	const type = { 'content-type': isText ? 'text/html' : 'application/json' };
	response.writeHead(status, { ...(body === undefined ? {} : type), ...headers });
	response.end(isText || body === undefined ? body : JSON.stringify(body));
}
