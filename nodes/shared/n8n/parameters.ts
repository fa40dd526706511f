/** The parameters of one input item, read in the way that `core/parameters` describes and refused by their name. */
import {
	UserError,
	type DeclarativeRestApiSettings,
	type IExecuteFunctions,
	type IExecutePaginationFunctions,
	type IGetNodeParameterOptions,
} from 'n8n-workflow';

import { readList, readNumber, readSwitch } from '../core/parameters';
import { toApiTime } from '../core/timestamp';

/** n8n's context of one item, as its routing gives it, or of a whole run, as it gives it to a custom operation. */
export type NodeContext = IExecuteFunctions | IExecutePaginationFunctions;

/** What an item's parameters and its request are read from. */
export interface ItemSource {
	context: NodeContext;
	index: number;
	/** Reads a parameter for this item; `fallback` when it is not set. The host evaluates expressions at each call. */
	read(name: string, fallback: unknown, options?: IGetNodeParameterOptions): unknown;
	/**
	 * What the routing put together (query, body), and the user's own request options (time-out, proxy). May throw
	 * for options that cannot be used.
	 */
	readonly request: DeclarativeRestApiSettings.HttpRequestOptions;
}

/** The bounds of a number that a parameter takes. */
export interface NumberBounds {
	min: number;
	max?: number;
	/** Used where the parameter is not set. */
	fallback: number;
	/** Whether a fraction is refused. */
	whole?: boolean;
}

export class Parameters {
	constructor(protected readonly source: ItemSource) {}

	get index(): number {
		return this.source.index;
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
	 * A switch of the node.
	 * @param label the parameter's name as the editor shows it
	 * @throws UserError when it is neither on nor off: taking that for "off" could do the opposite of what was asked for
	 */
	flag(name: string, label: string, fallback = false): boolean {
		const given = this.source.read(name, fallback);
		return readSwitch(given) ?? unreadable(label, given, 'Use true or false.');
	}

	/**
	 * A text or a number as text; empty when it is not set, or when its expression gives nothing.
	 * @throws UserError when it is something else, which no text can stand for
	 */
	text(name: string, label: string): string {
		const given = this.source.read(name, '') ?? '';
		if (typeof given === 'string') return given.trim();
		return typeof given === 'number'
			? String(given)
			: unreadable(label, given, 'Use a text. Leave it empty for none.');
	}

	/**
	 * A list of texts; empty when it is not set.
	 * @throws UserError when it is no list, or when its expression gives nothing
	 */
	list(name: string, label: string): string[] {
		const given = this.source.read(name, []);
		return (
			readList(given) ??
			unreadable(
				label,
				given,
				'Use a list, or a text with commas between the entries. Leave it empty for all.',
			)
		);
	}

	/**
	 * A point in time as the API takes it; `undefined` when it is not set.
	 * @throws UserError when it is none, or when its expression gives nothing: that would mean "from the beginning"
	 */
	time(name: string, label: string): string | undefined {
		const given = this.source.read(name, '');
		if (typeof given === 'string' && given.trim() === '') return undefined;
		return (
			toApiTime(given, this.timezone) ??
			refuse(
				`The parameter “${label}” is not a date and time`,
				given,
				'Use for example 2026-01-31T08:00:00Z.',
			)
		);
	}

	/**
	 * One of several values.
	 * @throws UserError when it is none of them
	 */
	choice<T extends string>(name: string, label: string, values: readonly T[], fallback: T): T {
		const given = this.source.read(name, fallback);
		const text = typeof given === 'string' ? given.trim() : given;
		return (
			values.find((value) => value === text) ??
			unreadable(label, given, `Use ${values.join(', ')}.`)
		);
	}

	/**
	 * A number within bounds.
	 * @throws UserError when it is none, or outside of the bounds
	 */
	number(name: string, label: string, bounds: NumberBounds): number {
		const { min, max = Infinity, fallback, whole = true } = bounds;
		const given = this.source.read(name, fallback);
		const value = readNumber(given);
		if (
			value !== undefined &&
			value >= min &&
			value <= max &&
			(!whole || Number.isInteger(value))
		) {
			return value;
		}
		const kind = whole ? 'a whole number' : 'a number';
		const range =
			max === Infinity ? `from ${min} on` : `from ${min} to ${max.toLocaleString('en')}`;
		return unreadable(label, given, `Use ${kind} ${range}.`);
	}
}

/** @throws UserError that names the parameter, what it was, and what to give */
export function unreadable(label: string, given: unknown, wanted: string): never {
	return refuse(`The parameter “${label}” cannot be read`, given, wanted);
}

function refuse(message: string, given: unknown, wanted: string): never {
	const what =
		given === undefined || given === null
			? 'Its expression gives nothing for this item.'
			: `It is ${JSON.stringify(given)}.`;
	throw new UserError(message, {
		description: `${what} ${wanted} Nothing was sent for this item.`,
	});
}
