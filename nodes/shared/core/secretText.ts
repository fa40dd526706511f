/**
 * Takes a secret out of a text, in every form in which an API or a proxy can give it back: in another case, broken
 * by blanks or invisible characters, escaped as in a URL, in JSON or in HTML, several times over, as base64 or
 * hex, alone or with what was encoded along with it, and the part of it that is left where a text was cut.
 */

/** Stands in a message where the API token stood. */
export const MASK = '[API token]';
/** A token shorter than this may be a part of ordinary words: only whole occurrences of it are taken out. */
const SHORT = 6;
/** Where a text was cut, so many characters of the token are still a secret. */
const FRAGMENT = 8;
/** So many characters of the token in a row are a secret wherever they stand, */
const PIECE = 10;
/** where the token is at least so many times as long. */
const LEAST_PIECES = 1.6;
/** How often a token may be encoded: HTML in JSON in a URL, for example. */
const MOST_LAYERS = 3;
/** What does not show, or shows as a blank. */
const unseen =
	/[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Cs}\p{Noncharacter_Code_Point}\uFFF9-\uFFFB\p{Cc}\p{Z}\s]/u;

/** A text in one of its readings, and where in the original each of its UTF-16 units comes from. */
interface Layer {
	text: string;
	from: number[];
	to: number[];
}

/** A form of the secret to look for. Base64 means something else in another case. */
interface Needle {
	text: string;
	anyCase: boolean;
}

type Span = [from: number, to: number];

/** The text with {@link MASK} in place of the secret. */
export function withoutSecret(text: string, secret: string): string {
	if (secret === '') return text;
	const spans: Span[] = [];
	for (const layer of readingsOf(text)) {
		spans.push(...(secret.length < SHORT ? whole(layer, secret) : anywhere(layer, secret, text)));
	}
	return mask(text, spans);
}

/** The places of a short secret that stands there by itself: no letter or digit next to it, in its own case. */
function whole(layer: Layer, secret: string): Span[] {
	const spans: Span[] = [];
	for (const needle of [secret, base64(secret), base64(`API-Token ${secret}`)]) {
		for (const at of placesOf(layer.text, needle)) {
			const around = `${layer.text[at - 1] ?? ''} ${layer.text[at + needle.length] ?? ''}`;
			if (!/[\p{L}\p{N}_]/u.test(around)) spans.push(spanOf(layer, at, needle.length));
		}
	}
	return spans;
}

/** The places of a secret: in any case, with blanks in between, as base64 or hex, or cut where the text is cut. */
function anywhere(source: Layer, secret: string, original: string): Span[] {
	const layer = squeeze(source);
	const spans: Span[] = [];
	for (const needle of needlesOf(secret)) {
		const { text, wanted } = needle.anyCase
			? { text: lower(layer.text), wanted: lower(needle.text) }
			: // Both alphabets of base64 as one.
				{ text: layer.text.replace(/-/g, '+').replace(/_/g, '/'), wanted: needle.text };
		const found = placesOf(text, wanted).map((at) => spanOf(layer, at, wanted.length));
		found.push(...fragments(text, wanted).map(([at, length]) => spanOf(layer, at, length)));
		found.push(...pieces(text, wanted).map(([at, length]) => spanOf(layer, at, length)));
		spans.push(...(needle.anyCase ? found : found.map((span) => wholeRun(original, span))));
	}
	return spans;
}

function needlesOf(secret: string): Needle[] {
	const bytes = Buffer.from(secret, 'utf8');
	return [
		{ text: secret, anyCase: true },
		{ text: bytes.toString('hex'), anyCase: true },
		...[0, 1, 2].map((offset) => ({ text: base64Core(bytes, offset), anyCase: false })),
	];
}

/**
 * What base64 makes of the secret wherever it stands in a longer text (`API-Token …`, `user:…`): the characters that
 * depend on nothing before and behind it.
 * @param offset how many bytes stand before it, modulo 3
 */
