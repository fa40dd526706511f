import { createServer } from 'node:net';

/**
 * A TCP port that is free on 127.0.0.1 at this moment.
 * Throws what the operating system says when no port can be opened.
 */
export async function freePort(): Promise<number> {
	return await new Promise((resolve, reject) => {
		const server = createServer();
		server.once('error', reject);
		server.listen(0, '127.0.0.1', () => {
			const address = server.address();
			const port = address !== null && typeof address === 'object' ? address.port : 0;
			server.close(() => resolve(port));
		});
	});
}
