/** Every event of the trigger; the names are stored in workflows. */
import { anomalyDetected } from './anomalyDetected';
import { auditEntryCreated } from './auditEntryCreated';
import type { EventOfTrigger } from './event';
import { securityEventCreated } from './securityEventCreated';
import { securityEventCreatedOrUpdated } from './securityEventCreatedOrUpdated';
import { userConnectionChanged } from './userConnectionChanged';

export const triggerEvents = {
	anomalyDetected,
	auditEntryCreated,
	securityEventCreated,
	securityEventCreatedOrUpdated,
	userConnectionChanged,
} as const satisfies Record<string, EventOfTrigger>;

export type TriggerEvent = keyof typeof triggerEvents;

/** The event that a workflow has when it does not say which. */
export const usualEvent: TriggerEvent = 'securityEventCreated';

/** Finds an event by its name; `undefined` for another word. */
export function eventNamed(name: unknown): EventOfTrigger | undefined {
	const all: EventOfTrigger[] = Object.values(triggerEvents);
	return all.find(({ option }) => option.value === name);
}

/** The names of the events that something holds for. */
export function eventsWhere(holds: (event: EventOfTrigger) => boolean): string[] {
	const all: EventOfTrigger[] = Object.values(triggerEvents);
	return all.filter(holds).map(({ option }) => option.value);
}
