import type { Permission } from '@nodes/shared/api/endpoints';
import { parseArgs } from 'node:util';
import type { ZodType } from 'zod';
import {
	errorBodySchema,
	permissionSchema,
	rateLimitFormSchema,
	settingsSchema,
	type RateLimitForm,
	type Settings,
} from './schemas.cjs';
import { parseTimestamp } from './time.cjs';
import type { WorldOptions } from './world.cjs';

/** Switches that can be set from the start. */
export type StartSwitches = Pick<
	Required<Settings>,
	'bothPagingParameters' | 'errorBody' | 'guardianBatchMs' | 'remediationDelayMs' | 'unknownEvent'
> &
	Pick<Settings, 'portalUrl'>;

/** Everything that the command line can say. */
export interface Options {
	port: number;
	world: WorldOptions;
	live: number;
	liveUpdates: number;
	tokens: Array<{ name: string; permissions: Permission[] }>;
	rateLimit?: { perSecond: number; burst?: number | undefined; form: RateLimitForm } | undefined;
	/** Switches whose first position the command line chooses. */
	switches: StartSwitches;
	exitWithParent: boolean;
}

export const help = `Simulator of the Proofpoint API (formerly Tessian)

  --port N                 port on 127.0.0.1; 0 = a free one (default 0)
  --seed N                 the same seed and calls give the same answers (default 1)
  --now ISO                start a clock that steps with each change, instead of the real one
  --events N               events in the history (default 500)
  --days N                 days that the history reaches back (default 30)
  --updated P              share of the history that was updated since (default 0.2)
  --groups N --users N     groups (default 8), monitored users (default 40)
  --audits N               audit entries (default 60)
  --anomalies N            findings on each of the last three days (default 12)
  --risk-days N            days with risk scores (default 90)
  --live N                 events created per second from the start (default 0)
  --live-updates P         chance of an update with each of them (default 0.3)
  --remediation-delay MS   between the versions of a remediated event: under way, a user's
                           answer, done (default 2000)
  --guardian-batch MS      Guardian events of --live become visible together, so far apart;
                           really about an hour (default 0: at once)
  --token NAME=PERM,PERM   one more token with these permissions (may be repeated), of
                           "Action Quarantined Emails", "Audit Trail", "Groups",
                           "Security Events", "User Monitoring"
  --rate-limit N           requests per second (default: no limit)
  --burst N                size of the rate limit's bucket
  --rate-limit-form FORM   ${rateLimitFormSchema.options.join(', ')}
  --error-body SHAPE       ${errorBodySchema.options.join(', ')} 
                           (default problem)
  --portal URL             where the links of events lead (default: the simulator's own address)
  --unknown-event STATUS   what an action on an unknown event answers: 400 or 404 (default 404)
  --both-parameters WHAT   created_after and after_checkpoint together: refused or taken
                           (default refused)
  --exit-with-parent       end when standard input closes or the parent process is gone
  --help                   this text

The first line on standard output is JSON: {"url", "token", "tokens", "pid"}.
The control plane is at URL/_simulator/ (see simulator/README.md).
`;

/** A command line that cannot be understood; the message is for the user. */
export class UsageError extends Error {}

function number(name: string, text: string | undefined, fallback: number): number {
	if (text === undefined) return fallback;
	const value = Number(text);
	if (text.trim() === '' || !Number.isFinite(value) || value < 0) {
		throw new UsageError(`--${name} must be a number from 0 up, not "${text}"`);
	}
	return value;
}

function token(text: string): Options['tokens'][number] {
	const at = text.indexOf('=');
	const names = text.slice(at + 1).split(',');
	const parsed = permissionSchema
		.array()
		.safeParse(names.map((name) => name.trim()).filter((name) => name !== ''));
	if (at < 1 || !parsed.success) {
		throw new UsageError(`--token must be NAME=PERMISSION,PERMISSION, not "${text}"`);
	}
	return { name: text.slice(0, at), permissions: parsed.data };
}

