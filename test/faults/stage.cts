/**
 * One run of a case: a trigger in a host of one kind, the simulator behind it, and a record of everything
 * that was delivered, to compare with the simulator's ledger.
 */
import type { ListEndpointName } from '@nodes/shared/api/endpoints';
import { triggerEvents as eventsOfNode } from '@nodes/Trigger/events/all';
import type { FaultInput, PagePlanInput, ResetInput, Simulator } from '@simulator/client.cjs';
import type { Comparison } from '@test/endurance/compare.cjs';
import { Poller, type Republished } from '@test/integration/poller.cjs';
import { StateStore } from '@test/integration/stateStore.cjs';
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { FreshPackage } from './freshPackage.cjs';
import { accountOf, judge, keyOf, markAtEnd, markAtStart, type Mark } from './owed.cjs';
import { AHEAD, bigWorld, PAGE, smallWorld, type Setting, type TriggerEvent } from './setting.cjs';
import { WatchedRequests } from './watchedRequests.cjs';

/** Real milliseconds after which a poll counts as one that never ends. */
const STUCK_MS = 20_000;
const MINUTE_MS = 60_000;
/** After so many polls everything must have come. */
const MOST_POLLS = 60;
const LARGEST_STATE = 100_000;

/** What one poll brought. */
export interface Polled {
	items: IDataObject[];
	error?: Error;
}

/** A case's trigger, and all that is known of it. */
export class Stage extends WatchedRequests {
	readonly store = new StateStore();
	/** n8n's variables, for parameters that are expressions. */
	readonly variables: IDataObject = {};
	readonly delivered: IDataObject[] = [];
	readonly errors: Error[] = [];
	/** What the trigger wrote to the log. */
	readonly notices: string[] = [];
	/** What went wrong apart from lost and doubled items. */
	readonly problems: string[] = [];
	/** What a reader of the report should know. */
	readonly notes: string[] = [];
	/** The case itself spends the poll's time. */
	spendsBudget = false;
	/** The case makes the API refuse requests with 400. */
	refuses = false;
	poller: Poller;
	private mark: Mark = { sequence: 0, audits: 0, anomalies: new Set() };
	private readonly excused = new Set<string>();
	private polls = 0;
	private isDown = false;
	private oldIds: string[] = [];
	private today = '';

	constructor(readonly setting: Setting) {
		super();
		this.poller = this.newPoller();
	}

	get simulator(): Simulator {
		return this.setting.simulator;
	}

	get event(): TriggerEvent {
		return this.setting.event;
	}

	get endpoint(): ListEndpointName {
		return eventsOfNode[this.event].endpoint;
	}

	get isDurable(): boolean {
		return this.setting.host === 'durable';
	}

	/** A trigger in a process of its own; it shares the host's database with the others of this stage. */
	newPoller(parameters: INodeParameters = {}): Poller {
		const { simulator, event, host, start } = this.setting;
		return new Poller(
			() => new FreshPackage(this.time).node('Trigger/ProofpointTrigger.node'),
			{ event, startFrom: start, output: 'raw', ...parameters },
			{ portalUrl: simulator.url, apiToken: simulator.token, allowCustomHost: true },
			{
				storage: host === 'durable' ? 'durable' : 'default',
				namesBudget: host !== 'n8n 1.x',
				store: this.store,
				variables: this.variables,
				now: () => this.time.passedMs(),
				wrapRequest: (send) => this.wrap(send),
				logger: this.logger(),
			},
		);
	}

	/** A new platform, with nothing asked of it yet. */
	async open(parameters: INodeParameters = {}, world: ResetInput = {}): Promise<void> {
		const base = this.setting.start === 'now' ? smallWorld : bigWorld;
		await this.simulator.reset({ ...base, ...world });
		const ledger = await this.simulator.ledger();
		this.oldIds = ledger.events.map(({ id }) => id);
		this.today = ledger.anomalies.at(-1)?.day ?? new Date().toISOString().slice(0, 10);
		if (this.setting.start === 'now') await this.markHere();
		else this.mark = markAtStart(ledger, this.today);
		this.poller = this.newPoller(parameters);
	}

	/** Everything up to here is no news any more. */
	async markHere(): Promise<void> {
		const ledger = await this.simulator.ledger();
		this.mark = markAtEnd(ledger);
	}

	/** Opens and activates, with one tick after it. */
	async begin(parameters: INodeParameters = {}, world: ResetInput = {}): Promise<void> {
		await this.open(parameters, world);
		await this.poll();
		await this.poll();
	}

	/**
	 * {@link AHEAD} records lie ahead of the trigger: news for a running one, or the history for one that starts from
	 * the beginning.
	 */
	async prepare(parameters: INodeParameters = {}): Promise<void> {
		if (this.setting.start === 'beginning') return await this.open(parameters);
		await this.begin(parameters, this.event === 'anomalyDetected' ? { anomalies: 2 } : {});
		await this.happen(AHEAD);
	}

