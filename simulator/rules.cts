/** Which page of a paging run a request asks for. A list of one page is first and last. */
export interface PagePosition {
	first: boolean;
	last: boolean;
}

/** When a rule applies; the defaults of the control plane are filled in. */
export interface Occasion {
	on: 'any' | 'first' | 'middle' | 'last';
	nth: number;
	times: number;
}

/** @returns whether a request at this place of a paging run is meant */
function fits(on: Occasion['on'], position: PagePosition | undefined): boolean {
	if (on === 'any') return true;
	if (!position) return false;
	if (on === 'first') return position.first;
	return on === 'last' ? position.last : !position.first && !position.last;
}

/** Rules that each apply to some of the requests that they match, in the order of being added. */
export class Rules<Rule extends Occasion> {
	private rules: Array<{ rule: Rule; seen: number }> = [];

	add(rules: readonly Rule[]): void {
		this.rules.push(...rules.map((rule) => ({ rule, seen: 0 })));
	}

	clear(): void {
		this.rules = [];
	}

	/** @returns every rule with the number of requests that it matched so far */
	list(): Array<{ rule: Rule; seen: number }> {
		return this.rules.map((entry) => ({ ...entry }));
	}

	/**
	 * Counts a request for every rule that it matches.
	 * @param matches tells whether the rule is about this request
	 * @param position asked for only where a rule depends on the place in the paging run
	 * @returns the first rule that applies now, or undefined
	 */
	take(
		matches: (rule: Rule) => boolean,
		position: () => PagePosition | undefined,
	): Rule | undefined {
		let taken: Rule | undefined;
		for (const entry of this.rules) {
			const { rule } = entry;
			if (!matches(rule)) continue;
			if (!fits(rule.on, rule.on === 'any' ? undefined : position())) continue;
			// One rule at a time: a later rule waits until the one before it is used up.
			if (taken) continue;
			entry.seen++;
			if (entry.seen < rule.nth) continue;
			if (rule.times === 0 || entry.seen < rule.nth + rule.times) taken = rule;
		}
		return taken;
	}
}