function base64Core(secret: Buffer, offset: number): string {
	const bytes = Buffer.concat([Buffer.alloc(offset), secret]);
	const first = Math.ceil((offset * 8) / 6);
	return bytes.toString('base64').slice(first, Math.floor((bytes.length * 8) / 6));
}

function base64(text: string): string {
	return Buffer.from(text, 'utf8').toString('base64').replace(/=+$/, '');
}

/** The base64 text that a place belongs to: the prefix or the user name that was encoded with the secret. */
function wholeRun(text: string, [from, to]: Span): Span {
	let [first, last] = [from, to];
	while (/[\w+/-]/.test(text[first - 1] ?? '')) first--;
	while (/[\w+/-]/.test(text[last] ?? '')) last++;
	const padding = /^(?:=|%(?:25)*3D)*/i.exec(text.slice(last, last + 20))?.[0].length ?? 0;
	return [first, last + padding];
}

/** What may follow where somebody cut a text: an ellipsis, quotation marks, half an escape. */
const cutEnd =
	/(?:\.{2,}|…|\*{2,}|%[0-9a-f]?$|\\(?:u[0-9a-f]{0,3}|x[0-9a-f]?)?$|&#?[a-z0-9]{0,7}$|[.,;:!?"'’”»)\]}>]{0,8}$)/gi;

/** Where the text, or a part of it, was cut within the secret: its first characters there, or its last ones. */
function fragments(text: string, secret: string): Span[] {
	const spans: Span[] = [];
	const add = (at: number, length: number) => {
		if (length >= FRAGMENT) spans.push([at, length]);
	};
	for (const { index, 0: gap } of text.matchAll(cutEnd)) {
		const head = longest(secret.length - 1, (length) =>
			text.endsWith(secret.slice(0, length), index),
		);
		add(index - head, head);
		const tailAt = index + gap.length;
		add(tailAt, longestTail(text, secret, tailAt));
	}
	const head = longest(secret.length - 1, (length) => text.endsWith(secret.slice(0, length)));
	add(text.length - head, head);
	const opening = /^["'‘“«([{<]*/.exec(text)?.[0].length ?? 0;
	add(0, longestTail(text, secret, 0));
	add(opening, longestTail(text, secret, opening));
	return spans;
}

/** The places of a part of the secret that is long enough to be one anywhere: its beginning, its end, its middle. */
function pieces(text: string, secret: string): Span[] {
	if (secret.length < LEAST_PIECES * PIECE) return [];
	const known = new Set<string>();
	for (let at = 0; at + PIECE <= secret.length; at++) known.add(secret.slice(at, at + PIECE));
	const spans: Span[] = [];
	for (let at = 0; at + PIECE <= text.length; at++) {
		if (known.has(text.slice(at, at + PIECE))) spans.push([at, PIECE]);
	}
	return spans;
}

function longestTail(text: string, secret: string, at: number): number {
	return longest(secret.length - 1, (length) => text.startsWith(secret.slice(-length), at));
}

function longest(most: number, fits: (length: number) => boolean): number {
	for (let length = most; length >= FRAGMENT; length--) if (fits(length)) return length;
	return 0;
}

function mask(text: string, spans: Span[]): string {
	let safe = '';
	let done = 0;
	for (const [from, to] of spans.sort(([a], [b]) => a - b)) {
		if (from >= done) safe += `${text.slice(done, from)}${MASK}`;
		done = Math.max(done, to);
	}
	safe += text.slice(done);
	// The prefix of the header goes with it.
	return safe.replace(
		/(?:API-Token(?:\s|\+|%20|\\u0020)*)?(?:\[API token\]\s*)*\[API token\]/gi,
		MASK,
	);
}

function plainLayer(text: string): Layer {
	const at = Array.from({ length: text.length }, (_, index) => index);
	return { text, from: at, to: at.map((index) => index + 1) };
}

/** Without what does not show: a token that a line end was put into is still the token. */
function squeeze({ text, from, to }: Layer): Layer {
	const kept: number[] = [];
	for (let at = 0; at < text.length; at++) if (!unseen.test(text[at] ?? '')) kept.push(at);
	return {
		text: kept.map((at) => text[at]).join(''),
		from: kept.map((at) => from[at] ?? 0),
		to: kept.map((at) => to[at] ?? 0),
	};
}

/** One escaped character of a URL, of JSON or of HTML, and which character it is. */
const escapes: Array<{ pattern: RegExp; read(match: RegExpExecArray): string | undefined }> = [
	{ pattern: /%([0-9a-f]{2})/gi, read: ([, hex]) => characterOf(hex, 16) },
	{
		pattern: /\\(?:u\{?([0-9a-f]{4})\}?|x([0-9a-f]{2})|([^a-z0-9])|[bfnrtv])/gi,
		read: ([, unicode, hex, itself]) => itself ?? characterOf(unicode ?? hex, 16) ?? ' ',
	},
	{
		pattern: /&(?:#x([0-9a-f]{1,6});?|#(\d{1,7});?|([a-z]{2,7});)/gi,
		read: ([, hex, decimal, name]) =>
			name === undefined
				? (characterOf(hex, 16) ?? characterOf(decimal, 10))
				: named[name.toLowerCase()],
	},
];

function characterOf(digits: string | undefined, base: number): string | undefined {
	const code = digits === undefined ? NaN : parseInt(digits, base);
	return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}

/** The named characters of HTML that a token can hold. */
const named: Record<string, string> = {
	amp: '&',
	apos: "'",
	ast: '*',
	bsol: '\\',
	colon: ':',
	comma: ',',
	commat: '@',
	dollar: '$',
	equals: '=',
	excl: '!',
	gt: '>',
	hat: '^',
	lbrack: '[',
	lcub: '{',
	lowbar: '_',
	lpar: '(',
	lsqb: '[',
	lt: '<',
	nbsp: ' ',
	newline: ' ',
	num: '#',
	percnt: '%',
	period: '.',
	plus: '+',
	quest: '?',
	quot: '"',
	rbrack: ']',
	rcub: '}',
	rpar: ')',
	rsqb: ']',
	semi: ';',
	sol: '/',
	tab: ' ',
	verbar: '|',
	vert: '|',
};

/** The text as it is, and as it reads with its escapes resolved: each kind by itself, in every order. */
function readingsOf(text: string): Layer[] {
	const readings = [plainLayer(text)];
	const known = new Set([text]);
	let newest = readings.slice();
	for (let depth = 0; depth < MOST_LAYERS; depth++) {
		newest = newest.flatMap((layer) => escapes.map((escape) => decode(layer, escape)));
		newest = newest.filter((layer) => !known.has(layer.text) && known.add(layer.text));
		readings.push(...newest);
	}
	return readings;
}

function decode({ text, from, to }: Layer, { pattern, read }: (typeof escapes)[number]): Layer {
	const next: Layer = { text: '', from: [], to: [] };
	const add = (piece: string, first: number, last: number) => {
		next.text += piece;
		for (let unit = 0; unit < piece.length; unit++) {
			next.from.push(from[first] ?? 0);
			next.to.push(to[last] ?? 0);
		}
	};
	let done = 0;
	const copyTo = (end: number) => {
		for (; done < end; done++) add(text[done] ?? '', done, done);
	};
	for (const match of text.matchAll(pattern)) {
		const character = read(match);
		if (character === undefined) continue;
		copyTo(match.index);
		done = match.index + match[0].length;
		add(character, match.index, done - 1);
	}
	copyTo(text.length);
	return next;
}

function placesOf(text: string, wanted: string): number[] {
	const places: number[] = [];
	for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) places.push(at);
	return places;
}

function spanOf({ from, to }: Layer, at: number, length: number): Span {
	return [from[at] ?? 0, to[at + length - 1] ?? 0];
}

/** Lower case without a change of length. */
function lower(text: string): string {
	return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
