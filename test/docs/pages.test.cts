/** The pages: those made from the code are what `npm run docs` makes now, the others say what the code and the playbooks have. */
import { manifestIn } from '@test/manifest.cjs';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { ProofpointApi } from '@credentials/ProofpointApi.credentials';

import { simpleEvent, simpleEventSchema } from '@nodes/shared/core/simpleEvent';

import { readPlaybook } from '../../scripts/demo/playbooks.cjs';
import { documentedNodes } from '../../scripts/docs/nodes.cjs';
import { generatedPages } from '../../scripts/docs/pages.cjs';

const root = path.resolve(__dirname, '../../..');
const pages = [...generatedPages(root)];
const playbookFiles = readdirSync(path.join(root, 'playbooks')).filter((name) =>
	name.endsWith('.json'),
);
const read = (name: string) =>
	existsSync(path.join(root, name))
		? readFileSync(path.join(root, name), 'utf8')
		: 'there is no such file';

it.each(pages)('%s is up to date (else: npm run docs)', (name, content) => {
	expect(read(name)).toBe(content);
});

it('docs/nodes holds no page of a node that is gone', () => {
	const made = pages.map(([name]) => name);
	const there = readdirSync(path.join(root, 'docs/nodes')).map((name) => `docs/nodes/${name}`);
	expect(there.filter((name) => !made.includes(name))).toEqual([]);
});

it('every node of the package has a page, and the README names it', () => {
	const folders = manifestIn(root).n8n.nodes.map((file) => file.split('/')[2]);
	expect(documentedNodes.map(({ folder }) => folder).sort()).toEqual(folders.sort());
	for (const { description } of documentedNodes) {
		expect(read('README.md')).toContain(
			`[${description.displayName}](docs/nodes/${description.name}.md)`,
		);
	}
});

it('the README names the n8n versions of the last matrix, and no others', () => {
	const [, head = ''] = /^\| End-to-end tests \|(.*)\|$/m.exec(read('docs/measurements.md')) ?? [];
	const versions = [...new Set([...head.matchAll(/n8n ([\d.]+)/g)].map(([, version]) => version))];
	const readme = read('README.md');
	const [, tested = ''] = /\[n8n ([^\]]*) are tested\]/.exec(readme) ?? [];
	expect(tested.match(/\d[\d.]*\d/g)).toEqual(versions);
	const minors = versions.map((version = '') => version.replace(/\.\d+$/, ''));
	const [, badge = ''] = /badge\/tested%20on%20n8n-(.*)-\w+\)/.exec(readme) ?? [];
	expect(badge.split('%20%7C%20')).toEqual(minors);
});

it('the number of fields of a simple event is right', () => {
	expect(read('docs/lists.md')).toContain(`the same ${Object.keys(simpleEvent({})).length} fields`);
});

it('every field of the credential is explained', () => {
	const { properties } = new ProofpointApi();
	for (const page of ['README.md', 'docs/credential.md']) {
		for (const { displayName } of properties) expect(read(page)).toContain(`| ${displayName} |`);
	}
});

it('every playbook has a page that leads to its file, and both lists name it', () => {
	expect(playbookFiles.length).toBeGreaterThan(2);
	for (const file of playbookFiles) {
		const name = file.replace(/\.json$/, '');
		expect(read(`docs/playbooks/${name}.md`)).toContain(`(../../playbooks/${file})`);
		expect(read('docs/playbooks/README.md')).toContain(`(${name}.md)`);
		expect(read('README.md')).toContain(`(docs/playbooks/${name}.md)`);
	}
});

it('every command of package.json stands in CONTRIBUTING, and the two main ones in the README', () => {
	const short = ['start', 'test'];
	const command = (name: string) => `\`npm ${short.includes(name) ? '' : 'run '}${name}`;
	// npm itself runs it.
	const names = Object.keys(manifestIn(root).scripts).filter((name) => name !== 'prepublishOnly');
	expect(names.filter((name) => !read('CONTRIBUTING.md').includes(`| ${command(name)}`))).toEqual(
		[],
	);
	for (const name of short) expect(read('README.md')).toContain(`- ${command(name)}\``);
});

