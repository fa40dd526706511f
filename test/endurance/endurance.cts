/** `npm run endurance -- PLAN [options]`: a real n8n at work for a long time, and what became of everything that happened. */
import { n8nPackageFolder } from '@host/places.cjs';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { killPlan } from './kill/plan.cjs';
import { movesPlan } from './moves.cjs';
import { readOptions, usageOf, type Plan } from './options.cjs';
import { queuePlan } from './queue/plan.cjs';
import { textOf } from './report.cjs';
import { scalePlan } from './scale/plan.cjs';
import { soakPlan } from './soak/plan.cjs';

const plans: Record<string, Plan> = {
	kill: killPlan,
	queue: queuePlan,
	soak: soakPlan,
	scale: scalePlan,
	moves: movesPlan,
};

/** @returns the exit code: 0 all is as it should be, 1 something is not, 2 a call that cannot be understood */
async function main([name = '', ...args]: string[]): Promise<number> {
	const plan = Object.hasOwn(plans, name) ? plans[name] : undefined;
	if (plan === undefined) {
		if (name !== '' && name !== '--help') process.stderr.write(`There is no plan "${name}".\n`);
		const all = Object.entries(plans).map((one) => usageOf(...one));
		process.stdout.write(all.join('\n'));
		return name === '--help' ? 0 : 2;
	}
	let options;
	try {
		options = readOptions(plan, args);
	} catch (error) {
		process.stderr.write(`${messageOf(error)}\n\n${usageOf(name, plan)}`);
		return 2;
	}
	const { given, seed, json, help } = options;
	if (help) {
		process.stdout.write(usageOf(name, plan));
		return 0;
	}
	const say = (line: string): void => void process.stderr.write(`[${name}] ${line}\n`);
	const others = args.join(' ').replace(/--seed[ =]\S+/, '');
	say(`again: npm run endurance -- ${[name, others.trim(), `--seed ${seed}`].join(' ')}`);
	const begun = performance.now();
	const report = await plan.run(given, seed, say);
	const seconds = Math.round((performance.now() - begun) / 1000);
	const { version } = z
		.object({ version: z.string() })
		.parse(JSON.parse(readFileSync(path.join(n8nPackageFolder, 'package.json'), 'utf8')));
	const where = { n8n: version, node: process.version, cpus: cpus().length };
	const about = `${name}, seed ${seed}: ${seconds} s, n8n ${version}, Node.js ${where.node}, ${where.cpus} CPUs`;
	process.stdout.write(`${about}\n\n${textOf(report)}`);
	if (json !== undefined) {
		const all = { plan: name, given, seed, seconds, where, ...report };
		writeFileSync(json, `${JSON.stringify(all, null, '\t')}\n`);
	}
	return report.checks.every(({ ok }) => ok) ? 0 : 1;
}

function messageOf(error: unknown): string {
	if (!(error instanceof z.ZodError)) return error instanceof Error ? error.message : String(error);
	return error.issues.map((issue) => `--${issue.path.join('.')}: ${issue.message}`).join('\n');
}

main(process.argv.slice(2)).then(
	(code) => (process.exitCode = code),
	(error: unknown) => {
		process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
		process.exitCode = 1;
	},
);
