/** Finds the browser of the tests. */
import { existsSync } from 'node:fs';

/** Where Debian, Ubuntu, Fedora and macOS put a Chromium or Chrome, first the one without windows: it needs a fifth less of a core. */
const places = [
	'/usr/bin/chromium-headless-shell',
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

/** The path of a Chromium, or what to install. Synchronous, so that a test file can skip its tests by it. */
export function findChromium(): { path: string } | { missing: string } {
	const path = places.find((place) => existsSync(place));
	return path === undefined
		? {
				missing:
					'Chromium is not installed: on Debian, apt-get install chromium-headless-shell fonts-liberation',
			}
		: { path };
}
