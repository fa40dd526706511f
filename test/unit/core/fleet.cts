import { exchange, type Reply } from '@nodes/shared/core/exchange';
import { Governor } from '@nodes/shared/core/governor';
import { forms, type Form, type Limiter } from './limiters.cjs';
import { VirtualTime } from './virtualTime.cjs';

/** One n8n process with a governor of its own. */
export interface Process {
	/** When it begins to ask, in milliseconds; default 0. */
	startMs?: number;
	/** How many requests it has to send, all at once; default: as many as it can until the end, and always {@link WAITING} wait. */
	items?: number;
}

export interface Setting {
	limiter: Limiter;
	form: Form;
	processes: Process[];
	/** One way through the network takes a time between these, in milliseconds. */
	latencyMs?: readonly [number, number];
	/** What is counted begins here, */
	fromMs?: number;
	/** and ends here: nothing is sent afterwards. By default when all is done. */
	untilMs?: number;
	seed?: number;
}

/** What the API saw, and how the items ended. */
export interface Seen {
	/** When the last request was answered, in milliseconds. */
	endMs: number;
	/** Carried out per second. */
	perSecond: number;
	/** Share of requests that were refused. */
	refused: number;
	/** Requests carried out per process. */
	carriedOut: number[];
	/** What each process got while all were at work, in percent of what all got. */
	shares: number[];
	/** Items that were carried out more than once. */
	repeated: number;
	/** Items that ended with a fault. */
	lost: number;
}

/** Many more than may be under way at once. */
const WAITING = 50;

/** The shares until the first process has nothing left to do; `carriedOut` has a process per request, in their order. */
function sharesOf(carriedOut: number[], processes: number): number[] {
	const numbers = Array.from({ length: processes }, (_, process) => process);
	const end = Math.min(...numbers.map((process) => carriedOut.lastIndexOf(process)));
	const together = carriedOut.slice(0, end + 1);
	return numbers.map(
		(number) => (together.filter((process) => process === number).length / together.length) * 100,
	);
}

/** Several processes on one limit, in virtual time; the same seed gives the same run. */
export async function runProcesses({
	limiter,
	form,
	processes,
	latencyMs = [2, 8],
	fromMs = 0,
	untilMs = Infinity,
	seed = 1,
}: Setting): Promise<Seen> {
	const time = new VirtualTime(seed);
	const [least, most] = latencyMs;
	const latency = () => least + time.random() * (most - least);
	const counted = { sent: 0, refused: 0 };
	const carriedOut = processes.map(() => 0);
	const order: number[] = [];
	let repeated = 0;
	let lost = 0;

	const request = (process: number) => {
		let times = 0;
		return async (): Promise<Reply> => {
			await time.sleep(latency());
			const verdict = limiter(time.timeOfDay());
			if (verdict.allowed && ++times > 1) repeated++;
			if (time.passed >= fromMs && time.passed < untilMs) {
				counted.sent++;
				if (verdict.allowed) {
					carriedOut[process] = (carriedOut[process] ?? 0) + 1;
					order.push(process);
				} else counted.refused++;
			}
			const headers = forms[form](verdict);
			await time.sleep(latency());
			return { status: verdict.allowed ? 200 : 429, headers, body: {} };
		};
	};

	const work = processes.map(async ({ startMs = 0, items }, process) => {
		await time.sleep(startMs);
		const governor = new Governor(time);
		const owner = {};
		const ask = async (): Promise<void> => {
			const answer = await exchange<unknown>({
				owner,
				governor,
				clock: time,
				secrets: [],
				readOnly: false,
				dropped: () => time.passed >= untilMs,
				read: (body) => body,
				send: request(process),
			});
			if (!answer.ok && answer.fault.kind !== 'cancelled') lost++;
		};
		const askUntilTheEnd = async (): Promise<void> => {
			while (time.passed < untilMs) await ask();
		};
		await Promise.all(
			items === undefined
				? Array.from({ length: WAITING }, askUntilTheEnd)
				: Array.from({ length: items }, ask),
		);
	});
	await time.run(Promise.all(work));

	const total = carriedOut.reduce((sum, count) => sum + count, 0);
	const seconds = (Math.min(time.passed, untilMs) - fromMs) / 1000;
	return {
		endMs: time.passed,
		perSecond: total / seconds,
		refused: counted.refused / Math.max(1, counted.sent),
		carriedOut,
		shares: sharesOf(order, processes.length),
		repeated,
		lost,
	};
}
