/**
 * How the set-up installs: from the lock file, which names no registry; from registries that have things elsewhere, or no longer have
 * them; and without a change of the lock file. npm and Bun are the real ones, the registry has two packages.
 */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';

const scripts = path.resolve(__dirname, '../../../scripts/setup');
const workFolder = path.resolve(__dirname, '../../../.n8n-host');
/** What installs: a module of the set-up, and its function. */
type Way = readonly [module: string, name: string];
const byNpm: Way = ['npm.mjs', 'npmInstall'];
const byBun: Way = ['bun.mjs', 'quickInstall'];
const versionSchema = z.object({ version: z.string() });

let folder: string;
let server: Server;
let registry: string;
let asked: string[] = [];
/** Where the tarballs are, below the registry. */
let place: (name: string, file: string) => string;

const usual = (name: string, file: string): string => `/${name}/-/${file}`;
const elsewhere = (name: string, file: string): string => `/download/${name}/${file}`;

/** A package that the registry has: `upper` needs `lower`. */
function pack(name: string, dependencies: Record<string, string>): Buffer {
	const source = path.join(folder, name, 'package');
	mkdirSync(source, { recursive: true });
	const manifest = { name, version: '1.0.0', dependencies };
	writeFileSync(path.join(source, 'package.json'), JSON.stringify(manifest));
	return execFileSync('tar', ['-czf', '-', '-C', path.dirname(source), 'package']);
}

beforeAll(async () => {
	folder = mkdtempSync(path.join(tmpdir(), 'proofpoint-install-'));
	const needs: Record<string, Record<string, string>> = { upper: { lower: '^1.0.0' }, lower: {} };
	const tarballs = Object.fromEntries(
		Object.entries(needs).map(([name, dependencies]) => [name, pack(name, dependencies)]),
	);
	server = createServer(({ url = '' }, response) => {
		asked.push(url);
		for (const [name, tarball] of Object.entries(tarballs)) {
			const file = place(name, `${name}-1.0.0.tgz`);
			if (url === file) return response.end(tarball);
			if (url !== `/${name}`) continue;
			const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
			const dist = { tarball: registry + file, integrity };
			const manifest = { name, version: '1.0.0', dependencies: needs[name], dist };
			const packument = { name, 'dist-tags': { latest: '1.0.0' }, versions: { '1.0.0': manifest } };
			return response.end(JSON.stringify(packument));
		}
		response.statusCode = 404;
		return response.end('{}');
	});
	await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
	const address = server.address();
	if (typeof address !== 'object' || address === null) throw new Error('It does not listen');
	registry = `http://127.0.0.1:${address.port}`;
});

afterAll(() => {
	server.close();
	rmSync(folder, { recursive: true, force: true });
});

/** Calls a function of the set-up in a process of its own; returns what it said. */
async function called(
	[module, name]: Way,
	given: string[],
	env: Record<string, string> = {},
): Promise<string> {
	const call = `import(process.argv[1]).then((module) => module[process.argv[2]](...process.argv.slice(3)))`;
	const args = ['-e', call, path.join(scripts, module), name, ...given];
	return await new Promise((resolve, reject) => {
		execFile(
			process.execPath,
			args,
			{ env: { ...process.env, ...env } },
			(error, _stdout, stderr) => {
				if (error === null) resolve(stderr);
				else reject(new Error(stderr, { cause: error }));
			},
		);
	});
}

/** Installs `upper` by a lock file that names this version of `lower`; returns what the set-up said, and what is there then. */
async function install(
	lockedVersion: string,
	way = byNpm,
	env: Record<string, string> = {},
): Promise<{ said: string; lower: string; lockChanged: boolean }> {
	const project = mkdtempSync(path.join(folder, 'project-'));
	const others = readdirSync(workFolder);
	const dependencies = { upper: '1.0.0' };
	const lock = JSON.stringify({
		name: 'project',
		lockfileVersion: 3,
		packages: {
			'': { name: 'project', dependencies },
			'node_modules/upper': { version: '1.0.0', dependencies: { lower: '^1.0.0' } },
			'node_modules/lower': { version: lockedVersion },
		},
	});
	const lockFile = path.join(project, 'package-lock.json');
	writeFileSync(
		path.join(project, 'package.json'),
		JSON.stringify({ name: 'project', dependencies }),
	);
	writeFileSync(lockFile, lock);
	asked = [];
	const said = await called(way, ['installing', project], {
		npm_config_registry: registry,
		npm_config_cache: path.join(project, 'cache'),
		...env,
	});
	expect(existsSync(path.join(project, 'npm-shrinkwrap.json'))).toBe(false);
	const installed = readFileSync(path.join(project, 'node_modules/lower/package.json'), 'utf8');
	const { version } = versionSchema.parse(JSON.parse(installed));
	// The lints read all that is unpacked in another place, which n8n's takes for ever.
	expect(readdirSync(workFolder)).toEqual(others);
	const ours = ['cache', 'node_modules', 'package-lock.json', 'package.json'];
	expect(readdirSync(project).filter((name) => !ours.includes(name))).toEqual([]);
	return { said, lower: version, lockChanged: readFileSync(lockFile, 'utf8') !== lock };
}

