import { installCommunityPackage } from '@host/communityInstall.cjs';
import { freePort } from '@host/freePort.cjs';
import { PrivateN8n } from '@host/privateN8n.cjs';
import type { Credential, Workflow } from '@host/workflow.cjs';
import { startSimulator, type Simulator, type SimulatorOptions } from '@simulator/client.cjs';
import { Tokens } from '@simulator/tokens.cjs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Engine } from './engine/engine.cjs';
import type { Measured } from './engine/tasks.cjs';
import { packPlainPost } from './plainPost/plainPackage.cjs';
import { averaged, mustBring } from './rounds.cjs';
import { startPageServer, type PageServer } from './servers/pageServer.cjs';
import { lengths, token } from './servers/serverReady.cjs';
import * as workflows from './workflows.cjs';

/** The simulators that cases may start, each with a credential of its name. */
const simulatorNames = ['limited', 'members', 'million', 'none', 'processes'] as const;
export type SimulatorName = (typeof simulatorNames)[number];

/** All simulators here have this seed, and a simulator's token follows from its seed. */
const seed = 1;
const simulatorToken = new Tokens(seed).put('main', []).secret;

/** The first group of a simulator. */
export const firstGroup = '101';

/** Everything that cases need: page server, private n8n with both packages, credentials, engine. */
export class Rig {
	private shared: Engine | undefined;
	private readonly extra: Engine[] = [];
	private readonly simulators: Simulator[] = [];

	private constructor(
		readonly pages: PageServer,
		private readonly n8n: PrivateN8n,
		private readonly folder: string,
		private readonly ports: Map<SimulatorName, number>,
	) {}

	/**
	 * Installs the packed packages into a private n8n and stores credentials and workflows there.
	 * @param tarball ours, as `npm pack` made it
	 */
	static async create(tarball: string): Promise<Rig> {
		const folder = await mkdtemp(path.join(tmpdir(), 'proofpoint-bench-'));
		const pages = await startPageServer();
		const ca = path.join(folder, 'slow-line.pem');
		await writeFile(ca, pages.certificate);
		const n8n = await PrivateN8n.create({ tarball, env: { NODE_EXTRA_CA_CERTS: ca } });
		const plain = await packPlainPost(folder);
		await installCommunityPackage(plain, n8n.folder, n8n.environment(await freePort()));
		const ports = new Map<SimulatorName, number>();
		for (const name of simulatorNames) ports.set(name, await freePort());
		const rig = new Rig(pages, n8n, folder, ports);
		await n8n.importCredentials(rig.credentials());
		await n8n.importWorkflows(rig.workflows());
		return rig;
	}

	/** The engine that most cases share; it is started with the first call. */
	async engine(): Promise<Engine> {
		this.shared ??= await this.start();
		return this.shared;
	}

	/** An engine of its own, for a case that looks at memory. The caller stops it. */
	async freshEngine(): Promise<Engine> {
		const engine = await this.start();
		this.extra.push(engine);
		return engine;
	}

	/** Starts one of the simulators; it ends with the rig. */
	async simulator(name: SimulatorName, options: SimulatorOptions): Promise<Simulator> {
		const port = this.ports.get(name);
		const simulator = await startSimulator({
			...options,
			seed,
			...(port === undefined ? {} : { port }),
		});
		this.simulators.push(simulator);
		return simulator;
	}

	/** undici's own reading of the 10,000 events, three times: the yardstick of every case. */
	async yardstick(): Promise<() => Promise<Measured>> {
		const engine = await this.engine();
		const url = this.pages.url(10_000);
		return averaged(
			3,
			mustBring(
				10_000,
				async () => await engine.do({ task: 'loop', client: 'undici', url, token }),
			),
		);
	}

	/** Ends everything and removes the folders. */
	async dispose(): Promise<void> {
		for (const engine of [this.shared, ...this.extra]) await engine?.stop();
		for (const simulator of this.simulators) await simulator.stop();
		await this.pages.stop();
		await this.n8n.dispose();
		await rm(this.folder, { recursive: true, force: true });
	}

	private async start(): Promise<Engine> {
		return await Engine.start({
			folder: this.n8n.folder,
			env: this.n8n.environment(await freePort()),
		});
	}

	private credentials(): Credential[] {
		const lists = lengths.map((length) => credential(`pages-${length}`, this.pages.url(length)));
		const simulators = simulatorNames.map((name) =>
			credential(name, `http://127.0.0.1:${this.ports.get(name) ?? 0}`, simulatorToken),
		);
		const plain: Credential = {
			id: 'plain',
			name: 'plain',
			type: 'plainPostApi',
			data: { portalUrl: this.pages.url(1_000), apiToken: token },
		};
		return [...lists, ...simulators, credential('pages-slow', this.pages.slowUrl), plain];
	}

	private workflows(): Workflow[] {
		return [
			...lengths.map((length) => workflows.getMany(`pages-${length}`)),
			workflows.getMany('pages-slow'),
			workflows.httpRequest('pages-10000', this.pages.url(10_000)),
			workflows.release('pages-1000'),
			workflows.release('limited'),
			workflows.release('processes'),
			workflows.plainRelease('plain'),
			workflows.addMembers('members', firstGroup),
			workflows.trigger('pages-50000', 'beginning'),
			workflows.trigger('million', 'now'),
			workflows.trigger('none', 'now'),
		];
	}
}

function credential(name: string, portalUrl: string, apiToken = token): Credential {
	return {
		id: name,
		name,
		type: 'proofpointApi',
		data: { portalUrl, apiToken, allowCustomHost: true },
	};
}
