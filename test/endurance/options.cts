/** Plans and their options: each plan says which it takes, what is meant, and what holds without them. */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { Report } from './report.cjs';

/** The two ways in which n8n stores the state of a poller. */
export type Mode = 'default' | 'durable';

/** Is told about each step. */
export type Say = (line: string) => void;

/** One thing that `npm run endurance` does. */
export interface Plan {
	about: string;
	shape: z.ZodRawShape;
	/** @param given options as texts; throws a `ZodError` when one is none */
	run(given: object, seed: number, say: Say): Promise<Report>;
}

export const wholeNumber = z.coerce.number().int().min(0);
export const positive = z.coerce.number().positive();
export const modes = z
	.enum(['both', 'durable', 'default'])
	.default('both')
	.transform((mode): Mode[] => (mode === 'both' ? ['durable', 'default'] : [mode]))
	.describe('how n8n stores the triggers’ state: default, durable or both');

/** What every plan takes. */
const common = {
	seed: z
		.union([z.literal('random'), wholeNumber])
		.default(1)
		.transform((seed) => (seed === 'random' ? Date.now() % 2_147_483_647 : seed))
		.describe('decides what happens when; a number, or random'),
	json: z.string().optional().describe('a file that gets all numbers'),
	help: z.boolean().default(false).describe('this text'),
};

/** A plan whose options are read by their shape. */
export function planOf<Shape extends z.ZodRawShape>(
	about: string,
	shape: Shape,
	run: (options: z.output<z.ZodObject<Shape>>, seed: number, say: Say) => Promise<Report>,
): Plan {
	const schema = z.object(shape);
	return {
		about,
		shape,
		run: async (given, seed, say) => await run(schema.parse(given), seed, say),
	};
}

/** Reads the options of a plan. Throws an error for the user when one is unknown or cannot be understood. */
export function readOptions({ shape }: Plan, args: string[]) {
	const types = Object.entries({ ...common, ...shape }).map(([name, field]) => {
		const isSwitch = typeof field.parse(undefined) === 'boolean';
		return [name, { type: isSwitch ? ('boolean' as const) : ('string' as const) }] as const;
	});
	const { values: given } = parseArgs({ args, options: Object.fromEntries(types) });
	z.object(shape).parse(given);
	return { given, ...z.object(common).parse(given) };
}

/** What `--help` says about a plan. */
export function usageOf(name: string, { about, shape }: Plan): string {
	const lines = Object.entries({ ...common, ...shape }).map(([option, field]) => {
		const initial: unknown = field.parse(undefined);
		const otherwise = initial === undefined || initial === false ? '' : ` (${String(initial)})`;
		return `  --${option.padEnd(14)} ${field.description ?? ''}${otherwise}`;
	});
	return `npm run endurance -- ${name} [options]\n\n${about}\n\n${lines.join('\n')}\n`;
}
