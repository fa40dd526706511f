/**
 * What became of each input item of one node run. n8n sends all items at once and, when one fails
 * and the node stops on errors, drops every output: this is where the run remembers what was done, so
 * that the error can say it and nothing further is written.
 */

export type ItemState =
	| 'carriedOut'
	| 'failed'
	| 'notDone'
	| 'notTried'
	| 'partly'
	| 'unknown'
	| 'waiting';

export class ItemLedger {
	private readonly states = new Map<number, ItemState>();
	private readonly notes = new Map<number, string>();
	private readonly places = new Map<number, string>();
	private failedFirst: number | undefined;
	private readonly whenEntered: Array<() => void> = [];

	/** Whether an item was entered before: then a new run of the node began (Retry On Fail). */
	has(item: number): boolean {
		return this.states.has(item);
	}

	/** Enters an item that is about to be worked on. */
	enter(item: number): void {
		this.states.set(item, 'waiting');
		for (const look of this.whenEntered.splice(0)) look();
	}

	/** Resolves when so many items were entered. */
	async allEntered(count: number): Promise<void> {
		while (this.states.size < count) {
			await new Promise<void>((look) => this.whenEntered.push(look));
		}
	}

	/** Notes which portal an item belongs to: the report keeps portals apart. */
	place(item: number, where: string): void {
		this.places.set(item, where);
	}

	get entered(): number {
		return this.states.size;
	}

	/** True once an item failed: from then on no further write may be sent when the node stops on errors. */
	get failed(): boolean {
		return this.failedFirst !== undefined;
	}

	/**
	 * Notes how an item ended. `note` says more where the state alone does not, for example how many
	 * members were sent.
	 * @param failed whether the item has an error; one without may not have been carried out all the same
	 */
	settle(
		item: number,
		state: Exclude<ItemState, 'waiting'>,
		{ note, failed = state !== 'carriedOut' }: { note?: string | undefined; failed?: boolean } = {},
	): void {
		this.states.set(item, state);
		if (note !== undefined) this.notes.set(item, note);
		if (failed && state !== 'notTried') {
			this.failedFirst = Math.min(this.failedFirst ?? item, item);
		}
	}

	/** The items in a state, by index, ascending. */
	items(state: ItemState): number[] {
		return [...this.states].filter(([, value]) => value === state).map(([item]) => item);
	}

	/**
	 * The report in words for the error of a stopped run: who was carried out, who failed, who was not tried. Items of
	 * different portals stand apart.
	 */
	report(): string {
		const byPlace = new Map<string, number[]>();
		for (const item of this.states.keys()) {
			const place = this.places.get(item) ?? 'No portal';
			const items = byPlace.get(place);
			if (items) items.push(item);
			else byPlace.set(place, [item]);
		}
		const parts = [...byPlace].map(
			([place, items]) => `${byPlace.size > 1 ? `${place}: ` : ''}${this.lines(items).join(' ')}`,
		);
		return parts.join(' ');
	}

	private lines(among: number[]): string[] {
		return [
			this.line(among, 'carriedOut', 'Carried out'),
			this.line(among, 'partly', 'Carried out in part'),
			this.line(among, 'notDone', 'Nothing done'),
			this.line(among, 'unknown', 'Not known whether carried out'),
			this.line(among, 'failed', 'Failed'),
			this.line(among, 'notTried', 'Not tried'),
		].filter((line) => line !== '');
	}

	private line(among: number[], state: ItemState, label: string): string {
		const items = among.filter((item) => this.states.get(item) === state);
		if (items.length === 0) return '';
		const notes = items.flatMap((item) => {
			const note = this.notes.get(item);
			return note === undefined ? [] : [`item ${item}: ${note}`];
		});
		const detail =
			notes.length === 0
				? ''
				: ` (${notes.slice(0, 5).join('; ')}${notes.length > 5 ? '; …' : ''})`;
		return `${label}: ${count(items.length)} ${ranges(items)}${detail}.`;
	}
}

function count(items: number): string {
	return items === 1 ? '1 item,' : `${items} items,`;
}

/** `0-4, 7, 9-11`: every index stays readable however many items there are. */
export function ranges(items: number[]): string {
	const parts: string[] = [];
	for (let start = 0; start < items.length; ) {
		let end = start;
		while (items[end + 1] === (items[end] ?? 0) + 1) end++;
		parts.push(start === end ? `${items[start]}` : `${items[start]}-${items[end]}`);
		start = end + 1;
	}
	return parts.join(', ');
}
