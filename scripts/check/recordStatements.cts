/** What holds for the records themselves: their fields, types, values and times, compared with the contract. */
import { sortableTime } from '@nodes/shared/core/timestamp';
import type { Evidence } from './evidence.cjs';
import { pagesOf } from './evidence.cjs';
import { knownValues } from './knownValues.cjs';
import { shownNames } from './names.cjs';
import { fieldsOf, namesOfKinds, recordsOf, schemas, type RecordKind } from './recordKinds.cjs';
import {
	differs,
	holds,
	many,
	unknown,
	whyNot,
	type Facts,
	type Statement,
	type Verdict,
} from './statement.cjs';

const kinds: RecordKind[] = [
	'events',
	'groups',
	'group',
	'monitoredUsers',
	'anomalies',
	'audits',
	'companyRisk',
];

/** How many names a sentence lists. */
const MOST_LISTED = 8;

export const recordStatements: Statement[] = kinds.flatMap((kind) => {
	const records = namesOfKinds[kind];
	return [
		{
			id: `${kind}.types`,
			says: `${capital(records)} have the fields that the contract wants, with their types`,
			why: 'Filters, simplified records and the trigger read them; everything else passes through untouched.',
			judge: (facts: Facts) => types(facts, kind),
		},
		{
			id: `${kind}.newFields`,
			says: `${capital(records)} have no field that the contract does not know`,
			why: 'New fields are normal, and pass through untouched.',
			judge: (facts: Facts) => newFields(facts, kind),
		},
		{
			id: `${kind}.coverage`,
			says: `Every field that the contract knows of ${records} was seen`,
			why: 'What never came could not be compared.',
			judge: (facts: Facts) => coverage(facts, kind),
		},
		...(knownValues[kind] === undefined
			? []
			: [
					{
						id: `${kind}.values`,
						says: `${capital(records)} have no value that the contract does not know, where it knows a list`,
						why: 'New values are normal, and pass through untouched.',
						judge: (facts: Facts) => values(facts, kind),
					},
				]),
		...(kind === 'group'
			? []
			: [
					{
						id: `${kind}.times`,
						says:
							kind === 'companyRisk'
								? 'Risk scores have plain dates'
								: `Times of ${records} are UTC with 0 or 6 digits after the second`,
						why: 'They are compared to the microsecond.',
						judge: (facts: Facts) => times(facts, kind),
					},
				]),
	];
});

function capital(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Where no record of a kind came. */
function none(evidence: Evidence, kind: RecordKind): Verdict {
	return unknown(
		pagesOf(evidence, kind).length > 0
			? `there are no ${namesOfKinds[kind]}`
			: whyNot(evidence, `${kind}.first`),
	);
}

function listed(texts: string[]): string {
	const rest = texts.length - MOST_LISTED;
	return [...texts.slice(0, MOST_LISTED), ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
}

function types({ evidence, profiles }: Facts, kind: RecordKind): Verdict {
	const { records, faults } = profiles[kind];
	if (records === 0) return none(evidence, kind);
	if (faults.size === 0) return holds(many(records, 'record'));
	const sorted = [...faults].sort(([, one], [, other]) => other - one);
	return differs(
		listed(sorted.map(([fault, times]) => `${fault} (${times} of ${records})`)),
		'Records come all the same, but filters and simplified records may lack something: please report it.',
	);
}

function newFields({ evidence, profiles, texts }: Facts, kind: RecordKind): Verdict {
	const profile = profiles[kind];
	if (profile.records === 0) return none(evidence, kind);
	if (profile.unknown.size === 0) return holds(many(profile.records, 'record'));
	return differs(
		`${profile.unknown.size}: ${shownNames(profile.unknown, texts)}`,
		'They pass through untouched. Please report them, so that they become part of the contract.',
	);
}

function coverage({ evidence, profiles }: Facts, kind: RecordKind): Verdict {
	const { records, neverSeen, fields } = profiles[kind];
	if (records === 0) return none(evidence, kind);
	if (neverSeen.length === 0) return holds(many(fields.size, 'field'));
	return unknown(`never seen: ${listed(neverSeen)}`);
}

function values({ evidence, profiles }: Facts, kind: RecordKind): Verdict {
	const profile = profiles[kind];
	if (profile.records === 0) return none(evidence, kind);
	const odd: string[] = [];
	let seen = 0;
	for (const path of Object.keys(knownValues[kind] ?? {})) {
		const field = profile.fields.get(path);
		if (!field) continue;
		seen += Object.keys(field.values).length;
		if (field.otherValues > 0) odd.push(`${path} (${field.otherValues} times)`);
	}
	if (odd.length === 0) return holds(many(seen, 'known value'));
	return differs(
		`others in ${listed(odd)}`,
		'They pass through untouched. A filter that offers a list of values takes others by an expression. Please report it.',
	);
}

const timeNames =
	/(?:_at|_time|_ping|_check|_period_start|_period_end|^last_connection|^last_upload_stored|^timestamp|^user_created)$/;

function times({ evidence, profiles }: Facts, kind: RecordKind): Verdict {
	const profile = profiles[kind];
	if (profile.records === 0) return none(evidence, kind);
	const wanted = kind === 'companyRisk' ? ['date'] : ['time, whole seconds', 'time, 6 digits'];
	const seen = new Map<string, number>();
	const odd: string[] = [];
	for (const [path, { forms }] of profile.fields) {
		if (!timeNames.test(path.split('.').at(-1) ?? '')) continue;
		for (const [form, count] of Object.entries(forms)) {
			seen.set(form, (seen.get(form) ?? 0) + count);
			if (!wanted.includes(form)) odd.push(`${path}: ${form} (${count} times)`);
		}
	}
	if (odd.length > 0) {
		return differs(
			listed(odd),
			areReadable(evidence, kind)
				? 'Nothing: the nodes read them all the same.'
				: 'Such times cannot be compared: records with them are never left out. Please report it.',
		);
	}
	if (seen.size === 0) return unknown('no time came');
	return holds([...seen].map(([form, count]) => `${form} ${count}`).join(', '));
}

/** Whether the package's own reader understands every time of the top level. */
function areReadable(evidence: Evidence, kind: RecordKind): boolean {
	const names = [...fieldsOf(schemas[kind]).keys()].filter((name) => timeNames.test(name));
	return recordsOf(evidence, kind).every((record) =>
		names.every(
			(name) => typeof record[name] !== 'string' || sortableTime(record[name]) !== undefined,
		),
	);
}