test('each package is fetched, and not looked up first', async () => {
	place = usual;
	const { said, ...installed } = await install('1.0.0');
	expect(installed).toEqual({ lower: '1.0.0', lockChanged: false });
	expect(asked.sort()).toEqual(['/lower/-/lower-1.0.0.tgz', '/upper/-/upper-1.0.0.tgz']);
	expect(said).not.toMatch(/registry|address|locked/);
}, 60_000);

test('a registry that has its packages elsewhere is asked for each', async () => {
	place = elsewhere;
	const { said, ...installed } = await install('1.0.0');
	expect(installed).toEqual({ lower: '1.0.0', lockChanged: false });
	expect(asked).toContain('/download/lower/lower-1.0.0.tgz');
	expect(said).toContain('not all packages are at the usual address');
	expect(said).not.toContain('locked version');
}, 60_000);

test('a registry without the locked version: another one is taken and named, and the lock file stays', async () => {
	place = usual;
	const { said, ...installed } = await install('1.0.9');
	expect(installed).toEqual({ lower: '1.0.0', lockChanged: false });
	expect(said).toContain('not of the locked version: lower 1.0.0. The lock file stays as it is.');
}, 60_000);

describe('where Bun is on the PATH', () => {
	let PATH: string;

	beforeAll(() => {
		const own = path.join(folder, 'bun');
		mkdirSync(own);
		writeFileSync(path.join(own, 'package.json'), '{"private":true,"allowScripts":{"bun":true}}');
		const [npm, args] = ['npm', ['--no-audit', '--no-fund', '--prefix', own]];
		execFileSync(npm, ['install', '--ignore-scripts', ...args, 'bun@1.4.5']);
		execFileSync(npm, ['rebuild', ...args, 'bun']);
		PATH = [path.join(own, 'node_modules/.bin'), process.env.PATH].join(path.delimiter);
	}, 120_000);

	test('it installs what the lock file names', async () => {
		place = usual;
		const { said, ...installed } = await install('1.0.0', byBun, { PATH });
		expect(installed).toEqual({ lower: '1.0.0', lockChanged: false });
		expect(said).toContain('installing with Bun: done');
		expect(said).not.toContain('npm');
	}, 60_000);

	test('what it does not find, npm installs', async () => {
		place = usual;
		const { said, ...installed } = await install('1.0.9', byBun, { PATH });
		expect(installed).toEqual({ lower: '1.0.0', lockChanged: false });
		expect(said).toContain('npm does it');
		expect(said).toContain('not of the locked version: lower 1.0.0. The lock file stays as it is.');
	}, 60_000);
});

test('where Bun is not, npm installs', async () => {
	place = usual;
	const PATH = (process.env.PATH ?? '')
		.split(path.delimiter)
		.filter((one) => !existsSync(path.join(one, 'bun')))
		.join(path.delimiter);
	const { said, ...installed } = await install('1.0.0', byBun, { PATH });
	expect(installed).toEqual({ lower: '1.0.0', lockChanged: false });
	expect(said).toContain('installing: done');
}, 60_000);

test('a new Node takes the place of one that runs', async () => {
	const program = path.join(folder, 'bin/node');
	await called(['install.mjs', 'replaceProgram'], [process.execPath, program]);
	const running = spawn(program, ['-e', 'setInterval(() => {}, 1_000)']);
	try {
		await once(running, 'spawn');
		await called(['install.mjs', 'replaceProgram'], [process.execPath, program]);
		expect(execFileSync(program, ['--version'], { encoding: 'utf8' }).trim()).toBe(process.version);
		expect(running.exitCode).toBeNull();
	} finally {
		running.kill();
	}
}, 60_000);
