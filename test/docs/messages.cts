/**
 * The messages that a user can see, read from the sources: what `nodes/` and `credentials/` put into errors and
 * into n8n's log. Read from the syntax tree, so that a new message cannot be forgotten.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import ts from 'typescript';

/** Stands for what is filled in when the message is made. */
export const GAP = '…';

/** Functions whose first text is a message. */
const makers = new Set([
	'badParameter',
	'hint',
	'info',
	'refusal',
	'refuse',
	'refuseAs',
	'unusableProxy',
	'UserError',
	'NodeOperationError',
	'warn',
]);

export interface Message {
	/** The text, with {@link GAP} where something is filled in. */
	text: string;
	file: string;
}

/** Every message below the folders, without repetitions. */
export function messagesBelow(root: string, folders: string[]): Message[] {
	const found = new Map<string, Message>();
	for (const folder of folders) {
		for (const name of readdirSync(path.join(root, folder), {
			recursive: true,
			encoding: 'utf8',
		})) {
			if (!name.endsWith('.ts')) continue;
			const file = path.join(folder, name);
			for (const text of messagesIn(file, readFileSync(path.join(root, file), 'utf8'))) {
				if (/[A-Za-z]{4}/.test(text) && !found.has(text)) found.set(text, { text, file });
			}
		}
	}
	return [...found.values()];
}

/** The messages of one source file. */
export function messagesIn(name: string, source: string): string[] {
	const found: string[] = [];
	const visit = (node: ts.Node): void => {
		if (
			ts.isPropertyAssignment(node) &&
			['errorMessage', 'message', 'notices'].includes(node.name.getText())
		) {
			found.push(...textsOf(node.initializer));
		}
		if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
			const callee = node.expression;
			const called = ts.isPropertyAccessExpression(callee) ? callee.name.text : callee.getText();
			const text = (node.arguments ?? []).map(textsOf).find((texts) => texts.length > 0);
			if (makers.has(called) && text) found.push(...text);
		}
		ts.forEachChild(node, visit);
	};
	visit(ts.createSourceFile(name, source, ts.ScriptTarget.Latest, true));
	return found.map((text) => text.replace(/…+/g, GAP));
}

/** The texts that an expression can be; none where it is not written as a text. */
function textsOf(node: ts.Expression): string[] {
	if (ts.isStringLiteralLike(node)) return [node.text];
	if (ts.isConditionalExpression(node))
		return [...textsOf(node.whenTrue), ...textsOf(node.whenFalse)];
	if (ts.isArrayLiteralExpression(node)) return node.elements.flatMap(textsOf);
	if (ts.isParenthesizedExpression(node)) return textsOf(node.expression);
	if (ts.isTemplateExpression(node)) {
		return [
			[node.head.text, ...node.templateSpans.map((span) => `${GAP}${span.literal.text}`)].join(''),
		];
	}
	// `There is no group …`.trim()
	if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
		return textsOf(node.expression.expression);
	}
	return [];
}
