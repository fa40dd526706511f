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

/**
 * @param shape how the body is written: the vendor documents none
 * @returns the answer of a refusal or a server error
 */
export function errorAnswer(status: number, message: string, shape: ErrorBody): Answer {
	switch (shape) {
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
