/**
 * A Jira Cloud site for tests, on a loopback port: issues, comments, steps of a workflow, and a search that lags behind. As
 * strict as the real one about what it takes, and it fails in the ways in which that fails.
 */
import { text } from 'node:stream/consumers';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';

const textNode = z
	.object({
		type: z.literal('text'),
		text: z.string().min(1),
		marks: z
			.tuple([
				z
					.object({ type: z.literal('link'), attrs: z.object({ href: z.string() }).strict() })
					.strict(),
			])
			.optional(),
	})
	.strict();
/** Atlassian's document format, as far as a playbook may use it: no mention, no media, no heading. */
const documentSchema = z
	.object({
		type: z.literal('doc'),
		version: z.literal(1),
		content: z.array(
			z.object({ type: z.literal('paragraph'), content: z.array(textNode) }).strict(),
		),
	})
	.strict();
export type JiraDocument = z.infer<typeof documentSchema>;
const issueSchema = z.object({
	fields: z
		.object({
			project: z.object({ key: z.literal('SEC') }),
			issuetype: z.object({ name: z.literal('Task') }),
			summary: z
				.string()
				.min(1)
				.max(255)
				.regex(/^[^\n\r]+$/),
			description: documentSchema,
			labels: z.array(z.string().regex(/^\S{1,255}$/)),
		})
		.passthrough(),
});
const commentSchema = z.object({ body: documentSchema }).strict();
const searchSchema = z.object({
	jql: z.string().regex(/^labels = "[a-z0-9-]+" ORDER BY created ASC$/),
	fields: z.array(z.string()),
	maxResults: z.number(),
});

/** An issue. */
export interface JiraIssue {
	key: string;
	at: number;
	fields: z.infer<typeof issueSchema>['fields'];
	status: 'open' | 'done';
	comments: JiraDocument[];
	/** Names of the steps that were taken. */
	steps: string[];
}

/** A request, and what it was answered. */
export interface JiraRequest {
	call: string;
	status: number | 'no answer';
	body: string;
}

/** What becomes of the next request that fits; `lose` does what was asked and breaks the connection, `hang` never answers. */
export interface JiraFault {
	call: string | RegExp;
	/** Part of the body. */
	with?: string;
	answer: number | 'lose' | 'hang';
	body?: unknown;
	/** How often; once by default. */
	times?: number;
}

const steps = {
	open: [
		{
			id: '11',
			name: 'Anfangen',
			to: { name: 'In Arbeit', statusCategory: { key: 'indeterminate' } },
		},
		{ id: '31', name: 'Abschließen', to: { name: 'Erledigt', statusCategory: { key: 'done' } } },
		{ id: '32', name: 'Verwerfen', to: { name: 'Verworfen', statusCategory: { key: 'done' } } },
	],
	done: [
		{ id: '41', name: 'Wieder öffnen', to: { name: 'Offen', statusCategory: { key: 'new' } } },
	],
};

/** The running site. */
export class JiraEdge {
	readonly email = 'robot@acme.example';
	readonly token = 'jira-token';
	readonly issues: JiraIssue[] = [];
	readonly requests: JiraRequest[] = [];
	/** How long an issue is hidden from the search. */
	searchLagMs = 500;
	/** Without steps to Done, as in a workflow that needs an approval in between. */
	stuck = false;
	private faults: JiraFault[] = [];
	private readonly server = createServer((request, response) => {
		this.handle(request, response).catch((error: unknown) => {
			reply(response, 400, { errorMessages: [String(error)], errors: {} });
		});
	});

	/** Starts it on a free port. */
	static async start(): Promise<JiraEdge> {
		const edge = new JiraEdge();
		edge.server.listen(0, '127.0.0.1');
		await once(edge.server, 'listening');
		return edge;
	}

	get url(): string {
		const address = this.server.address();
		if (address === null || typeof address === 'string') throw new Error('Jira does not listen');
		return `http://127.0.0.1:${address.port}`;
	}

	async stop(): Promise<void> {
		this.server.closeAllConnections();
		this.server.close();
		await once(this.server, 'close');
	}

	/** What goes wrong from now on. */
	fail(...faults: JiraFault[]): void {
		this.faults.push(...faults.map((fault) => ({ times: 1, ...fault })));
	}

	/** The issues about an event, whatever its portal. */
	about(event: string): JiraIssue[] {
		return this.issues.filter(({ fields }) =>
			linesOf(fields.description).includes(`Event: ${event}`),
		);
	}

	/** The requests that write. */
	writes(): string[] {
		return this.requests
			.map(({ call }) => call)
			.filter((call) => call.startsWith('POST') && !call.endsWith('/search/jql'));
	}

