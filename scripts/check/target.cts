/** Which portal to read: that of the environment, or none, which means the simulator. */
import { safeText } from '@nodes/shared/core/outsideText';
import { readSwitch } from '@nodes/shared/core/parameters';
import { readAccess, readPortal } from '@nodes/shared/core/portal';
import { parseArgs } from 'node:util';

/** Between two requests to a real portal: the pace that other clients keep. */
export const SHORTEST_PAUSE_MS = 1_000;
/** A host of this machine stands more. */
const USUAL_PAUSE_NEARBY_MS = 100;
/** A longer pause would only make a run look as if it hung. */
const LONGEST_PAUSE_MS = 120_000;

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

export interface Target {
	origin: string;
	token: string;
	isLoopback: boolean;
	/** Whether it is one of Proofpoint's own hosts. */
	isOfficial: boolean;
}

export interface CheckOptions {
	/** None: the simulator. */
	target?: Target;
	pauseMs: number;
	/** Where the report goes. */
	report: string;
}

/** A command line or an environment that cannot be used; the message is for the person at the screen. */
export class UsageError extends Error {}

export const usage = `npm run check -- [--report FILE] [--pause MS]

Reads a Proofpoint portal and says which statements about its API hold there. It changes nothing: GET requests only,
at most 60. One of them carries a wrong token on purpose.

  PROOFPOINT_PORTAL_URL          the portal, such as https://acme.tessian-platform.com
  PROOFPOINT_API_TOKEN           its API token. Without both the simulator is read
  PROOFPOINT_ALLOW_CUSTOM_HOST   true: the token may go to a host that is not Proofpoint's (a gateway of your own)

  --report FILE   where the report goes (default proofpoint-check.json). No personal data is in it
  --pause MS      between two requests (at least ${SHORTEST_PAUSE_MS}, the default; less on a loopback host only)

Exit code: 0 all statements hold or could not be told, 1 something differs, 2 could not run.`;

/** Reads command line and environment; `undefined` for `--help`. Throws {@link UsageError}. */
export function readOptions(
	args: string[],
	env: Record<string, string | undefined>,
): CheckOptions | undefined {
	const values = read(args);
	if (values.help) return undefined;
	const target = readTarget(env);
	const near = target === undefined || target.isLoopback;
	const pauseMs = values.pause === undefined ? undefined : Number(values.pause.trim() || NaN);
	const least = near ? 0 : SHORTEST_PAUSE_MS;
	if (pauseMs !== undefined && !(pauseMs >= least && pauseMs <= LONGEST_PAUSE_MS)) {
		throw new UsageError(
			`--pause takes milliseconds, from ${least} to ${LONGEST_PAUSE_MS} for this portal.`,
		);
	}
	if (values.report.trim() === '') throw new UsageError('--report takes the name of a file.');
	return {
		...(target === undefined ? {} : { target }),
		pauseMs: pauseMs ?? usualPause(target),
		report: values.report,
	};
}

function usualPause(target: Target | undefined): number {
	if (target === undefined) return 0;
	return target.isLoopback ? USUAL_PAUSE_NEARBY_MS : SHORTEST_PAUSE_MS;
}

function read(args: string[]) {
	try {
		return parseArgs({
			args,
			options: {
				report: { type: 'string', default: 'proofpoint-check.json' },
				pause: { type: 'string' },
				help: { type: 'boolean', default: false },
			},
		}).values;
	} catch {
		// Node's own message would repeat what was typed: a token, maybe.
		throw new UsageError('This command line is not understood. Try: npm run check -- --help');
	}
}

function readTarget(env: Record<string, string | undefined>): Target | undefined {
	const portalUrl = (env.PROOFPOINT_PORTAL_URL ?? '').trim();
	const apiToken = (env.PROOFPOINT_API_TOKEN ?? '').trim();
	if (portalUrl === '' && apiToken === '') return undefined;
	if (portalUrl === '') {
		throw new UsageError(
			'PROOFPOINT_API_TOKEN is set, but PROOFPOINT_PORTAL_URL is not. Set both for a portal, neither for the simulator.',
		);
	}
	if (apiToken === '') {
		throw new UsageError(
			'PROOFPOINT_PORTAL_URL is set, but PROOFPOINT_API_TOKEN is not. Set both for a portal, neither for the simulator.',
		);
	}
	const custom = readSwitch(env.PROOFPOINT_ALLOW_CUSTOM_HOST?.trim() || false);
	if (custom === undefined) {
		throw new UsageError('PROOFPOINT_ALLOW_CUSTOM_HOST is neither true nor false.');
	}
	// Asked of the address as it was understood, not of the text: the two may differ.
	const anyHost = readPortal({ portalUrl, allowCustomHost: true });
	const isLoopback = anyHost.ok && loopback.test(new URL(anyHost.origin).hostname);
	const access = readAccess({ portalUrl, apiToken, allowCustomHost: custom || isLoopback });
	if (!access.ok) throw new UsageError(inOurWords(access, apiToken));
	return {
		origin: access.origin,
		token: access.token,
		isLoopback,
		isOfficial: readPortal({ portalUrl }).ok,
	};
}

/** The package speaks of the credential's fields: here they are variables of the environment. */
function inOurWords({ message, hint }: { message: string; hint: string }, token: string): string {
	const words = `${message}. ${hint}`
		.replaceAll('The Portal URL in the credential', 'PROOFPOINT_PORTAL_URL')
		.replaceAll('the Portal URL in the credential', 'PROOFPOINT_PORTAL_URL')
		.replaceAll('The API Token in the credential', 'PROOFPOINT_API_TOKEN')
		.replaceAll('turn on “Allow Custom Host”', 'set PROOFPOINT_ALLOW_CUSTOM_HOST=true');
	return safeText(words, [token], 600);
}
