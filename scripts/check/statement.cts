/** A statement about the API, and how to tell from what was read whether it holds. */
import { endpoints, type ListEndpointName, type Permission } from '@nodes/shared/api/endpoints';
import { goodBody, lookAt, pagesOf, statusOf, type Evidence, type Look } from './evidence.cjs';
import type { Profile } from './profile.cjs';
import type { RecordKind } from './recordKinds.cjs';

export type Result = 'differs' | 'holds' | 'unknown';

export interface Verdict {
	result: Result;
	/** What was seen, in numbers and in names of the contract: never anything from the data. */
	seen: string;
	/** What it means for the user; by default the statement's own {@link Statement.why}. */
	means?: string;
}

/** What the judges look at. */
export interface Facts {
	evidence: Evidence;
	profiles: Record<RecordKind, Profile>;
	/** Texts of the data: no name that is shown may be one of them. */
	texts: ReadonlySet<string>;
}

export interface Statement {
	/** Stays the same from version to version: reports are compared by it. */
	id: string;
	says: string;
	/** What the nodes make of it. */
	why: string;
	judge(facts: Facts): Verdict;
}

export const holds = (seen: string, means?: string): Verdict => verdict('holds', seen, means);
export const differs = (seen: string, means?: string): Verdict => verdict('differs', seen, means);
export const unknown = (seen: string, means?: string): Verdict => verdict('unknown', seen, means);

function verdict(result: Result, seen: string, means: string | undefined): Verdict {
	return { result, seen, ...(means === undefined ? {} : { means }) };
}

/** What the lists are called, with their paths: an ID in a path is never shown. */
export function titleOf(list: ListEndpointName): string {
	return endpoints[list].path;
}

function permissionOf(list: ListEndpointName): Permission {
	return endpoints[list].permission;
}

/** Whether any list answered in JSON: then the token is a good one, and a 403 means a permission. */
export function isTokenGood({ looks }: Evidence): boolean {
	return looks.some((look) => look.list !== undefined && goodBody(look) !== undefined);
}

/** Why a look says nothing about what it was meant for; in plain words. */
export function whyNot(evidence: Evidence, name: string): string {
	const look = lookAt(evidence, name);
	if (look) return absenceOf(evidence, look);
	const list = listIn(name);
	const first = list && lookAt(evidence, `${list}.first`);
	if (first && statusOf(first) !== 200) return absenceOf(evidence, first);
	if (list === 'group') return 'no group could be read';
	return first && pagesOf(evidence, first.list ?? 'events').length === 0
		? absenceOf(evidence, first)
		: 'not asked: the answers before it gave no way to';
}

function listIn(name: string): ListEndpointName | undefined {
	const list = name.split('.')[0];
	const names: ListEndpointName[] = [
		'events',
		'groups',
		'group',
		'monitoredUsers',
		'anomalies',
		'audits',
		'companyRisk',
	];
	return names.find((known) => known === list);
}

function absenceOf(evidence: Evidence, { sight, list }: Look): string {
	if (sight.kind === 'none') {
		switch (sight.why) {
			case 'budget':
				return 'the requests of this run were used up';
			case 'time':
				return 'the portal asked for a longer wait than a run may take';
			case 'tooLarge':
				return 'the answer was larger than any that the API can give';
			case 'network':
				return `no answer (${sight.code ?? 'network'})`;
		}
	}
	const { status, form } = sight;
	if (status === 403 && list !== undefined && isTokenGood(evidence)) {
		return `403: the token has no permission “${permissionOf(list)}”`;
	}
	if (status === 429) return '429: the rate limit was exceeded';
	if (status >= 300 && status < 400) return `a redirect (${status}), which is never followed`;
	if (status < 300 && form === 'html') {
		return `a web page under the status ${status}: from a proxy, a firewall or a sign-in`;
	}
	if (status < 300 && form === 'truncated') return 'the answer was cut off';
	if (status < 300 && form !== 'json') return `no JSON under the status ${status}`;
	if (status < 300) return 'the answer is not the documented one';
	if (status >= 500) return `${status}: an error of the portal’s own`;
	return `status ${status}`;
}

/** `1 page`, `3,000 events`. */
export function many(count: number, one: string, several = `${one}s`): string {
	return `${count.toLocaleString('en-US')} ${count === 1 ? one : several}`;
}
