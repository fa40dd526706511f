import { endpoints } from '@nodes/shared/api/endpoints';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorAnswer, Refused, type Answer } from './answers.cjs';
import type { ApiRequest } from './api.cjs';
import { controlPrefix, handleControl } from './control.cjs';
import { commit, type Delivery } from './faults.cjs';
import type { RequestEntry } from './requestLog.cjs';
import { findRoute, type Route } from './router.cjs';
import type { Fault } from './schemas.cjs';
import type { Simulator } from './simulator.cjs';
import type { Token } from './tokens.cjs';

/** The largest body that is read, in bytes. */
const largestBody = 16 * 1024 * 1024;
/** How much of a body the request log keeps, in characters. */
const loggedBody = 100_000;

async function readBody(request: AsyncIterable<Buffer>): Promise<string> {
	const chunks: Buffer[] = [];
	let bytes = 0;
	for await (const part of request) {
		bytes += part.length;
		if (bytes > largestBody) throw new Refused(413, 'The body is too large');
		chunks.push(part);
	}
	return Buffer.concat(chunks).toString('utf8');
}

/** One request to the API on its way through. */
interface Visit {
	route: Route | 404 | 405;
	/** The token, null when missing, undefined when wrong. */
	token: Token | null | undefined;
	request: ApiRequest | undefined;
	entry: RequestEntry;
}

/** The HTTP side: listens, lets in, hits with faults, answers. */
export class SimulatorServer {
	private readonly server: Server;

	constructor(private readonly simulator: Simulator) {
		this.server = createServer((request, response) => {
			this.serve(request, response).catch((error: unknown) => this.fail(response, error));
		});
		// Longer than any client keeps a connection: the server must not close it under a request.
		this.server.keepAliveTimeout = 120_000;
	}

	/** Starts listening on 127.0.0.1. @returns the address, such as `http://127.0.0.1:4711` */
	async listen(port: number): Promise<string> {
		await new Promise<void>((resolve, reject) => {
			this.server.once('error', reject);
			this.server.listen(port, '127.0.0.1', resolve);
		});
		const address = this.server.address();
		if (address === null || typeof address === 'string') throw new Error('Not listening on a port');
		return `http://127.0.0.1:${address.port}`;
	}

	/** Stops listening and cuts every connection. */
	close(): void {
		this.server.close();
		this.server.closeAllConnections();
	}

	private fail(response: ServerResponse, error: unknown): void {
		if (error instanceof Refused && !response.headersSent) {
			return this.send(response, errorAnswer(error.status, error.message, 'json'));
		}
		// A client that went away while its request was read is no fault of ours.
		if (response.socket && !response.socket.destroyed) {
			process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
		}
		if (response.headersSent) response.destroy();
		else this.send(response, errorAnswer(500, 'The simulator itself failed', 'json'));
	}

