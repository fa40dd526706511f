/** The pages that are made from the code are what `npm run docs` makes now. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { ProofpointApi } from '@credentials/ProofpointApi.credentials';

import { simpleEvent } from '@nodes/shared/core/simpleEvent';

import { documentedNodes } from '../../scripts/docs/nodes.cjs';
import { generatedPages } from '../../scripts/docs/pages.cjs';

const root = path.resolve(__dirname, '../../..');
const pages = [...generatedPages(root)];
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
	const manifest: { n8n: { nodes: string[] } } = JSON.parse(read('package.json'));
	const folders = manifest.n8n.nodes.map((file) => file.split('/')[2]);
	expect(documentedNodes.map(({ folder }) => folder).sort()).toEqual(folders.sort());
	for (const { description } of documentedNodes) {
		expect(read('README.md')).toContain(
			`[${description.displayName}](docs/nodes/${description.name}.md)`,
		);
	}
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
	const files = readdirSync(path.join(root, 'playbooks')).filter((name) => name.endsWith('.json'));
	expect(files.length).toBeGreaterThan(2);
	for (const file of files) {
		const name = file.replace(/\.json$/, '');
		expect(read(`docs/playbooks/${name}.md`)).toContain(`(../../playbooks/${file})`);
		expect(read('docs/playbooks/README.md')).toContain(`(${name}.md)`);
		expect(read('README.md')).toContain(`(docs/playbooks/${name}.md)`);
	}
});

it('every command of package.json stands in the README', () => {
	const manifest: { scripts: Record<string, string> } = JSON.parse(read('package.json'));
	// For npm itself, and for people who write code: in CONTRIBUTING.
	const others = ['prepublishOnly', 'format'];
	const missing = Object.keys(manifest.scripts).filter(
		(name) =>
			!others.includes(name) &&
			!/^(?:start|test)$/.test(name) &&
			!read('README.md').includes(`npm run ${name}`),
	);
	expect(missing).toEqual([]);
});
