import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { owner } from './environment.cjs';
import { readExecution, type RunResult } from './runResult.cjs';
import { steadyFetch } from './steadyFetch.cjs';
import type { Workflow } from './workflow.cjs';

const browserId = 'private-n8n-client';
const apiKeyScopes = [
	'workflow:create',
	'workflow:read',
	'workflow:update',
	'workflow:delete',
	'workflow:list',
	'workflow:activate',
	'workflow:deactivate',
	'execution:read',
	'execution:list',
	'execution:delete',
	'credential:create',
	'credential:delete',
	'credential:list',
];
const unfinished = new Set(['new', 'running', 'waiting', 'unknown']);

const dataOf = <T extends z.ZodTypeAny>(schema: T) => z.object({ data: schema });
const keySchema = dataOf(z.object({ rawApiKey: z.string() }));
const startedSchema = dataOf(z.object({ executionId: z.string() }));
const scopesSchema = dataOf(z.array(z.string()));
const setUpSchema = dataOf(
	z.object({ userManagement: z.object({ showSetupOnFirstLoad: z.boolean().default(false) }) }),
);
const createdSchema = dataOf(z.object({ id: z.string() }).passthrough());
const credentialTestSchema = dataOf(z.object({ status: z.string(), message: z.string() }));
const pageSchema = z.object({ data: z.array(z.unknown()), nextCursor: z.string().nullish() });
const typesSchema = z.array(z.object({ name: z.string() }).passthrough());

const refusalSchema = z.object({ message: z.string() });

/** A request that n8n refused, with the HTTP status and n8n's own words. */
export class N8nRequestError extends Error {
	/** n8n's message, or the raw body where there is none. */
	readonly reason: string;

	constructor(
		readonly request: string,
		readonly status: number,
		body: string,
	) {
		const reason = messageIn(body);
		super(`n8n answered ${status} to ${request}: ${reason}`);
		this.name = 'N8nRequestError';
		this.reason = reason;
	}
}

/** 1.x stores the status a moment before the data; an execution that crashed or was cancelled may never have any. */
function isWhole({ status, nodes, error }: RunResult): boolean {
	const hasData = Object.keys(nodes).length > 0 || error !== undefined;
	return hasData || (status !== 'success' && status !== 'error');
}

function messageIn(body: string): string {
	try {
		return refusalSchema.parse(JSON.parse(body)).message;
	} catch {
		return body.slice(0, 2000);
	}
}

/** What n8n's credential test says: `status` is `OK` or `Error`, `message` is what the user reads. */
export type CredentialTestResult = z.infer<typeof credentialTestSchema>['data'];

/** Which executions to list, newest first. */
export interface ExecutionQuery {
	workflowId?: string;
	status?: 'success' | 'error' | 'crashed' | 'canceled' | 'running' | 'waiting';
	/** Stop after so many (default: all). */
	limit?: number;
	/** Without data (false) only ids, states and times: much cheaper. Default true. */
	withData?: boolean;
}

/** Talks to a running n8n as its owner, over the editor's REST API and the public API. */
export class N8nClient {
	private cookie = '';
	/** The key with which it calls the public API. */
	apiKey = '';
	/** Query parameters of executions beyond what every n8n takes. */
	private executionQuery: Record<string, string> = {};

	/** `url` is the address of the editor without a slash at its end. */
	constructor(readonly url: string) {}

	/** Makes the owner's account in an n8n that has not taken it from its environment (1.x does not). */
	async setUpOwner(): Promise<void> {
		const settings = setUpSchema.parse(await this.rest('GET', '/settings'));
		if (!settings.data.userManagement.showSetupOnFirstLoad) return;
		const { email, firstName, lastName, password } = owner;
		await this.rest('POST', '/owner/setup', { email, firstName, lastName, password });
	}

	/** Logs in as the owner and makes an API key. Throws `N8nRequestError` when n8n refuses. */
	async login(): Promise<void> {
		const answer = await steadyFetch(`${this.url}/rest/login`, {
			method: 'POST',
			headers: { 'content-type': 'application/json', 'browser-id': browserId },
			body: JSON.stringify({ emailOrLdapLoginId: owner.email, password: owner.password }),
		});
		const text = await answer.text();
		if (!answer.ok) throw new N8nRequestError('POST /rest/login', answer.status, text);
		this.cookie = answer.headers
			.getSetCookie()
			.map((cookie) => cookie.split(';')[0])
			.join('; ');
		const known = scopesSchema.parse(await this.rest('GET', '/api-keys/scopes')).data;
		const scopes = apiKeyScopes.filter((scope) => known.includes(scope));
		const body = { label: `harness-${Date.now()}`, expiresAt: null, scopes };
		this.apiKey = keySchema.parse(await this.rest('POST', '/api-keys', body)).data.rawApiKey;
		// An n8n that does not know a query parameter refuses the request.
		const description = await (await steadyFetch(`${this.url}/api/v1/openapi.yml`)).text();
		this.executionQuery = description.includes('ignoreDataSizeLimit')
			? { ignoreDataSizeLimit: 'true' }
			: {};
	}

	/** A request to the editor's API below `/rest`; returns the parsed body (most wrap it in `data`). */
	async rest(method: string, path: string, body?: unknown): Promise<unknown> {
		return await this.send(method, `/rest${path}`, body, {
			cookie: this.cookie,
			'browser-id': browserId,
		});
	}

	/** A request to the public API below `/api/v1`; returns the parsed body. */
	async api(method: string, path: string, body?: unknown): Promise<unknown> {
		return await this.send(method, `/api/v1${path}`, body, { 'X-N8N-API-KEY': this.apiKey });
	}

