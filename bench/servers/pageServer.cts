import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { z } from 'zod';

const readySchema = z.object({
	urls: z.record(z.string(), z.string()),
	slowUrl: z.string(),
	certificate: z.string(),
	bytesPerEvent: z.number(),
});

/** The page server in its own process. */
export interface PageServer {
	/** @returns base address of the list with that many events; throws for a length that it has not */
	url(length: number): string;
	slowUrl: string;
	certificate: string;
	bytesPerEvent: number;
	stop(): Promise<void>;
}

/** Starts the page server; it has made all its pages when this resolves, and ends with this process. */
export async function startPageServer(): Promise<PageServer> {
	const child = fork(path.join(__dirname, 'main.cjs'), {
		execArgv: ['--max-old-space-size=4096'],
		stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
	});
	const answer: unknown[] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
	const { urls, ...ready } = readySchema.parse(answer[0]);
	return {
		...ready,
		url(length) {
			const url = urls[length];
			if (url === undefined) throw new Error(`The page server has no list of ${length}`);
			return url;
		},
		async stop() {
			const gone = once(child, 'exit');
			child.disconnect();
			await gone;
		},
	};
}
