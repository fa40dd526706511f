// What was made from what: a step is done again only if its inputs have changed.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './places.mjs';

const stampFolder = path.join(root, 'node_modules/.proofpoint-setup');

/** Whether the step was done with these inputs. */
export function isFresh(name, state) {
	const file = path.join(stampFolder, name);
	return existsSync(file) && readFileSync(file, 'utf8') === state;
}

/** Whether the step was ever done. */
export function isStamped(name) {
	return existsSync(path.join(stampFolder, name));
}

/** Remembers that the step was done with these inputs. */
export function writeStamp(name, state) {
	mkdirSync(stampFolder, { recursive: true });
	writeFileSync(path.join(stampFolder, name), state);
}

/** What an install depends on; scripts and descriptions in package.json do not matter. */
export function installState(folder) {
	const manifest = readJson(path.join(folder, 'package.json'));
	const { dependencies, devDependencies, optionalDependencies, overrides, allowScripts } = manifest;
	const lockFile = path.join(folder, 'package-lock.json');
	const parts = [dependencies, devDependencies, optionalDependencies, overrides, allowScripts];
	const hash = createHash('sha256').update(JSON.stringify(parts) + process.platform + process.arch);
	if (existsSync(lockFile)) hash.update(readFileSync(lockFile));
	return hash.digest('hex');
}

/** Hashes of what `dist/` and `build/` are made of. */
export function buildStates() {
	const single = readdirSync(root)
		.filter((name) => /^(gulpfile|tsconfig|package\.json)/.test(name))
		.map((name) => path.join(root, name));
	const published = filesBelow(['nodes', 'credentials', 'icons']);
	const generator = path.join(root, 'scripts/outputSchemas.cts');
	return {
		dist: hashOf([...published, ...single, generator]),
		build: hashOf([
			...published,
			...single,
			...filesBelow(['simulator', 'host', 'scripts', 'bench', 'test'], notModules),
		]),
	};
}

/** The hash of what the typed lint reads: all that we write, and what decides how it is read. */
export function lintState() {
	const single = readdirSync(root)
		.filter((name) => /\.(?:js|cjs|mjs|json)$/.test(name))
		.map((name) => path.join(root, name));
	const folders = ['nodes', 'credentials', 'simulator', 'host', 'scripts', 'bench', 'test'];
	return hashOf([...single, ...filesBelow(folders, notModules)]);
}

/** The hash of the tarball's content. */
export function packState() {
	return hashOf([
		...filesBelow(['dist']),
		...['package.json', 'README.md', 'LICENSE', 'index.js'].map((file) => path.join(root, file)),
	]);
}

/** A JSON file. */
export function readJson(file) {
	return JSON.parse(readFileSync(file, 'utf8'));
}

const notModules = (name) => name !== 'node_modules';

function filesBelow(names, wanted = () => true) {
	return names.flatMap((name) => {
		const folder = path.join(root, name);
		if (!existsSync(folder)) return [];
		return readdirSync(folder, { withFileTypes: true })
			.filter((entry) => wanted(entry.name))
			.sort((a, b) => (a.name < b.name ? -1 : 1))
			.flatMap((entry) => {
				const inner = path.join(name, entry.name);
				return entry.isDirectory() ? filesBelow([inner], wanted) : [path.join(root, inner)];
			});
	});
}

function hashOf(files) {
	const hash = createHash('sha256');
	for (const file of files.filter((name) => existsSync(name))) {
		hash.update(`${path.relative(root, file)}\0`).update(readFileSync(file));
	}
	return hash.digest('hex');
}
