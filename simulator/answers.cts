import type { ErrorBody } from './schemas.cjs';

/** What is sent back: status, headers without length and date, and the body as text. */
export interface Answer {
	status: number;
	headers: Record<string, string>;
	body: string;
}

/** A request that the API refuses. Thrown by the endpoints, answered by the server. */
export class Refused extends Error {
	constructor(
		readonly status: number,
		message: string,
	) {
		super(message);
	}
}

const json = { 'Content-Type': 'application/json' };

/** @returns an answer whose body is already JSON */
export function jsonAnswer(body: string, status = 200): Answer {
	return { status, headers: json, body };
}

/** A web page as a gateway in between would send it. */
export function page(title: string): string {
	return `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`;
}

const titles: Record<number, string> = {
	400: 'Bad request',
	401: 'Unauthorized',
	403: 'Forbidden',
	404: 'Not found',
	405: 'Method not allowed',
	429: 'Too many requests',
	500: 'Internal server error',
	502: 'Bad gateway',
	503: 'Service unavailable',
	504: 'Gateway timeout',
};

/** @returns the name of a status, as errors and pages show it */
export function titleOf(status: number): string {
	return titles[status] ?? 'Made up by the simulator';
}

/**
 * @param shape how the body is written: the vendor documents none
 * @returns the answer of a refusal or a server error
 */
export function errorAnswer(status: number, message: string, shape: ErrorBody): Answer {
	switch (shape) {
		case 'problem':
			return {
				status,
				headers: { 'Content-Type': 'application/problem+json' },
				body: JSON.stringify({
					type: 'about:blank',
					title: titleOf(status),
					status,
					detail: message,
				}),
			};
		case 'json':
			return jsonAnswer(JSON.stringify({ status: 'error', message }), status);
		case 'text':
			return { status, headers: { 'Content-Type': 'text/plain' }, body: message };
		case 'html':
			return {
				status,
				headers: { 'Content-Type': 'text/html; charset=utf-8' },
				body: page(`${status} ${message}`),
			};
		case 'empty':
			return { status, headers: {}, body: '' };
	}
}
