/** `npm run check` itself, against the simulator in a process of its own: table, exit code, report, and what is in neither. */
import { steadyFetch } from '@host/steadyFetch.cjs';
import { z } from 'zod';
import { isJsonObject } from '@simulator/json.cjs';
import { fieldsIn, textOf } from '@nodes/shared/core/eventRecord';
import { startSimulator, type Simulator } from '@simulator/client.cjs';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const script = path.resolve(__dirname, '../../scripts/check.cjs');
let folder: string;
let simulator: Simulator;

interface Run {
	code: number | null;
	output: string;
	report: string;
}
interface Report {
	summary: Record<string, number>;
	requests: { sent: number; most: number };
	statements: Array<{ id: string; result: string; seen: string }>;
}

beforeAll(async () => {
	folder = mkdtempSync(path.join(tmpdir(), 'proofpoint-check-'));
	simulator = await startSimulator({ events: 300, days: 2 });
});
afterAll(async () => {
	await simulator.stop();
	rmSync(folder, { recursive: true, force: true });
});

let runs = 0;

/** Runs the command; by default against the simulator, as against a portal. */
async function check(env: Record<string, string> = here(), args = ['--pause', '0']): Promise<Run> {
	const file = path.join(folder, `proofpoint-check-${++runs}.json`);
	const child = spawn(process.execPath, [script, ...args, '--report', file], {
		env: { PATH: process.env.PATH, ...env },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let output = '';
	child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
	child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
	const code = await new Promise<number | null>((ended) => child.once('close', ended));
	return { code, output, report: existsSync(file) ? readFileSync(file, 'utf8') : '' };
}

function here(): Record<string, string> {
	return { PROOFPOINT_PORTAL_URL: simulator.url, PROOFPOINT_API_TOKEN: simulator.token };
}

function readReport({ report }: Run): Report {
	return z.custom<Report>(isJsonObject).parse(JSON.parse(report));
}

function differing(run: Run): string[] {
	return readReport(run).statements.flatMap(({ id, result }) => (result === 'differs' ? [id] : []));
}

it('without variables: the simulator, where everything holds', async () => {
	const run = await check({}, []);
	expect(run.output).toMatch(/\d+ statements: (\d+) hold, 0 differ, 0 could not be told/);
	expect(run.code).toBe(0);
	const { requests } = readReport(run);
	expect(requests.most).toBe(60);
	expect(requests.sent).toBeLessThanOrEqual(60);
	expect(run.output).toContain(`${requests.sent} requests. Report without personal data:`);
	expect(run.output.indexOf('WRONG token')).toBeGreaterThan(0);
});

it('a portal that differs in eight ways: each is named, and each by itself in the tests of the statements', async () => {
	await simulator.reset();
	await simulator.set({
		bothPagingParameters: 'taken',
		errorBody: 'html',
		anomalyCheckpoint: 'first',
		companyRiskStatus: 410,
		clockOffsetSeconds: -7200,
		portalUrl: 'https://globex.tessian-app.com',
	});
	await simulator.planPages({ endpoint: 'audits', times: 0, checkpoint: 'null' });
	await simulator.setUserStatus({ status: 'Sleeping', count: 3 });
	const run = await check();
	expect(run.code).toBe(1);
	const named = [
		'events.both',
		'errors.400',
		'errors.403',
		'anomalies.checkpoint',
		'companyRisk.served',
		'headers.date',
		'events.links',
		'audits.checkpoint',
		'monitoredUsers.values',
	];
	expect(differing(run)).toEqual(expect.arrayContaining(named));
	for (const id of named) expect(run.output).toContain(`  ${id}: `);
});

it('the wrong token is announced before it is sent; nothing is written, and only known texts are in it', async () => {
	await simulator.reset();
	const run = await check();
	expect(run.code).toBe(0);
	const { requests } = await simulator.requests();
	expect(requests.every(({ method }) => method === 'GET')).toBe(true);
	expect(requests.length).toBe(readReport(run).requests.sent);
	expect(requests.filter(({ token }) => token === null)).toHaveLength(2);
	expect(run.output).toContain('one with a WRONG token follow');
});

it('no address, subject, ID, name, host or token of the data is in the report or on the screen', async () => {
	await simulator.reset();
	// Names from the data as names of fields, and values nobody knows.
	await simulator.createEvents({
		count: 3,
		type: 'guardian',
		fields: {
			alice: 1,
			alice_adams: 'x',
			'eve@globex.example': 1,
			renamed_field: 'Falcon',
			outbound_email_details: { changes_made: { bruno_baker: 'eve@globex.example' } },
			guardian_details: { type: 'SECRET_PROJECT', flag_reason: 'alice' },
		},
	});
	await simulator.createEvents({ type: 'architect', fields: { portal_link: 'alice_adams' } });
	await simulator.createAudits({
		fields: { user: 'alice@acme.example', ['subject line']: 'Falcon' },
	});
	await simulator.createAnomalies({
		fields: { severity_label: 'Falcon', address: 'eve@globex.example' },
	});
	await simulator.setUserStatus({ status: 'Alice is on leave' });
	const run = await check();
	expect(differing(run)).toEqual(
		expect.arrayContaining(['events.newFields', 'events.values', 'audits.newFields']),
	);
	expect(run.report).toContain('renamed_field');
	const data = await textsOfData();
	expect(data.size).toBeGreaterThan(2_000);
	const ours = ['secret_project', 'alice', 'bruno', 'falcon', 'globex', '127.0.0.1'];
	for (const text of [run.report, run.output]) {
		expect([...data, simulator.token].filter((secret) => text.includes(secret))).toEqual([]);
		expect(ours.filter((secret) => text.toLowerCase().includes(secret))).toEqual([]);
	}
}, 30_000);

/** Every address, subject, ID, policy and display name, link, text of a user, file and checkpoint that the API gives. */
async function textsOfData(): Promise<Set<string>> {
	const found = new Set<string>();
	const { groups } = await simulator.state();
	const paths = [
		'/api/v1/events',
		'/api/v1/groups',
		'/api/v1/monitoring/users',
		'/reporting/anomalies/v1',
		'/api/v1/audits',
		...groups.map(({ id }) => `/api/v1/groups/${id}`),
	];
	for (const start of paths) {
		for (let more = true, after = ''; more; ) {
			const query = after === '' ? '' : `?after_checkpoint=${encodeURIComponent(after)}`;
			const answer = await steadyFetch(`${simulator.url}${start}${query}`, {
				headers: { Authorization: `API-Token ${simulator.token}` },
			});
			const page = fieldsIn(await answer.json());
			collect(page, '', found);
			after = textOf(page.checkpoint) ?? '';
			more = page.additional_results === true;
		}
	}
	return found;
}

/** Names whose texts are the API's own vocabulary, or dates: of those the contract's may be shown. */
const vocabulary =
	/(?:^|\.)(?:type|category|tessian_action|subsequent_action|final_outcome|user_responses|admin_action|admin_label|triggered_logic_types|triggered_filter_ids|triggered_filter_names|intent_types|threat_signal_types|threat_types|spf_result|dkim_result|dmarc_result|confidence|impersonation_type|sync_state|status|severity_label)$/;

function collect(value: unknown, name: string, found: Set<string>): void {
	if (Array.isArray(value)) for (const entry of value) collect(entry, name, found);
	else if (typeof value === 'object' && value !== null) {
		for (const [field, inner] of Object.entries(value)) collect(inner, field, found);
	} else if (typeof value === 'string' && value.length > 2 && !vocabulary.test(name))
		found.add(value);
}

describe('what cannot be used is told in plain words, with exit code 2', () => {
	it('a wrong token, and a variable that is missing', async () => {
		await simulator.reset();
		const wrong = await check({ ...here(), PROOFPOINT_API_TOKEN: 'secret-token-1' });
		expect([wrong.code, wrong.output]).toEqual([2, expect.stringContaining('every list (403)')]);
		plain(wrong);
		const { PROOFPOINT_PORTAL_URL = '' } = here();
		const none = await check({ PROOFPOINT_PORTAL_URL });
		expect([none.code, none.output]).toEqual([2, expect.stringContaining('API_TOKEN is not')]);
		plain(none);
	});

	it('an option nobody knows', async () => {
		const run = await check(here(), ['--tokn', 'secret-token-1']);
		expect([run.code, run.output]).toEqual([2, expect.stringContaining('not understood')]);
		plain(run);
	});

	it.each([
		[
			'a redirect',
			{ kind: 'redirect', to: 'https://secret-token-1.example/' },
			/redirects to another address \(302\)/,
		],
		['a web page', { kind: 'html-200' }, /web page came/],
		['an outage', { kind: 'status', status: 503 }, /server error \(503\)/],
		['no API', { kind: 'status', status: 404, body: 'html' }, /does not know the Proofpoint API/],
		['a dead connection', { kind: 'reset' }, /was not reached \(\w+\)/],
		[
			'a limit used up',
			{ kind: 'status', status: 429, headers: { 'Retry-After': '99999999' } },
			/rate limit is exceeded/,
		],
	] as const)(
		'%s',
		async (_, action, words) => {
			await simulator.reset();
			await simulator.addFaults({ times: 0, action });
			const run = await check();
			expect(run.code).toBe(2);
			expect(run.output).toMatch(words);
			plain(run);
		},
		30_000,
	);

	it('nobody listens', async () => {
		const server: Server = createServer();
		await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
		const { port } = server.address() as AddressInfo;
		await new Promise((closed) => server.close(closed));
		const run = await check({ ...here(), PROOFPOINT_PORTAL_URL: `http://127.0.0.1:${port}` });
		expect([run.code, run.output]).toEqual([2, expect.stringContaining('ECONNREFUSED')]);
		plain(run);
	}, 30_000);

	function plain({ output, report }: Run): void {
		expect(output).not.toMatch(/secret-|token-1|\n\s+at |Error:/);
		expect(output).toContain('Could not run: ');
		expect(report).toBe('');
	}
});
