/** Markdown files of the repository as a reader of GitHub sees them: links, pictures, anchors, tables. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import GithubSlugger from 'github-slugger';
import MarkdownIt from 'markdown-it';

const parser = new MarkdownIt({ html: true });

export interface MarkdownFile {
	/** Targets of links and pictures, as written. */
	links: string[];
	/** Names after `#` that a link may use. */
	anchors: Set<string>;
	/** The plain text of the first cell of every table row but the heads. */
	firstCells: string[];
}

/** All Markdown files that git knows or would add, by their path below the repository. */
export function markdownFiles(root: string): string[] {
	return execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
		cwd: root,
		encoding: 'utf8',
	})
		.split('\n')
		.filter((name) => name !== '');
}

/** Reads one file. */
export function readMarkdown(root: string, name: string): MarkdownFile {
	return parseMarkdown(readFileSync(path.join(root, name), 'utf8'));
}

/** Reads a text. */
export function parseMarkdown(text: string): MarkdownFile {
	const tokens = parser.parse(text, {});
	const slugger = new GithubSlugger();
	const found: MarkdownFile = { links: [], anchors: new Set(), firstCells: [] };
	let column = 0;
	let inBody = false;
	tokens.forEach((token, at) => {
		const before = tokens[at - 1]?.type;
		if (token.type === 'tbody_open') inBody = true;
		if (token.type === 'tbody_close') inBody = false;
		if (token.type === 'tr_open') column = 0;
		if (token.type === 'inline') {
			const plain = (token.children ?? [])
				.map((child) =>
					['text', 'code_inline', 'text_special'].includes(child.type) ? child.content : '',
				)
				.join('');
			if (before === 'heading_open') found.anchors.add(slugger.slug(plain));
			if (inBody && column === 0) found.firstCells.push(plain);
			for (const child of token.children ?? []) {
				const target = child.attrGet('href') ?? child.attrGet('src');
				if (target !== null) found.links.push(String(target));
			}
		}
		if (token.type === 'td_close') column += 1;
	});
	return found;
}
