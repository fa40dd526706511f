/** What the control plane answers, and how it is reset. */
import type { AuditEntry } from '@nodes/shared/api/contract';
import type { RemediationAction } from '@nodes/shared/api/endpoints';
import { z } from 'zod';
import type { EventHistory } from './events.cjs';
import type { GroupWrite } from './groups.cjs';
import type { JsonObject } from './json.cjs';
import type { MailPlace } from './mail.cjs';
import type { RemediationEntry } from './remediation.cjs';
import type { RequestEntry } from './requestLog.cjs';
import type { Fault, PagePlan } from './schemas.cjs';
import type { Switches } from './simulator.cjs';

/** Answer of `GET requests`. */
export interface RequestsAnswer {
	requests: RequestEntry[];
	maxInFlight: number;
	/** Under way now. */
	inFlight: number;
}

/** Answer of `GET ledger`: what really happened, to compare a client's findings with. */
export interface Ledger {
	/** In the order in which their first listed version came into the chain. */
	events: EventHistory[];
	/** Sequence number of the first entry after the initial history. */
	startSequence: number;
	/** Sequence number that the next version will have. */
	endSequence: number;
	remediations: RemediationEntry[];
	/** Requests carried out per event and action. */
	remediationCounts: Record<string, Partial<Record<RemediationAction, number>>>;
	groupWrites: GroupWrite[];
	audits: AuditEntry[];
	/** Number of audit entries that were there from the start. */
	startAudits: number;
	/** `day` is a plain date; the checkpoint is not part of a finding. */
	anomalies: Array<{ day: string; anomaly: JsonObject }>;
}

/** One event after a control call. */
export interface TouchedEvent {
	id: string;
	type: string;
	created_at: string;
	updated_at: string;
	/** Sequence number of its newest version. */
	sequence: number;
}

/** Answer of `GET state`. */
export interface State {
	now: string;
	events: number;
	endSequence: number;
	groups: Array<{ id: number; name: string; members: string[] }>;
	tokens: Record<string, string>;
	switches: Switches;
	faults: Array<{ rule: Fault; seen: number }>;
	pages: Array<{ rule: PagePlan; seen: number }>;
	memoryMb: number;
}

/** Answer of `GET mail`. */
export interface MailPlaces {
	id: string;
	places: Record<string, MailPlace>;
}

export const resetSchema = z
	.object({
		seed: z.number().int(),
		now: z.string(),
		events: z.number().int().min(0),
		days: z.number(),
		updated: z.number().min(0).max(1),
		groups: z.number().int().min(0),
		users: z.number().int().min(0),
		audits: z.number().int().min(0),
		anomalies: z.number().int().min(0),
		riskDays: z.number().int().min(0),
		remediationDelayMs: z.number().min(0),
	})
	.partial()
	.strict();
/** Body of `POST reset`: what differs from the command line. */
export type ResetInput = z.input<typeof resetSchema>;
