/**
 * The page server, a process of its own: answers from bytes that are ready, so that it is never what
 * is measured. One port per list length, one of them also over TLS behind a slow line.
 */
import { makeCertificate } from '@simulator/certificate.cjs';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Server } from 'node:net';
import { pageOf, pageSize, Pages } from './dataset.cjs';
import { slowLine } from './slowLine.cjs';
import { lengths, roundTripMs, slowLength, type ServerReady } from './serverReady.cjs';

const pages = new Pages();
const done = Buffer.from(
	JSON.stringify({
		number_of_actions_attempted: 1,
		number_of_actions_succeeded: 1,
		results: [{ user_address: 'alice@acme.example', error: null }],
	}),
);

function answer(response: ServerResponse, body: Buffer): void {
	response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length });
	response.end(body);
}

function refuse(response: ServerResponse, status: number): void {
	response.writeHead(status, { 'Content-Length': 0 }).end();
}

function handler(length: number) {
	const last = Math.ceil(length / pageSize) - 1;
	return (request: IncomingMessage, response: ServerResponse): void => {
		const { pathname, searchParams } = new URL(request.url ?? '/', 'http://bench');
		if (request.headers.authorization !== 'API-Token bench') {
			refuse(response, 401);
		} else if (request.method === 'POST') {
			request.resume();
			request.once('end', () => answer(response, done));
		} else if (pathname !== '/api/v1/events' || searchParams.get('limit') !== String(pageSize)) {
			refuse(response, 400);
		} else {
			const page = pageOf(searchParams.get('after_checkpoint') || 'cGFnZSAw');
			if (page >= 0 && page <= last) answer(response, pages.body(page, page === last));
			else refuse(response, 400);
		}
	};
}

async function listen(server: Server): Promise<number> {
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	return address !== null && typeof address === 'object' ? address.port : 0;
}

async function main(): Promise<void> {
	const urls: Record<string, string> = {};
	for (const length of lengths) {
		const last = Math.ceil(length / pageSize) - 1;
		for (let page = 0; page <= last; page++) pages.body(page, page === last);
		const server = createServer({ keepAliveTimeout: 60_000 }, handler(length));
		urls[length] = `http://127.0.0.1:${await listen(server)}`;
	}
	const certificate = makeCertificate();
	const tls = await listen(createTlsServer(certificate, handler(slowLength)));
	const slow = await listen(slowLine(tls, roundTripMs));
	const ready: ServerReady = {
		urls,
		slowUrl: `https://127.0.0.1:${slow}`,
		certificate: certificate.cert,
		bytesPerEvent: Math.round(pages.body(0, false).length / pageSize),
	};
	process.send?.(ready);
}

process.on('disconnect', () => process.exit(0));
main().catch((error: unknown) => {
	console.error(error);
	process.exit(1);
});
