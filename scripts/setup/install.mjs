// Packages: the repository's own, and n8n with its sqlite3.
import {
	copyFileSync,
	cpSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	renameSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { quickInstall } from './bun.mjs';
import { SetupError } from './command.mjs';
import { fromScratch, wasCutOff } from './fromScratch.mjs';
import { npmInstall, npmRebuild } from './npm.mjs';
import {
	hostFolder,
	nodeBinary,
	nodeHeaders,
	root,
	versionsFolder,
	windows,
	workFolder,
} from './places.mjs';
import { installState, isFresh, isStamped, readJson, writeStamp } from './stamps.mjs';

/** Installs the repository's packages, and Node 24 with them, which is fetched at the same time. */
export async function installRoot() {
	const state = installState(root);
	// Someone who ran `npm install` by hand need not wait for a second one.
	if (isFresh('install', state) || (!wasCutOff('packages') && adopted('install', state))) return;
	const [program] = await Promise.all([
		installNode(usualNode()),
		fromScratch('packages', path.join(root, 'node_modules'), async () => {
			await npmInstall('installing the packages of the repository', root);
		}),
	]);
	// There the package's own script does more than a copy.
	if (windows) {
		await npmRebuild('preparing Node 24', root, 'node');
	} else {
		replaceProgram(program, nodeBinary);
	}
	writeStamp('install', state);
}

/** Copies a program to its place. It gets there by a rename, because the one that is there may be running. */
export function replaceProgram(program, place) {
	mkdirSync(path.dirname(place), { recursive: true });
	copyFileSync(program, `${place}.new`);
	renameSync(`${place}.new`, place);
}

/** The version of Node that everything runs on, unless another one is asked for. */
function usualNode() {
	return readJson(path.join(root, 'package.json')).devDependencies.node;
}

/** The versions of n8n that can be asked for by name, each with the versions of Node that it is tested on beside Node 24. */
export function otherVersions() {
	return readdirSync(versionsFolder)
		.sort()
		.map((version) => {
			const { otherNodes } = readJson(path.join(versionsFolder, version, 'package.json'));
			return { version, otherNodes };
		});
}

const nodes = new Map();

/** Installs a Node in a folder of its own, once. Resolves to its program. */
export async function installNode(version) {
	const known = nodes.get(version) ?? fetchNode(version);
	nodes.set(version, known);
	return await known;
}

async function fetchNode(version) {
	const folder = nodeFolder(version);
	const program = path.join(folder, 'node_modules/node/bin', path.basename(nodeBinary));
	const name = `node-${version}`;
	if (existsSync(program) && !wasCutOff(name)) return program;
	await fromScratch(name, folder, async () => {
		mkdirSync(folder, { recursive: true });
		const manifest = {
			private: true,
			dependencies: { node: version },
			allowScripts: { node: true },
		};
		writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest));
		await npmInstall(`fetching Node ${version}`, folder);
		await npmRebuild(`preparing Node ${version}`, folder, 'node');
	});
	return made(program, `Node ${version}`);
}

/** A file that a step must have made. Throws where it has not. */
function made(file, name) {
	if (existsSync(file)) return file;
	throw new SetupError(
		`${name} was installed, but ${file} is not there.\nWhat to do: see whether npm's settings ("npm config ls") forbid the scripts of packages, then run the same command.`,
	);
}

function nodeFolder(version) {
	return path.join(workFolder, `node-${version}`);
}

/**
 * Installs n8n. Its sqlite3 is compiled where no finished binary can be downloaded: beside the install of everything else, in a
 * folder of its own.
 * @param rootReady resolves when the packages of the repository are there
 * @param node the version of another Node that it is to run on: what is compiled for Node 24 crashes on Node 20
 */
