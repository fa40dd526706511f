/** A polling trigger on n8n-core's own PollContext, in a host that keeps its state as the n8n server does. */
import { PollContext } from 'n8n-core';
import type {
	IDataObject,
	INode,
	INodeExecutionData,
	INodeParameters,
	INodeType,
	Workflow,
} from 'n8n-workflow';

import { additionalDataOf, workflowOf, type CredentialData } from './host.cjs';
import type { HostOptions, Republished } from './pollerOptions.cjs';
import { keptSchema, StateStore } from './stateStore.cjs';

export type { HostOptions, Republished, RequestHelper, Storage } from './pollerOptions.cjs';

const ACTIVATION_BUDGET_MS = 300_000;
const TICK_BUDGET_MS = 36_000;
/** A durable poll that takes longer is abandoned: what it returns later is thrown away. */
const TIMEOUT_MS = 45_000;

/** One poll's context and the state that it reads and writes. */
interface Call {
	context: PollContext;
	workflow: Workflow;
	data: IDataObject;
	lease: number;
	isActivation: boolean;
}

/**
 * A polling trigger in a host that keeps its state as n8n does. Default storage: the state lives in memory, and is
 * saved after the activation's poll and whenever items are emitted. Durable storage: each poll works on a copy that
 * is committed when it ends well, except that of an activation without items; global static data is saved after the
 * activation's poll and whenever items are emitted, as in default storage.
 */
export class Poller {
	private nodeType: INodeType;
	private workflow: Workflow;
	private node: INode;
	private readonly store: StateStore;
	/** The activation that the next poll belongs to; `undefined` for a tick. */
	private activation: 'activate' | 'init' | 'update' | undefined = 'activate';
	/** What the last poll returned. */
	private items: INodeExecutionData[] = [];
	/** Default storage: one context serves every poll of an activation. */
	private context: PollContext | undefined;
	private timezone: string | undefined;

	/** @param makeNode the node, or what loads it anew each time that n8n starts */
	constructor(
		private readonly makeNode: INodeType | (() => INodeType),
		private parameters: INodeParameters,
		private credential: CredentialData,
		private readonly options: HostOptions = {},
	) {
		this.store = options.store ?? new StateStore();
		this.nodeType = typeof makeNode === 'function' ? makeNode() : makeNode;
		({ workflow: this.workflow, node: this.node } = this.load(options.settings));
	}

	/** Polls once, as the host does at activation (the first time) and at every tick. Returns what was delivered. */
	async poll(): Promise<IDataObject[]> {
		const call = this.newCall();
		const startedAt = this.now();
		const output = await this.run(call.context);
		// So n8n takes the items. What it throws away never gets there.
		if (output !== null && this.options.takes !== false) call.context.__emit([this.items]);
		if (this.isDurable && !call.isActivation && this.now() - startedAt > TIMEOUT_MS) return [];
		return this.keep(call, output) ? (output ?? []) : [];
	}

	/** A poll whose result nobody waits for: the process is killed, or the host gave up on it. */
	async pollInVain(): Promise<void> {
		await this.run(this.newCall().context);
	}

	/** "Fetch Test Event" in the editor. */
	async sample(): Promise<IDataObject[]> {
		const context = new PollContext(
			this.workflow,
			this.node,
			additionalDataOf(this.credential, this.options.variables),
			'manual',
			'manual',
		);
		return (await this.run(context)) ?? [];
	}

	/**
	 * n8n ends, however suddenly, and starts again with what was saved. Default storage polls at once then;
	 * durable storage waits for the next tick.
	 */
	restart(): void {
		if (typeof this.makeNode === 'function') this.nodeType = this.makeNode();
		({ workflow: this.workflow, node: this.node } = this.load(this.node));
		this.context = undefined;
		this.activation = this.isDurable && this.activation === undefined ? undefined : 'init';
	}

	/**
	 * The workflow is published again in the same process. Default storage polls at once; durable storage when the node
	 * was changed.
	 */
	republish({ parameters, credential, settings, timezone, beside }: Republished): void {
		this.timezone = timezone ?? this.timezone;
		this.parameters = parameters ?? this.parameters;
		this.credential = credential ?? this.credential;
		({ workflow: this.workflow, node: this.node } = this.load({ ...this.node, ...settings }));
		if (beside) this.workflow = beside.copy;
		this.context = undefined;
		const isChanged = parameters !== undefined || settings !== undefined;
		this.activation = this.isDurable && !isChanged ? this.activation : 'update';
	}

	/** The node's state as the next poll finds it; with default storage a test may change it. */
	get staticData(): IDataObject {
		return this.isDurable ? this.saved() : this.workflow.getStaticData('node', this.node);
	}

	/** The workflow's global static data as it is saved. */
	get globalData(): IDataObject {
		return keptSchema.parse(JSON.parse(this.store.global));
	}

