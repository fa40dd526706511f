/**
 * The report: made to be attached to an issue, so nothing of the data is in it. Numbers, types and forms, names of
 * fields, and values that the contract knows. No host, no token, no checkpoint.
 */
import type { Evidence } from './evidence.cjs';
import { pageOf } from './evidence.cjs';
import { countOf, type Judgement } from './judge.cjs';
import type { FieldProfile, Profile } from './profile.cjs';

/** What the report says of the circumstances. */
export interface Circumstances {
	/** Version of the package. */
	version: string;
	/** Kind of host: its name is not told. */
	portal: 'custom host' | 'loopback host' | 'Proofpoint’s own host' | 'the simulator';
	requests: number;
	mostRequests: number;
}

/** The report's text. */
export function reportOf(
	{ rows, profiles }: Judgement,
	evidence: Evidence,
	{ version, portal, requests, mostRequests }: Circumstances,
): string {
	const report = {
		about:
			'npm run check of n8n-nodes-proofpoint: which statements about the API hold. No personal data, no host, no token.',
		version,
		node: process.version,
		portal,
		requests: { sent: requests, most: mostRequests },
		summary: countOf(rows),
		statements: rows,
		answers: evidence.looks.map((look) => {
			const { sight } = look;
			if (sight.kind === 'none') return { request: look.name, none: sight.why, code: sight.code };
			const page = pageOf(look);
			return {
				request: look.name,
				status: sight.status,
				body: sight.form,
				...(page === undefined ? {} : { records: page.records.length, more: page.more }),
			};
		}),
		records: Object.fromEntries(
			Object.entries(profiles).map(([kind, profile]) => [kind, fieldsIn(profile)]),
		),
	};
	return `${JSON.stringify(report, undefined, '\t')}\n`;
}

function fieldsIn({ records, fields, unknown, neverSeen }: Profile) {
	return {
		records,
		// Their names are told with the statement, where they may be.
		unknownFields: unknown.size,
		neverSeen,
		fields: Object.fromEntries(
			[...fields]
				.sort(([one], [other]) => (one < other ? -1 : 1))
				.map(([path, field]) => [path, partsOf(field)]),
		),
	};
}

/** Without what is empty. */
function partsOf({ seen, types, forms, lengths, values, otherValues }: FieldProfile) {
	const isSomething = (counts: Record<string, number>) => Object.keys(counts).length > 0;
	return {
		seen,
		types,
		...(isSomething(forms) ? { forms } : {}),
		...(lengths === undefined ? {} : { lengths }),
		...(isSomething(values) ? { values } : {}),
		...(otherValues === 0 ? {} : { otherValues }),
	};
}
