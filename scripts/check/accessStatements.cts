/** What holds for every request: who is let in, what refusals look like, and which headers come along. */
import { textOf } from '@nodes/shared/core/eventRecord';
import { endpoints, type ListEndpointName, type Permission } from '@nodes/shared/api/endpoints';
import { isRecord } from '@nodes/shared/core/eventRecord';
import {
	lookAt,
	pageOf,
	pagesOf,
	statusOf,
	toldStatus,
	type Evidence,
	type Look,
} from './evidence.cjs';
import { dates, rateLimit } from './headers.cjs';
import { shownNames } from './names.cjs';
import {
	differs,
	holds,
	isTokenGood,
	many,
	unknown,
	whyNot,
	type Facts,
	type Statement,
	type Verdict,
} from './statement.cjs';

/** Fields of a problem by RFC 9457. */
const problem = ['type', 'title', 'status', 'detail'];

export const accessStatements: Statement[] = [
	{
		id: 'access.permissions',
		says: 'The token may read all lists',
		why: 'A node whose permission is missing answers 403. “Action Quarantined Emails” shows only when something is done.',
		judge: ({ evidence }) => permissions(evidence),
	},
	refusal('access.noToken', 401, 'Without a token'),
	refusal('access.wrongToken', 403, 'With a wrong token'),
	refusal('access.unknownPath', 404, 'An unknown path'),
	refusal('group.unknown', 404, 'An unknown group'),
	...([400, 401, 403, 404] as const).map(
		(status): Statement => ({
			id: `errors.${status}`,
			says: `A ${status} comes as application/problem+json {${problem.join(', ')}}`,
			why: 'The nodes show its words where there are some, and take any other shape as well.',
			judge: (facts) => errorShape(facts, status),
		}),
	),
	{
		id: 'headers.date',
		says: 'Every answer has a Date header, and its time is that of this machine',
		why: 'Waits that are given as dates are measured against it. Times of events are the portal’s.',
		judge: ({ evidence }) => dates(evidence),
	},
	{
		id: 'headers.rateLimit',
		says: 'The rate limit is told in headers that the nodes read',
		why: 'So they slow down before they are refused.',
		judge: ({ evidence }) => rateLimit(evidence),
	},
	{
		id: 'companyRisk.served',
		says: 'Company risk is still served, although Proofpoint has announced its end',
		why: 'Only the node Proofpoint Company Risk reads it.',
		judge: ({ evidence }) => {
			const look = lookAt(evidence, 'companyRisk.first');
			const status = statusOf(look);
			if (status === 404 || status === 410) {
				return differs(
					`${status}: it is gone, as announced`,
					'The node Proofpoint Company Risk has nothing to read any more.',
				);
			}
			const page = pageOf(look);
			return page ? holds('yes') : unknown(whyNot(evidence, 'companyRisk.first'));
		},
	},
	{
		id: 'audits.order',
		says: 'Audit entries come oldest first',
		why: 'The trigger goes along them and never back.',
		judge: ({ evidence }) => auditOrder(evidence),
	},
	{
		id: 'audits.end',
		says: 'Asked from the last audit entry on, the API answers later ones only',
		why: 'This is how the trigger follows the audit trail.',
		judge: ({ evidence }) => auditEnd(evidence),
	},
];

function refusal(name: string, wanted: number, what: string): Statement {
	return {
		id: name,
		says: `${what} is refused with ${wanted}`,
		why: 'The nodes tell from it what to do.',
		judge: ({ evidence }) => {
			const status = toldStatus(lookAt(evidence, name));
			// Not let in at all, nobody is told whether something is there.
			const isShut = wanted === 404 && status !== undefined && isClosedDoor(status);
			if (status === undefined || status === 429 || status >= 500 || isShut) {
				return unknown(whyNot(evidence, name));
			}
			if (status === wanted) return holds(String(status));
			return differs(
				`status ${status}`,
				status < 300
					? 'It is not refused at all. Is this the portal itself, or something in between?'
					: 'The node’s message names another cause than the true one.',
			);
		},
	};
}

/** No permission, or a redirect: to a sign-in, maybe. */
function isClosedDoor(status: number): boolean {
	return status === 403 || (status >= 300 && status < 400);
}

const lists = [
	'events',
	'groups',
	'monitoredUsers',
	'audits',
] as const satisfies ListEndpointName[];

