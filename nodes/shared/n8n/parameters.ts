/** The parameters of one input item, read in the way that `core/parameters` describes and refused by their name. */
import { readTime, type Bound } from '../core/givenTime';
import {
	UserError,
	type IExecuteFunctions,
	type IExecutePaginationFunctions,
	type IGetNodeParameterOptions,
} from 'n8n-workflow';

import { namedValue } from '../core/namedValues';
import {
	type NumberBounds,
	readList,
	readSwitch,
	readText,
	readWithin,
	wantedList,
	wantedNumber,
} from '../core/parameters';
import { notesOn, shownValue } from '../core/shownValue';
import { parameterMessages as say } from '../words/parameters';
import type { Words } from '../words/words';
import type { Transport } from './requestOptions';

/** n8n's context of one item, as its routing gives it, or of a whole run, as it gives it to a custom operation. */
export type NodeContext = IExecuteFunctions | IExecutePaginationFunctions;

/** What an item's parameters and its request are read from. */
export interface ItemSource {
	context: NodeContext;
	index: number;
	/** Reads a parameter for this item; `fallback` when it is not set. The host evaluates expressions at each call. */
	read(name: string, fallback: unknown, options?: IGetNodeParameterOptions): unknown;
	/**
	 * The user's own request options (time-out, proxy).
	 * @throws UserError for options that cannot be used
	 */
	readonly request: Transport;
}

/**
 * The parameters of one input item.
 *
 * A field that is left empty is not set and has its documented meaning. An expression that gives nothing (`null`,
 * `undefined`) is a field that is missing: it is refused by the parameter's name, because what it would stand for is
 * often the most that there is. So is a blank text where it would mean another place, time or record; in a filter it is
 * what it says, no filter.
 */
export class Parameters {
	constructor(protected readonly source: ItemSource) {}

	get index(): number {
		return this.source.index;
	}

	/** n8n's context, for what is no parameter. */
	get context(): NodeContext {
		return this.source.context;
	}

	/** The workflow's time zone, for times without one. */
	get timezone(): string {
		return this.source.context.getTimezone();
	}

	/** Any parameter; `undefined` when it is not set, or when its expression gives nothing. */
	parameter(name: string, options?: IGetNodeParameterOptions): unknown {
		return this.source.read(name, null, options) ?? undefined;
	}

	/** Any parameter, `fallback` when it is not set; nothing (`null` or `undefined`) when its expression gives nothing. */
	given(name: string, fallback: unknown): unknown {
		return this.source.read(name, fallback);
	}

	/**
	 * Whether something is written in a parameter, be it an expression that turns out to give nothing: by that, and never by
	 * what an expression gives, the editor shows and hides other parameters.
	 */
	isSet(name: string): boolean {
		const written = this.parameter(name, { rawExpressions: true });
		return written !== undefined && written !== '';
	}

	/** The expression in a parameter, unresolved; `undefined` where it holds a value, or is not set. */
	expression(name: string): string | undefined {
		const written = this.parameter(name, { rawExpressions: true });
		return typeof written === 'string' && written.startsWith('=') ? written : undefined;
	}

	/**
	 * A switch of the node.
	 * @param label the parameter's name as the editor shows it
	 * @throws UserError when it is neither on nor off: taking that for "off" could do the opposite of what was asked for
	 */
	flag(name: string, label: string, fallback = false): boolean {
		const given = this.source.read(name, fallback);
		return readSwitch(given) ?? unreadable(label, given, 'Use true or false.');
	}

	/**
	 * A text, or a number as text; empty when it is left empty.
	 * @param wanted what to give, and what an empty field means
	 * @throws UserError when it is something else, or when its expression gives nothing
	 */
	text(name: string, label: string, wanted: string): string {
		const given = this.source.read(name, '');
		const text = readText(given);
		if (text === undefined || this.isBlank(name, given)) return unreadable(label, given, wanted);
		return text;
	}

	/**
	 * A filter that is a list of texts; empty when it is not set, or when its expression gives an empty text: no filter.
	 * @throws UserError when it is no list, or when its expression gives nothing
	 */
	list(name: string, label: string): string[] {
		const given = this.source.read(name, []);
		return readList(given) ?? unreadable(label, given, wantedList);
	}

	/**
	 * A point in time as the API takes it; `undefined` when it is left empty.
	 * @param bound on which side of it the wanted records lie
	 * @param empty what an empty field means
	 * @throws UserError when it is none, or when its expression gives nothing
	 */
	time(name: string, label: string, bound: Bound, empty: string): string | undefined {
		const given = this.source.read(name, '');
		if (typeof given === 'string' && given.trim() === '' && !this.isBlank(name, given)) {
			return undefined;
		}
		const read = readTime(given, { zone: this.timezone, bound });
		if (read.kind === 'time') return read.time;
		const was = whatIs(given);
		return refuse(
			read.kind === 'none'
				? say.notADate(label, was, empty)
				: say.timeFarOff(label, read.year, was, empty),
		);
	}

	/**
	 * One of several values.
	 * @throws UserError when it is none of them
	 */
	choice<T extends string>(name: string, label: string, values: readonly T[], fallback: T): T {
		const given = this.source.read(name, fallback);
		return namedValue(values, given) ?? unreadable(label, given, `Use ${values.join(', ')}.`);
	}

	/**
	 * A number within bounds; the fallback where it is not set.
	 * @throws UserError when it is none, or outside of the bounds
	 */
	number(name: string, label: string, bounds: NumberBounds & { fallback: number }): number {
		const given = this.source.read(name, bounds.fallback);
		return readWithin(given, bounds) ?? unreadable(label, given, wantedNumber(bounds));
	}

	/** Tells the person something beside the output. n8n takes such hints from custom operations only. */
	hint({ message }: Words): void {
		const { context } = this.source;
		if ('addExecutionHints' in context) {
			context.addExecutionHints({ message, type: 'info', location: 'outputPane' });
		}
	}

	/** Whether an expression was to give a text, and gave a blank one. */
	private isBlank(name: string, given: unknown): boolean {
		return typeof given === 'string' && given.trim() === '' && this.expression(name) !== undefined;
	}
}

/** @throws UserError that names the parameter, what it was, and what to give */
export function unreadable(label: string, given: unknown, wanted: string): never {
	return refuse(say.invalid(label, whatIs(given), wanted));
}

function refuse({ message, hint }: Words): never {
	throw new UserError(message, { description: hint });
}

function whatIs(given: unknown): string {
	if (given === undefined || given === null) return 'Its expression returns nothing for this item.';
	if (typeof given === 'string' && given.trim() === '') {
		return 'Its expression returns an empty text for this item.';
	}
	return `Its value is ${shownValue(given)}. ${notesOn(given)}`.trim();
}
