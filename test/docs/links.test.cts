/** Every relative link, anchor and picture of the documentation leads somewhere. */
import { manifestIn } from '@test/manifest.cjs';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

import { markdownFiles, parseMarkdown, readMarkdown } from './markdown.cjs';

const root = path.resolve(__dirname, '../../..');
const repository = manifestIn(root)
	.repository.url.replace(/^git\+/, '')
	.replace(/\.git$/, '');

/** What is wrong with a link that stands in a file; undefined when it leads somewhere. */
function wrong(file: string, link: string): string | undefined {
	const [target = '', anchor] = link.split('#');
	if (/^[a-z]+:/i.test(target)) return undefined;
	const name =
		target === '' ? file : path.posix.join(path.posix.dirname(file), decodeURIComponent(target));
	if (name.startsWith('..')) return `${file}: ${link} leaves the repository`;
	const place = path.join(root, name);
	if (!existsSync(place)) return `${file}: there is no ${name}`;
	if (anchor === undefined || statSync(place).isDirectory()) return undefined;
	return readMarkdown(root, name).anchors.has(anchor)
		? undefined
		: `${file}: ${name} has no #${anchor}`;
}

it('every link and picture in Markdown files leads somewhere', () => {
	const files = markdownFiles(root);
	expect(files).toContain('README.md');
	const links = files.flatMap((file) =>
		readMarkdown(root, file).links.map((link) => ({ file, link })),
	);
	expect(links.length).toBeGreaterThan(100);
	expect(links.flatMap(({ file, link }) => wrong(file, link) ?? [])).toEqual([]);
});

it('so do the links to this repository in what is published', () => {
	const name = repository.split('/').at(-1);
	const toARepositoryOfThisName = new RegExp(
		`https://github\\.com/[\\w-]+/${name}(?![\\w-])[^\\s"'\`)\\\\]*`,
		'g',
	);
	const published = ['nodes', 'credentials', 'playbooks'].flatMap((folder) =>
		readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
			.filter((name) => /\.(?:ts|json)$/.test(name))
			.map((name) => path.posix.join(folder, name.split(path.sep).join('/'))),
	);
	const links = published.flatMap((file) =>
		[...readFileSync(path.join(root, file), 'utf8').matchAll(toARepositoryOfThisName)].map(
			([link]) => ({ file, link }),
		),
	);
	expect(links.length).toBeGreaterThan(10);
	const bad = links.flatMap(({ file, link }) => {
		if (!link.startsWith(repository)) return [`${file}: ${link} is not our repository`];
		const below = link.slice(repository.length).replace(/^\/blob\/(?:main|HEAD)\//, '');
		const inside = below.replace(/^(?:\?tab=readme-ov-file)?(?=#|$)/, 'README.md');
		return wrong('x', inside)?.replace(/^x/, file) ?? [];
	});
	expect(bad).toEqual([]);
});

it('every page of docs/ can be reached from the README', () => {
	const reached = new Set<string>();
	const visit = (file: string) => {
		if (reached.has(file)) return;
		reached.add(file);
		if (!file.endsWith('.md') || !existsSync(path.join(root, file))) return;
		for (const link of readMarkdown(root, file).links) {
			const [target = ''] = link.split('#');
			if (target === '' || /^[a-z]+:/i.test(target)) continue;
			visit(path.posix.join(path.posix.dirname(file), target));
		}
	};
	visit('README.md');
	const pages = markdownFiles(root).filter((name) => name.startsWith('docs/'));
	expect(pages.filter((name) => !reached.has(name))).toEqual([]);
});

it('the reader of Markdown sees what GitHub sees', () => {
	const { anchors, links, firstCells } = parseMarkdown(
		'# The `x` of _y_, again\n\n# The `x` of _y_, again\n\n| a | b |\n|---|---|\n| **one** `two` | [l](m.md#n) |\n\n[![p](p.png)](q.md)\n',
	);
	expect([...anchors]).toEqual(['the-x-of-y-again', 'the-x-of-y-again-1']);
	expect(links).toEqual(['m.md#n', 'q.md', 'p.png']);
	expect(firstCells).toEqual(['one two']);
	expect(wrong('README.md', 'docs/no-such-page.md')).toMatch(/there is no/);
	expect(wrong('README.md', '#no-such-anchor')).toMatch(/has no #/);
	expect(wrong('README.md', '../elsewhere.md')).toMatch(/leaves/);
});
