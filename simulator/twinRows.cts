/** What is known of each of the 116 events, row by row: the facts that `twin.cts` clothes with invented contents. */
import { firstSignals, logicTypes, signals, simulationSignal } from './values.cjs';

/** One event, without its contents. */
export interface Row {
	type: 'guardian' | 'architect' | 'defender';
	/** Seconds since the beginning at which it was updated. */
	at: number;
	/** Seconds by which it was created before. */
	age: number;
	/** How its microseconds lie: updated just before or after the creation, or in a batch. Without: whole seconds. */
	exact?: 'before' | 'after' | 'batch';
	recipients: number;
	files: number;
	responses: string[];
	outcome: string | null;
	prevented: boolean | null;
	/** Guardian. */
	misdirected: boolean;
	suggested: boolean;
	odd: boolean;
	/** Architect. */
	logic: string[];
	sensitive: boolean;
	justified: boolean;
	shown: boolean;
	/** Defender. */
	burst: number;
	intents: string[];
	signals: string[];
	threat: string;
	checked: boolean;
	confidence: string;
	malicious: number;
	safe: number;
	impersonated: string | null;
	internal: boolean;
	url: string | undefined;
}

const plain: Omit<Row, 'type' | 'at' | 'age'> = {
	recipients: 1,
	files: 0,
	responses: [],
	outcome: null,
	prevented: null,
	misdirected: true,
	suggested: true,
	odd: false,
	logic: ['KEYWORD_PATTERNS', 'REGEX'],
	sensitive: false,
	justified: false,
	shown: true,
	burst: 0,
	intents: ['INVOICE', 'URGENCY'],
	signals: ['EXTERNAL_DOMAIN_SPOOF', 'DOMAIN_RECENTLY_REGISTERED', 'SUSPICIOUS_INTENT'],
	threat: 'LOOKALIKE_IMPERSONATION',
	checked: true,
	confidence: 'HIGH',
	malicious: 0,
	safe: 0,
	impersonated: 'contoso.example',
	internal: false,
	url: undefined,
};

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** The first tenant sends two Architect mails by turns; in between an hour's Guardian events come in one batch. */
function firstTenant(): Row[] {
	const rows: Row[] = [];
	let turn = 0;
	const architects = (count: number, from: number) => {
		for (let n = 0; n < count; n++, turn++) {
			const silent = turn % 2 === 0;
			rows.push({
				...plain,
				type: 'architect',
				at: from + n * 327,
				age: 0,
				exact: silent ? 'before' : 'after',
				logic: silent ? plain.logic : ['REGEX'],
				shown: !silent,
				responses: silent ? [] : ['DO_NOT_SEND'],
			});
		}
	};
	let mail = 0;
	const guardians = (ages: readonly number[], at: number) => {
		for (const age of ages) {
			// Twelve go to the wrong person, some of them with the wrong file; six have the wrong file only.
			const misdirected = mail % 3 !== 2;
			const stopped = mail % 3 !== 1;
			rows.push({
				...plain,
				type: 'guardian',
				at,
				age,
				exact: 'batch',
				files: 1,
				misdirected,
				suggested: misdirected,
				odd: !misdirected || mail % 3 === 0,
				responses: [stopped ? 'DO_NOT_SEND' : 'SEND'],
				outcome: stopped ? 'NOT_SENT' : 'SENT_WITHOUT_CHANGES',
				prevented: false,
			});
			mail++;
		}
	};
	architects(9, 400);
	guardians([3118, 2447, 2445, 1794, 1131, 1129, 468], 3130);
	architects(11, 3250);
	guardians([3404, 3402, 2752, 2101, 2098, 1448, 793, 791, 133], 6727);
	architects(11, 6900);
	guardians([3153, 3151], 10_340);
	return rows;
}

/** Of so many in a row: how often each value comes. */
function column<Value>(...runs: ReadonlyArray<readonly [number, Value]>): Value[] {
	return runs.flatMap(([count, value]) => Array<Value>(count).fill(value));
}

const logicOf = (count: number) =>
	['REGEX', ...logicTypes.filter((type) => type !== 'REGEX')].slice(0, count);
const logicColumn = column(
	[12, logicOf(2)],
	[15, ['SENSITIVE_INFORMATION', 'UNAUTHORISED_RECIPIENTS']],
	[5, ['RECIPIENTS', 'MSIP_KEY_VALUE', 'KEYWORDS', 'XLSX_HIDDEN_CONTENT']],
	[
		3,
		[
			'ATTACHMENT_EXTENSION',
			'ATTACHMENT_SIZE',
			'ATTACHMENTS_MIN_NUMBER',
			'RECIPIENTS_EXTERNAL',
			'KEYWORDS',
		],
	],
);
const architectFiles = column([18, 1], [3, 0], [6, 2], [5, 3], [3, 6]);
const architectRecipients = column([22, 1], [8, 3], [3, 4], [2, 2]);

/** Architect events of the second tenant: whole seconds, updated when created. */
function architectAt(n: number, at: number): Row {
	const sent = n < 24;
	return {
		...plain,
		type: 'architect',
		at,
		age: 0,
		files: architectFiles[n] ?? 0,
		recipients: architectRecipients[n] ?? 1,
		logic: logicColumn[n] ?? [],
		responses: sent ? ['SEND'] : n < 32 ? ['DO_NOT_SEND'] : [],
		outcome: sent ? 'SENT_WITHOUT_CHANGES' : n === 30 ? 'SENT_WITH_CHANGES' : 'NOT_SENT',
		prevented: n > 22,
		sensitive: n > 5,
		justified: n < 7,
	};
}

