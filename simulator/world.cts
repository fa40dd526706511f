import { makeRisk, makeUser } from './records.cjs';
import { Anomalies } from './anomalies.cjs';
import { Audits } from './audits.cjs';
import { Checkpoints } from './checkpoints.cjs';
import { Events } from './events.cjs';
import type { RemediationSettings } from './eventSchemas.cjs';
import { Groups } from './groups.cjs';
import type { Slice } from './list.cjs';
import { Remediation } from './remediation.cjs';
import { Clock, type Micros } from './time.cjs';
import { Timers } from './timers.cjs';

/** How large the platform is at the start, and what it is made from. */
export interface WorldOptions {
	seed: number;
	/** Starts a stepped clock at this moment, so that every time is reproducible. */
	now?: Micros | undefined;
	events: number;
	days: number;
	updated: number;
	groups: number;
	users: number;
	audits: number;
	/** Findings of each of the last three days. */
	anomalies: number;
	riskDays: number;
}

/** Everything that the platform holds. */
export class World {
	readonly clock: Clock;
	readonly timers = new Timers();
	readonly checkpoints: Checkpoints;
	readonly events: Events;
	readonly remediation: Remediation;
	readonly audits: Audits;
	readonly groups: Groups;
	readonly anomalies: Anomalies;
	/** Monitored users, by their place in the list, whose connection status was changed. */
	readonly userStatus = new Map<number, string>();
	private readonly base: Micros;

	/** @param remediation how remediation goes on, asked for whenever it matters */
	constructor(
		readonly options: WorldOptions,
		remediation: () => RemediationSettings,
	) {
		const { seed, now, events: count, days, updated } = options;
		this.clock = new Clock(now);
		this.base = this.clock.now();
		this.checkpoints = new Checkpoints(seed);
		this.events = new Events(seed, this.clock, { count, days, updated });
		this.remediation = new Remediation(this.clock, this.events, this.timers, remediation);
		this.audits = new Audits(seed, this.clock, options.audits);
		this.groups = new Groups(seed, this.clock, this.audits, options.groups);
		this.anomalies = new Anomalies(seed, this.clock, options.anomalies);
	}

	/** A run of the monitored users. */
	users(from: number, limit: number): Slice {
		const { seed, users } = this.options;
		return this.made(users, from, limit, (index) => {
			const user = makeUser(seed, index, this.base);
			return { ...user, status: this.userStatus.get(index) ?? user.status };
		});
	}

	/** A run of the risk scores, oldest first. */
	risk(from: number, limit: number): Slice {
		const { seed, riskDays } = this.options;
		return this.made(riskDays, from, limit, (index) => makeRisk(seed, riskDays - index, this.base));
	}

	/** Stops what is still to happen by itself. */
	close(): void {
		this.timers.close();
	}

	private made(count: number, from: number, limit: number, make: (index: number) => object): Slice {
		const next = Math.max(from, Math.min(count, from + limit));
		const items: string[] = [];
		for (let index = from; index < next; index++) items.push(JSON.stringify(make(index)));
		return { items, next, more: next < count };
	}
}
