import type { Page } from 'playwright-core';

/** What a person's hands did in a page. */
export interface Effort {
	/** Presses of the mouse button that ended where they began; a double click is two. */
	clicks: number;
	/** Presses that ended somewhere else. */
	drags: number;
	/** Runs of keys between two presses. */
	texts: number;
}

type Act = 'click' | 'drag' | 'key';

const reporter = 'reportAct';
const acts: readonly string[] = ['click', 'drag', 'key'] satisfies Act[];

/**
 * Counts what is done in a page from its next document on. The page itself counts, and only events that the browser trusts:
 * what a script sets or dispatches, as `fill` does, is none of a person's acts. Not the event `click`: a label makes two of one
 * press, and a drag may make none.
 */
export class Hands {
	private done: Act[] = [];

	private constructor(private readonly page: Page) {}

	/** Begins to watch; the page must not have been opened yet. */
	static async watch(page: Page): Promise<Hands> {
		const hands = new Hands(page);
		await page.exposeFunction(reporter, (act: Act) => hands.done.push(act));
		await page.addInitScript(reportActs, reporter);
		return hands;
	}

	/** What was done since `watch`. */
	async effort(): Promise<Effort> {
		// The reports of a page arrive in order, and so before this answer.
		await this.page.evaluate(() => document.readyState);
		const { done } = this;
		if (!done.every((act) => acts.includes(act))) throw new Error('The page reported nonsense');
		return {
			clicks: done.filter((act) => act === 'click').length,
			drags: done.filter((act) => act === 'drag').length,
			texts: done.filter((act, index) => act === 'key' && done[index - 1] !== 'key').length,
		};
	}
}

/** Runs in the page. */
function reportActs(name: string): void {
	const isReport = (value: unknown): value is (act: string) => void => typeof value === 'function';
	const report: unknown = Reflect.get(window, name);
	if (!isReport(report)) throw new Error('There is nobody to report to');
	const farPx = 5;
	let pressed: { x: number; y: number } | undefined;
	const seen = { capture: true, passive: true };
	window.addEventListener(
		'mousedown',
		({ isTrusted, clientX: x, clientY: y }) => {
			if (isTrusted) pressed = { x, y };
		},
		seen,
	);
	window.addEventListener(
		'mouseup',
		({ isTrusted, clientX: x, clientY: y }) => {
			if (!isTrusted || pressed === undefined) return;
			const far = Math.hypot(x - pressed.x, y - pressed.y) > farPx;
			pressed = undefined;
			report(far ? 'drag' : 'click');
		},
		seen,
	);
	window.addEventListener(
		'keydown',
		({ isTrusted }) => {
			if (isTrusted) report('key');
		},
		seen,
	);
}