	private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const url = new URL(request.url ?? '/', 'http://127.0.0.1');
		const method = request.method ?? 'GET';
		if (url.pathname.startsWith(controlPrefix)) {
			const body = await readBody(request);
			const path = url.pathname.slice(controlPrefix.length);
			const answer = handleControl(this.simulator, method, path, url.searchParams, body);
			return this.send(response, answer);
		}
		await this.serveApi(request, response, method, url);
	}

	private async serveApi(
		request: IncomingMessage,
		response: ServerResponse,
		method: string,
		url: URL,
	): Promise<void> {
		const { log, switches, tokens } = this.simulator;
		const entry = log.open(method, url.pathname, url.searchParams);
		response.once('close', () => log.close(entry));
		const token = tokens.fromHeader(request.headers.authorization);
		entry.token = token?.name ?? null;
		if (switches.down) {
			entry.fault = 'down';
			request.socket.resetAndDestroy();
			return;
		}
		const body = await readBody(request);
		entry.body = body.slice(0, loggedBody);
		const route = findRoute(method, url.pathname);
		const apiRequest =
			typeof route === 'number'
				? undefined
				: { ...route, query: url.searchParams, body, number: entry.n };
		entry.endpoint = apiRequest?.endpoint ?? null;
		const delivery = await this.decide({ route, token, request: apiRequest, entry });
		if (switches.latencyMs > 0) await sleep(switches.latencyMs);
		this.deliver(delivery, entry, request, response);
	}

	/** Finds the fault that hits the request, if any, and the answer. */
	private async decide(visit: Visit): Promise<Delivery> {
		const fault = this.takeFault(visit);
		if (!fault) return { kind: 'answer', answer: this.answer(visit) };
		visit.entry.fault = fault.name ?? fault.action.kind;
		const carryOut = () => this.answer(visit);
		return commit(fault.action, carryOut, this.simulator.switches.errorBody);
	}

	private takeFault({ request, entry }: Visit): Fault | undefined {
		const { api, faults } = this.simulator;
		return faults.take(
			(fault) =>
				(fault.endpoint === undefined || fault.endpoint === entry.endpoint) &&
				(fault.method === undefined || fault.method === entry.method) &&
				(fault.path === undefined || new RegExp(fault.path).test(entry.path)) &&
				(fault.token === undefined || fault.token === entry.token) &&
				(fault.contains === undefined ||
					entry.body.includes(fault.contains) ||
					Object.values(entry.query).some((value) => value.includes(fault.contains ?? ''))),
			() => request && api.position(request),
		);
	}

	/** The answer of a healthy API: rate limit, then token, then permission, then the endpoint. */
	private answer(visit: Visit): Answer {
		const { rateLimit, switches } = this.simulator;
		const verdict = rateLimit?.take();
		const refuse = (status: number, message: string) =>
			errorAnswer(status, message, switches.errorBody);
		const answer =
			verdict?.allowed === false
				? refuse(429, 'Too many requests: try again in a few seconds')
				: this.letIn(visit, refuse);
		return { ...answer, headers: { ...answer.headers, ...verdict?.headers } };
	}

	private letIn(visit: Visit, refuse: (status: number, message: string) => Answer): Answer {
		const { route, token, request, entry } = visit;
		if (token === null) return refuse(401, 'Missing token');
		// A wrong token and a missing permission look the same, as they do at the vendor's.
		if (token === undefined) return refuse(403, 'Forbidden');
		if (typeof route === 'number' || !request) {
			return refuse(typeof route === 'number' ? route : 404, 'No such endpoint');
		}
		if (!token.permissions.includes(endpoints[route.endpoint].permission)) {
			return refuse(403, 'Forbidden');
		}
		try {
			const answer = this.simulator.api.handle(request);
			entry.processed = true;
			return answer;
		} catch (error) {
			if (error instanceof Refused) return refuse(error.status, error.message);
			throw error;
		}
	}

	private deliver(
		delivery: Delivery,
		entry: RequestEntry,
		request: IncomingMessage,
		response: ServerResponse,
	): void {
		if (delivery.kind === 'silence') return;
		if (delivery.kind === 'reset') {
			request.socket.resetAndDestroy();
			return;
		}
		entry.status = delivery.answer.status;
		this.send(response, delivery.answer, delivery.cut);
	}

	private send(response: ServerResponse, answer: Answer, cut?: 'correct' | 'wrong'): void {
		const whole = Buffer.from(answer.body);
		const sent = cut ? whole.subarray(0, Math.floor(whole.length / 2)) : whole;
		const length = cut === 'wrong' ? whole.length : sent.length;
		response.writeHead(answer.status, {
			...answer.headers,
			Date: new Date(this.simulator.world.clock.headerMillis()).toUTCString(),
			...(answer.status === 204 ? {} : { 'Content-Length': String(length) }),
		});
		if (cut === 'wrong') response.write(sent, () => response.socket?.destroy());
		else response.end(answer.status === 204 ? undefined : sent);
	}
}
