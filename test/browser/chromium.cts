/** Finds the browser of the tests, and installs it where that is possible. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Where Debian, Ubuntu, Fedora and macOS put a Chromium or Chrome. */
const places = [
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The flags with which a browser without a screen runs in a container and keeps off the internet. */
export const chromiumFlags = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-dev-shm-usage',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

/**
 * The path of a Chromium, or why there is none. Installs Debian's package where that is possible: as root,
 * on a system with apt. Synchronous, so that a test file can skip its tests by it.
 */
export function findChromium(): { path: string } | { missing: string } {
	const installed = places.find((place) => existsSync(place));
	if (installed !== undefined) return { path: installed };
	if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
		return { missing: 'Chromium is not installed, and only root on Debian can install it' };
	}
	const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
	const packages = ['chromium', 'fonts-liberation', 'fonts-noto-color-emoji'];
	const install = ['install', '-y', '--no-install-recommends', ...packages];
	try {
		execFileSync('apt-get', ['update'], { env, stdio: 'pipe' });
		execFileSync('apt-get', install, { env, stdio: 'pipe' });
	} catch (error) {
		return { missing: `apt-get could not install Chromium: ${String(error)}` };
	}
	const path = places.find((place) => existsSync(place));
	return path === undefined ? { missing: 'Debian’s package holds no Chromium' } : { path };
}
