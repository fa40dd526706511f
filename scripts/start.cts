import { owner } from '@host/environment.cjs';
import { PrivateN8n } from '@host/privateN8n.cjs';
import type { Simulator } from '@simulator/client.cjs';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { print, say } from './demo/console.cjs';
import { readOptions, usage, type DemoOptions } from './demo/options.cjs';
import { readPlaybooks, type Playbook } from './demo/playbooks.cjs';
import { bringEvents, connectProofpoint, type Proofpoint } from './demo/proofpoint.cjs';
import { readSlackMessages } from '@host/slackMessages.cjs';
import { summarize, type Witness } from './demo/summary.cjs';
import { Watch } from './demo/watch.cjs';

const lookEveryMs = 1000;
const newEventsEveryMs = 30_000;
const proxyNames = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY', 'NODE_EXTRA_CA_CERTS'];

/** What has to end when the demo ends, last started first. */
const cleanups: Array<() => Promise<void>> = [];
let ending = false;

async function end(): Promise<void> {
	ending = true;
	for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}

/** Runs the demo. Returns the exit code. */
async function demo(options: DemoOptions): Promise<number> {
	const tarball = process.env.PROOFPOINT_TARBALL ?? '';
	if (!existsSync(tarball)) throw new Error('Start this with `npm start`: it makes the package.');
	const proofpoint = await connectProofpoint(options.tenant);
	cleanups.push(async () => proofpoint.simulator?.stop());
	say('start', proofpoint.description);
	const folder = await mkdtemp(path.join(tmpdir(), 'proofpoint-demo-'));
	cleanups.push(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
	const slackFile = path.join(folder, 'slack.jsonl');
	const n8n = await PrivateN8n.create({
		folder,
		tarball,
		preload: [path.join(__dirname, '../host/slackEdge.cjs')],
		env: { SLACK_EDGE_FILE: slackFile, ...(options.tenant === undefined ? {} : proxies()) },
	});
	cleanups.push(() => n8n.stop(8000));
	const mayAct = options.tenant === undefined || options.actOnRealMail;
	const playbooks = readPlaybooks(mayAct);
	say('start', 'n8n: credentials, server, playbooks');
	await n8n.importCredentials([
		{
			id: 'proofpoint-api',
			name: 'Proofpoint API',
			type: 'proofpointApi',
			data: { ...proofpoint.credential },
		},
		{ id: 'slack-api', name: 'Slack API', type: 'slackApi', data: { accessToken: 'xoxb-demo' } },
	]);
	await n8n.start();
	await n8n.importWorkflows(playbooks.map(({ workflow }) => workflow));
	const test = await n8n.client.testCredential('proofpointApi', { ...proofpoint.credential });
	say('start', `credential test: ${test.message}`);
	if (test.status !== 'OK') return 1;
	const published = playbooks.filter((playbook) => mayPublish(playbook, options));
	await n8n.publish(...published.map(({ id }) => id));
	for (const { name } of published) say('start', `published "${name}", polls every 10 seconds`);
	introduce(n8n, proofpoint, options);
	const watch = new Watch(n8n.client, published, slackFile, proofpoint.simulator);
	if (!options.once) {
		await forever(watch, proofpoint);
		return 0;
	}
	return await once(watch, n8n, proofpoint, published, slackFile, options.timeoutMs);
}

function mayPublish(playbook: Playbook, options: DemoOptions): boolean {
	if (options.tenant === undefined || !playbook.acts) return true;
	if (options.actOnRealMail) {
		say('WARNING', `"${playbook.name}" WILL RELEASE REAL QUARANTINED MAIL of this tenant.`);
		return true;
	}
	say(
		'WARNING',
		`"${playbook.name}" acts on real mail: imported with its dry run on, NOT published.`,
	);
	say('WARNING', 'To let it release mail: npm start -- --yes-act-on-real-mail');
	return false;
}

function introduce(n8n: PrivateN8n, proofpoint: Proofpoint, options: DemoOptions): void {
	print(
		'',
		`  n8n       ${n8n.url}`,
		`  login     ${owner.email}  /  ${owner.password}`,
		`  events    ${proofpoint.description}`,
		'  Slack     intercepted inside this n8n and shown here; nothing goes to slack.com',
		...(options.once ? [] : ['  end       Ctrl-C']),
		'',
	);
}

async function forever(watch: Watch, proofpoint: Proofpoint): Promise<void> {
	let next = Date.now();
	while (!ending) {
		if (proofpoint.simulator !== undefined && Date.now() >= next) {
			next = Date.now() + newEventsEveryMs;
			await bringEvents(proofpoint.simulator, 1);
		}
		await watch.look();
		await delay(lookEveryMs);
	}
}

/** Until every published playbook has done its work once, or the time is over; then the summary. */
async function once(
	watch: Watch,
	n8n: PrivateN8n,
	proofpoint: Proofpoint,
	published: Playbook[],
	slackFile: string,
	timeoutMs: number,
): Promise<number> {
	const { simulator } = proofpoint;
	if (simulator !== undefined) await bringEvents(simulator, 3);
	const deadline = Date.now() + timeoutMs;
	const isDone = ({ id, acts }: Playbook): boolean => {
		const own = watch.done.filter(({ workflowId }) => workflowId === id);
		const confirmed = own.some((doings) => doings.confirmed.length > 0);
		return own.some(({ slack }) => slack.length > 0) && (confirmed || !acts);
	};
	while (!published.every(isDone) && Date.now() < deadline) {
		await delay(lookEveryMs);
		await watch.look();
	}
	const complete = published.every(isDone);
	// Nothing may move while both sides are counted.
	for (const { id } of published) await n8n.client.deactivate(id);
	do {
		await delay(lookEveryMs);
		await watch.look();
	} while ((await watch.isBusy()) && Date.now() < deadline + 30_000);
	const witness = simulator && (await witnessOf(simulator));
	const { ok, lines } = summarize(
		watch.done,
		readSlackMessages(slackFile),
		{ releases: published.some(({ acts }) => acts) },
		witness,
	);
	print('', ...lines, '');
	if (!complete) print(`FAILED  no full round within ${timeoutMs / 1000} s`);
	return complete && ok ? 0 : 1;
}

async function witnessOf(simulator: Simulator): Promise<Witness> {
	const { remediations } = await simulator.ledger();
	const mails: Witness['mails'] = [];
	for (const id of new Set(remediations.map(({ event_id }) => event_id))) {
		mails.push(await simulator.mail(id));
	}
	return { remediations, mails };
}

function proxies(): Record<string, string> {
	const found: Record<string, string> = {};
	for (const name of proxyNames.flatMap((upper) => [upper, upper.toLowerCase()])) {
		const value = process.env[name];
		if (value !== undefined) found[name] = value;
	}
	return found;
}

async function main(): Promise<void> {
	let options: DemoOptions | undefined;
	try {
		options = readOptions(process.argv.slice(2), process.env);
	} catch (error) {
		print(error instanceof Error ? error.message : String(error), '', usage);
		process.exit(2);
	}
	if (options === undefined) {
		print(usage);
		return;
	}
	const interruption = new AbortController();
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		process.on(signal, () => {
			// npm and the terminal may each send one.
			if (interruption.signal.aborted) return;
			interruption.abort();
			say('end', 'ending n8n and the simulator …');
			void end().then(() => process.exit(options.once ? 130 : 0));
		});
	}
	let code = 1;
	try {
		code = await demo(options);
	} catch (error) {
		// While it is being ended, its parts fail one after the other: that is no news.
		if (!ending) print(error instanceof Error ? error.message : String(error));
	}
	if (interruption.signal.aborted) return;
	await end();
	process.exit(code);
}

void main();
