/**
 * The simulator in this process, with each step left to the test: Defender events with the counts of their mails, what an
 * action answers, and which versions come through the list of events afterwards.
 */
import { z } from 'zod';
import { fieldsIn } from '@nodes/shared/core/eventRecord';
import { jsonAnswer, type Answer } from '@simulator/answers.cjs';
import { Api, type ApiRequest } from '@simulator/api.cjs';
import { parseOptions } from '@simulator/options.cjs';
import type { RequestEntry } from '@simulator/requestLog.cjs';
import { SimulatorServer } from '@simulator/server.cjs';
import { mainToken, Simulator } from '@simulator/simulator.cjs';

import type { IDataObject } from 'n8n-workflow';

import type { CredentialData } from './host.cjs';

const actionSchema = z.object({ event_id: z.string() });

/** How many recipients' mails are where; what is left out is 0. */
export interface Counts {
	quarantined?: number;
	pending_release?: number;
	released?: number;
	deleted?: number;
	/** Of `deletion_status_count`. */
	deletedFromInbox?: number;
	deletion_pending?: number;
	not_deleted?: number;
}

interface PortalEvent extends IDataObject {
	id: string;
	type: string;
	created_at: string;
	updated_at: string;
	portal_link: string | null;
}

/** An answer in the place of a page of events. */
type PageFault = { status: number; body: string; type?: string };

export const forbidden: PageFault = { status: 403, body: '' };
export const webPage: PageFault = {
	status: 200,
	body: '<html><body>Sign in</body></html>',
	type: 'text/html',
};

/** The counts as an event carries them; the released ones were the admin's quarantine, half of the rest the users'. */
export function countsOf(counts: Counts): IDataObject {
	const { quarantined = 0, pending_release = 0, released = 0, deleted = 0 } = counts;
	const users = Math.floor(quarantined / 2);
	const admin = { quarantined: quarantined - users, pending_release, released, deleted };
	return {
		quarantine_status_count: {
			admin_quarantine_status_count: { not_quarantined: 0, ...admin },
			user_quarantine_status_count: { quarantined: users },
		},
		deletion_status_count: {
			deleted: counts.deletedFromInbox ?? 0,
			deletion_pending: counts.deletion_pending ?? 0,
			not_deleted: counts.not_deleted ?? 0,
		},
	};
}

export class MailPortal {
	/** Answers in the place of the next pages of events. */
	pageFaults: PageFault[] = [];
	/** What the next actions answer, by event; without one every recipient is queued. */
	readonly answers = new Map<string, unknown>();
	/** Called when an action was asked for: the place to let the event change. */
	onAction: (id: string) => void = () => undefined;
	url = '';
	private readonly simulator: Simulator;
	private readonly server: SimulatorServer;
	private readonly newest = new Map<string, PortalEvent>();
	private readonly recipients = new Map<string, number>();
	private readonly timers = new Set<NodeJS.Timeout>();

	private constructor() {
		const options = parseOptions(['--events', '0']);
		if (options === 'help') throw new Error('These options ask for no help');
		this.simulator = new Simulator(options);
		this.simulator.set({ remediationLife: 'none' });
		const { world, switches, plans } = this.simulator;
		const decide = (request: ApiRequest, answer: Answer) => this.decide(request, answer);
		this.simulator.api = new (class extends Api {
			override handle(request: ApiRequest): Answer {
				return decide(request, super.handle(request));
			}
		})(world, switches, plans);
		this.server = new SimulatorServer(this.simulator);
	}

	static async start(): Promise<MailPortal> {
		const portal = new MailPortal();
		portal.url = await portal.server.listen(0);
		return portal;
	}

	async stop(): Promise<void> {
		for (const timer of this.timers) clearTimeout(timer);
		this.simulator.close();
		this.server.close();
	}

	get credential(): CredentialData {
		const apiToken = this.simulator.tokens.secrets()[mainToken] ?? '';
		return { portalUrl: this.url, apiToken, allowCustomHost: true };
	}

	get log(): RequestEntry[] {
		return this.simulator.log.since(0);
	}

	/** A link as the portal shows it. */
	link(page: string, number: number | string, host = this.url): string {
		return `${host}/0/events/${page}?time_range_from=&simulated=false&check_log_id=${number}&order_by=priority&utm_campaign=x`;
	}

	/** Adds a Defender event, created some hours ago. */
	add(
		id: string,
		counts?: Counts,
		more: Partial<PortalEvent> & { hoursAgo?: number; recipients?: number } = {},
	): string {
		const { hoursAgo = 0.5, recipients = 1, ...fields } = more;
		const created_at = new Date(Date.now() - hoursAgo * 3_600_000).toISOString();
		this.recipients.set(id, recipients);
		this.put({
			id,
			type: 'defender',
			created_at,
			updated_at: created_at,
			portal_link: null,
			defender_details: {
				users_responded: { safe: 0 },
				...(counts ? countsOf(counts) : {}),
			},
			...fields,
		});
		return id;
	}

	/** A new version of an event; `fields` may hold another `updated_at`. */
	version(id: string, counts?: Counts, fields: Partial<PortalEvent> = {}): void {
		const last = this.newest.get(id);
		if (!last) throw new Error(`there is no event ${id}`);
		const { defender_details: details } = last;
		this.put({
			...last,
			updated_at: new Date().toISOString(),
			defender_details: { ...fieldsIn(details), ...(counts ? countsOf(counts) : {}) },
			...fields,
		});
	}

	/** New versions some milliseconds from now, one after the other. */
	later(ms: number, change: () => void): void {
		const timer = setTimeout(() => {
			this.timers.delete(timer);
			change();
		}, ms);
		this.timers.add(timer);
	}

	/** Checkpoints given so far are refused from now on. */
	expireCheckpoints(): void {
		this.simulator.world.checkpoints.expire();
	}

	/** Also when each came, in milliseconds since 1970. */
	requests(part: string): Array<RequestEntry & { at: number }> {
		const wanted = this.log.filter(({ path }) => path.includes(part));
		return wanted.map((entry) => ({ ...entry, at: entry.inMs }));
	}

	private put(event: PortalEvent): void {
		this.newest.set(event.id, event);
		this.simulator.world.events.publish(event.id, event);
	}

	/** What the test wants in the place of the simulator's own answer. */
	private decide({ endpoint, body }: ApiRequest, own: Answer): Answer {
		if (endpoint === 'events') {
			const fault = this.pageFaults.shift();
			if (!fault) return own;
			const { status, type = 'text/plain' } = fault;
			return { status, headers: { 'Content-Type': type }, body: fault.body };
		}
		const { event_id: id } = actionSchema.parse(JSON.parse(body));
		const count = this.recipients.get(id) ?? 1;
		const results = Array.from({ length: count }, (_, index) => ({
			user_address: `user${index}@example.com`,
			error: null,
		}));
		const all = {
			number_of_actions_attempted: count,
			number_of_actions_succeeded: count,
			results,
		};
		const answer = this.answers.get(id) ?? all;
		this.onAction(id);
		return jsonAnswer(answer === '' ? '' : JSON.stringify(answer));
	}
}
