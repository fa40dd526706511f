import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Preloaded into n8n (`NODE_OPTIONS --require`): once in `HEAP_WATCH_SECONDS` (60) it collects garbage and adds a
 * JSON line (`HeapReading`) to the file named by `HEAP_WATCH_FILE`. What is left after a collection is what the
 * process really holds; a curve of the memory between collections shows the collector's habits.
 */
const file = process.env.HEAP_WATCH_FILE;
const [, script = '', command] = process.argv;

/** One look at the memory of n8n from inside, after a garbage collection; sizes in bytes. */
export interface HeapReading {
	/** Milliseconds since 1970. */
	atMs: number;
	heapUsed: number;
	/** What C++ objects hold for JavaScript ones, buffers included. */
	external: number;
	/** How long the collection took, in milliseconds. */
	collectedInMs: number;
	/** What keeps the event loop alive, by kind: `TCPSocketWrap`, `Timeout` … */
	resources: Record<string, number>;
}

const isCollector = (value: unknown): value is () => void => typeof value === 'function';

// Only the server: n8n's commands, its task runners and npm inherit NODE_OPTIONS.
if (file !== undefined && command === 'start' && script.endsWith(path.join('n8n', 'bin', 'n8n'))) {
	watch(file, Number(process.env.HEAP_WATCH_SECONDS ?? 60) * 1000);
}

function watch(target: string, everyMs: number): void {
	// V8 takes this flag at run time only for contexts that are made afterwards.
	setFlagsFromString('--expose-gc');
	const collect: unknown = runInNewContext('gc');
	if (!isCollector(collect)) throw new Error('This Node.js does not let its garbage be collected');
	setInterval(() => {
		const before = performance.now();
		collect();
		const collectedInMs = Math.round(performance.now() - before);
		const { heapUsed, external } = process.memoryUsage();
		const resources: Record<string, number> = {};
		for (const kind of process.getActiveResourcesInfo())
			resources[kind] = (resources[kind] ?? 0) + 1;
		const reading: HeapReading = { atMs: Date.now(), heapUsed, external, collectedInMs, resources };
		appendFileSync(target, `${JSON.stringify(reading)}\n`);
	}, everyMs).unref();
}