describe('the README', () => {
	const readme = read('README.md');

	it('has at most 120 lines', () => {
		expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(120);
	});

	it('goes from what it is to the links, in this order', () => {
		const inOrder = [
			'img.shields.io',
			'**Which Proofpoint:**',
			'not affiliated',
			'](docs/images/',
			'\n## Install\n',
			'\n## Credential\n',
			'\n## Your first workflow\n',
			'\n## An example record\n',
			'\n## Playbooks\n',
			'\n## Nodes\n',
			'\n## What the trigger guarantees\n',
			'\n## Try it without an account\n',
			'\n## Limits\n',
			'\n## Links\n',
		];
		const places = inOrder.map((text) => readme.indexOf(text));
		expect(places).not.toContain(-1);
		expect(places).toEqual([...places].sort((one, other) => one - other));
		expect(readme.match(/^## /gm)).toHaveLength(
			inOrder.filter((text) => text.includes('##')).length,
		);
	});

	it('shows a record that has exactly the fields of the simplified output', () => {
		const [, shown = ''] = /```json\n([\s\S]+?)```/.exec(readme) ?? [];
		const record: unknown = JSON.parse(shown);
		expect(Object.keys(simpleEventSchema.parse(record))).toEqual(Object.keys(simpleEvent({})));
	});

	it('says what n8n 3 needs', () => {
		expect(readme).toContain('`N8N_UNVERIFIED_PACKAGES_ENABLED=true`');
	});
});

it('the page on data at rest has a row for each playbook, with what its file says', () => {
	const page = read('docs/data-at-rest.md');
	for (const file of playbookFiles) {
		const row = page
			.split('\n')
			.find((line) => line.includes(`](playbooks/${file.slice(0, -5)}.md)`));
		const { settings = {}, nodes } = readPlaybook(file);
		const keeps = settings.saveDataSuccessExecution !== 'none';
		expect([file, row]).toEqual([
			file,
			expect.stringContaining(
				keeps ? '| Saved as shipped.' : '| Choose *Do not save* when you set it up:',
			),
		]);
		for (const { type, parameters = {} } of nodes) {
			if (typeof parameters.tableName === 'string')
				expect(row).toContain(`*${parameters.tableName}*`);
			if (type.endsWith('.removeDuplicates') && 'dedupeValue' in parameters) {
				expect(row).toContain('digests');
			}
			if (type.endsWith('.slack')) expect(row).toContain('Slack');
		}
	}
});

describe('what is not ours to know', () => {
	const manifest = manifestIn(root);
	const texts = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
		cwd: root,
		encoding: 'utf8',
	})
		.split('\n')
		.filter((name) => /^LICENSE$|\.(?:md|json|ya?ml|ts|cts|mjs)$/.test(name))
		.filter((name) => !name.endsWith('package-lock.json') && existsSync(path.join(root, name)));

	it('no mail address is invented: domains are reserved for examples, or named here', () => {
		// Besides them only Proofpoint's own, which its documentation names.
		const reserved = /(?:^|\.)(?:example(?:\.(?:com|net|org))?|invalid|test)$|^proofpoint\.com$/;
		const invented = texts
			.filter((name) => /\.(?:md|json|ya?ml)$/.test(name))
			.flatMap((name) =>
				[...read(name).matchAll(/[\w.%+-]+@((?:[a-z0-9-]+\.)+[a-z]{2,})/gi)]
					.filter(([, domain = '']) => !reserved.test(domain.toLowerCase()))
					.map(([address]) => `${name}: ${address}`),
			);
		expect(invented).toEqual([]);
	});

	it('the repository is the one of package.json everywhere', () => {
		const [, own = ''] = /github\.com\/([^/]+\/[^/]+)\.git$/.exec(manifest.repository.url) ?? [];
		const [, name = ''] = own.split('/');
		const others = texts.flatMap((file) =>
			[...read(file).matchAll(/github\.com\/([\w.-]+)\/([\w-]+)/g)]
				.filter(([, owner, repository]) => repository === name && `${owner}/${name}` !== own)
				.map(([link]) => `${file}: ${link}`),
		);
		expect(own).not.toBe('');
		expect(others).toEqual([]);
	});

	it('CONTRIBUTING names the placeholders, and no release is made with one', () => {
		expect(manifest.author.email.endsWith('.invalid')).toBe(
			read('CONTRIBUTING.md').includes('`.invalid`'),
		);
		expect(read('.github/workflows/publish.yml')).toContain(".invalid' package.json");
	});
});
