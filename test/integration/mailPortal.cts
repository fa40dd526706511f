/**
 * A small portal whose every step a test decides: Defender events with the counts of their mails, what an action
 * answers, and which versions come through the list of events afterwards.
 */
import { z } from 'zod';
import { fieldsIn } from '@nodes/shared/core/eventRecord';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

import type { IDataObject } from 'n8n-workflow';

import type { CredentialData } from './host.cjs';

const actionSchema = z.object({ event_id: z.string().default('') });

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

export interface PortalEvent extends IDataObject {
	id: string;
	type: string;
	created_at: string;
	updated_at: string;
	portal_link: string | null;
}

export interface LoggedRequest {
	method: string;
	path: string;
	query: Record<string, string>;
	body: string;
	at: number;
}

/** An answer in the place of a page of events. */
export type PageFault = { status: number; body: string; type?: string };

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
	readonly log: LoggedRequest[] = [];
	/** Answers in the place of the next pages of events. */
	pageFaults: PageFault[] = [];
	/** What the next actions answer, by event; without one every recipient is queued. */
	readonly answers = new Map<string, unknown>();
	/** Called when an action was asked for: the place to let the event change. */
	onAction: (id: string) => void = () => undefined;
	url = '';
	private chain: Array<{ place: number; event: PortalEvent }> = [];
	private places = 0;
	private forgotten = 0;
	private readonly recipients = new Map<string, number>();
	private readonly server = createServer((request, response) => void this.serve(request, response));
	private readonly timers = new Set<NodeJS.Timeout>();

	static async start(): Promise<MailPortal> {
		const portal = new MailPortal();
		await new Promise<void>((ready) => portal.server.listen(0, '127.0.0.1', ready));
		const address = portal.server.address();
		const port = typeof address === 'object' && address !== null ? address.port : 0;
		portal.url = `http://127.0.0.1:${port}`;
		return portal;
	}

	async stop(): Promise<void> {
		for (const timer of this.timers) clearTimeout(timer);
		this.server.closeAllConnections();
		await new Promise((done) => this.server.close(done));
	}

	get credential(): CredentialData {
		return { portalUrl: this.url, apiToken: 'token', allowCustomHost: true };
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
		const last = this.chain.find(({ event }) => event.id === id)?.event;
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
		this.forgotten = this.places;
	}

	requests(part: string): LoggedRequest[] {
		return this.log.filter(({ path }) => path.includes(part));
	}

	private put(event: PortalEvent): void {
		this.chain = this.chain.filter((entry) => entry.event.id !== event.id);
		this.chain.push({ place: ++this.places, event });
	}

	private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const url = new URL(request.url ?? '', this.url);
		let body = '';
		for await (const chunk of request) body += String(chunk);
		const query = Object.fromEntries(url.searchParams);
		const path = url.pathname;
		this.log.push({ method: request.method ?? '', path, query, body, at: Date.now() });
		if (path === '/api/v1/events') return this.page(query, response);
		const { event_id: id } = actionSchema.parse(JSON.parse(body));
		const known = this.chain.some(({ event }) => event.id === id);
		if (!known) return answer(response, 404, { detail: 'no such event' });
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
		answer(response, 200, this.answers.get(id) ?? all);
		this.onAction(id);
	}

	private page(query: Record<string, string>, response: ServerResponse): void {
		const fault = this.pageFaults.shift();
		if (fault) {
			response.writeHead(fault.status, { 'Content-Type': fault.type ?? 'text/plain' });
			response.end(fault.body);
			return;
		}
		const { created_after: createdAfter, after_checkpoint: checkpoint, limit = '100' } = query;
		const after = Number(checkpoint?.slice(1) ?? 0);
		if (checkpoint !== undefined && after < this.forgotten) {
			return answer(response, 400, { detail: 'unknown checkpoint' });
		}
		const from = createdAfter === undefined ? 0 : Date.parse(createdAfter);
		const left = this.chain.filter(
			({ place, event }) => place > after && Date.parse(event.created_at) > from,
		);
		const shown = left.slice(0, Number(limit));
		answer(response, 200, {
			checkpoint: `c${shown.at(-1)?.place ?? after}`,
			additional_results: left.length > shown.length,
			results: shown.map(({ event }) => event),
		});
	}
}

function answer(response: ServerResponse, status: number, body: unknown): void {
	response.writeHead(status, { 'Content-Type': 'application/json' });
	response.end(body === '' ? '' : JSON.stringify(body));
}