function read(args: string[]) {
	const text = { type: 'string' } as const;
	const flag = { type: 'boolean', default: false } as const;
	try {
		return parseArgs({
			args,
			options: {
				port: text,
				seed: text,
				now: text,
				events: text,
				days: text,
				updated: text,
				groups: text,
				users: text,
				audits: text,
				anomalies: text,
				'risk-days': text,
				live: text,
				'live-updates': text,
				'remediation-delay': text,
				token: { type: 'string', multiple: true, default: [] },
				'rate-limit': text,
				burst: text,
				'rate-limit-form': text,
				'error-body': text,
				portal: text,
				'unknown-event': text,
				'both-parameters': text,
				'guardian-batch': text,
				'exit-with-parent': flag,
				help: flag,
			},
		}).values;
	} catch (error) {
		throw new UsageError(error instanceof Error ? error.message : String(error));
	}
}

type Values = ReturnType<typeof read>;

function worldOptions(values: Values): WorldOptions {
	const now = values.now === undefined ? undefined : parseTimestamp(values.now);
	if (values.now !== undefined && now === undefined) {
		throw new UsageError(`--now must be a date-time such as 2026-01-31T12:00:00Z`);
	}
	return {
		seed: Math.floor(number('seed', values.seed, 1)),
		now,
		events: Math.floor(number('events', values.events, 500)),
		days: number('days', values.days, 30),
		updated: number('updated', values.updated, 0.2),
		groups: Math.floor(number('groups', values.groups, 8)),
		users: Math.floor(number('users', values.users, 40)),
		audits: Math.floor(number('audits', values.audits, 60)),
		anomalies: Math.floor(number('anomalies', values.anomalies, 12)),
		riskDays: Math.floor(number('risk-days', values['risk-days'], 90)),
	};
}

function switches(values: Values): StartSwitches {
	const { shape } = settingsSchema;
	const choice = <Value,>(name: string, schema: ZodType<Value>, value: unknown): Value => {
		const parsed = schema.safeParse(value);
		if (parsed.success) return parsed.data;
		throw new UsageError(`--${name} is not what --help says`);
	};
	const unknown = number('unknown-event', values['unknown-event'], 404);
	const both = values['both-parameters'] ?? 'refused';
	return {
		errorBody: choice('error-body', errorBodySchema, values['error-body'] ?? 'problem'),
		unknownEvent: choice('unknown-event', shape.unknownEvent.unwrap(), unknown),
		bothPagingParameters: choice('both-parameters', shape.bothPagingParameters.unwrap(), both),
		guardianBatchMs: Math.floor(number('guardian-batch', values['guardian-batch'], 0)),
		...(values.portal === undefined
			? {}
			: { portalUrl: choice('portal', shape.portalUrl.unwrap(), values.portal) }),
		remediationDelayMs: Math.floor(number('remediation-delay', values['remediation-delay'], 2000)),
	};
}

function rateLimit(values: Values): Options['rateLimit'] {
	if (values['rate-limit'] === undefined) return undefined;
	const form = rateLimitFormSchema.safeParse(values['rate-limit-form'] ?? 'ratelimit-fields');
	if (!form.success) throw new UsageError('--rate-limit-form is not one of those in --help');
	const burst =
		values.burst === undefined ? undefined : Math.floor(number('burst', values.burst, 1));
	return { perSecond: number('rate-limit', values['rate-limit'], 1), burst, form: form.data };
}

/**
 * Reads the command line.
 * @param args arguments without the program's own name
 * @returns the options, or 'help'; throws UsageError with a message for the user
 */
export function parseOptions(args: string[]): Options | 'help' {
	const values = read(args);
	if (values.help) return 'help';
	return {
		port: number('port', values.port, 0),
		world: worldOptions(values),
		live: number('live', values.live, 0),
		liveUpdates: number('live-updates', values['live-updates'], 0.3),
		tokens: values.token.map(token),
		rateLimit: rateLimit(values),
		switches: switches(values),
		exitWithParent: values['exit-with-parent'],
	};
}