function permissions(evidence: Evidence): Verdict {
	const [given, missing, untold] = [
		new Set<Permission>(),
		new Set<Permission>(),
		new Set<Permission>(),
	];
	for (const list of lists) {
		const status = statusOf(lookAt(evidence, `${list}.first`));
		const { permission } = endpoints[list];
		(status === 200 ? given : status === 403 ? missing : untold).add(permission);
	}
	const quoted = (names: Set<Permission>) => [...names].join(', ');
	if (missing.size > 0 && isTokenGood(evidence)) {
		return unknown(
			`no permission: ${quoted(missing)}`,
			'What needs it could not be told. If you want those nodes, give it to the owner of the token.',
		);
	}
	if (given.size < lists.length)
		return unknown(`not told: ${quoted(new Set([...untold, ...missing]))}`);
	return holds(quoted(given));
}

/** All answers with a status, of any request. */
function answersWith(evidence: Evidence, status: number): Look[] {
	return evidence.looks.filter((look) => statusOf(look) === status);
}

const mediaTypes = ['application/problem+json', 'application/json', 'text/html', 'text/plain'];

function errorShape({ evidence, texts }: Facts, status: number): Verdict {
	const looks = answersWith(evidence, status);
	if (looks.length === 0) return unknown(`no ${status} came`);
	const odd: string[] = [];
	for (const { sight } of looks) {
		if (sight.kind !== 'answer') continue;
		const given = sight.headers['content-type'];
		const media = (textOf(given) ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
		const type =
			mediaTypes.find((known) => known === media) ?? (media === '' ? 'no type' : 'another type');
		const names = isRecord(sight.body) ? Object.keys(sight.body).slice(0, 50) : undefined;
		const isProblem =
			names?.includes('title') === true && names.every((name) => problem.includes(name));
		if (type === 'application/problem+json' && isProblem) continue;
		const shown = names && shownNames(names, texts);
		odd.push(`${type}, ${shown === undefined ? formNames[sight.form] : `{${shown}}`}`);
	}
	if (odd.length === 0) return holds(many(looks.length, 'answer'));
	return differs(
		`${odd.length} of ${many(looks.length, 'answer')}: ${[...new Set(odd)].slice(0, 3).join('; ')}`,
		'Nothing: messages say less of what the portal said. Please report it.',
	);
}

const formNames = {
	empty: 'an empty body',
	html: 'a web page',
	json: 'JSON that is no object',
	text: 'text',
	truncated: 'half of a JSON text',
};

function auditOrder(evidence: Evidence): Verdict {
	const page = pageOf(lookAt(evidence, 'audits.whole'));
	if (!page) return unknown(whyNot(evidence, 'audits.whole'));
	const times = page.records.flatMap(({ timestamp }) =>
		typeof timestamp === 'string' ? [timestamp] : [],
	);
	if (times.length < 2) return unknown('there are fewer than two');
	const wrong = times.filter((time, at) => at > 0 && time < (times[at - 1] ?? '')).length;
	return wrong === 0
		? holds(many(times.length, 'entry', 'entries'))
		: differs(
				`${wrong} of ${many(times.length, 'entry', 'entries')} are older than the one before`,
				'Entries may be missed or come twice: please report it.',
			);
}

function auditEnd(evidence: Evidence): Verdict {
	const whole = pageOf(lookAt(evidence, 'audits.whole'));
	const page = pageOf(lookAt(evidence, 'audits.poll'));
	if (!page) {
		if (whole?.more) return unknown('there are more than one page of entries');
		return unknown(
			pagesOf(evidence, 'audits').length > 0 && !lookAt(evidence, 'audits.poll')
				? 'there was no checkpoint to ask with'
				: whyNot(evidence, 'audits.poll'),
		);
	}
	const newest = whole?.records.at(-1)?.timestamp;
	const old = page.records.filter(
		({ timestamp }) =>
			typeof timestamp === 'string' && typeof newest === 'string' && timestamp < newest,
	);
	return old.length === 0
		? holds(
				page.records.length === 0
					? 'nothing came'
					: many(page.records.length, 'later entry', 'later entries'),
			)
		: differs(
				`${many(old.length, 'older entry', 'older entries')} came`,
				'Entries come twice: please report it.',
			);
}
