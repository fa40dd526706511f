/** All statements, and the judgement of one portal by them. */
import { safeText } from '@nodes/shared/core/outsideText';
import { accessStatements } from './accessStatements.cjs';
import { statusOf, type Evidence } from './evidence.cjs';
import { eventStatements } from './eventStatements.cjs';
import { listStatements } from './listStatements.cjs';
import { textsOf } from './names.cjs';
import { profileOf, type Profile } from './profile.cjs';
import { recordsOf, type RecordKind } from './recordKinds.cjs';
import { recordStatements } from './recordStatements.cjs';
import { isTokenGood, type Facts, type Result, type Statement } from './statement.cjs';

/** Every statement, in the order of the table. */
export const statements: readonly Statement[] = [
	...accessStatements,
	...listStatements,
	...eventStatements,
	...recordStatements,
];

/** A statement with what came of it. */
export interface Judged {
	id: string;
	statement: string;
	result: Result;
	seen: string;
	means: string;
}

export interface Judgement {
	rows: Judged[];
	profiles: Record<RecordKind, Profile>;
}

/** Longer than any sentence about what was seen. */
const LONGEST_SEEN = 600;

/**
 * Judges every statement.
 * @param token never shown, even if the portal gives it back
 */
export function judge(evidence: Evidence, token: string): Judgement {
	const profile = (kind: RecordKind) => profileOf(kind, recordsOf(evidence, kind));
	const profiles: Record<RecordKind, Profile> = {
		events: profile('events'),
		groups: profile('groups'),
		group: profile('group'),
		monitoredUsers: profile('monitoredUsers'),
		anomalies: profile('anomalies'),
		audits: profile('audits'),
		companyRisk: profile('companyRisk'),
	};
	const facts: Facts = { evidence, profiles, texts: textsOf(evidence, token) };
	const rows = statements.map(({ id, says, why, judge: look }) => {
		const { result, seen, means } = look(facts);
		const safe = safeText(seen, [token], LONGEST_SEEN);
		return { id, statement: says, result, seen: safe, means: means ?? why };
	});
	return { rows, profiles };
}

/** How many of each result. */
export function countOf(rows: readonly Judged[]): Record<Result, number> {
	const count = (result: Result) => rows.filter((row) => row.result === result).length;
	return { holds: count('holds'), differs: count('differs'), unknown: count('unknown') };
}

/**
 * Why nothing could be read at all, and what to do; `undefined` where something was. Then no statement is judged:
 * this is no portal that differs, but none that answers.
 */
export function whyUnreadable(evidence: Evidence): string | undefined {
	const first = evidence.looks[0];
	if (first?.sight.kind !== 'answer') {
		const { sight } = first ?? { sight: undefined };
		const code = sight?.kind === 'none' ? sight.code : undefined;
		if (sight?.kind === 'none' && sight.why === 'tooLarge') {
			return 'The portal’s first answer was larger than any that the API can give. Is this the portal, or something in between?';
		}
		return networkWords(code);
	}
	const { status, form } = first.sight;
	if (status >= 300 && status < 400) {
		return `The portal redirects to another address (${status}), and the token is never sent along. Take the address that the browser shows in the end as PROOFPOINT_PORTAL_URL.`;
	}
	if (status === 401) {
		return 'The portal did not accept the API token (401). Create a new one under Integrations > Security Integrations > Proofpoint API.';
	}
	if (status === 407) return 'A proxy in between wants a login (407). Ask whoever runs it.';
	if (isTokenGood(evidence)) return undefined;
	if (status === 403) {
		return 'The portal refused every list (403). It does not say which it is: the token is wrong or deleted, its owner has no permission, or the API is not enabled for this portal.';
	}
	if (status === 404) {
		return 'This host does not know the Proofpoint API (404). PROOFPOINT_PORTAL_URL must be the host of your own portal.';
	}
	if (status === 429)
		return 'The rate limit is exceeded (429), and stayed so. Run this again later.';
	if (status >= 500) return `The portal reported a server error (${status}). Run this again later.`;
	const all = evidence.looks.flatMap(({ sight }) => (sight.kind === 'answer' ? [sight] : []));
	if (status < 300 && form === 'html' && all.every((answer) => answer.form !== 'json')) {
		return `A web page came in place of the API’s answer (status ${status}): from a proxy, a firewall or a sign-in. Try from another network, or ask whoever runs it.`;
	}
	return all.some((answer) => answer.status < 300 && answer.form === 'json')
		? undefined
		: `The answers cannot be read (status ${statusOf(first)}). Is this the portal, or something in between?`;
}

function networkWords(code = 'UNKNOWN'): string {
	if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
		return `The name of the portal’s host is not known (${code}). Check PROOFPOINT_PORTAL_URL and the network.`;
	}
	if (code === 'ECONNREFUSED') {
		return `Nothing listens at the portal’s address (${code}). Check PROOFPOINT_PORTAL_URL.`;
	}
	if (code === 'ETIMEDOUT' || code.includes('TIMEOUT')) {
		return `The portal did not respond in time (${code}). Check the network, and HTTPS_PROXY if you need a proxy.`;
	}
	if (/CERT|SSL|TLS|SIGNED|VERIFY|ISSUER/.test(code)) {
		return `The certificate of the portal’s host was not accepted (${code}). With an own certificate authority set NODE_EXTRA_CA_CERTS.`;
	}
	return `The portal was not reached (${code}). Check PROOFPOINT_PORTAL_URL and the network, and HTTPS_PROXY if you need a proxy.`;
}