function guardianAt(n: number, at: number): Row {
	return {
		...plain,
		type: 'guardian',
		at,
		age: 0,
		files: [3, 6, 2, 3][n] ?? 1,
		recipients: n === 0 ? 6 : 1,
		suggested: n > 0,
		responses: ['DO_NOT_SEND'],
		outcome: 'SENT_WITH_CHANGES',
		prevented: true,
	};
}

/** How many signals each Defender event has. */
const lengths = column([2, 4], [1, 5], [1, 6], [1, 4], [17, 3], [1, 4], [1, 3], [3, 4], [1, 3]);
/** The ages of the large burst's mails: all were updated together, hours after the first of them. */
const burstAges = [
	6305, 8465, 10_265, 12_305, 5405, 2585, 10_145, 6605, 6605, 12_365, 12_605, 6485, 6605, 6605,
	3005, 2225, 12_485,
];

/** @returns `count` signals, the usual ones first */
function signalsOf(n: number, count: number): string[] {
	const first = firstSignals[n % 3] ?? 'EXTERNAL_DOMAIN_SPOOF';
	const rest = [...signals.slice(n % 9), ...signals].filter((signal) => signal !== first);
	const found = [...new Set([first, 'SUSPICIOUS_INTENT', ...rest])].slice(0, count);
	return n === 23 ? [...found.slice(0, -1), simulationSignal] : found;
}

function defenderAt(n: number, at: number, age: number, burst: number): Row {
	const large = n >= 5 && n < 22;
	const threats = ['ACCOUNT_TAKEOVER', 'OTHER_PHISHING', 'BRAND_IMPERSONATION'];
	const others: Record<number, string> = {
		1: 'OTHER_PHISHING',
		2: 'ACCOUNT_TAKEOVER',
		3: 'ACCOUNT_TAKEOVER',
		22: 'ACCOUNT_TAKEOVER',
		23: 'BRAND_IMPERSONATION',
		24: 'OTHER_PHISHING',
		27: 'DIRECT_SPOOF_IMPERSONATION',
	};
	const threat = others[n] ?? 'LOOKALIKE_IMPERSONATION';
	const impersonated = threats.includes(threat)
		? null
		: n === 4
			? '@globex.example'
			: 'contoso.example';
	const linked = n === 0 || n === 1 || n > 24;
	return {
		...plain,
		type: 'defender',
		at,
		age,
		burst,
		files: large || n === 2 || n === 3 || n === 25 ? 1 : n === 26 ? 2 : 0,
		intents:
			large || n > 22
				? plain.intents
				: n === 22
					? ['URGENCY']
					: ['SUSPICIOUS_URL', 'CREDENTIALS', 'URGENCY'],
		signals: large ? plain.signals : signalsOf(n, lengths[n] ?? 3),
		threat,
		checked: n !== 23 && n !== 24,
		confidence: [1, 2, 3, 22].includes(n) ? 'VERY_HIGH' : [23, 24, 25].includes(n) ? 'LOW' : 'HIGH',
		malicious: n < 15 ? 1 : 0,
		safe: n === 23 ? 1 : 0,
		impersonated,
		internal: n === 26 || n === 27,
		url: linked
			? n === 1
				? 'parcel-track.example/p?q=1'
				: 'https://parcel-track.example/p'
			: undefined,
	};
}

/** The second tenant writes whole seconds; its Defender events come back updated, a whole burst at once. */
function secondTenant(): Row[] {
	const rows: Row[] = [];
	let [architects, guardians, defenders] = [0, 0, 0];
	const policies = (count: number, from: number) => {
		for (let n = 0; n < count; n++) rows.push(architectAt(architects++, from + n * 4980));
	};
	const guard = (at: number) => rows.push(guardianAt(guardians++, at));
	const mail = (at: number, age: number, burst: number) =>
		rows.push(defenderAt(defenders++, at, age, burst));
	const noon = 12 * day + 12 * hour;
	policies(27, 7 * day);
	guard(9 * day);
	policies(5, 9 * day + hour);
	guard(10 * day);
	guard(10 * day + 6 * hour);
	policies(1, 11 * day);
	mail(noon - 2035, 305, 1);
	mail(noon - 1080, 0, 2);
	mail(noon - 780, 0, 3);
	mail(noon - 720, 0, 3);
	mail(noon - 540, 300, 4);
	for (const age of burstAges) mail(noon, age, 5);
	mail(noon + 5 * hour, 0, 6);
	policies(1, noon + 9 * hour);
	mail(noon + 10 * hour, 0, 7);
	policies(1, noon + 11 * hour);
	mail(noon + 12 * hour, 8225, 8);
	for (const age of [6305, 7385]) mail(noon + 13 * hour, age, 9);
	mail(noon + 22 * hour, 305, 10);
	guard(noon + 34 * hour);
	return rows;
}

/** @returns the rows in the order of the chain */
export function spread(): Row[] {
	return [...firstTenant(), ...secondTenant()];
}
