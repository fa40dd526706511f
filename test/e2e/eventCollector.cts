/** Splunk's HTTP Event Collector for tests, on loopback: its token, its answers, and the ways in which it fails. */
import { text } from 'node:stream/consumers';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { z } from 'zod';

const eventSchema = z.object({
	time: z.number().optional(),
	host: z.string(),
	source: z.string(),
	sourcetype: z.string(),
	index: z.string().optional(),
	event: z
		.object({ entry_id: z.string(), timestamp: z.string(), details: z.string() })
		.passthrough(),
});

/** One event in the collector's own format. */
export type CollectedEvent = z.infer<typeof eventSchema>;

/**
 * What becomes of a request: `accept` (200, code 0); `refuse` (503, code 9: busy); `lose` (accepted, but the
 * connection breaks before the answer); `hang` (accepted, never answered); `page` (200 with a web page, nothing kept).
 */
export type Behaviour = 'accept' | 'refuse' | 'lose' | 'hang' | 'page';

/** The running collector. */
export interface EventCollector {
	url: string;
	token: string;
	/** Everything that it has accepted, in order. */
	events: CollectedEvent[];
	/** One line per request: what it did, status, number of events. */
	log: string[];
	/** What the next requests meet, in order; after these it accepts. */
	next(...behaviours: Behaviour[]): void;
	/** Ends it. */
	stop(): Promise<void>;
}

/** Starts the collector on a free port of loopback. */
export async function startEventCollector(): Promise<EventCollector> {
	const token = '0f8c3a52-2d5b-4f0e-8f5e-2f6d6d1c9b11';
	const events: CollectedEvent[] = [];
	const log: string[] = [];
	const behaviours: Behaviour[] = [];
	const server = createServer((request, response) => {
		const reply = (status: number, code: number, text: string, note = ''): void => {
			log.push(`${request.method} ${request.url} ${status} code ${code}${note}`);
			response.writeHead(status, { 'content-type': 'application/json' });
			response.end(JSON.stringify({ text, code }));
		};
		const handle = async (): Promise<void> => {
			const body = await text(request);
			if (request.headers.authorization !== `Splunk ${token}`)
				return reply(401, 4, 'Invalid token');
			if (body.trim() === '') return reply(400, 5, 'No data');
			const read = body.split('\n').map((line) => eventSchema.parse(JSON.parse(line)));
			const behaviour = behaviours.shift() ?? 'accept';
			if (behaviour === 'refuse') return reply(503, 9, 'Server is busy');
			if (behaviour === 'page') {
				log.push(`${request.method} ${request.url} 200 with a web page`);
				response.writeHead(200, { 'content-type': 'text/html' });
				response.end('<html>Please log in</html>');
				return;
			}
			events.push(...read);
			if (behaviour === 'accept') return reply(200, 0, 'Success', `, ${read.length} events`);
			log.push(
				`${request.method} ${request.url} accepted, no answer (${behaviour}), ${read.length} events`,
			);
			if (behaviour === 'lose') response.destroy();
		};
		handle().catch((error: unknown) => reply(400, 6, `Invalid data format: ${String(error)}`));
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('The collector has no port');
	return {
		url: `http://127.0.0.1:${address.port}/services/collector/event`,
		token,
		events,
		log,
		next: (...more) => void behaviours.push(...more),
		async stop() {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
}