	private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const body = await text(request);
		const { pathname } = new URL(request.url ?? '/', this.url);
		const call = `${request.method} ${pathname.replace('/rest/api/3/', '')}`;
		const basic = Buffer.from(`${this.email}:${this.token}`).toString('base64');
		const fault = this.faults.find(
			(one) =>
				(typeof one.call === 'string' ? one.call === call : one.call.test(call)) &&
				body.includes(one.with ?? '') &&
				Number(one.times) > 0,
		);
		if (fault) fault.times = Number(fault.times) - 1;
		const log = (status: JiraRequest['status']) => void this.requests.push({ call, status, body });
		if (request.headers.authorization !== `Basic ${basic}` || fault?.answer === 401) {
			log(401);
			return reply(response, 401, { errorMessages: ['You are not authenticated.'] });
		}
		if (typeof fault?.answer === 'number') {
			log(fault.answer);
			return reply(response, fault.answer, fault.body ?? { errorMessages: ['No.'], errors: {} });
		}
		const [status, answer] = this.answer(call, body);
		log(fault ? 'no answer' : status);
		if (fault?.answer === 'lose') return void response.destroy();
		if (fault?.answer !== 'hang') reply(response, status, answer);
	}

	private answer(call: string, body: string): [status: number, answer?: unknown] {
		if (call === 'POST issue') return this.create(issueSchema.parse(JSON.parse(body)).fields);
		if (call === 'POST search/jql') {
			const label = searchSchema.parse(JSON.parse(body)).jql.split('"')[1] ?? '';
			const now = Date.now();
			const found = this.issues.filter(
				({ at, fields }) => now - at >= this.searchLagMs && fields.labels.includes(label),
			);
			return [200, { issues: found.slice(0, 1).map(({ key }) => ({ key })), isLast: true }];
		}
		const [, method, key, rest = ''] = /^(GET|POST) issue\/([A-Z]+-\d+)(\/\w+)?$/.exec(call) ?? [];
		const issue = this.issues.find((one) => one.key === key);
		if (!issue)
			return [
				404,
				{ errorMessages: ['Issue does not exist or you do not have permission to see it.'] },
			];
		const offered = this.stuck ? steps[issue.status].slice(0, 1) : steps[issue.status];
		if (method === 'GET' && rest === '') return [200, shown(issue, offered)];
		if (method === 'POST' && rest === '/comment') {
			issue.comments.push(commentSchema.parse(JSON.parse(body)).body);
			return [201, { id: String(issue.comments.length) }];
		}
		const { transition } = z
			.object({ transition: z.object({ id: z.string() }) })
			.parse(JSON.parse(body));
		const step = offered.find(({ id }) => id === transition.id);
		if (!step) return [400, { errorMessages: ['Transition id is not valid for this issue.'] }];
		issue.steps.push(step.name);
		issue.status = step.to.statusCategory.key === 'done' ? 'done' : 'open';
		return [204];
	}

	private create(fields: JiraIssue['fields']): [status: number, answer: unknown] {
		const key = `SEC-${this.issues.length + 1}`;
		this.issues.push({ key, at: Date.now(), fields, status: 'open', comments: [], steps: [] });
		return [201, { id: `1000${this.issues.length}`, key }];
	}
}

/** The paragraphs of a document. */
export function linesOf({ content }: JiraDocument): string[] {
	return content.map((paragraph) => paragraph.content.map(({ text }) => text).join(''));
}

/** The label that names an issue's event. */
export function labelOf(issue?: JiraIssue): string | undefined {
	return issue?.fields.labels[1];
}

/** The paragraphs of an issue's description. */
export function descriptionOf(issue?: JiraIssue): string[] {
	return issue ? linesOf(issue.fields.description) : [];
}

/** The paragraphs of each of an issue's comments. */
export function commentsOf(issue?: JiraIssue): string[][] {
	return (issue?.comments ?? []).map(linesOf);
}

function shown({ key, fields, status, comments }: JiraIssue, transitions: unknown[]): unknown {
	const names = { open: 'Offen', done: 'Erledigt' };
	const category = { open: 'new', done: 'done' };
	return {
		key,
		fields: {
			status: { name: names[status], statusCategory: { key: category[status] } },
			description: fields.description,
			comment: { comments: comments.map((body) => ({ body })), total: comments.length },
		},
		transitions,
	};
}

function reply(response: ServerResponse, status: number, body?: unknown): void {
	response.writeHead(status, body === undefined ? {} : { 'content-type': 'application/json' });
	response.end(body === undefined ? undefined : JSON.stringify(body));
}
