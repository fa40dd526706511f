/** What the soak loads into n8n: it writes what is left after a collection, in the server only. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const folder = mkdtempSync(path.join(tmpdir(), 'proofpoint-heap-'));
afterAll(() => rmSync(folder, { recursive: true }));

it.each([
	['start', true],
	['worker', false],
])('n8n %s: %s', (command, writes) => {
	const script = path.join(folder, 'n8n/bin/n8n');
	mkdirSync(path.dirname(script), { recursive: true });
	writeFileSync(script, 'setTimeout(() => undefined, 500)');
	const file = path.join(folder, `${command}.jsonl`);
	const watch = path.resolve(__dirname, '../../../host/heapWatch.cjs');
	execFileSync(process.execPath, ['--require', watch, script, command], {
		env: { ...process.env, HEAP_WATCH_FILE: file, HEAP_WATCH_SECONDS: '0.1' },
	});
	expect(existsSync(file)).toBe(writes);
	if (!writes) return;
	const [line = ''] = readFileSync(file, 'utf8').split('\n');
	expect(JSON.parse(line)).toMatchObject({ heapUsed: expect.any(Number) });
});