	/** Stores a workflow as the editor would; returns its new id, whatever id is given. */
	async createWorkflow({ name, nodes, connections, settings }: Workflow): Promise<string> {
		return await this.storeWorkflow({ name, nodes, connections, settings });
	}

	/** Stores a workflow as the editor does after *Import from file*; returns its id: the given one, if n8n keeps ids. */
	async storeWorkflow({ settings = {}, ...workflow }: Workflow): Promise<string> {
		const body = { ...workflow, settings, active: false };
		return createdSchema.parse(await this.rest('POST', '/workflows', body)).data.id;
	}

	/** Stores a credential given in clear; returns its new id. */
	async createCredential(name: string, type: string, data: object): Promise<string> {
		const answer = await this.rest('POST', '/credentials', { name, type, data });
		return createdSchema.parse(answer).data.id;
	}

	/**
	 * What "Test credential" would show for this data. n8n tests only a credential that it has stored,
	 * so one is stored for the test and removed again.
	 */
	async testCredential(type: string, data: object): Promise<CredentialTestResult> {
		const name = 'Under test';
		const id = await this.createCredential(name, type, data);
		try {
			const body = { credentials: { id, name, type, data } };
			return credentialTestSchema.parse(await this.rest('POST', '/credentials/test', body)).data;
		} finally {
			await this.rest('DELETE', `/credentials/${id}`);
		}
	}

	/** Publishes a workflow. n8n answers before its trigger has started: see `waitForTriggers`. */
	async activate(workflowId: string): Promise<void> {
		await this.api('POST', `/workflows/${workflowId}/activate`);
	}

	/** Takes a workflow off. */
	async deactivate(workflowId: string): Promise<void> {
		await this.api('POST', `/workflows/${workflowId}/deactivate`);
	}

	/** Starts a workflow from one of its triggers as the editor's button does; returns the execution's id. */
	async run(workflowId: string, triggerName: string): Promise<string> {
		// 2.x runs what it has stored, 1.x what the editor sends; each ignores what it does not need.
		const workflowData = createdSchema.parse(
			await this.rest('GET', `/workflows/${workflowId}`),
		).data;
		const body = { workflowData, triggerToStartFrom: { name: triggerName } };
		const answer = await this.rest('POST', `/workflows/${workflowId}/run`, body);
		return startedSchema.parse(answer).data.executionId;
	}

	/** Retries a failed execution with the workflow as it was, from the node that failed; waits until it has ended. */
	async retry(executionId: string): Promise<void> {
		await this.rest('POST', `/executions/${executionId}/retry`, { loadWorkflow: false });
	}

	/** One execution with its data, as it is now. */
	async execution(executionId: string): Promise<RunResult> {
		const query = new URLSearchParams({ includeData: 'true', ...this.executionQuery });
		return readExecution(await this.api('GET', `/executions/${executionId}?${query}`));
	}

	/** Waits until an execution has ended and its data is stored; throws after `timeoutMs`. */
	async finishedExecution(executionId: string, timeoutMs = 120_000): Promise<RunResult> {
		const end = Date.now() + timeoutMs;
		let status = 'unknown';
		for (let pause = 10; Date.now() < end; pause = Math.min(pause * 1.5, 500)) {
			// Without data until it has ended: 2.20 answers 500 to a request for the data of an execution that runs.
			({ status } = readExecution(await this.api('GET', `/executions/${executionId}`)));
			if (!unfinished.has(status)) {
				const execution = await this.execution(executionId);
				if (!unfinished.has(execution.status) && isWhole(execution)) return execution;
			}
			await delay(pause);
		}
		throw new Error(
			unfinished.has(status)
				? `Execution ${executionId} did not end within ${timeoutMs} ms`
				: `Execution ${executionId} ended with ${status}, but its data did not come within ${timeoutMs} ms`,
		);
	}

	/** The executions that n8n has stored, newest first. A running one is listed only if asked for. */
	async executions(query: ExecutionQuery = {}): Promise<RunResult[]> {
		const found: RunResult[] = [];
		const wanted = query.limit ?? Infinity;
		let cursor: string | undefined;
		do {
			const search = new URLSearchParams({
				includeData: String(query.withData ?? true),
				...this.executionQuery,
				limit: String(Math.min(wanted - found.length, 100)),
			});
			if (query.workflowId !== undefined) search.set('workflowId', query.workflowId);
			if (query.status !== undefined) search.set('status', query.status);
			if (cursor !== undefined) search.set('cursor', cursor);
			const page = pageSchema.parse(await this.api('GET', `/executions?${search}`));
			found.push(...page.data.map(readExecution));
			cursor = page.nextCursor ?? undefined;
		} while (cursor !== undefined && found.length < wanted);
		return found;
	}

	/** The descriptions of all node types that this n8n has loaded; `name` is what workflows store. */
	async nodeTypes(): Promise<Array<z.infer<typeof typesSchema>[number]>> {
		const headers = { cookie: this.cookie, 'browser-id': browserId };
		return typesSchema.parse(await this.send('GET', '/types/nodes.json', undefined, headers));
	}

	private async send(
		method: string,
		path: string,
		body: unknown,
		headers: Record<string, string>,
	): Promise<unknown> {
		const answer = await steadyFetch(`${this.url}${path}`, {
			method,
			headers: { 'content-type': 'application/json', ...headers },
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
		});
		const text = await answer.text();
		if (!answer.ok) throw new N8nRequestError(`${method} ${path}`, answer.status, text);
		const parsed: unknown = text === '' ? null : JSON.parse(text);
		return parsed;
	}
}
