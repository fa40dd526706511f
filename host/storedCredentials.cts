import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { Credential } from './workflow.cjs';

const configSchema = z.object({ encryptionKey: z.string() });

/**
 * Stores credentials in the SQLite database of an n8n, whether its server runs or not, as the command `import:credentials` does:
 * one that is there is replaced. That command is a whole n8n process, 3 seconds of a core; this takes milliseconds.
 * Throws where the database has no owner.
 */
export function storeCredentials(userFolder: string, credentials: readonly Credential[]): void {
	const folder = path.join(userFolder, '.n8n');
	const config: unknown = JSON.parse(readFileSync(path.join(folder, 'config'), 'utf8'));
	const { encryptionKey } = configSchema.parse(config);
	const database = new DatabaseSync(path.join(folder, 'database.sqlite'), { timeout: 30_000 });
	try {
		const owner = database
			.prepare("SELECT projectId FROM project_relation WHERE role = 'project:personalOwner'")
			.get();
		if (owner?.projectId === undefined) throw new Error('This n8n has no owner yet');
		const store = database.prepare(
			`INSERT INTO credentials_entity (id, name, type, data) VALUES (?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET name = excluded.name, type = excluded.type, data = excluded.data`,
		);
		const own = database.prepare(
			`INSERT INTO shared_credentials (credentialsId, projectId, role) VALUES (?, ?, 'credential:owner')
			ON CONFLICT DO NOTHING`,
		);
		database.exec('BEGIN IMMEDIATE');
		for (const { id, name, type, data } of credentials) {
			store.run(id, name, type, encrypted(JSON.stringify(data), encryptionKey));
			own.run(id, owner.projectId);
		}
		database.exec('COMMIT');
	} finally {
		database.close();
	}
}

/** As n8n encrypts with its instance key: the format of `openssl enc -aes-256-cbc -md md5`, in Base64. */
function encrypted(text: string, password: string): string {
	const salt = randomBytes(8);
	const secret = Buffer.concat([Buffer.from(password, 'binary'), salt]);
	const digest = (before: Buffer) =>
		createHash('md5')
			.update(Buffer.concat([before, secret]))
			.digest();
	const one = digest(Buffer.alloc(0));
	const two = digest(one);
	const cipher = createCipheriv('aes-256-cbc', Buffer.concat([one, two]), digest(two));
	const body = Buffer.concat([cipher.update(text), cipher.final()]);
	return Buffer.concat([Buffer.from('Salted__'), salt, body]).toString('base64');
}
