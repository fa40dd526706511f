/**
 * Containers without a registry: podman and buildah, with a storage of their own in a temporary folder, and a stand-in for n8n's image
 * made of the Node and the n8n that the tests run on.
 */
import { n8nPackageFolder, nodeBinary } from '@host/places.cjs';
import { execFile, execFileSync } from 'node:child_process';
import {
	chmodSync,
	cpSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	realpathSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const programs = ['podman', 'buildah', 'runc', 'busybox'];
/** What n8n's image (Alpine) has of these, and deploy/ uses or a person in the container would. */
const applets = ['sh', 'tar', 'gzip', 'mktemp', 'cp', 'rm', 'mkdir', 'dirname', 'cat', 'ls'];
/** Where n8n's image has its packages. */
const packages = '/usr/local/lib/node_modules';

/** Runs containers and removes everything in the end. */
export interface Engine {
	/** A new folder that goes with the rest. */
	folder(name: string): string;
	/** Builds the image of a folder's Dockerfile. Throws with the log. */
	build(tag: string, folder: string): Promise<void>;
	/** Makes an image that stands in for n8n's own under its name; its n8n is mounted when it runs. */
	buildStandIn(tag: string): Promise<void>;
	/** Starts an image, cut off from every network but its own loopback. */
	run(name: string, tag: string, env: Record<string, string>): Promise<void>;
	/** Runs a command in a running container. */
	exec(name: string, command: string[]): Promise<{ code: number; output: string }>;
	logs(name: string): Promise<string>;
	/** Sends SIGTERM; returns the container's exit code. */
	stop(name: string): Promise<number>;
	dispose(): Promise<void>;
}

/** Which program is missing; undefined if containers can run here. */
export function missingEngine(): string | undefined {
	if (process.platform !== 'linux') return 'containers of this kind need Linux';
	if (process.getuid?.() !== 0) return 'building an image without a registry needs root';
	const missing = programs.filter((name) => find(name) === undefined);
	return missing.length === 0 ? undefined : `${missing.join(', ')} not installed`;
}

/** An engine with nothing in it. */
export function makeEngine(): Engine {
	const home = mkdtempSync(path.join(tmpdir(), 'proofpoint-containers-'));
	const configuration = path.join(home, 'containers.conf');
	// The engine's own limits may be above those of the machine, which then refuses to start anything.
	const limits = '["nofile=20000:20000", "nproc=30000:30000"]';
	writeFileSync(configuration, `[containers]\ndefault_ulimits = ${limits}\n`);
	const storage = [
		...['--root', path.join(home, 'storage')],
		...['--runroot', path.join(home, 'run')],
		...['--storage-driver', 'vfs'],
	];
	const call = async (program: string, args: string[]): Promise<{ code: number; output: string }> =>
		await new Promise((resolve) => {
			const env = { ...process.env, CONTAINERS_CONF: configuration };
			const options = { env, maxBuffer: 2 ** 26 };
			execFile(program, [...storage, ...args], options, (error, stdout, stderr) => {
				const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
				resolve({ code, output: stdout + stderr });
			});
		});
	const must = async (program: string, args: string[]): Promise<string> => {
		const { code, output } = await call(program, args);
		if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}:\n${output}`);
		return output;
	};
	const podman = async (...args: string[]): Promise<string> =>
		await must('podman', ['--runtime', 'runc', ...args]);
	const started: string[] = [];
	const folder = (name: string): string => {
		const made = path.join(home, name);
		mkdirSync(made, { recursive: true });
		return made;
	};
	const build = async (tag: string, context: string): Promise<void> => {
		await must('buildah', ['bud', '--isolation', 'chroot', '--pull-never', '--tag', tag, context]);
	};
	return {
		folder,
		build,
		async buildStandIn(tag) {
			const context = folder('stand-in');
			fillStandIn(context);
			await build(tag, context);
		},
		async run(name, tag, env) {
			const variables = Object.entries(env).flatMap((entry) => ['--env', entry.join('=')]);
			const mount = `${path.dirname(n8nPackageFolder)}:${packages}:ro`;
			const options = ['--detach', '--network', 'none', '--name', name, '--volume', mount];
			await podman('run', ...options, ...variables, tag);
			started.push(name);
		},
		async exec(name, command) {
			return await call('podman', ['--runtime', 'runc', 'exec', name, ...command]);
		},
		async logs(name) {
			return await podman('logs', name);
		},
		async stop(name) {
			await podman('stop', '--time', '60', name);
			return Number(await podman('inspect', '--format', '{{.State.ExitCode}}', name));
		},
		async dispose() {
			for (const name of started) await podman('rm', '--force', '--time', '1', name);
			rmSync(home, { recursive: true, force: true });
		},
	};
}

/** Node with its libraries, a shell, and a user `node`: what deploy/Dockerfile expects of n8n's image. */
function fillStandIn(context: string): void {
	const rootfs = path.join(context, 'rootfs');
	const place = (...names: string[]): string => {
		const target = path.join(rootfs, ...names);
		mkdirSync(path.dirname(target), { recursive: true });
		return target;
	};
	const node = realpathSync(nodeBinary());
	cpSync(node, place('usr/local/bin/node'));
	const libraries = execFileSync('ldd', [node], { encoding: 'utf8' }).match(/\/[^ )\n]+/g) ?? [];
	for (const library of libraries) cpSync(realpathSync(library), place(library));
	cpSync(realpathSync(find('busybox') ?? ''), place('bin/busybox'));
	for (const applet of applets) symlinkSync('busybox', place('bin', applet));
	writeFileSync(
		place('etc/passwd'),
		'root:x:0:0::/:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n',
	);
	writeFileSync(place('etc/group'), 'root:x:0:\nnode:x:1000:\n');
	const command = place('usr/local/bin/n8n');
	writeFileSync(command, `#!/bin/sh\nexec node ${packages}/n8n/bin/n8n "$@"\n`);
	chmodSync(command, 0o755);
	const lines = [
		'FROM scratch',
		'COPY rootfs /',
		`RUN mkdir -p /tmp /home/node ${packages} && busybox chmod 1777 /tmp && busybox chown 1000:1000 /home/node`,
		'ENV HOME=/home/node',
		'USER node',
		'WORKDIR /home/node',
		'ENTRYPOINT ["n8n"]',
	];
	writeFileSync(path.join(context, 'Dockerfile'), `${lines.join('\n')}\n`);
}

function find(program: string): string | undefined {
	const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/sbin'];
	return folders.map((folder) => path.join(folder, program)).find((file) => existsSync(file));
}
