/** One GET over the network: never follows a redirect, takes no more than it can use, never throws. */
import { kindOfBody } from '@nodes/shared/core/answerBody';
import type { Headers } from '@nodes/shared/core/rateLimitHeaders';
import { Agent, EnvHttpProxyAgent, request, type Dispatcher } from 'undici';
import type { Form } from './evidence.cjs';

/** What came over the wire; `code` of a failure is Node's own, such as `ECONNREFUSED`. */
export type Wire =
	| { ok: true; status: number; headers: Headers; form: Form; body: unknown; bytes: number }
	| { ok: false; code: string; tooLarge: boolean; bytes: number };

export interface WireOptions {
	url: URL;
	/** Without one no `Authorization` is sent. */
	token?: string | undefined;
	dispatcher: Dispatcher;
	timeoutMs: number;
	/** Most bytes of a body that are read. */
	mostBytes: number;
}

/** The way to the portal: through the environment's proxy, but for a host of this machine. */
export function dispatcherFor(isLoopback: boolean): Dispatcher {
	return isLoopback ? new Agent() : new EnvHttpProxyAgent();
}

/** Sends one GET. */
export async function get({
	url,
	token,
	dispatcher,
	timeoutMs,
	mostBytes,
}: WireOptions): Promise<Wire> {
	let bytes = 0;
	try {
		const answer = await request(url, {
			method: 'GET',
			dispatcher,
			headers: {
				accept: 'application/json',
				'accept-encoding': 'identity',
				...(token === undefined ? {} : { authorization: `API-Token ${token}` }),
			},
			// For the whole request: a body that trickles must not keep us either.
			signal: AbortSignal.timeout(timeoutMs),
		});
		const chunks: Buffer[] = [];
		const parts: AsyncIterable<Buffer> = answer.body;
		for await (const part of parts) {
			bytes += part.length;
			if (bytes > mostBytes) return { ok: false, code: 'TOO_LARGE', tooLarge: true, bytes };
			chunks.push(part);
		}
		const text = Buffer.concat(chunks).toString('utf8');
		return {
			ok: true,
			status: answer.statusCode,
			headers: { ...answer.headers },
			...readBody(text),
			bytes,
		};
	} catch (error) {
		return { ok: false, code: codeOf(error), tooLarge: false, bytes };
	}
}

/** What a body is, and its JSON where it is some. */
export function readBody(text: string): { form: Form; body: unknown } {
	if (text.replace(/^\uFEFF/, '').trim() === '') return { form: 'empty', body: undefined };
	try {
		const body: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
		return { form: 'json', body };
	} catch {
		const kind = kindOfBody(text);
		// Not kept: nobody reads it, and it may be large.
		return { form: kind === 'html' || kind === 'truncated' ? kind : 'text', body: undefined };
	}
}

/** Causes lie in each other, and several addresses of one host have an error each. */
function codeOf(error: unknown, depth = 0): string {
	if (typeof error !== 'object' || error === null || depth > 5) return 'UNKNOWN';
	if ('name' in error && error.name === 'TimeoutError') return 'ETIMEDOUT';
	if (
		'code' in error &&
		typeof error.code === 'string' &&
		/^[A-Z][A-Z0-9_]{1,60}$/.test(error.code)
	)
		return error.code;
	if ('errors' in error && Array.isArray(error.errors)) return codeOf(error.errors[0], depth + 1);
	return 'cause' in error ? codeOf(error.cause, depth + 1) : 'UNKNOWN';
}
