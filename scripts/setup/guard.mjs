// node guard.mjs PARENT COMMAND ARGUMENTS …
// Runs a command of the set-up in a process group of its own, and ends all of that group when PARENT (a process ID) is gone, however
// that happened, or on SIGTERM. npm goes on after a first signal, and what it has started would outlive it.
import { spawn } from 'node:child_process';

const [parent, command, ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: 'inherit', detached: true });

function end() {
	try {
		process.kill(-child.pid, 'SIGKILL');
	} catch {
		// It has ended by itself.
	}
	process.exit(1);
}

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, end);
setInterval(() => {
	if (process.ppid !== Number(parent)) end();
}, 250);
child.once('error', (error) => {
	process.stderr.write(`${error.message}\n`);
	process.exit(127);
});
child.once('close', (code) => process.exit(code ?? 1));