	/**
	 * Something happens in the portal: `count` records more in the listing of this mode, some of them
	 * updates of old events. Returns the keys of those that are owed.
	 */
	async happen(count: number): Promise<string[]> {
		await this.followTime();
		switch (this.event) {
			case 'auditEntryCreated':
				return this.keys(await this.simulator.createAudits({ count }));
			case 'anomalyDetected':
				return this.keys(await this.simulator.createAnomalies({ count, day: this.today }));
			default: {
				const share = this.event === 'securityEventCreated' ? 0.1 : 0.4;
				const ids = this.oldIds.slice(0, Math.floor(count * share));
				const created = await this.simulator.createEvents({ count: count - ids.length });
				const updated = ids.length > 0 ? await this.simulator.updateEvents({ ids }) : [];
				return this.keys(
					(this.event === 'securityEventCreated' ? created : [...created, ...updated]).map(
						({ id, updated_at }) => ({ id, updated_at }),
					),
				);
			}
		}
	}

	/** These may come or not: the case says why. */
	excuse(keys: string[], why: string): void {
		for (const key of keys) this.excused.add(key);
		this.notes.push(why);
	}

	/** From now on pages hold {@link PAGE} records, and the `nth` of them is as the plan says. */
	async cutPages(plan: Partial<PagePlanInput> = {}, size = PAGE): Promise<void> {
		const { endpoint } = this;
		await this.simulator.planPages({ size, ...plan, endpoint }, { endpoint, size, times: 0 });
	}

	/** A fault on the `page`th request from now on, so many times (0 for ever). */
	async fail(action: FaultInput['action'], page = 1, times = 0): Promise<void> {
		await this.simulator.addFaults({ endpoint: this.endpoint, nth: page, times, action });
	}

	/** The API cannot be reached at all. */
	async goDown(): Promise<void> {
		this.isDown = true;
		await this.simulator.set({ down: true });
	}

	/** The API is well again. */
	async heal(): Promise<void> {
		await this.simulator.clearFaults();
		await this.simulator.clearPages();
		if (this.isDown) await this.simulator.set({ down: false });
		this.isDown = false;
		this.unwatch();
	}

	/** A minute later the host polls. What that throws is kept, as the host shows it in the list of executions. */
	async poll(poller = this.poller): Promise<Polled> {
		this.time.skip(MINUTE_MS);
		await this.followTime();
		this.countAnew();
		this.polls++;
		const startedAt = this.time.passedMs();
		let polled: Polled;
		try {
			polled = { items: await this.inTime(poller.poll()) };
		} catch (error) {
			if (!(error instanceof Error)) throw error;
			polled = { items: [], error };
			this.errors.push(error);
		}
		this.delivered.push(...polled.items);
		this.checkPoll(this.time.passedMs() - startedAt, poller);
		return polled;
	}

	/** A poll whose result nobody gets. */
	async pollInVain(): Promise<void> {
		this.time.skip(MINUTE_MS);
		await this.followTime();
		this.countAnew();
		await this.inTime(this.poller.pollInVain()).catch(() => undefined);
	}

	/** Polls until nothing more came so many times. */
	async settle(quietPolls = 1): Promise<void> {
		for (let quiet = 0, polls = 0; quiet < quietPolls; polls++) {
			if (polls >= MOST_POLLS) {
				this.problems.push(
					`not settled after ${polls} polls: ${this.errors.at(-1)?.message ?? ''}`,
				);
				return;
			}
			const { items, error } = await this.poll();
			quiet = items.length === 0 && !error ? quiet + 1 : 0;
		}
	}

	/** n8n ends and starts again. */
	restart(): void {
		this.poller.restart();
	}

	republish(change: Republished): void {
		this.poller.republish(change);
	}

	/** Notes a problem unless the condition holds. */
	check(holds: boolean, problem: string): void {
		if (!holds) this.problems.push(problem);
	}

	/** Whether the trigger still works, then the comparison with the ledger. */
	async finish(): Promise<Comparison> {
		await this.heal();
		await this.settle();
		await this.happen(3);
		await this.settle(2);
		const { requests } = await this.simulator.requests();
		const refused = requests.find(({ status, fault }) => status === 400 && fault === null);
		if (refused && !this.refuses) {
			this.problems.push(`sent a bad request: ${JSON.stringify(refused.query)}`);
		}
		const account = accountOf(this.event, await this.simulator.ledger(), this.mark);
		const verdict = judge(this.event, account, this.delivered);
		return { ...verdict, lost: verdict.lost.filter((key) => !this.excused.has(key)) };
	}

	private keys(records: object[]): string[] {
		return records.map((record) => keyOf(this.event, { ...record }));
	}

	/** The API's clock moves on with the time that was skipped. */
	async followTime(): Promise<void> {
		if (this.time.aheadMs === 0) return;
		await this.simulator.set({ clockOffsetSeconds: this.time.aheadMs / 1000 });
	}

	private async inTime<T>(work: Promise<T>): Promise<T> {
		let timer: NodeJS.Timeout | undefined;
		const late = new Promise<never>((_, reject) => {
			timer = setTimeout(() => reject(new Error('the poll never ends')), STUCK_MS);
		});
		try {
			return await Promise.race([work, late]);
		} finally {
			clearTimeout(timer);
		}
	}

	private checkPoll(tookMs: number, poller: Poller): void {
		const budgetMs = this.isDurable && this.polls > 1 ? 36_000 : 50_000;
		if (tookMs > budgetMs && !this.spendsBudget) {
			this.problems.push(`a poll took ${Math.round(tookMs / 1000)} s`);
		}
		const size = JSON.stringify(poller.staticData).length;
		if (size > LARGEST_STATE) this.problems.push(`the state has ${size} bytes`);
	}

	private logger() {
		const keep = (message: string) => void this.notices.push(message);
		return { error: keep, warn: keep, info: () => {}, debug: () => {} };
	}
}
