/** A trigger with its host, poll for poll, for histories that need no more than a portal, budgets and restarts. */
import type { ApiRecord } from '@nodes/shared/api/contract';
import type { FetchPage } from '@nodes/shared/core/walk';
import type { ModelPortal } from './modelPortal.cjs';
import {
	phaseOf,
	poll,
	Store,
	type Hand,
	type Phase,
	type Polled,
	type Start,
} from './polling.cjs';
import { isoOf } from './times.cjs';
import type { Lived } from './verdict.cjs';

/** How far one poll may go. */
export interface Budget {
	maxItems?: number;
	pagesInTime?: number;
}

interface Options extends Pick<Hand, 'judge' | 'pageSize'> {
	durable?: boolean;
	/** What a test notes of each record that the trigger was given; forgotten with the state that knew of it. */
	note?(record: ApiRecord): string | undefined;
}

export class Player {
	/** Every item that was delivered, in order. */
	readonly delivered: ApiRecord[] = [];
	readonly notices: string[] = [];
	/** The phases in which n8n started anew. */
	readonly restartedIn: Phase[] = [];
	polls = 0;
	largestState = 0;
	private readonly store: Store<ReadonlySet<string>>;
	/** When the trigger polled for the first time, and when it was answered; anew where n8n had stored nothing of it. */
	private began = { at: 0, answeredAt: Infinity };

	constructor(
		private readonly start: Start,
		private readonly portal: { readonly fetchPage: FetchPage; now: number },
		private readonly options: Options = {},
	) {
		this.store = new Store(options.durable ?? true);
	}

	/** What was noted of the records that the trigger knows. */
	get noted(): ReadonlySet<string> {
		return this.store.memory?.notes ?? new Set();
	}

	get stored(): string | undefined {
		return this.store.memory?.stored;
	}

	get phase(): Phase | undefined {
		return this.stored === undefined ? undefined : phaseOf(this.stored);
	}

	async poll({ maxItems = 5000, pagesInTime = Infinity }: Budget = {}): Promise<Polled> {
		const { note, ...hand } = this.options;
		const noted = new Set(this.noted);
		if (this.stored === undefined) this.began = { at: this.portal.now, answeredAt: Infinity };
		const { began } = this;
		let pagesLeft = pagesInTime;
		const polled = await poll(this.start, this.stored, {
			...hand,
			maxItems,
			fetchPage: async (query) => {
				const answer = await this.portal.fetchPage(query);
				if (answer.ok) began.answeredAt = Math.min(began.answeredAt, this.portal.now);
				if (!answer.ok || note === undefined) return answer;
				for (const record of answer.value.records) {
					const noticed = note(record);
					if (noticed !== undefined) noted.add(noticed);
				}
				return answer;
			},
			now: () => this.portal.now,
			outOfTime: () => --pagesLeft <= 0,
		});
		this.polls++;
		this.store.keep(polled, noted);
		this.largestState = Math.max(this.largestState, this.stored?.length ?? 0);
		for (const record of polled.emit) this.delivered.push(record);
		this.notices.push(...polled.notices.map(({ message }) => message));
		this.portal.now += 1000;
		return polled;
	}

	/** What is known of the trigger's life, to judge what came. Its clock is right. */
	lived(portal: ModelPortal): Lived {
		const { startDate = '', startFrom } = this.start;
		const { answeredAt, at } = this.began;
		const isNow = startFrom === 'now';
		return {
			portal,
			delivered: this.delivered,
			startFrom,
			// The API says its time in whole seconds, when the first request was answered.
			since: isNow ? isoOf((at - 2_000) * 1000) : startDate,
			owedSince: isNow ? isoOf(at * 1000) : startDate,
			firstAnswerAt: answeredAt,
		};
	}

	/** n8n starts anew with what it stored. */
	restart(): void {
		if (this.phase !== undefined) this.restartedIn.push(this.phase);
		this.store.restart();
	}

	/**
	 * Polls until the end of the listing is reached.
	 * @throws after too many polls
	 */
	async toTheEnd(budget: Budget = {}, most = 100): Promise<Polled> {
		for (let polls = 1; ; polls++) {
			const polled = await this.poll(budget);
			if (polled.caughtUp) return polled;
			if (polls >= most) throw new Error('the trigger did not catch up with an undisturbed API');
		}
	}
}
