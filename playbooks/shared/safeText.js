// Safe text: makes whatever a stranger wrote safe to show. The same in every playbook: change playbooks/shared/safeText.js,
// then run `node scripts/embedPlaybookCode.mjs`.
// Takes `message`, `table`, `row` and `data` of the item, and adds `safe`: the ready texts. Nothing else may leave the workflow.
const item = $input.item.json;

/** How long things may be: chats refuse questions of more than 3,000 characters, and nobody reads them. */
const limits = {
	message: 2400,
	title: 150,
	label: 60,
	lines: 20,
	cell: 1000,
	rows: 500,
	prompt: 60000,
};
/** From generous to terse, until the message is short enough: characters of a text, entries of a list. */
const steps = [
	[500, 20],
	[300, 20],
	[150, 10],
	[80, 5],
	[40, 3],
];
/** What markup is made of, in Slack, Teams, Markdown, Jira and HTML, and what looks the same and does nothing. */
const twins = {
	'<': '‹',
	'>': '›',
	'&': '＆',
	'*': '∗',
	'`': 'ˋ',
	'~': '∼',
	'|': '｜',
	'[': '［',
	']': '］',
	'{': '｛',
	'}': '｝',
	'\\': '＼',
};
const schemes =
	'https?|hxxps?|ftps?|sftp|wss?|file|mailto|sips?|tel|sms|data|blob|javascript|vbscript|callto|skype|slack|msteams|ms-[a-z-]+|tg|facetime|zoommtg|intent|steam';

/** Any value as one line of visible text. */
function clean(value) {
	if (value === null || value === undefined) return '';
	const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
	return text
		.slice(0, 20000)
		.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
		.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ')
		.replace(/[\p{Default_Ignorable_Code_Point}\u2800\ufff9-\ufffb]/gu, '')
		.replace(/(\p{M}{4})\p{M}+/gu, '$1')
		.replace(/\s+/g, ' ')
		.trim();
}

/** Cut between characters, never within one. */
function cut(text, length) {
	if (text.length <= length) return text;
	const characters = [...text];
	if (characters.length <= length) return text;
	return (
		characters
			.slice(0, length - 1)
			.join('')
			.trimEnd() + '…'
	);
}

