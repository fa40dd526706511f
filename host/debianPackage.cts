import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Whether this process may install packages: only root may. */
export const isRoot = process.getuid?.() === 0;

/**
 * Looks for a program, and installs Debian's package that brings it where that is possible: as root, on a system with
 * apt. Synchronous, so that a test file can skip its tests by it. A service that the package brings along is not started.
 * @param title the program's name for people
 * @param look what finds the program, undefined when it is not there
 * @returns what `look` has found, or why there is nothing
 */
export function findOrInstall<Found>(
	title: string,
	packageName: string,
	look: () => Found | undefined,
): { found: Found } | { missing: string } {
	const present = look();
	if (present !== undefined) return { found: present };
	if (!isRoot || !existsSync('/usr/bin/apt-get')) {
		return { missing: `${title} is not installed, and only root on Debian can install it` };
	}
	// At run level 1 Debian does not start the server that the package brings along.
	const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
	const install = ['install', '-y', '--no-install-recommends', packageName];
	try {
		execFileSync('apt-get', ['update'], { env, stdio: 'pipe' });
		execFileSync('apt-get', install, { env, stdio: 'pipe' });
	} catch (error) {
		return { missing: `apt-get could not install ${title}: ${String(error)}` };
	}
	const installed = look();
	return installed === undefined
		? { missing: `Debian’s package ${packageName} does not hold what is needed` }
		: { found: installed };
}
