import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';
import { n8nPackageFolder } from './places.cjs';

/** What not every n8n can do: looked up in its package, not concluded from its version. */
export const n8nFeatures = {
	/** `publish:workflow`; before there was `update:workflow --active=true`. */
	publishCommand: has('dist/commands/publish/workflow.js'),
	/** Poll state that is committed together with the execution that carries the items. */
	durableCursors: has('dist/workflows/triggers/poll-cursor.service.js'),
	/** A new workflow keeps the id that the editor sends with it. */
	editorGivesIds: has('../@n8n/api-types/dist/dto/workflows/create-workflow.dto.js'),
};

const workflowPackage = z.object({
	NodeApiError: z.custom<new (node: object, cause: Error) => Error>(
		(value) => typeof value === 'function',
	),
});

/**
 * Whether n8n's own errors still know what caused them. Where they do not (1.x), n8n's credential test does not find
 * the answer's status and shows words of its own in place of the credential's.
 */
export function errorsKnowTheirCause(): boolean {
	const load = createRequire(path.join(n8nPackageFolder, 'package.json'));
	const { NodeApiError } = workflowPackage.parse(load('n8n-workflow'));
	return new NodeApiError({}, new Error('cause')).cause !== undefined;
}

/** Those of the named modules that this n8n has; it refuses to start when it is told to leave out one that it has not. */
export function knownModules(names: readonly string[]): string[] {
	return names.filter((name) => has(path.join('dist/modules', name)));
}

function has(file: string): boolean {
	return existsSync(path.join(n8nPackageFolder, file));
}
