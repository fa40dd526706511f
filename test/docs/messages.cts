/**
 * Texts that a person would read at run time, written where no catalogue knows of them: read from the syntax tree of the
 * sources, so that a message cannot bypass `docs/troubleshooting.md`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import ts from 'typescript';

/** Functions that show a text: in errors, in hints and in n8n's log. */
const makers = new Set([
	'addExecutionHints',
	'ApplicationError',
	'badParameter',
	'debug',
	'Error',
	'error',
	'hint',
	'info',
	'NodeApiError',
	'NodeOperationError',
	'OperationalError',
	'refusal',
	'refuse',
	'UnexpectedError',
	'UserError',
	'warn',
	'withMore',
]);
/** Properties whose text is shown. */
const shown = new Set(['detail', 'errorMessage', 'hint', 'message', 'notices']);

/** A catalogue: messages may be written there, and nowhere else. */
export function isCatalogue(file: string): boolean {
	return /(?:^|\/)words(?:\/[^/]+)?\.ts$/.test(file);
}

/** Every source file below the folders. */
export function sourcesBelow(root: string, folders: string[]): string[] {
	return folders.flatMap((folder) =>
		readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
			.filter((name) => name.endsWith('.ts'))
			.map((name) => path.join(folder, name)),
	);
}

/** The texts that one file shows without a catalogue. */
export function looseTexts(root: string, file: string): string[] {
	return looseTextsIn(file, readFileSync(path.join(root, file), 'utf8'));
}

/** The same for a source text. */
export function looseTextsIn(name: string, source: string): string[] {
	const found: string[] = [];
	const visit = (node: ts.Node): void => {
		if (ts.isPropertyAssignment(node)) {
			const property = node.name.getText();
			// Hints of a description stand on the page by themselves.
			if (property === 'hints' && name.endsWith('.node.ts')) return;
			if (shown.has(property)) found.push(...textsOf(node.initializer));
		}
		if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
			const callee = node.expression;
			const called = ts.isPropertyAccessExpression(callee) ? callee.name.text : callee.getText();
			if (makers.has(called)) {
				for (const argument of node.arguments ?? []) found.push(...textsOf(argument));
			}
		}
		ts.forEachChild(node, visit);
	};
	visit(ts.createSourceFile(name, source, ts.ScriptTarget.Latest, true));
	return found.filter((text) => /\p{L}{2}.*\s.*\p{L}{2}/su.test(text));
}

/** The texts that an expression can be; none where it is not written as a text. */
function textsOf(node: ts.Expression): string[] {
	if (ts.isStringLiteralLike(node)) return [node.text];
	if (ts.isConditionalExpression(node)) {
		return [...textsOf(node.whenTrue), ...textsOf(node.whenFalse)];
	}
	if (ts.isBinaryExpression(node)) return [...textsOf(node.left), ...textsOf(node.right)];
	if (ts.isArrayLiteralExpression(node)) return node.elements.flatMap(textsOf);
	if (ts.isParenthesizedExpression(node)) return textsOf(node.expression);
	if (ts.isTemplateExpression(node)) {
		return [
			[node.head.text, ...node.templateSpans.map(({ literal }) => `…${literal.text}`)].join(''),
		];
	}
	// A text that is trimmed, joined, and the like.
	if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
		return textsOf(node.expression.expression);
	}
	return [];
}
