import {
	groupRequestSchema,
	membersRequestSchema,
	remediationRequestSchema,
} from '@nodes/shared/api/contract';
import {
	endpoints,
	type EndpointName,
	type ListEndpointName,
	type RemediationAction,
} from '@nodes/shared/api/endpoints';
import { z } from 'zod';
import { jsonAnswer, Refused, type Answer } from './answers.cjs';
import { naturalPage, plannedPage, writePage, type Listing, type Page } from './pages.cjs';
import type { PagePosition, Rules } from './rules.cjs';
import type { PagePlan, Settings } from './schemas.cjs';
import { parseTimestamp } from './time.cjs';
import type { World } from './world.cjs';

/** A request to one of the 15 endpoints, already let in. */
export interface ApiRequest {
	endpoint: EndpointName;
	/** The part of the path that stands for `{id}`, as it was sent. */
	id: string;
	query: URLSearchParams;
	body: string;
	/** Number of the request in the log. */
	number: number;
}

/** The settings that the endpoints read. */
export type ApiSettings = Pick<
	Required<Settings>,
	| 'anomalyCheckpoint'
	| 'bothPagingParameters'
	| 'companyRiskStatus'
	| 'quietAnomalies'
	| 'unknownEvent'
	| 'writeAnswer'
>;

function isList(name: EndpointName): name is ListEndpointName {
	return 'pageSize' in endpoints[name];
}

function isRemediation(name: EndpointName): name is RemediationAction {
	return endpoints[name].permission === 'Action Quarantined Emails';
}

/** @returns the body as the schema wants it; throws Refused (400) otherwise */
function parseBody<Output>(schema: z.ZodType<Output, z.ZodTypeDef, unknown>, body: string): Output {
	let value: unknown;
	try {
		value = JSON.parse(body);
	} catch {
		throw new Refused(400, 'The body is not JSON');
	}
	const parsed = schema.safeParse(value);
	if (parsed.success) return parsed.data;
	const issue = parsed.error.issues[0];
	throw new Refused(400, `Bad request: ${issue?.path.join('.')} ${issue?.message}`);
}

/** The 15 endpoints. */
export class Api {
	constructor(
		private readonly world: World,
		private readonly settings: ApiSettings,
		private readonly plans: Rules<PagePlan>,
	) {}

	/**
	 * Carries out one request.
	 * @returns the answer; throws Refused for everything that the API would not do
	 */
	handle(request: ApiRequest): Answer {
		const { endpoint } = request;
		if (isList(endpoint)) return this.list(endpoint, request);
		if (isRemediation(endpoint)) return this.remediate(endpoint, request);
		return this.write(endpoint, request);
	}

	/**
	 * @returns which page of a paging run the request asks for, undefined for other endpoints and
	 * for requests that are refused; changes nothing
	 */
	position(request: ApiRequest): PagePosition | undefined {
		const { endpoint } = request;
		if (!isList(endpoint)) return undefined;
		try {
			const listing = this.listing(endpoint, request);
			const { more } = listing.read(this.limit(endpoint, request.query));
			return { first: listing.asked === null, last: !more };
		} catch {
			return undefined;
		}
	}

	private list(endpoint: ListEndpointName, request: ApiRequest): Answer {
		const { companyRiskStatus } = this.settings;
		if (endpoint === 'companyRisk' && companyRiskStatus !== 200) {
			throw new Refused(companyRiskStatus, 'This endpoint is no longer served');
		}
		const limit = this.limit(endpoint, request.query);
		const listing = this.listing(endpoint, request);
		const slice = listing.read(limit);
		const { checkpoints } = this.world;
		const plan = this.plans.take(
			(rule) => rule.endpoint === endpoint,
			() => ({ first: listing.asked === null, last: !slice.more }),
		);
		const page = plan
			? plannedPage(listing, limit, plan, checkpoints)
			: naturalPage(listing, slice, checkpoints);
		if (endpoint === 'anomalies' && plan?.checkpoint) spoilItems(page);
		const metadata = endpoint === 'group' ? this.metadata(request.id) : undefined;
		const answer = jsonAnswer(writePage(endpoint, page, metadata));
		if (plan && endpoint === 'events') this.disturb(plan, page);
		return answer;
	}

	/** What the plan wants to happen between this page and the next. */
	private disturb(plan: PagePlan, page: Page): void {
		const { events } = this.world;
		const ids = page.items
			.slice(0, plan.updateAfter)
			.map((item) => z.object({ id: z.string() }).parse(JSON.parse(item)).id);
		for (const id of [...ids, ...plan.updateIds]) {
			const index = events.find(id);
			if (index !== undefined) events.update(index);
		}
		for (let count = 0; count < plan.createAfter; count++) events.create();
	}

	private limit(endpoint: ListEndpointName, query: URLSearchParams): number {
		const { min, max } = endpoints[endpoint].pageSize;
		const text = query.get('limit');
		if (text === null) return max;
		const limit = /^\d{1,9}$/.test(text) ? Number(text) : -1;
		if (limit < min || limit > max) {
			throw new Refused(400, `limit must be a whole number from ${min} to ${max}`);
		}
		return limit;
	}

