/** The engine process: n8n's own engine, started as `n8n execute` starts it, and the bare rivals beside it. */
import type { INodeExecutionData } from 'n8n-workflow';
import { bootHost, type Host } from './hostModules.cjs';
import { collectGarbage, MemoryPeak } from './measure.cjs';
import { openTrigger, type Tick } from './pollTrigger.cjs';
import { isProfiling, startProfile, stopProfile } from './profiler.cjs';
import { readAll } from './rivals.cjs';
import { runWorkflow } from './runWorkflow.cjs';
import type { EngineAnswer, Measured, Order, Task } from './tasks.cjs';

const triggers = new Map<string, Tick>();

/** Counts what came out; called when the measurement is over. */
type Count = () => Pick<Measured, 'distinct' | 'first' | 'misplaced' | 'records'>;

async function work(host: Host, task: Task): Promise<Count> {
	switch (task.task) {
		case 'loop': {
			const records = await readAll(task.client, task.url, task.token);
			return () => countsOf(records, 0);
		}
		case 'workflow':
			return countItems(await runWorkflow(host, task.workflow, task.last, task.input));
		case 'open':
			triggers.set(task.key, await openTrigger(host, task.workflow, task.node));
			return () => countsOf([], 0);
		case 'poll': {
			const tick = triggers.get(task.key);
			if (!tick) throw new Error(`No trigger ${task.key} is open`);
			let items: INodeExecutionData[] = [];
			for (let time = 0; time < task.times; time++) items = await tick();
			return countItems(items);
		}
		case 'profile':
			if (task.file === undefined) await startProfile();
			else await stopProfile(task.file);
			return () => countsOf([], 0);
	}
}

async function measure(host: Host, { task, peak }: Order): Promise<Measured> {
	// A profile is to show the node's own garbage, not this.
	if (!isProfiling()) await collectGarbage();
	const memory = peak ? MemoryPeak.begin() : undefined;
	const cpu = process.cpuUsage();
	const startedAt = performance.now();
	const count = await work(host, task);
	const wallMs = performance.now() - startedAt;
	const { user, system } = process.cpuUsage(cpu);
	const peakBytes = memory?.end();
	return {
		wallMs,
		cpuMs: (user + system) / 1000,
		...count(),
		...(peakBytes === undefined ? {} : { peakBytes }),
	};
}

function countItems(items: INodeExecutionData[]): Count {
	return () => {
		const misplaced = items.filter(({ pairedItem }, index) => sourceOf(pairedItem) !== index);
		return countsOf(
			items.map(({ json }) => json),
			misplaced.length,
		);
	};
}

function countsOf(records: Array<Record<string, unknown>>, misplaced: number): ReturnType<Count> {
	const ids = new Set(records.map(({ id, event_id }) => id ?? event_id));
	const [first] = records;
	return {
		records: records.length,
		distinct: ids.size,
		misplaced,
		...(records.length === 1 && first ? { first } : {}),
	};
}

function sourceOf(pairedItem: INodeExecutionData['pairedItem']): number | undefined {
	if (typeof pairedItem === 'number') return pairedItem;
	return Array.isArray(pairedItem) ? pairedItem[0]?.item : pairedItem?.item;
}

function say(answer: EngineAnswer): void {
	process.send?.(answer);
}

async function main(): Promise<void> {
	const host = await bootHost();
	process.on('message', (order: Order) => {
		const { number } = order;
		measure(host, order).then(
			(measured) => say({ number, measured }),
			(error: unknown) => {
				say({
					number,
					error: error instanceof Error ? (error.stack ?? error.message) : String(error),
				});
			},
		);
	});
	const nothing = { wallMs: 0, cpuMs: 0, records: 0, distinct: 0, misplaced: 0 };
	say({ number: 0, measured: nothing });
}

process.on('disconnect', () => process.exit(0));
main().catch((error: unknown) => {
	console.error(error);
	process.exit(1);
});