/** Without markup, mentions and emoji codes, and with every link broken: no chat makes anything of it. */
function harmless(text) {
	return text
		.replace(/[<>&*`~|[\]{}\\]/g, (character) => twins[character])
		.replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '＿')
		.replace(/(?<![\p{L}\p{N}])@/gu, '＠')
		.replace(/#(?=[\p{L}\p{N}])/gu, '＃')
		.replace(/:(?!(?:in|out)bound-[\da-f]+:)(?=[\w+'-]*[a-z][\w+'-]*:)/gi, '∶')
		.replace(new RegExp('(?<![\\p{L}\\p{N}])(' + schemes + ')[:∶](?=\\S)', 'giu'), '$1[:]')
		.replace(/:(?=[/＼]{2})/g, '[:]')
		.replace(/(?<=[\p{L}\p{M}\p{N}_-])[.\u3002\uff0e\uff61](?=\p{L}[\p{L}\p{M}\p{N}-])/gu, '[.]')
		.replace(/(?<![\d.])(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?![\d.])/g, '$1[.]$2[.]$3[.]$4');
}

/** One value, or a list of them: its beginning, and how many more there are. */
function show(value, [length, count], none) {
	const known = (entry) => entry !== null && entry !== undefined && entry !== '';
	const entries = Array.isArray(value) ? value.filter(known) : [value];
	const shown = [];
	for (const entry of entries.slice(0, count)) {
		shown.push(harmless(cut(clean(entry), length)));
		if (shown.join(', ').length > length * 3) break;
	}
	const more = entries.length - shown.length;
	const text = shown.filter((entry) => entry !== '').join(', ');
	return (text || harmless(none ?? 'unknown')) + (more > 0 ? ' and ' + more + ' more' : '');
}

/** The address of an event in Proofpoint's portal; of any other address no link is made. */
function portalLink(link) {
	const text = typeof link === 'string' ? link : '';
	const portal =
		/^https:\/\/(?:[a-z0-9-]+\.)+(?:tessian-platform|tessian-app|proofpoint)\.com(?::\d{1,5})?\/[\w\-.~/?#=&%:+,;]*$/i;
	return text.length <= 1000 && portal.test(text) ? text : '';
}

const html = (text) =>
	text.replace(/["'<>&]/g, (character) => '&#' + character.charCodeAt(0) + ';');
const forms = {
	slack: {
		title: (text, icon) => icon + '*' + text + '*',
		line: (label, text) => '*' + label + ':* ' + text,
		link: (address, text) => '<' + address + '|' + text + '>',
		end: '\n',
	},
	markdown: {
		title: (text) => '**' + text + '**',
		line: (label, text) => '**' + label + ':** ' + text,
		link: (address, text) => '[' + text + '](' + address + ')',
		end: '\n\n',
	},
	plain: {
		title: (text) => text,
		line: (label, text) => label + ': ' + text,
		link: (address, text) => text + ': ' + address,
		end: '\n',
	},
	html: {
		title: (text) => '<b>' + html(text) + '</b>',
		line: (label, text) => '<b>' + html(label) + ':</b> ' + html(text),
		link: (address, text) => '<a href="' + html(address) + '">' + text + '</a>',
		plain: html,
		end: '<br>',
	},
};

/** A message in one form, short enough for every chat. */
function write(message, form) {
	const icon = /^:[a-z0-9_+-]+:$/.test(message.icon ?? '') ? message.icon + ' ' : '';
	const title = form.title(show(message.title, [limits.title, 3], 'Message'), icon);
	const entries = (Array.isArray(message.lines) ? message.lines : []).filter(Boolean);
	const address = portalLink(message.link);
	const end =
		message.link === undefined
			? []
			: [
					address === ''
						? '(Proofpoint gave no portal link)'
						: form.link(address, 'Open in the Proofpoint portal'),
				];
	let lines = [];
	const written = () => [title, ...lines, ...end].join(form.end);
	for (const step of steps) {
		lines = entries.map((entry) => {
			if (!Array.isArray(entry)) return (form.plain ?? String)(show(entry, step, ''));
			const [label, value, none] = entry;
			return form.line(show(label, [limits.label, 1], ''), show(value, step, none));
		});
		if (lines.length <= limits.lines && written().length <= limits.message) return written();
	}
	// Still too long: the last line, which names the event, stays.
	const last = lines.pop() ?? '';
	const all = lines;
	for (let kept = Math.min(all.length, limits.lines); kept >= 0; kept--) {
		lines = [...all.slice(0, kept), 'and ' + (all.length - kept) + ' more lines', last];
		if (written().length <= limits.message) break;
	}
	return written();
}

/** A table for a mail: every cell is a text of its own. */
function htmlTable({ head, rows }) {
	const style =
		'style="padding:4px 12px 4px 0;border-bottom:1px solid #ddd;text-align:left;vertical-align:top"';
	const row = (tag, values) =>
		'<tr>' +
		values
			.map(
				(value) =>
					'<' + tag + ' ' + style + '>' + html(show(value, [120, 5], '')) + '</' + tag + '>',
			)
			.join('') +
		'</tr>';
	const list = (value) => (Array.isArray(value) ? value : []);
	const all = list(rows);
	if (all.length === 0) return '';
	const shown = all.slice(0, limits.rows).map((values) => row('td', list(values)));
	const more = all.length - shown.length;
	return (
		'<table style="border-collapse:collapse;font-family:sans-serif;font-size:14px">' +
		row('th', list(head)) +
		shown.join('') +
		'</table>' +
		(more > 0 ? '<p>and ' + more + ' more</p>' : '')
	);
}

/** A value for a table or a file that a spreadsheet may open: no formula, no second line. */
function cell(value) {
	if (typeof value === 'number' || typeof value === 'boolean') return value;
	const text = cut(clean(value), limits.cell);
	return /^[=+\-@＝＋－＠]/.test(text) ? "'" + text : text;
}

/** Data for a model: texts in one line and cut, long lists cut. */
function short(value, depth) {
	if (typeof value === 'string') return cut(clean(value), 1000);
	if (value === null || typeof value !== 'object') return value;
	if (depth > 8) return '…';
	if (!Array.isArray(value)) {
		return Object.fromEntries(
			Object.entries(value).map(([name, inner]) => [
				cut(clean(name), 100),
				short(inner, depth + 1),
			]),
		);
	}
	const entries = value.slice(0, 50).map((inner) => short(inner, depth + 1));
	return value.length > 50 ? [...entries, 'and ' + (value.length - 50) + ' more'] : entries;
}

const safe = {};
if (item.message !== null && typeof item.message === 'object') {
	for (const [name, form] of Object.entries(forms)) safe[name] = write(item.message, form);
	safe.title = show(item.message.title, [limits.title, 3], 'Message');
}
if (item.table !== null && typeof item.table === 'object') safe.table = htmlTable(item.table);
if (item.row !== null && typeof item.row === 'object') {
	safe.row = Object.fromEntries(
		Object.entries(item.row).map(([name, value]) => [name, cell(value)]),
	);
}
if (item.data !== undefined) {
	// For a SIEM nothing may be lost: JSON's own escapes are all that it needs.
	safe.json = JSON.stringify(item.data);
	safe.prompt = cut(JSON.stringify(short(item.data, 0)), limits.prompt).replace(
		/[<>&]/g,
		(character) => '\\u00' + character.charCodeAt(0).toString(16),
	);
}
return { json: { ...item, safe } };
