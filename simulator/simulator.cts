import { Api } from './api.cjs';
import { LiveEvents } from './live.cjs';
import type { Options } from './options.cjs';
import { RateLimit } from './rateLimit.cjs';
import { RequestLog } from './requestLog.cjs';
import { Rules } from './rules.cjs';
import type { Fault, PagePlan, RateLimitForm, Settings } from './schemas.cjs';
import { allPermissions, Tokens } from './tokens.cjs';
import { World, type WorldOptions } from './world.cjs';

/** What the control plane can switch, with everything filled in. */
export type Switches = Required<Settings>;

/** Name of the token that has every permission. */
export const mainToken = 'main';

/** The whole state of one simulator: the platform and the switches that make it misbehave. */
export class Simulator {
	world: World;
	api: Api;
	readonly switches: Switches;
	readonly tokens: Tokens;
	readonly log = new RequestLog();
	readonly plans = new Rules<PagePlan>();
	readonly faults = new Rules<Fault>();
	readonly live: LiveEvents;
	rateLimit: RateLimit | undefined;
	/** Where the server listens: the portal is there too, unless the command line names another one. */
	private address = 'https://acme.tessian-platform.com';

	constructor(private readonly options: Options) {
		this.switches = this.startSwitches();
		this.world = this.newWorld({});
		this.api = new Api(this.world, this.switches, this.plans);
		this.tokens = new Tokens(options.world.seed);
		this.live = new LiveEvents(
			options.world.seed,
			() => this.world,
			() => this.switches.guardianBatchMs,
		);
		this.start();
	}

	/** Sets switches; those that concern the world reach into it. */
	set(settings: Settings): void {
		const given = Object.entries<unknown>(settings).filter(([, value]) => value !== undefined);
		Object.assign(this.switches, Object.fromEntries(given));
		if (settings.portalUrl !== undefined) this.world.events.setPortal(settings.portalUrl);
		if (settings.clockOffsetSeconds !== undefined) {
			this.world.clock.shift(settings.clockOffsetSeconds);
		}
	}

	/** Says where the server listens, before anything is asked of it. */
	listensAt(url: string): void {
		this.address = url;
		this.set({ portalUrl: this.startSwitches().portalUrl });
	}

	/** Switches the rate limit on, or off without an argument. */
	limit(limit?: { perSecond: number; burst?: number | undefined; form: RateLimitForm }): void {
		this.rateLimit =
			limit &&
			new RateLimit(
				limit.perSecond,
				limit.burst,
				limit.form,
				() => performance.now(),
				() => this.world.clock.headerMillis(),
			);
	}

	/**
	 * Starts afresh as if the process had been started anew, on the same port.
	 * @param changes what differs from the command line; the main token stays the same
	 * @param settings what differs from its switches
	 */
	reset(changes: Partial<WorldOptions>, settings: Settings): void {
		this.close();
		this.plans.clear();
		this.faults.clear();
		this.log.clear();
		Object.assign(this.switches, this.startSwitches(), settings);
		this.world = this.newWorld(changes);
		this.api = new Api(this.world, this.switches, this.plans);
		this.start();
	}

	/** Stops everything that happens by itself. */
	close(): void {
		this.live.forget();
		this.live.stop();
		this.world.close();
	}

	private newWorld(changes: Partial<WorldOptions>): World {
		const world = new World({ ...this.options.world, ...changes }, () => this.switches);
		world.events.setPortal(this.switches.portalUrl);
		return world;
	}

	private start(): void {
		const { live, liveUpdates, rateLimit, tokens } = this.options;
		this.tokens.put(mainToken, allPermissions);
		for (const { name, permissions } of tokens) this.tokens.put(name, permissions);
		this.limit(rateLimit);
		this.live.start(live, liveUpdates);
	}

	private startSwitches(): Switches {
		return {
			down: false,
			writeAnswer: 'empty',
			companyRiskStatus: 200,
			remediationLife: 'full',
			userAnswers: true,
			remediationAnswer: 'full',
			anomalyCheckpoint: 'last',
			quietAnomalies: false,
			portalUrl: this.address,
			latencyMs: 0,
			clockOffsetSeconds: 0,
			...this.options.switches,
		};
	}
}
