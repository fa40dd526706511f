import type { Permission } from '@nodes/shared/api/endpoints';
import { hash, hashText, Random } from './random.cjs';

export const allPermissions: readonly Permission[] = [
	'Action Quarantined Emails',
	'Audit Trail',
	'Groups',
	'Security Events',
	'User Monitoring',
];

/** An API token with the permissions of the user who owns it. */
export interface Token {
	name: string;
	secret: string;
	permissions: readonly Permission[];
}

/** The tokens of the portal. Their secrets follow from the seed and the name. */
export class Tokens {
	private readonly tokens = new Map<string, Token>();

	constructor(private readonly seed: number) {}

	/** Creates a token, or gives one new permissions. @returns it */
	put(name: string, permissions: readonly Permission[]): Token {
		const secret = new Random(hash(this.seed, hashText(name)), 0x70c).hex(40);
		const token = { name, secret, permissions };
		this.tokens.set(name, token);
		return token;
	}

	/** Deletes a token: from now on it is a wrong one. @returns false when there is none */
	delete(name: string): boolean {
		return this.tokens.delete(name);
	}

	/** @returns the token behind an `Authorization` header; `null` for none in it, undefined for a wrong one */
	fromHeader(header: string | undefined): Token | null | undefined {
		const secret = /^API-Token (.+)$/.exec(header ?? '')?.[1];
		if (secret === undefined) return null;
		return [...this.tokens.values()].find((token) => token.secret === secret);
	}

	/** @returns the secret of each token by its name */
	secrets(): Record<string, string> {
		return Object.fromEntries([...this.tokens].map(([name, { secret }]) => [name, secret]));
	}
}
