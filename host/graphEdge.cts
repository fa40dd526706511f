import { appendFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import nock from 'nock';
import { z } from 'zod';

/**
 * Preloaded into n8n (`NODE_OPTIONS --require`): answers for graph.microsoft.com inside that process,
 * as Microsoft Graph lists the members of a group: in pages, each with the address of the next one.
 * What the directory holds is read from the file named by `GRAPH_EDGE_DIRECTORY` (`GraphDirectory`) at
 * every request; every request becomes one JSON line (`GraphRequest`) in the file `GRAPH_EDGE_FILE`.
 * All other traffic goes out untouched.
 */
const file = process.env.GRAPH_EDGE_FILE;
const directoryFile = process.env.GRAPH_EDGE_DIRECTORY;
const script = process.argv[1] ?? '';

const directorySchema = z.object({
	/** The only access token that is accepted. */
	token: z.string(),
	pageSize: z.number().int().min(1),
	/** Members by the object ID of their group, nested ones included. */
	groups: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))),
	/** Requests for this page (counted from 1) are answered `body` with `status`. */
	fault: z
		.object({ page: z.number().int(), status: z.number().int(), body: z.unknown() })
		.optional(),
});

/** What the directory holds, and how it answers. */
export type GraphDirectory = z.infer<typeof directorySchema>;

/** One request as it arrived. */
export interface GraphRequest {
	/** ISO time of arrival. */
	at: string;
	/** Path with the query, decoded. */
	path: string;
	/** Number of the page that it asked for, from 1. */
	page: number;
	status: number;
}

// Task runners and npm inherit NODE_OPTIONS; only n8n itself asks.
if (file !== undefined && directoryFile !== undefined && isN8n())
	answerForGraph(file, directoryFile);

function isN8n(): boolean {
	return script.endsWith(path.join('n8n', 'bin', 'n8n'));
}

function answerForGraph(log: string, source: string): void {
	nock.enableNetConnect();
	nock('https://graph.microsoft.com')
		.persist()
		.get(/^\/v1\.0\//)
		.reply((request: Request) => {
			const url = new URL(request.url);
			const directory = directorySchema.parse(JSON.parse(readFileSync(source, 'utf8')));
			const page = Number(url.searchParams.get('$skiptoken') ?? 1);
			const [status, body] = answer(directory, url, page, request.headers.get('authorization'));
			const line: GraphRequest = {
				at: new Date().toISOString(),
				path: decodeURIComponent(url.pathname + url.search),
				page,
				status,
			};
			appendFileSync(log, `${JSON.stringify(line)}\n`);
			const text = typeof body === 'string' ? body : JSON.stringify(body);
			const type = typeof body === 'string' ? 'text/html' : 'application/json';
			return [status, text, { 'Content-Type': type }];
		});
}

function answer(
	{ token, pageSize, groups, fault }: GraphDirectory,
	url: URL,
	page: number,
	authorization: string | null,
): [number, unknown] {
	const refusal = (code: string) => ({ error: { code, message: `Refused: ${code}` } });
	if (authorization !== `Bearer ${token}`) return [401, refusal('InvalidAuthenticationToken')];
	if (fault?.page === page) return [fault.status, fault.body];
	const [, id = ''] = /^\/v1\.0\/groups\/([^/]+)\/transitiveMembers$/.exec(url.pathname) ?? [];
	const members = groups[id];
	if (members === undefined) return [404, refusal('Request_ResourceNotFound')];
	const next = new URL(url);
	next.searchParams.set('$skiptoken', String(page + 1));
	const end = page * pageSize;
	return [
		200,
		{
			'@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#directoryObjects',
			...(end < members.length ? { '@odata.nextLink': next.href } : {}),
			value: members.slice(end - pageSize, end),
		},
	];
}
