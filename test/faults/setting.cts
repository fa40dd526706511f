/** What a case is played on: which event, in which kind of host, with which start, and how large the platform is. */
import type { triggerEvents as eventsOfNode } from '@nodes/Trigger/events/all';
import type { ResetInput, Simulator } from '@simulator/client.cjs';

/** The kinds of host: where the state is kept, and n8n 1.x, which keeps it by default and names no budget. */
export const hostModes = ['default', 'durable', 'n8n 1.x'] as const;
/** One of them. */
export type HostMode = (typeof hostModes)[number];

/** The events of the trigger that are played. */
export const triggerEvents = [
	'securityEventCreated',
	'securityEventCreatedOrUpdated',
	'auditEntryCreated',
	'anomalyDetected',
] as const satisfies ReadonlyArray<keyof typeof eventsOfNode>;
/** The events that the ledger can be compared with. */
export type TriggerEvent = (typeof triggerEvents)[number];

/** "Start From": news on a running trigger, or the first walk through the history. */
export type Start = 'beginning' | 'now';

/** Records on each page that a case cuts. */
export const PAGE = 20;
/** Records ahead of the trigger when the trouble begins: pages of 20, 20 and 10. */
export const AHEAD = 50;

/** A small platform: what was there before does not matter but for being there. */
export const smallWorld: ResetInput = {
	seed: 7,
	events: 30,
	audits: 12,
	anomalies: 4,
	updated: 0.3,
	groups: 2,
	users: 5,
	riskDays: 5,
	remediationDelayMs: 0,
};
/** One with as many records of each kind as lie ahead. */
export const bigWorld: ResetInput = {
	...smallWorld,
	events: AHEAD,
	audits: AHEAD,
	anomalies: AHEAD,
};

/** What is set up for a run. */
export interface Setting {
	simulator: Simulator;
	event: TriggerEvent;
	host: HostMode;
	start: Start;
}
