/**
 * On which n8n each playbook loads: every node's type, version, resource, and operation is one that this n8n has, and the workflow
 * can be published. The catalogue says so for each, and `npm run test:versions` runs this on every version that we test with.
 */
import { stopAll } from '@test/stopAll.cjs';
import { n8nPackageFolder } from '@host/places.cjs';
import type { Credential, Workflow, WorkflowNode } from '@host/workflow.cjs';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';

import { readPlaybook } from '../../scripts/demo/playbooks.cjs';
import { makeWorld, proofpointApi, type World } from './setup.cjs';

const root = path.resolve(__dirname, '../../..');
const fromN8n = createRequire(path.join(n8nPackageFolder, 'package.json'));
const { version } = z
	.object({ version: z.string() })
	.parse(JSON.parse(readFileSync(path.join(n8nPackageFolder, 'package.json'), 'utf8')));
const major = Number.parseInt(version, 10);

const typesSchema = z.array(
	z.object({
		name: z.string(),
		version: z.union([z.number(), z.array(z.number())]),
		properties: z.array(
			z
				.object({
					name: z.string(),
					options: z.array(z.object({ value: z.unknown() }).passthrough()).optional(),
				})
				.passthrough(),
		),
	}),
);
const packages = ['n8n-nodes-base', '@n8n/n8n-nodes-langchain'];
const known = new Map(packages.map((name) => [name, typesOf(name)]));

const files = readdirSync(path.join(root, 'playbooks')).filter((file) => file.endsWith('.json'));
const playbooks = files.map((file) => ({
	file,
	workflow: readPlaybook(file),
	says: sayingOf(file),
}));
const loading = playbooks.filter(({ says }) => major >= 2 || says.includes('1.x'));
/** What starts a workflow without anybody's hand. */
const starts = (node: WorkflowNode) =>
	/[tT]rigger$/.test(node.type) && !/(?:manual|executeWorkflow|error)Trigger$/.test(node.type);
const published = loading.filter(({ workflow }) => workflow.nodes.some(starts));

let world: World;

beforeAll(async () => {
	world = await makeWorld({ events: 10 });
	const used = playbooks.flatMap(({ workflow }) => credentialsOf(workflow));
	const others = new Map(used.map((credential) => [credential.id, credential]));
	others.delete(proofpointApi.id);
	await world.n8n.importCredentials([...others.values()]);
	await world.n8n.start();
	await world.n8n.importWorkflows(loading.map(({ workflow }) => workflow));
}, 480_000);

afterAll(async () => {
	await stopAll(world);
}, 120_000);

it.each(playbooks)(
	'$file: n8n has what it needs where the catalogue says so',
	({ workflow, says }) => {
		const missing = workflow.nodes.flatMap((node) => missingOf(node));
		if (major >= 2 || says.includes('1.x')) expect(missing).toEqual([]);
		else expect(missing).not.toEqual([]);
	},
);

/** What n8n says of a group, a team or a channel that its user has not chosen yet. */
const toChoose = /^(?:- )?Missing or invalid required parameters: (?:groupId|teamId, channelId)$/m;

it.each(published)(
	'$file: it can be published, or n8n asks for what is to be chosen',
	async ({ workflow: { id = '' } }) => {
		const refused = await world.n8n.publish(id).then(
			() => '',
			(error: unknown) => String(error).replace(/^ +/gm, ''),
		);
		if (refused !== '') return expect(refused).toMatch(toChoose);
		await world.n8n.client.deactivate(id);
	},
	120_000,
);

/** The last column of the playbook's row in the catalogue: `2.x`, or `1.x, 2.x`. */
function sayingOf(file: string): string {
	const page = `${path.basename(file, '.json')}.md`;
	const catalogue = readFileSync(path.join(root, 'docs/playbooks/README.md'), 'utf8');
	const row = catalogue
		.split('\n')
		.find((line) => line.startsWith('|') && line.includes(`(${page})`));
	const cells = row?.split('|').map((cell) => cell.trim()) ?? [];
	const says = cells.at(-2) ?? '';
	if (!/^(?:1\.x, )?2\.(?:x|\d+)$/.test(says))
		throw new Error(`${page} has no n8n version: ${says}`);
	return says;
}

/** What a node needs and this n8n lacks. Nodes of the package itself are there: other tests run them. */
function missingOf({ name, type, typeVersion, parameters = {} }: WorkflowNode): string[] {
	const from = packages.find((start) => type.startsWith(`${start}.`));
	if (from === undefined) return [];
	const own = type.slice(from.length + 1).replace(/(?:Hitl)?Tool$/, '');
	const types =
		known.get(from)?.filter((one) => one.name === own || `${one.name}Tool` === own) ?? [];
	const found = types.find((one) => [one.version].flat().includes(typeVersion ?? 1));
	if (found === undefined) return [`${name}: ${type} ${typeVersion}`];
	return ['resource', 'operation'].flatMap((key) => {
		const value = parameters[key];
		const choices = found.properties.filter((property) => property.name === key);
		const offered = choices.flatMap(({ options = [] }) => options.map((option) => option.value));
		if (value === undefined || choices.length === 0 || offered.includes(value)) return [];
		return [`${name}: ${key} ${String(value)}`];
	});
}

function typesOf(name: string): z.infer<typeof typesSchema> {
	const folder = path.dirname(fromN8n.resolve(`${name}/package.json`));
	return typesSchema.parse(
		JSON.parse(readFileSync(path.join(folder, 'dist/types/nodes.json'), 'utf8')),
	);
}

/** The credentials that a playbook names, without anything in them. */
function credentialsOf({ nodes }: Workflow): Array<Credential & { id: string }> {
	return nodes.flatMap(({ credentials = {} }) =>
		Object.entries(credentials).map(([type, { id, name }]) => ({ id, name, type, data: {} })),
	);
}
