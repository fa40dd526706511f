/** Rows of the table of portals: as a person fills them in, and with everything that can be wrong with one. */
import type { Portal } from './portalFleet.cjs';

/** Copies of "read one portal", told apart by where the token is. */
export const readers = {
	env: 'readEnv',
	vars: 'readVars',
	vault: 'readVault',
	own: 'readOwn',
	strict: 'readStrict',
};

/** One row of the table of portals. */
export interface Row {
	name: string;
	portal_url: string;
	secret: string;
	enabled: boolean;
	workflow?: string;
	index?: string;
	last_success?: string;
	last_error?: string;
	failing_since?: string;
}

/** The name under which n8n knows a portal's token. */
export const secretOf = ({ name }: Portal): string => name.toUpperCase();

/** A row as a person fills it in. */
export function row(portal: Portal, more: Partial<Row> = {}): Row {
	const { name, url } = portal;
	return { name, portal_url: url, secret: secretOf(portal), enabled: true, ...more };
}

/** A row for a portal with a credential of its own: the row names its address all the same. */
export function ownRow(portal: Portal, more: Partial<Row> = {}): Row {
	return row(portal, { secret: '', workflow: readers.own, ...more });
}

/** A name that a person could have pasted from anywhere. */
const hostileName = 'Nowhere <!channel> https://evil.example\n*Event:* forged';

/**
 * Rows from which nothing may be delivered, each with what it says then.
 * @param any a portal that works
 * @param inVault one whose token is in the vault
 * @param own one with a credential of its own
 */
export function brokenRows(any: Portal, inVault: Portal, own: Portal): Array<[Row, RegExp]> {
	const twin: [Row, RegExp] = [row(any, { name: 'twin' }), /^Another row has the same name/];
	return [
		[
			row(any, { name: hostileName, portal_url: 'http://127.0.0.1:1' }),
			/^The portal 127\.0\.0\.1:1 refused the connection/,
		],
		[
			row(any, { name: 'no such secret', secret: 'MISSING' }),
			/^The API Token in the credential is empty/,
		],
		[
			row(inVault, { name: 'not in the vault', secret: 'MISSING', workflow: readers.vault }),
			/^n8n could not read the credential for this row/,
		],
		[
			row(any, {
				name: 'wrong host',
				portal_url: 'https://evil.example',
				workflow: readers.strict,
			}),
			/^The token was not sent: evil\.example is not a Proofpoint portal/,
		],
		// n8n selects a credential by itself when a playbook is imported: it may be another customer's.
		[
			ownRow(own, {
				name: 'with the credential of another',
				portal_url: 'https://globex.tessian-platform.com/0/events',
			}),
			/^The credential belongs to another portal.*Nothing was sent/,
		],
		// Without an address nobody can tell whose credential it is.
		[
			ownRow(own, { name: 'without an address', portal_url: ' ' }),
			/^The row has no portal_url\. Write the portal’s address into it.*Nothing was sent/,
		],
		twin,
		twin,
		[
			row(any, { name: 'no workflow', workflow: 'readNowhere' }),
			/^The workflow that reads this portal could not be started/,
		],
	];
}
