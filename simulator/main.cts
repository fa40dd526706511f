#!/usr/bin/env node
import { help, parseOptions, UsageError, type Options } from './options.cjs';
import { SimulatorServer } from './server.cjs';
import { mainToken, Simulator } from './simulator.cjs';

/** How often a process that must not outlive its parent looks for it, in milliseconds. */
const parentCheckMs = 500;

/** Ends the process when whoever started it is gone, however that happened. */
function exitWithParent(stop: () => void): void {
	process.stdin.on('end', stop).on('close', stop).on('error', stop).resume();
	const parent = process.ppid;
	setInterval(() => {
		if (process.ppid !== parent) stop();
	}, parentCheckMs).unref();
}

async function run(options: Options): Promise<void> {
	const simulator = new Simulator(options);
	const server = new SimulatorServer(simulator);
	const url = await server.listen(options.port).catch((error: unknown) => {
		throw new UsageError(`--port ${options.port}: ${error instanceof Error ? error.message : ''}`);
	});
	simulator.listensAt(url);
	const stop = () => {
		simulator.close();
		server.close();
		process.exit(0);
	};
	process.on('SIGTERM', stop).on('SIGINT', stop);
	// The reader of standard output may leave; that is no reason to fail.
	process.stdout.on('error', () => undefined);
	if (options.exitWithParent) exitWithParent(stop);
	const tokens = simulator.tokens.secrets();
	const token = tokens[mainToken];
	process.stdout.write(`${JSON.stringify({ url, token, tokens, pid: process.pid })}\n`);
}

async function main(): Promise<void> {
	const options = parseOptions(process.argv.slice(2));
	if (options === 'help') process.stdout.write(help);
	else await run(options);
}

main().catch((error: unknown) => {
	const usage = error instanceof UsageError;
	const text = error instanceof Error ? (usage ? error.message : error.stack) : String(error);
	process.stderr.write(`${text}\n${usage ? 'Try --help.\n' : ''}`);
	process.exitCode = usage ? 2 : 1;
});
