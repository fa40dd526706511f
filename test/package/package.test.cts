/** What is published: the files of the tarball, no runtime dependency, and the official scanner's own rules. */
import { manifestIn } from '@test/manifest.cjs';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { z } from 'zod';

const root = path.resolve(__dirname, '../../..');

/** What `npm pack --json` says. */
const packed = z.array(
	z.object({ filename: z.string(), files: z.array(z.object({ path: z.string() })) }),
);

/** Runs `npm pack` without its scripts: `dist/` was built before the tests. */
function pack(...args: string[]): z.infer<typeof packed>[number] {
	const printed = execFileSync('npm', ['pack', '--ignore-scripts', '--json', ...args], {
		cwd: root,
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'ignore'],
	});
	const [result] = packed.parse(JSON.parse(printed));
	if (!result) throw new Error('npm pack said nothing');
	return result;
}

/** The official scanner is an ES module that jest cannot load in this mode, so it runs beside it. */
function scan(folder: string, patterns: string[]): { passed: boolean; details?: string } {
	const script = `
		const { analyzePackage } = await import(${JSON.stringify(
			path.join(root, 'node_modules/@n8n/scan-community-package/scanner/scanner.mjs'),
		)});
		const result = await analyzePackage(process.argv[1], JSON.parse(process.argv[2]));
		console.log(JSON.stringify(result));
		process.exit(0);`;
	const printed = execFileSync(
		process.execPath,
		['--input-type=module', '--eval', script, folder, JSON.stringify(patterns)],
		// In jest's NODE_ENV the plugin takes every file for a fixture of its own tests.
		{ cwd: root, encoding: 'utf8', env: { ...process.env, NODE_ENV: 'production' } },
	);
	return z
		.object({ passed: z.boolean(), details: z.string().optional() })
		.parse(JSON.parse(printed.trim().split('\n').at(-1) ?? '{}'));
}

describe('the tarball', () => {
	let folder: string;

	beforeAll(() => {
		folder = mkdtempSync(path.join(tmpdir(), 'proofpoint-package-'));
		const { filename } = pack('--pack-destination', folder);
		execFileSync('tar', ['-xzf', filename], { cwd: folder });
	}, 60_000);
	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	it('holds dist/, index.js, package.json, README and licence, and nothing else', () => {
		const names = pack('--dry-run').files.map((file) => file.path);
		const others = names.filter((name) => !name.startsWith('dist/'));
		expect(others.sort()).toEqual(['LICENSE', 'README.md', 'index.js', 'package.json']);
		const built = names.filter((name) => name.startsWith('dist/'));
		// No declarations: n8n loads the nodes by path, and nobody imports them.
		const kinds = built.map((name) => /(?:\.d\.ts|\.[a-z]+)$/.exec(name)?.[0]);
		expect([...new Set(kinds)].sort()).toEqual(['.js', '.json', '.svg']);
	});

	it('holds every file that package.json names, icons, codex files and output schemas', () => {
		const manifest = manifestIn(path.join(folder, 'package'));
		for (const file of [...manifest.n8n.nodes, ...manifest.n8n.credentials]) {
			expect(existsSync(path.join(folder, 'package', file))).toBe(true);
		}
		for (const file of manifest.n8n.nodes) {
			expect(existsSync(path.join(folder, 'package', file.replace(/\.js$/, '.json')))).toBe(true);
		}
		for (const icon of ['proofpoint.svg', 'proofpoint.dark.svg']) {
			expect(existsSync(path.join(folder, 'package/dist/icons', icon))).toBe(true);
		}
		expect(
			existsSync(
				path.join(
					folder,
					'package/dist/nodes/Proofpoint/__schema__/v1.0.0/securityEvent/getAll.json',
				),
			),
		).toBe(true);
	});

	it('depends on nothing at run time but n8n itself', () => {
		const manifest = manifestIn(root);
		expect(manifest.dependencies).toBeUndefined();
		expect(manifest.peerDependencies).toEqual({ 'n8n-workflow': '*' });
	});

	it('passes the official scanner, compiled and as sources', () => {
		expect(scan(path.join(folder, 'package'), ['**/*.js', 'package.json'])).toEqual({
			passed: true,
		});
		expect(scan(root, ['package.json', '{nodes,credentials}/**/*.{js,ts,json}'])).toEqual({
			passed: true,
		});
	}, 120_000);
});
