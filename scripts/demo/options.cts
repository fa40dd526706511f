import { parseArgs } from 'node:util';

/** The tenant to work on instead of the simulator. */
export interface Tenant {
	portalUrl: string;
	apiToken: string;
}

/** What the demo was asked to do. */
export interface DemoOptions {
	/** End by itself after the first full round. */
	once: boolean;
	/** Publish the playbook that releases mail, although the mail is real. */
	actOnRealMail: boolean;
	/** How long `once` may take, in milliseconds. */
	timeoutMs: number;
	/** None: the simulator. */
	tenant?: Tenant;
}

/** The text of `--help`. */
export const usage = `npm start -- [--once] [--timeout SECONDS] [--yes-act-on-real-mail]

Starts a private n8n with this package and two playbooks and shows what happens.
Without more it works on a simulator of the Proofpoint API. With both of the environment variables
PROOFPOINT_PORTAL_URL and PROOFPOINT_API_TOKEN it works on that tenant.

  --once                    end after the first full round, with a summary; exit code 0 or 1
  --timeout SECONDS         how long --once may take after the start (180)
  --yes-act-on-real-mail    on a real tenant: also publish the playbook that releases quarantined mail,
                            with its dry run off`;

/**
 * Reads command line and environment. Returns undefined for `--help`.
 * Throws an error for the user when an option is unknown or half of the tenant is missing.
 */
export function readOptions(
	args: string[],
	env: Record<string, string | undefined>,
): DemoOptions | undefined {
	const { values } = parseArgs({
		args,
		options: {
			once: { type: 'boolean', default: false },
			timeout: { type: 'string', default: '180' },
			'yes-act-on-real-mail': { type: 'boolean', default: false },
			help: { type: 'boolean', default: false },
		},
	});
	if (values.help) return undefined;
	const seconds = Number(values.timeout);
	if (!(seconds > 0))
		throw new Error(`--timeout takes a number of seconds, not "${values.timeout}"`);
	const portalUrl = env.PROOFPOINT_PORTAL_URL ?? '';
	const apiToken = env.PROOFPOINT_API_TOKEN ?? '';
	if ((portalUrl === '') !== (apiToken === '')) {
		throw new Error('Set both PROOFPOINT_PORTAL_URL and PROOFPOINT_API_TOKEN, or neither.');
	}
	return {
		once: values.once,
		actOnRealMail: values['yes-act-on-real-mail'],
		timeoutMs: seconds * 1000,
		...(portalUrl === '' ? {} : { tenant: { portalUrl, apiToken } }),
	};
}
