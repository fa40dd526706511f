/** `docs/troubleshooting.md` has every message that a person can see, because no message is written outside of its source. */
import { createRequire } from 'node:module';
import { fieldsIn } from '@nodes/shared/core/eventRecord';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import type { Catalogue } from '@nodes/shared/words/words';

import { troubleshooting, withGaps } from '../../scripts/docs/troubleshooting.cjs';
import { parseMarkdown } from './markdown.cjs';
import { isCatalogue, looseTexts, looseTextsIn, sourcesBelow } from './messages.cjs';

const load = createRequire(__filename);
const root = path.resolve(__dirname, '../../..');
const sources = sourcesBelow(root, ['nodes', 'credentials']);
const catalogueFiles = sources.filter(isCatalogue);
const page = parseMarkdown(troubleshooting());

it('the page is what the messages make (else: npm run docs)', () => {
	expect(readFileSync(path.join(root, 'docs/troubleshooting.md'), 'utf8')).toBe(troubleshooting());
});

it('no message is written outside of a catalogue', () => {
	const loose = sources
		.filter((file) => !isCatalogue(file))
		.flatMap((file) => looseTexts(root, file).map((text) => `${file}: ${text}`));
	expect(loose).toEqual([]);
});

it.each(catalogueFiles)('every message of %s is on the page', (file) => {
	const exported: unknown = load(path.join(root, 'build', file.replace(/\.ts$/, '.js')));
	const messages = Object.values(fieldsIn(exported))
		.filter(isMessages)
		.flatMap((catalogue) => Object.values(catalogue));
	const cells = page.firstCells.join('\n');
	for (const make of messages) expect(cells).toContain(withGaps(make).message);
	const few: Record<string, number> = {
		'nodes/shared/words/words.ts': 0,
		'nodes/shared/words/n8n.ts': 1,
	};
	const least = few[file] ?? 4;
	expect(messages.length).toBeGreaterThanOrEqual(least);
});

it('a message takes only what it fills in, so that none is shown without its gaps', () => {
	for (const file of catalogueFiles.filter((name) => name !== 'nodes/shared/words/words.ts')) {
		const source = readFileSync(path.join(root, file), 'utf8');
		expect(source).not.toMatch(/: Filled = |\.\.\.\w+: Filled|\w+\?: Filled/);
	}
});

it('texts are found in every form in which the sources could write them', () => {
	expect(
		looseTextsIn(
			'x.ts',
			"badParameter(a ? 'First text' : 'Second text'); new UserError(`Third ${x} text`); const y = { message: `Fourth text ${x}`.trim() }; new NodeOperationError(node, 'Fifth text', { description: d }); log.warn(`Sixth text: ${x}`); other('Not this'); item.hint({ message: 'Seventh ' + 'text here' }); throw new Error('Eighth text'); const z = { detail: 'Ninth text' };",
		),
	).toEqual([
		'First text',
		'Second text',
		'Third … text',
		'Fourth text …',
		'Fifth text',
		'Sixth text: …',
		'text here',
		'Eighth text',
		'Ninth text',
	]);
});

/** Whether an export is a catalogue: functions by name, each of which makes a message and what to do. */
function isMessages(exported: unknown): exported is Catalogue {
	return (
		typeof exported === 'object' &&
		exported !== null &&
		Object.values(exported).length > 0 &&
		Object.values(exported).every(
			(make: unknown) => isMaker(make) && 'message' in fieldsIn(make(...gaps)),
		)
	);
}

const isMaker = (make: unknown): make is (...texts: string[]) => unknown =>
	typeof make === 'function';
const gaps = ['…', '…', '…', '…', '…', '…'];
