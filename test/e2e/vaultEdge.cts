/**
 * A vault for n8n's external secrets, as a hook file of n8n (`EXTERNAL_HOOK_FILES`): `$secrets.vault.<name>` is what the
 * environment variable `VAULT_EDGE` holds as JSON. n8n connects to real vaults with an Enterprise license only.
 */
import { createRequire } from 'node:module';
import { z } from 'zod';

interface Secrets {
	hasProvider(provider: string): boolean;
	getProviderNames(): string[];
	hasSecret(provider: string, name: string): boolean;
	getSecret(provider: string, name: string): string | undefined;
	getSecretNames(provider: string): string[];
}
interface Core {
	ExternalSecretsProxy: new () => { setManager(manager: Secrets): void };
}
interface Injection {
	Container: { get<Thing>(type: new () => Thing): Thing };
}

const secrets = z.record(z.string(), z.string()).parse(JSON.parse(process.env.VAULT_EDGE ?? '{}'));

const isModule = (value: unknown): boolean => typeof value === 'object' && value !== null;

async function openVault(): Promise<void> {
	// The very modules that this n8n has loaded.
	const ofN8n = createRequire(process.argv[1] ?? '');
	const { ExternalSecretsProxy } = z.custom<Core>(isModule).parse(ofN8n('n8n-core'));
	const { Container } = z.custom<Injection>(isModule).parse(ofN8n('@n8n/di'));
	Container.get(ExternalSecretsProxy).setManager({
		hasProvider: (provider) => provider === 'vault',
		getProviderNames: () => ['vault'],
		hasSecret: (_provider, name) => name in secrets,
		getSecret: (_provider, name) => secrets[name],
		getSecretNames: () => Object.keys(secrets),
	});
}

/** What n8n calls once it is ready. */
export const n8n = { ready: [openVault] };
