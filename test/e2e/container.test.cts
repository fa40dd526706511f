/**
 * The image of deploy/: built as its README says, started with the switches of compose.yaml, looked at from inside. The base image is a
 * stand-in (see containerEngine), because no registry of images can be reached here; n8n and Node are the real ones.
 */
import { owner } from '@host/environment.cjs';
import { cpSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { makeEngine, missingEngine, type Engine } from './containerEngine.cjs';

const root = path.resolve(__dirname, '../../..');
const manifest = z
	.object({ version: z.string(), n8n: z.object({ nodes: z.array(z.string()) }) })
	.parse(JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')));
const dockerfile = readFileSync(path.join(root, 'deploy/Dockerfile'), 'utf8');
const { main } = z
	.object({
		services: z.object({
			main: z.object({
				environment: z.record(z.string(), z.string()),
				healthcheck: z.object({ test: z.tuple([z.literal('CMD')]).rest(z.string()) }),
			}),
		}),
	})
	.parse(
		parse(readFileSync(path.join(root, 'deploy/compose.yaml'), 'utf8'), { merge: true }),
	).services;

/** Those that do not speak of PostgreSQL, Redis, an address or a secret: one container runs alone here. */
const switches = Object.fromEntries(
	Object.entries(main.environment).filter(
		([name, value]) => !/^(DB|QUEUE|EXECUTIONS)_|\$\{/.test(name + value),
	),
);

/** Logs in and prints the package's node types, inside of the container: nothing else can reach it. */
const printNodeTypes = `
const url = 'http://127.0.0.1:5678';
const headers = { 'content-type': 'application/json', 'browser-id': 'test' };
const body = JSON.stringify({ emailOrLdapLoginId: '${owner.email}', password: '${owner.password}' });
fetch(url + '/rest/login', { method: 'POST', headers, body })
	.then((answer) => fetch(url + '/types/nodes.json', {
		headers: { ...headers, cookie: answer.headers.getSetCookie().map((one) => one.split(';')[0]).join('; ') },
	}))
	.then((answer) => answer.json())
	.then((types) => console.log(JSON.stringify(
		types.map(({ name }) => name).filter((name) => name.startsWith('n8n-nodes-proofpoint.')),
	)));
`;

const missing = missingEngine();
const suite = missing === undefined ? describe : describe.skip;

suite(`the image of deploy/${missing === undefined ? '' : `: skipped, ${missing}`}`, () => {
	let engine: Engine;
	const image = `n8n-proofpoint:${manifest.version}`;

	beforeAll(async () => {
		engine = makeEngine();
		await engine.buildStandIn(`docker.io/${/^FROM (.*)$/m.exec(dockerfile)?.[1] ?? ''}`);
		const context = engine.folder('deploy');
		for (const name of ['Dockerfile', 'install-package.sh', '.dockerignore']) {
			cpSync(path.join(root, 'deploy', name), path.join(context, name));
		}
		const tarball = process.env.PROOFPOINT_TARBALL ?? '';
		cpSync(tarball, path.join(context, path.basename(tarball)));
		await engine.build(image, context);
		await engine.run('n8n', image, {
			...switches,
			N8N_SECURE_COOKIE: 'false',
			N8N_DIAGNOSTICS_ENABLED: 'false',
			N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
			N8N_INSTANCE_OWNER_MANAGED_BY_ENV: 'true',
			N8N_INSTANCE_OWNER_EMAIL: owner.email,
			N8N_INSTANCE_OWNER_FIRST_NAME: owner.firstName,
			N8N_INSTANCE_OWNER_LAST_NAME: owner.lastName,
			N8N_INSTANCE_OWNER_PASSWORD_HASH: owner.passwordHash,
		});
	}, 480_000);
	afterAll(async () => await engine.dispose(), 60_000);

	test('becomes healthy by the health check of compose.yaml', async () => {
		const [, ...command] = main.healthcheck.test;
		const codes: number[] = [];
		for (const end = Date.now() + 120_000; Date.now() < end && codes.at(-1) !== 0; ) {
			codes.push((await engine.exec('n8n', command)).code);
			if (codes.at(-1) !== 0) await delay(1_000);
		}
		// It is a check that can fail: n8n needs seconds.
		expect([codes[0], codes.at(-1)]).toEqual([1, 0]);
	}, 300_000);

	test('has loaded all node types, as the user node', async () => {
		const { code, output } = await engine.exec('n8n', ['node', '-e', printNodeTypes]);
		expect(code).toBe(0);
		const names = z.array(z.string()).parse(JSON.parse(output));
		expect(names).toHaveLength(new Set(names).size);
		const own = names.filter((name) => !name.endsWith('Tool'));
		expect(own.sort()).toEqual(
			manifest.n8n.nodes
				.map((file) => path.basename(file, '.node.js'))
				.map((name) => `n8n-nodes-proofpoint.${name[0]?.toLowerCase() ?? ''}${name.slice(1)}`)
				.sort(),
		);
		expect(await engine.logs('n8n')).not.toMatch(/lost|Error loading|Failed to load/i);
	}, 120_000);

	test('ends well when it is told to', async () => {
		expect(await engine.stop('n8n')).toBe(0);
	}, 180_000);
});
