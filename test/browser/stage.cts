/** What all stories share: one simulator, one real n8n, one browser. */
import { owner } from '@host/environment.cjs';
import { repositoryFolder, workFolder } from '@host/places.cjs';
import type { SlackMessage } from '@host/slackEdge.cjs';
import { chain, manualTrigger, readWorkflow, type WorkflowNode } from '@host/workflow.cjs';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, selectors, type Browser, type BrowserContext, type Page } from 'playwright-core';

import { makeWorld, proofpointApi, proofpointNode, type World } from '../e2e/setup.cjs';
import { readSlackMessages } from '@host/slackMessages.cjs';
import { chromiumFlags } from './chromium.cjs';
import { readDescriptions, type Description } from './descriptions.cjs';
import { Editor } from './editor.cjs';
import { Pictures } from './pictures.cjs';

/** How long one click, wait or page may take: generous, for a machine that does other things too. */
const patienceMs = 60_000;
const sceneMs = 240_000;
const browserId = 'browser-tests';
const viewport = { width: 1280, height: 800 };
/** A window in which an open node is little wider than its parameters. */
export const narrow = { width: 960, height: 800 };
/** A window with room for a table beside the parameters. */
export const wide = { width: 1700, height: 900 };

/** Nothing slides or fades: what is on the page is where it will stay. */
function withoutAnimations(): void {
	const still =
		'*, *::before, *::after { transition-duration: 0s !important; transition-delay: 0s !important; animation-duration: 0s !important; animation-delay: 0s !important; caret-color: transparent !important }';
	const add = (): void => {
		const style = document.createElement('style');
		style.textContent = still;
		document.head.append(style);
	};
	if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', add);
	else add();
}

/** n8n remembers how wide somebody made its panels; each scene begins with the usual width. */
function withUsualPanels(): void {
	const remembered = Object.keys(localStorage).filter((key) => key.startsWith('N8N_NDV_PANEL'));
	for (const key of remembered) localStorage.removeItem(key);
}

/** The credential for Slack as the playbooks name it. */
export const slackApi = { id: 'slack-api', name: 'Slack account' };

/** The playbooks of the repository, by file name. */
export const playbooks = readdirSync(path.join(repositoryFolder, 'playbooks'))
	.filter((name) => name.endsWith('.json'))
	.map((name) => {
		const file = path.join(repositoryFolder, 'playbooks', name);
		return { file, name, workflow: readWorkflow(JSON.parse(readFileSync(file, 'utf8'))) };
	});

/** The simulator, n8n and the browser of the stories; everything throws before `open`. */
export class Stage {
	readonly pictures = new Pictures();
	private parts:
		| {
				world: World;
				browser: Browser;
				context: BrowserContext;
				descriptions: Map<string, Description>;
		  }
		| undefined;
	private page: Page | undefined;
	private readonly slackFolder = mkdtempSync(path.join(tmpdir(), 'proofpoint-stage-'));
	private readonly slackFile = path.join(this.slackFolder, 'slack.jsonl');

	/** Starts all three and logs the browser in as the owner. */
	async open(chromiumPath: string): Promise<void> {
		const world = await makeWorld(
			{
				events: 80,
				// More of them in the last seven days than “Get Many” returns by default.
				days: 6,
				seed: 3,
				tokens: { groupsOnly: ['Groups'], noAudit: ['Security Events'] },
			},
			{
				editor: true,
				preload: [path.join(__dirname, '../../host/slackEdge.cjs')],
				env: { SLACK_EDGE_FILE: this.slackFile },
			},
			() => [{ ...slackApi, type: 'slackApi', data: { accessToken: 'xoxb-test' } }],
		);
		// The playbooks name credentials; their nodes look unfinished without.
		await world.n8n.importCredentials(credentialsOfPlaybooks());
		await world.n8n.start({ timeoutMs: 300_000 });
		const browser = await chromium.launch({ executablePath: chromiumPath, args: chromiumFlags });
		selectors.setTestIdAttribute('data-test-id');
		const context = await browser.newContext({ viewport });
		context.setDefaultTimeout(patienceMs);
		await context.addInitScript(withoutAnimations);
		await context.addInitScript(withUsualPanels);
		await context.addInitScript((id) => localStorage.setItem('n8n-browserId', id), browserId);
		const login = await context.request.post(`${world.n8n.url}/rest/login`, {
			headers: { 'browser-id': browserId },
			data: { emailOrLdapLoginId: owner.email, password: owner.password },
		});
		if (!login.ok()) throw new Error(`n8n refused the login: ${await login.text()}`);
		const descriptions = await readDescriptions(world.n8n.client);
		this.parts = { world, browser, context, descriptions };
	}

