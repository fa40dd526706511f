import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';

const session = new Session();
let running = false;

/** Whether a profile is being taken. */
export function isProfiling(): boolean {
	return running;
}

/** Starts the CPU profiler of this process (every 200 µs). */
export async function startProfile(): Promise<void> {
	session.connect();
	await session.post('Profiler.enable');
	await session.post('Profiler.setSamplingInterval', { interval: 200 });
	await session.post('Profiler.start');
	running = true;
}

/** Stops it and writes a `.cpuprofile`, which browsers and editors open. */
export async function stopProfile(file: string): Promise<void> {
	const { profile } = await session.post('Profiler.stop');
	session.disconnect();
	running = false;
	writeFileSync(file, JSON.stringify(profile));
}
