/**
 * The fault suite as a report: `report.cjs [--json FILE] [--only TEXT] [--million]`. Ends with exit code 1
 * when anything was lost, doubled or otherwise wrong.
 */
import { startSimulator } from '@simulator/client.cjs';
import { table } from '@test/endurance/report.cjs';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { actionCases } from './actionCases.cjs';
import { playActions, type ActionOutcome } from './actionPlay.cjs';
import { cases } from './cases.cjs';
import { runMillion, type MillionOutcome } from './million.cjs';
import { playAll, runsOf, type Outcome } from './play.cjs';

function print(text: string): void {
	process.stdout.write(`${text}\n`);
}

function note({ wrong, notes }: { wrong: string[]; notes: string[] }): string {
	return wrong.length > 0 ? `WRONG: ${wrong.join('; ')}` : notes.join('; ');
}

function triggerTable(outcomes: Outcome[]): string {
	return table([
		['case', 'start', 'event', 'host', 'expected', 'delivered', 'lost', 'doubled', 'notes'],
		...outcomes.map((outcome) => {
			const { name, start, event, host, expected, delivered, lost, doubled } = outcome;
			return [name, start, event, host, expected, delivered, lost, doubled, note(outcome)];
		}),
	]);
}

/** Sums per event and host. */
function sums(outcomes: Outcome[]): string {
	const groups = new Map<string, Outcome[]>();
	for (const outcome of outcomes) {
		const key = `${outcome.event}\t${outcome.host}`;
		groups.set(key, [...(groups.get(key) ?? []), outcome]);
	}
	const total = (list: Outcome[], name: 'delivered' | 'doubled' | 'expected' | 'lost') =>
		list.reduce((sum, outcome) => sum + outcome[name], 0);
	return table([
		['event', 'host', 'runs', 'expected', 'delivered', 'lost', 'doubled', 'wrong runs'],
		...[...groups].map(([key, list]) => [
			...key.split('\t'),
			list.length,
			...(['expected', 'delivered', 'lost', 'doubled'] as const).map((name) => total(list, name)),
			list.filter(({ wrong }) => wrong.length > 0).length,
		]),
	]);
}

function actionTable(outcomes: ActionOutcome[]): string {
	return table([
		['node', 'case', 'on error', 'expected', 'result', 'notes'],
		...outcomes.map((outcome) => {
			const { node, name, onError, expected, result } = outcome;
			return [node, name, onError, expected, result, note(outcome)];
		}),
	]);
}

async function main(): Promise<boolean> {
	const { values } = parseArgs({
		options: { json: { type: 'string' }, only: { type: 'string' }, million: { type: 'boolean' } },
	});
	const only = values.only ?? '';
	const startedAt = performance.now();
	const simulators = [await startSimulator({}), await startSimulator({})];
	let trigger: Outcome[];
	let actions: ActionOutcome[];
	try {
		const runs = runsOf(cases).filter(({ fault }) => fault.name.includes(only));
		trigger = await playAll(runs, simulators);
		actions = await playActions(
			actionCases.filter(({ name }) => name.includes(only)),
			simulators,
		);
	} finally {
		for (const simulator of simulators) await simulator.stop();
	}
	const seconds = Math.round((performance.now() - startedAt) / 1000);
	const million: MillionOutcome[] = values.million ? await runMillion() : [];

	print(triggerTable(trigger));
	print(`\n${actionTable(actions)}`);
	print(`\n${sums(trigger)}`);
	for (const { text } of million) print(text);
	const all = [...trigger, ...actions, ...million];
	const wrong = all.filter((outcome) => outcome.wrong.length > 0);
	print(
		`\n${trigger.length} runs of the trigger and ${actions.length} of the action nodes in ${seconds} s: ${wrong.length} wrong`,
	);
	if (values.json !== undefined) {
		writeFileSync(values.json, `${JSON.stringify({ trigger, actions, million }, null, '\t')}\n`);
	}
	return wrong.length === 0;
}

main().then(
	(right) => (process.exitCode = right ? 0 : 1),
	(error: unknown) => {
		process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
		process.exitCode = 2;
	},
);
