/** What a program without n8n would do: a bare HTTP client, the page loop, all records in memory. */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Agent, request } from 'undici';
import { z } from 'zod';

const pageSchema = z.object({
	checkpoint: z.string(),
	additional_results: z.boolean(),
	results: z.array(z.custom<Record<string, unknown>>()),
});

type Fetch = (url: string, token: string) => Promise<unknown>;

const keepAlive = new Agent({ connections: 1, keepAliveTimeout: 60_000 });

function headersFor(token: string): Record<string, string> {
	return { Authorization: `API-Token ${token}`, Accept: 'application/json' };
}

async function withUndici(url: string, token: string): Promise<unknown> {
	const { statusCode, body } = await request(url, {
		dispatcher: keepAlive,
		headers: headersFor(token),
	});
	if (statusCode !== 200) throw new Error(`The page server answered ${statusCode}`);
	return await body.json();
}

async function withNewConnection(url: string, token: string): Promise<unknown> {
	const send = url.startsWith('https:') ? httpsRequest : httpRequest;
	return await new Promise((resolve, reject) => {
		send(url, { agent: false, headers: headersFor(token) }, (response) => {
			const pieces: Buffer[] = [];
			response.on('data', (piece: Buffer) => pieces.push(piece));
			response.once('error', reject);
			response.once('end', () => resolve(JSON.parse(Buffer.concat(pieces).toString())));
		})
			.once('error', reject)
			.end();
	});
}

const clients: Record<'http' | 'undici', Fetch> = { undici: withUndici, http: withNewConnection };

/**
 * Reads a list to its end.
 * @param client `undici` keeps one connection, `http` is `node:http` with a new one per page
 * @returns all records
 */
export async function readAll(
	client: 'http' | 'undici',
	base: string,
	token: string,
): Promise<Array<Record<string, unknown>>> {
	const records: Array<Record<string, unknown>> = [];
	let query = 'limit=100';
	for (;;) {
		const page = pageSchema.parse(await clients[client](`${base}/api/v1/events?${query}`, token));
		for (const record of page.results) records.push(record);
		if (!page.additional_results) return records;
		query = `limit=100&after_checkpoint=${encodeURIComponent(page.checkpoint)}`;
	}
}