export async function installHost(version, rootReady, node) {
	const known = otherVersions().map((other) => other.version);
	if (version !== undefined && !known.includes(version)) {
		throw new SetupError(
			`There is no n8n ${version} here. What to do: use one of ${known.join(', ')}, or leave it out.`,
		);
	}
	const folder = version === undefined ? hostFolder : path.join(versionsFolder, version);
	const name = version === undefined ? 'n8n' : `n8n ${version}`;
	const stamp = version === undefined ? 'install-host' : `install-host-${version}`;
	const state = installState(folder);
	const marker = path.join(folder, 'node_modules/n8n/bin/n8n');
	const isInstalled = existsSync(marker) && isFresh(stamp, state);
	const sqliteStamp = `${stamp}-sqlite3`;
	const sqliteState = `${state} ${node ?? ''}`;
	if (isInstalled && isFresh(sqliteStamp, sqliteState)) return;
	// Only what all tests run on is trusted to Bun.
	const install = version === undefined ? quickInstall : npmInstall;
	const [binary] = await Promise.all([
		compiledSqlite(sqliteVersion(folder), node),
		isInstalled ||
			fromScratch(stamp, path.join(folder, 'node_modules'), async () => {
				await install(`installing ${name} (3 GB, the first time takes minutes)`, folder);
			}),
	]);
	const place = path.join(folder, 'node_modules/sqlite3/build');
	rmSync(place, { recursive: true, force: true });
	cpSync(binary, place, { recursive: true });
	// The root install may replace node_modules and the stamps in it.
	await rootReady;
	writeStamp(stamp, state);
	writeStamp(sqliteStamp, sqliteState);
}

function sqliteVersion(folder) {
	const { packages } = readJson(path.join(folder, 'package-lock.json'));
	return packages['node_modules/sqlite3'].version;
}

/**
 * The folder with the binary of this version of sqlite3: downloaded if its authors offer one, else compiled, in a temporary folder,
 * because the compiler's tools know no paths with a space.
 */
async function compiledSqlite(version, node) {
	const kept = path.join(workFolder, `sqlite3-${version}${node === undefined ? '' : `-${node}`}`);
	const binary = 'Release/node_sqlite3.node';
	if (existsSync(path.join(kept, binary))) return kept;
	const folder = mkdtempSync(path.join(tmpdir(), 'proofpoint-sqlite3-'));
	try {
		const build = await compileSqlite(folder, version, node);
		made(path.join(build, binary), `sqlite3 ${version}`);
		// A set-up of another time may have put something else there.
		rmSync(kept, { recursive: true, force: true });
		rmSync(`${kept}.new`, { recursive: true, force: true });
		cpSync(build, `${kept}.new`, { recursive: true });
		renameSync(`${kept}.new`, kept);
		return kept;
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

async function compileSqlite(folder, version, node) {
	const manifest = {
		private: true,
		dependencies: { sqlite3: version },
		allowScripts: { sqlite3: true },
	};
	writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest));
	const usual = node ?? usualNode();
	const [program] = await Promise.all([
		installNode(usual),
		npmInstall(`fetching sqlite3 ${version}`, folder),
	]);
	const headers = nodeHeaders(nodeFolder(usual));
	const copy = path.join(folder, 'headers');
	if (headers !== undefined) {
		cpSync(path.join(headers, 'include'), path.join(copy, 'include'), { recursive: true });
	}
	await npmRebuild(`preparing sqlite3 ${version}`, folder, 'sqlite3', {
		PATH: [path.dirname(program), process.env.PATH ?? ''].join(path.delimiter),
		// Half the time of the compiler's usual -O3; n8n has few and small queries here.
		CFLAGS: `${process.env.CFLAGS ?? ''} -O1`,
		CXXFLAGS: `${process.env.CXXFLAGS ?? ''} -O1`,
		...(headers === undefined ? {} : { npm_config_nodedir: copy }),
	});
	return path.join(folder, 'node_modules/sqlite3/build');
}

/** Whether the root's packages are all there in the wanted versions, although no stamp says so. */
function adopted(name, state) {
	if (isStamped(name)) return false;
	const { devDependencies } = readJson(path.join(root, 'package.json'));
	const complete = Object.entries(devDependencies).every(([dependency, version]) => {
		const manifest = path.join(root, 'node_modules', dependency, 'package.json');
		return existsSync(manifest) && readJson(manifest).version === version;
	});
	if (!complete || !existsSync(nodeBinary)) return false;
	writeStamp(name, state);
	return true;
}