	/** Ends all three. */
	async close(): Promise<void> {
		await this.parts?.browser.close();
		await this.parts?.world.stop();
		rmSync(this.slackFolder, { recursive: true, force: true });
	}

	/** What reached Slack, oldest first. */
	slack(): SlackMessage[] {
		return readSlackMessages(this.slackFile);
	}

	/** The simulator and n8n. */
	get world(): World {
		return this.opened.world;
	}

	/** The descriptions of our nodes, by name. */
	get descriptions(): Map<string, Description> {
		return this.opened.descriptions;
	}

	/** The description of one of our nodes. */
	description(name: string): Description {
		const description = this.descriptions.get(name);
		if (description === undefined) throw new Error(`n8n does not know ${name}`);
		return description;
	}

	/**
	 * n8n's editor, about to open a page. All scenes use one tab, whose process has the editor's code at hand: a new tab needs a
	 * quarter more of a core. n8n takes its theme from the system, as by default.
	 */
	async editor(size = viewport, colorScheme: 'light' | 'dark' = 'light'): Promise<Editor> {
		this.page ??= await this.newTab();
		await this.page.setViewportSize(size);
		await this.page.emulateMedia({ colorScheme });
		return new Editor(this.page, this.world.n8n.url);
	}

	/** Closes the tab, with whatever a scene has added to it; the next one gets a new tab. */
	async leaveTab(): Promise<void> {
		await this.page?.close();
		this.page = undefined;
	}

	private async newTab(): Promise<Page> {
		const page = await this.opened.context.newPage();
		// The editor asks whether what the scene before has changed may get lost.
		page.on('dialog', (dialog) => void dialog.accept());
		return page;
	}

	/** Stores a workflow of nodes one after the other, begun by hand; returns its id. */
	async store(name: string, ...nodes: WorkflowNode[]): Promise<string> {
		return await this.world.n8n.client.createWorkflow(chain(name, [manualTrigger, ...nodes]));
	}

	/** Stores a workflow of nodes that all come first after a start by hand; returns its id. */
	async storeSideBySide(name: string, ...nodes: WorkflowNode[]): Promise<string> {
		const workflow = chain(name, [manualTrigger, ...nodes]);
		const first = nodes.map((node) => ({ node: node.name, type: 'main', index: 0 }));
		return await this.world.n8n.client.createWorkflow({
			...workflow,
			connections: { [manualTrigger.name]: { main: [first] } },
		});
	}

	/** One of our nodes with another credential than the good one, made of `data`. */
	async nodeWith(
		type: string,
		credential: string,
		data: Record<string, unknown>,
		parameters: Record<string, unknown> = {},
	): Promise<WorkflowNode> {
		const { client } = this.world.n8n;
		const id = await client.createCredential(credential, 'proofpointApi', data);
		const credentials = { proofpointApi: { id, name: credential } };
		return proofpointNode(this.description(type).displayName, type, parameters, { credentials });
	}

	/** One scene of a story: a test that leaves a picture of the page behind when it fails. */
	scene(name: string, play: () => Promise<void>): void {
		test(
			name,
			async () => {
				try {
					await play();
				} catch (error) {
					const file = await this.photograph(name);
					if (file !== undefined) process.stderr.write(`The page when "${name}" failed: ${file}\n`);
					throw error;
				}
			},
			sceneMs,
		);
	}

	private async photograph(name: string): Promise<string | undefined> {
		if (this.page === undefined) return undefined;
		const folder = path.join(workFolder, 'failed-pages');
		mkdirSync(folder, { recursive: true });
		const file = path.join(folder, `${name.replace(/[^a-z0-9]+/gi, '-')}.png`);
		await this.page.screenshot({ path: file }).catch(() => undefined);
		return existsSync(file) ? file : undefined;
	}

	private get opened() {
		if (this.parts === undefined) throw new Error('The stage is not open');
		return this.parts;
	}
}

/** The credentials that the playbooks name, without content: a node asks only whether they exist. */
function credentialsOfPlaybooks() {
	const named = playbooks
		.flatMap(({ workflow }) => workflow.nodes)
		.flatMap(({ credentials = {} }) => Object.entries(credentials))
		.map(([type, { id, name }]) => ({ id, name, type, data: {} }))
		.filter(({ id }) => id !== proofpointApi.id && id !== slackApi.id);
	return [...new Map(named.map((credential) => [credential.id, credential])).values()];
}
