import { connect, createServer, type Server, type Socket } from 'node:net';

/** Hands on what one side sends, each piece `delayMs` later, in order. */
function delayed(from: Socket, to: Socket, delayMs: () => number): void {
	from.on('data', (piece) => {
		setTimeout(() => to.write(piece), delayMs());
	});
	from.on('end', () => {
		setTimeout(() => to.end(), delayMs());
	});
	from.on('error', () => to.destroy());
	from.on('close', () => {
		setTimeout(() => to.destroy(), delayMs() + 50);
	});
}

/**
 * A line with a long round trip in front of a server on this machine: each piece takes half of it in either
 * direction. The operating system shakes hands for TCP at once, so the first piece waits for one
 * whole round trip more, as it would over a real line.
 * @param target port of the server on 127.0.0.1
 */
export function slowLine(target: number, roundTripMs: number): Server {
	return createServer({ noDelay: true }, (client) => {
		const server = connect({ port: target, host: '127.0.0.1', noDelay: true });
		const shakenAt = Date.now() + roundTripMs;
		const half = roundTripMs / 2;
		delayed(client, server, () => Math.max(0, shakenAt - Date.now()) + half);
		delayed(server, client, () => half);
	});
}