	private listing(endpoint: ListEndpointName, request: ApiRequest): Listing {
		const { world } = this;
		switch (endpoint) {
			case 'events':
				return this.eventListing(request.query);
			case 'anomalies':
				return this.anomalyListing(request.query);
			case 'groups':
				return this.plain('groups', 0, request, (from, limit) => world.groups.slice(from, limit));
			case 'group': {
				const id = this.groupId(request.id);
				return this.plain('group', id, request, (from, limit) =>
					world.groups.memberSlice(id, from, limit),
				);
			}
			case 'monitoredUsers':
				return this.plain('monitoredUsers', 0, request, (from, limit) => world.users(from, limit));
			case 'audits':
				return this.plain('audits', 0, request, (from, limit) => world.audits.slice(from, limit));
			case 'companyRisk':
				return this.plain('companyRisk', 0, request, (from, limit) => world.risk(from, limit));
		}
	}

	private plain(
		kind: Listing['kind'],
		part: number,
		request: ApiRequest,
		slice: (from: number, limit: number) => ReturnType<Listing['read']>,
	): Listing {
		const asked = request.query.get('after_checkpoint');
		const from = asked === null ? 0 : this.world.checkpoints.decode(kind, part, asked);
		if (from === undefined) throw new Refused(400, 'Unknown or expired checkpoint');
		return { kind, part, from, asked, emptyNext: from, read: (limit) => slice(from, limit) };
	}

	private eventListing(query: URLSearchParams): Listing {
		const { checkpoints, events } = this.world;
		const asked = query.get('after_checkpoint');
		const text = query.get('created_after');
		const both = asked !== null && text !== null;
		if (both && this.settings.bothPagingParameters === 'refused') {
			throw new Refused(400, 'Give either created_after or after_checkpoint');
		}
		const after = text === null ? undefined : parseTimestamp(text);
		if (text !== null && after === undefined) {
			throw new Refused(400, 'created_after must be a date-time');
		}
		const from = asked === null ? 0 : checkpoints.decode('events', 0, asked);
		if (from === undefined) throw new Refused(400, 'Unknown or expired checkpoint');
		const read = (limit: number) => {
			// From the second page on nothing filters: where both are taken, the checkpoint leads.
			const slice = events.slice(from, limit, both ? undefined : after);
			// The trap: nothing created after that moment, so the checkpoint is that of the beginning.
			const trapped = !both && after !== undefined && slice.items.length === 0;
			return trapped ? { ...slice, next: 0 } : slice;
		};
		return { kind: 'events', part: 0, from, asked, emptyNext: from, read };
	}

	private anomalyListing(query: URLSearchParams): Listing {
		const { anomalies, checkpoints } = this.world;
		const asked = query.get('after_checkpoint');
		const latest = this.settings.quietAnomalies ? 0 : (anomalies.latestDay() ?? 0);
		const part = asked === null ? latest : checkpoints.partOf('anomalies', asked);
		const from = asked === null ? 0 : checkpoints.decode('anomalies', part ?? 0, asked);
		if (part === undefined || from === undefined) {
			throw new Refused(400, 'Unknown or expired checkpoint');
		}
		const checkpointAt = (position: number) =>
			checkpoints.encode({ kind: 'anomalies', part, position });
		return {
			kind: 'anomalies',
			part,
			from,
			asked,
			emptyNext: from,
			read: (limit) =>
				anomalies.slice(part, from, limit, checkpointAt, this.settings.anomalyCheckpoint),
		};
	}

	private remediate(action: RemediationAction, request: ApiRequest): Answer {
		const { event_id: id } = parseBody(remediationRequestSchema, request.body);
		const result = this.world.remediation.act(action, id, request.number);
		if (result === 'unknown') {
			const { unknownEvent } = this.settings;
			throw new Refused(unknownEvent, `No event matches {"event_id": ${JSON.stringify(id)}}`);
		}
		if (result === 'notDefender') {
			throw new Refused(400, 'Only Defender events can be remediated');
		}
		return jsonAnswer(JSON.stringify(result));
	}

	private write(endpoint: EndpointName, request: ApiRequest): Answer {
		const { groups } = this.world;
		if (endpoint === 'groupCreate') {
			const { name } = parseBody(groupRequestSchema, request.body);
			return jsonAnswer(JSON.stringify({ id: groups.create(name).id }));
		}
		const id = this.groupId(request.id);
		if (endpoint === 'groupUpdate') {
			groups.rename(id, parseBody(groupRequestSchema, request.body).name);
		} else if (endpoint === 'groupDelete') {
			groups.delete(id);
		} else {
			const { members } = parseBody(membersRequestSchema, request.body);
			groups.change(id, endpoint === 'membersAdd' ? 'add' : 'remove', members);
		}
		return this.done();
	}

	/** The answer where the vendor documents no body. */
	private done(): Answer {
		const { writeAnswer } = this.settings;
		if (writeAnswer === 'json') return jsonAnswer('{"status":"success"}');
		return { status: writeAnswer === 'no-content' ? 204 : 200, headers: {}, body: '' };
	}

	private groupId(text: string): number {
		const id = /^\d{1,9}$/.test(text) ? Number(text) : -1;
		if (!this.world.groups.get(id)) throw new Refused(404, 'No such group');
		return id;
	}

	private metadata(id: string): string {
		return JSON.stringify(this.world.groups.get(Number(id)) ?? {});
	}
}

const recordSchema = z.record(z.string(), z.unknown());

/** An anomaly listing has its checkpoint in each item: what a plan spoils is spoilt there. */
function spoilItems(page: Page): void {
	page.items = page.items.map((item) => {
		const record = recordSchema.parse(JSON.parse(item));
		delete record['checkpoint'];
		if (page.checkpoint !== undefined) record['checkpoint'] = page.checkpoint;
		return JSON.stringify(record);
	});
}
