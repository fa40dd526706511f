/** The files that GitHub reads: workflows by their schema, issue forms by the rules of GitHub's documentation. */
import { manifestIn } from '@test/manifest.cjs';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { parse } from 'yaml';
import { z } from 'zod';

const root = path.resolve(__dirname, '../../..');
const github = path.join(root, '.github');
const workflows = readdirSync(path.join(github, 'workflows'));
const read = (...names: string[]) => readFileSync(path.join(github, ...names), 'utf8');

/** What the validator says of a workflow file; empty when it is right. */
function validate(file: string): string {
	const validator = path.join(root, 'node_modules/@action-validator/cli/cli.mjs');
	const { status, stdout, stderr } = spawnSync(process.execPath, [validator, file], {
		cwd: root,
		encoding: 'utf8',
	});
	return status === 0 ? '' : `${stdout}${stderr}`;
}

const step = z.object({ uses: z.string().optional(), run: z.string().optional() });
const workflow = z.object({
	permissions: z.record(z.string(), z.string()),
	jobs: z.record(
		z.string(),
		z.object({
			permissions: z.record(z.string(), z.string()).optional(),
			needs: z.string().optional(),
			steps: z.array(step).optional(),
		}),
	),
});

describe.each(workflows)('.github/workflows/%s', (name) => {
	const { permissions, jobs } = workflow.parse(parse(read('workflows', name)));
	const steps = Object.values(jobs).flatMap((job) => job.steps ?? []);

	it('is a workflow by its schema', () => {
		expect(validate(path.join('.github/workflows', name))).toBe('');
	});

	it('names foreign actions by their commit', () => {
		const foreign = steps.flatMap(({ uses }) => uses ?? []);
		expect(foreign.length).toBeGreaterThan(1);
		for (const action of foreign) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
		expect(read('workflows', name).match(/uses: .+@[0-9a-f]{40}(?! # v\d)/g)).toBeNull();
	});

	it('may read the repository, and no more unless a job says so', () => {
		expect(permissions).toEqual({ contents: 'read' });
	});

	it('runs commands that exist', () => {
		const { scripts } = manifestIn(root);
		for (const { run = '' } of steps) {
			const called = /npm run ([\w:]+)/.exec(run)?.[1];
			if (called !== undefined) expect(Object.keys(scripts)).toContain(called);
			if (run.startsWith('./')) {
				execFileSync('test', ['-x', path.join(root, run)]);
			}
		}
	});
});

it('publishing waits for the tests and proves where it comes from', () => {
	const { jobs } = workflow.parse(parse(read('workflows/publish.yml')));
	expect(jobs.publish?.needs).toBe('tests');
	expect(jobs.publish?.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
	expect(read('workflows/publish.yml')).toContain('npm publish --provenance');
	expect(read('workflows/publish.yml')).not.toMatch(/NPM_TOKEN|secrets\./);
});

it('the validator refuses a broken workflow', () => {
	const folder = mkdtempSync(path.join(tmpdir(), 'proofpoint-workflow-'));
	try {
		const file = path.join(folder, 'broken.yml');
		writeFileSync(file, read('workflows/ci.yml').replace('runs-on:', 'run-on:'));
		expect(validate(file)).not.toBe('');
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
});

const text = z.string().min(1);
const validations = z.strictObject({ required: z.boolean() }).optional();
const field = z.strictObject({
	label: text,
	description: text.optional(),
	placeholder: text.optional(),
	value: text.optional(),
});
const id = z.string().regex(/^[\w-]+$/);
/** GitHub's form schema, as its documentation describes it. */
const form = z.strictObject({
	name: text,
	description: text,
	title: text.optional(),
	labels: z.array(text).optional(),
	body: z
		.array(
			z.discriminatedUnion('type', [
				z.strictObject({
					type: z.literal('markdown'),
					attributes: z.strictObject({ value: text }),
				}),
				z.strictObject({ type: z.literal('input'), id, attributes: field, validations }),
				z.strictObject({
					type: z.literal('textarea'),
					id,
					attributes: field.extend({ render: text.optional() }),
					validations,
				}),
				z.strictObject({
					type: z.literal('dropdown'),
					id,
					attributes: field
						.omit({ placeholder: true, value: true })
						.extend({ options: z.array(text).min(1), multiple: z.boolean().optional() }),
					validations,
				}),
				z.strictObject({
					type: z.literal('checkboxes'),
					id,
					attributes: z.strictObject({
						label: text,
						description: text.optional(),
						options: z
							.array(z.strictObject({ label: text, required: z.boolean().optional() }))
							.min(1),
					}),
				}),
			]),
		)
		.min(1),
});

describe('issue forms', () => {
	const forms = readdirSync(path.join(github, 'ISSUE_TEMPLATE')).filter(
		(name) => name !== 'config.yml',
	);

	it.each(forms)('%s keeps to the form schema, each id once', (name) => {
		const { body } = form.parse(parse(read('ISSUE_TEMPLATE', name)));
		const ids = body.flatMap((element) => ('id' in element ? [element.id] : []));
		expect(new Set(ids).size).toBe(ids.length);
	});

	it('the form for bugs asks for the versions, the node, the operation and the requests, and offers every node', () => {
		const { body } = form.parse(parse(read('ISSUE_TEMPLATE/1-bug.yml')));
		const ids = body.flatMap((element) => ('id' in element ? [element.id] : []));
		for (const asked of ['package-version', 'n8n-version', 'node', 'operation', 'requests']) {
			expect(ids).toContain(asked);
		}
		const offered = body.flatMap((element) =>
			element.type === 'dropdown' && element.id === 'node' ? element.attributes.options : [],
		);
		expect(offered.filter((name) => name.startsWith('Proofpoint'))).toHaveLength(
			manifestIn(root).n8n.nodes.length,
		);
	});

	it('nothing but forms, and weaknesses go elsewhere', () => {
		const config = z
			.strictObject({
				blank_issues_enabled: z.literal(false),
				contact_links: z.array(z.strictObject({ name: text, url: z.string().url(), about: text })),
			})
			.parse(parse(read('ISSUE_TEMPLATE/config.yml')));
		expect(config.contact_links.map(({ url }) => url).join(' ')).toContain('/security/policy');
	});
});
