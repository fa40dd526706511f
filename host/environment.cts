import path from 'node:path';
import { knownModules } from './features.cjs';
import { nodeBinary, workFolder } from './places.cjs';

/** The owner account that every private n8n gets. The server listens on loopback only. */
export const owner = {
	email: 'owner@proofpoint-demo.example',
	password: 'Proofpoint-Demo-1',
	firstName: 'Demo',
	lastName: 'Owner',
	/** bcrypt of `password`: n8n takes only the hash from its environment. */
	passwordHash: '$2a$10$F8tK1zD3mB0Vpf/vF6jdP.NpL1O122o9R02xnrXnGwuuF6T5J3SWi',
};

/** What differs between two private n8n processes. */
export interface EnvironmentOptions {
	/** n8n keeps everything under `<userFolder>/.n8n`. */
	userFolder: string;
	/** Port of the editor and the REST API. */
	port: number;
	/** Port on which n8n waits for its task runners; each process needs its own, 0 picks one. */
	brokerPort: number;
	/** Poll state is committed together with the execution that carries the items. */
	durable?: boolean;
	/** Whether n8n serves its editor (default). */
	editor?: boolean;
	/** CommonJS modules that are loaded into n8n before anything else. */
	preload?: string[];
	/** Added last; wins over everything here. */
	extra?: Record<string, string>;
}

const inherited = ['PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot'];

const offline = {
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	N8N_DYNAMIC_BANNERS_ENABLED: 'false',
	N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
	N8N_DISABLED_MODULES: knownModules([
		'mcp-registry',
		'instance-ai',
		'chat-hub',
		'agents',
		'insights',
	]).join(','),
};

const durable = {
	N8N_SCHEDULER_ENABLED: 'true',
	N8N_SCHEDULER_POLL_TRIGGERS_ENABLED: 'true',
	N8N_POLLER_DURABLE_CURSORS_ENABLED: 'true',
	N8N_USE_WORKFLOW_PUBLICATION_SERVICE: 'true',
};

/**
 * The whole environment of one n8n process. Built from a short list of inherited names, not from
 * `process.env`: a developer's own `N8N_*`, proxy or `NODE_OPTIONS` must not change what a test sees.
 */
export function n8nEnvironment(options: EnvironmentOptions): Record<string, string> {
	const address = `http://127.0.0.1:${options.port}/`;
	const base: Record<string, string> = {};
	for (const name of inherited) {
		const value = process.env[name];
		if (value !== undefined) base[name] = value;
	}
	const preload = [path.join(__dirname, 'parentWatch.cjs'), ...(options.preload ?? [])];
	return {
		...base,
		// n8n calls `npm` and `node` by name: they must be the Node that it runs on itself.
		PATH: [path.dirname(nodeBinary()), base.PATH ?? ''].join(path.delimiter),
		// Saves about half a second of every start.
		NODE_COMPILE_CACHE: path.join(workFolder, 'compile-cache'),
		NODE_OPTIONS: preload.map((file) => `--require=${JSON.stringify(file)}`).join(' '),
		N8N_USER_FOLDER: options.userFolder,
		N8N_PORT: String(options.port),
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_HOST: '127.0.0.1',
		N8N_EDITOR_BASE_URL: address,
		WEBHOOK_URL: address,
		N8N_RUNNERS_BROKER_PORT: String(options.brokerPort),
		// Seconds that a Code node waits for its runner: a busy machine starts one slowly, and that is not what is tested.
		N8N_RUNNERS_TASK_REQUEST_TIMEOUT: '120',
		N8N_RUNNERS_GRANT_TOKEN_TTL: '120',
		N8N_SECURE_COOKIE: 'false',
		N8N_INSTANCE_OWNER_MANAGED_BY_ENV: 'true',
		N8N_INSTANCE_OWNER_EMAIL: owner.email,
		N8N_INSTANCE_OWNER_FIRST_NAME: owner.firstName,
		N8N_INSTANCE_OWNER_LAST_NAME: owner.lastName,
		N8N_INSTANCE_OWNER_PASSWORD_HASH: owner.passwordHash,
		N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
		GENERIC_TIMEZONE: 'UTC',
		TZ: 'UTC',
		...offline,
		...(options.editor === false ? { N8N_DISABLE_UI: 'true' } : {}),
		...(options.durable === true ? durable : {}),
		...options.extra,
	};
}
