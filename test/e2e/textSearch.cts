/** Looks for texts that must not be anywhere in an n8n: in what its API shows, in its tables, in its files. */
import type { PrivateN8n } from '@host/privateN8n.cjs';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const pageSchema = z.object({ nextCursor: z.string().nullish() });

/** Those of the texts that the public API shows in the data of all executions; n8n must run. */
export async function inExecutions({ client }: PrivateN8n, texts: string[]): Promise<string[]> {
	const found = new Set<string>();
	for (let cursor: string | null | undefined = ''; typeof cursor === 'string'; ) {
		const search = new URLSearchParams({ includeData: 'true', ignoreDataSizeLimit: 'true' });
		search.set('limit', '50');
		if (cursor !== '') search.set('cursor', cursor);
		const page = await client.api('GET', `/executions?${search}`);
		const shown = JSON.stringify(page);
		for (const text of texts) if (shown.includes(text)) found.add(text);
		cursor = pageSchema.parse(page).nextCursor;
	}
	return texts.filter((text) => found.has(text));
}

/** Which table of the database holds which of the texts, data tables included. */
export function inTables(n8n: PrivateN8n, texts: string[]): Array<[table: string, text: string]> {
	const tables = n8n.query(`SELECT name FROM sqlite_master WHERE type = 'table'`);
	return tables.flatMap(({ name }) => {
		const content = JSON.stringify(n8n.query(`SELECT * FROM "${String(name)}"`));
		return texts
			.filter((text) => content.includes(text))
			.map((text): [string, string] => [String(name), text]);
	});
}

/** Which file below n8n's folder holds which of the texts, the log and the database included; packages are left out. */
export function inFiles(
	{ folder }: PrivateN8n,
	texts: string[],
): Array<[file: string, text: string]> {
	return readdirSync(folder, { withFileTypes: true, recursive: true })
		.filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
		.flatMap((entry) => {
			const content = readFileSync(path.join(entry.parentPath, entry.name));
			return texts
				.filter((text) => content.includes(text))
				.map((text): [string, string] => [entry.name, text]);
		});
}
