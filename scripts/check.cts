/** npm run check: reads a portal, or the simulator, and says which statements about the API hold there. */
import { z } from 'zod';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readPortal } from './check/itinerary.cjs';
import { countOf, judge, whyUnreadable } from './check/judge.cjs';
import { ownSimulator } from './check/ownSimulator.cjs';
import { MOST_REQUESTS, Portal } from './check/portal.cjs';
import { reportOf, type Circumstances } from './check/report.cjs';
import { tableOf } from './check/table.cjs';
import { readOptions, usage, UsageError, type CheckOptions, type Target } from './check/target.cjs';
import { print } from './demo/console.cjs';

const NOT_RUN = 2;
/** Wide enough for three columns where nobody says how wide the screen is. */
const USUAL_WIDTH = 150;
const root = path.resolve(__dirname, '../..');

async function check({ target, pauseMs, report }: CheckOptions): Promise<number> {
	const simulator = target === undefined ? await ownSimulator() : undefined;
	try {
		const here = target ?? { origin: simulator?.url ?? '', token: simulator?.token ?? '' };
		const portal = new Portal({
			...here,
			isLoopback: target?.isLoopback ?? true,
			pauseMs,
			onWait: (seconds) => print(`waiting ${seconds} s: the portal asks for it`),
		});
		print(
			target === undefined
				? 'Reading the simulator: PROOFPOINT_PORTAL_URL and PROOFPOINT_API_TOKEN name a portal.'
				: `Reading a portal (${kindOf(target)}). Nothing is changed there: GET only, at most ${MOST_REQUESTS} requests.`,
		);
		try {
			return await readAndJudge(portal, here, report, kindOf(target));
		} finally {
			await portal.close();
		}
	} finally {
		await simulator?.stop();
	}
}

async function readAndJudge(
	portal: Portal,
	{ origin, token }: { origin: string; token: string },
	file: string,
	kind: Circumstances['portal'],
): Promise<number> {
	const evidence = await readPortal({
		origin,
		ask: (asked, query, bearer) => portal.ask(asked, query, bearer),
		say: (text) => print(`reading ${text} …`),
	});
	const unreadable = whyUnreadable(evidence);
	if (unreadable !== undefined) {
		print('', `Could not run: ${unreadable}`);
		return NOT_RUN;
	}
	const judgement = judge(evidence, token);
	const width = Math.min(
		220,
		Math.max(100, process.stdout.isTTY ? process.stdout.columns : USUAL_WIDTH),
	);
	print('', tableOf(judgement.rows, width), '');
	const { version } = z
		.object({ version: z.string() })
		.parse(JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')));
	const text = reportOf(judgement, evidence, {
		version,
		portal: kind,
		requests: portal.requests,
		mostRequests: MOST_REQUESTS,
	});
	try {
		writeFileSync(file, text);
	} catch {
		print('Could not run: the report cannot be written there. Name another file with --report.');
		return NOT_RUN;
	}
	print(
		`${portal.requests} requests. Report without personal data: ${path.resolve(file)}`,
		...(kind === 'the simulator'
			? []
			: ['Please attach it to an issue, “How a live portal answers”: see docs/check.md.']),
	);
	return countOf(judgement.rows).differs === 0 ? 0 : 1;
}

function kindOf(target: Target | undefined): Circumstances['portal'] {
	if (target === undefined) return 'the simulator';
	if (target.isLoopback) return 'loopback host';
	return target.isOfficial ? 'Proofpoint’s own host' : 'custom host';
}

async function main(): Promise<number> {
	try {
		const options = readOptions(process.argv.slice(2), process.env);
		if (options === undefined) {
			print(usage);
			return 0;
		}
		return await check(options);
	} catch (error) {
		// Anything else would be a fault of this command; its words may hold what was sent.
		print(
			error instanceof UsageError
				? `Could not run: ${error.message}`
				: 'Could not run: the command itself failed. Please report it.',
		);
		return NOT_RUN;
	}
}

// Whoever reads along may leave (a pipe to `head`): that is no fault to tell of.
process.stdout.on('error', () => process.exit(NOT_RUN));
void main().then((code) => {
	process.exitCode = code;
});