	/** The workflow as the host keeps it for this trigger, and for all that were not renewed since it was loaded. */
	get copy(): Workflow {
		return this.workflow;
	}

	/**
	 * Default storage: a trigger of another package delivers, with the copy of the workflow that it has. The host saves that as a
	 * whole, if anything in it has changed.
	 * @param changes whether the trigger has a position of its own, as RSS has and Schedule has not
	 */
	deliverBeside({ staticData }: Workflow, changes: boolean): void {
		if (!changes && staticData.__dataChanged !== true) return;
		this.store.saveCopy({ staticData });
		Object.assign(staticData, { __dataChanged: false });
	}

	private get isDurable(): boolean {
		return this.options.storage === 'durable';
	}

	private get key(): string {
		return this.isDurable ? this.node.id : this.node.name;
	}

	private now(): number {
		return (this.options.now ?? Date.now)();
	}

	private load(settings: Partial<INode> = {}): { workflow: Workflow; node: INode } {
		const { parameters: _, ...rest } = settings;
		const { workflowId } = this.options;
		const load = (staticData: IDataObject) =>
			workflowOf(this.nodeType, this.parameters, rest, workflowId, this.timezone, staticData);
		const global = this.globalData;
		if (this.isDurable) return load({ global });
		const all = [...this.store.saved.keys()].map((name) => [
			`node:${name}`,
			this.store.savedAs(name),
		]);
		return load({ global, ...keptSchema.parse(Object.fromEntries(all)) });
	}

	private saved(): IDataObject {
		return this.store.savedAs(this.key);
	}

	private newCall(): Call {
		const { activation } = this;
		this.activation = undefined;
		if (this.isDurable) {
			({ workflow: this.workflow, node: this.node } = this.load(this.node));
			const data = this.saved();
			const budgetMs = activation === undefined ? TICK_BUDGET_MS : ACTIVATION_BUDGET_MS;
			return {
				data,
				workflow: this.workflow,
				context: this.newContext(activation ?? 'update', () => data, budgetMs),
				lease: ++this.store.lease,
				isActivation: activation !== undefined,
			};
		}
		if (this.options.storage === 'scheduled' && activation === undefined) {
			({ workflow: this.workflow, node: this.node } = this.load(this.node));
			const data = this.workflow.getStaticData('node', this.node);
			const context = this.newContext('update', () => data, TICK_BUDGET_MS);
			return { data, workflow: this.workflow, context, lease: 0, isActivation: false };
		}
		const data = this.workflow.getStaticData('node', this.node);
		this.context ??= this.newContext(activation ?? 'update', () => data, ACTIVATION_BUDGET_MS);
		const { workflow, context } = this;
		return { data, workflow, context, lease: 0, isActivation: activation !== undefined };
	}

	private newContext(
		activation: 'activate' | 'init' | 'update',
		data: () => IDataObject,
		budgetMs: number,
	): PollContext {
		const { logger, namesBudget = true, wrapRequest } = this.options;
		const context = new PollContext(
			this.workflow,
			this.node,
			additionalDataOf(this.credential, this.options.variables),
			'trigger',
			activation,
			() => {},
			undefined,
			undefined,
			undefined,
			data,
			() => this.options.budgetMs ?? budgetMs,
		);
		if (logger) Object.defineProperty(context, 'logger', { value: logger });
		if (!namesBudget) Reflect.deleteProperty(context, 'getPollBudgetMs');
		if (wrapRequest) {
			const { httpRequestWithAuthentication } = context.helpers;
			Object.assign(context.helpers, {
				httpRequestWithAuthentication: wrapRequest(httpRequestWithAuthentication),
			});
		}
		return context;
	}

	/** Saves what the host saves after a poll. False when the poll held no lease any more and its items are dropped. */
	private keep(
		{ data, workflow, lease, isActivation }: Call,
		output: IDataObject[] | null,
	): boolean {
		if (isActivation || output !== null) {
			this.store.global = JSON.stringify(this.workflow.getStaticData('global'));
		}
		if (this.isDurable) {
			if (lease !== this.store.lease) return false;
			if (output === null && isActivation) return true;
		} else if (output === null && !isActivation) {
			return true;
		}
		if (this.isDurable) this.store.saved.set(this.key, JSON.stringify(data));
		// What n8n does not see change is not stored.
		else if (workflow.staticData.__dataChanged === true) this.store.saveCopy(workflow);
		// So n8n notes that it has stored them.
		Object.assign(workflow.staticData, { __dataChanged: false });
		return true;
	}

	private async run(context: PollContext): Promise<IDataObject[] | null> {
		await this.workflow.expression.acquireIsolate();
		try {
			const output = (await this.nodeType.poll?.call(context)) ?? null;
			[this.items = []] = output ?? [];
			return output && this.items.map(({ json }) => json);
		} finally {
			await this.workflow.expression.releaseIsolate();
		}
	}
}
