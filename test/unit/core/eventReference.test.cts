import { linkOfEvent, readEventReference } from '@nodes/shared/core/eventReference';

const origin = 'https://acme.tessian-platform.com';
const defender = `${origin}/0/events/impersonation_attacks?time_range_from=&simulated=false&check_log_id=4711&utm_campaign=defender`;
const link = { kind: 'link', page: 'impersonation_attacks', number: '4711' };

const whyNot = (given: unknown, only?: string) => {
	const read = readEventReference(given, origin, only);
	return read.kind === 'refused' ? `${read.message}. ${read.hint}` : JSON.stringify(read);
};

describe('an ID is opaque', () => {
	it.each([
		'guardian::outbound-50332',
		'architect::outbound-50293',
		`defender::inbound-${'a'.repeat(64)}`,
		'defender-v2:abc',
		'3f2a8c1e-5b7d-4e7a-9c61-0d2f1b9a7c44',
		'event/7==',
		'no-such-event',
	])('%s', (id) => {
		expect(readEventReference(` ${id}\n`, origin)).toEqual({ kind: 'id', id });
	});

	it.each([
		[undefined, 'is empty'],
		[null, 'is empty'],
		['', 'is empty'],
		['  \n', 'is empty'],
		[4711, 'is only a number'],
		['4711', 'is only a number'],
		[{}, 'is not text'],
		[true, 'is not text'],
		['the event of yesterday', 'contains spaces'],
		['defender::inbound-1 defender::inbound-2', 'contains spaces'],
		['defender::\u200binbound-1', 'invisible characters'],
		['defender::inbound-1\u0000', 'invisible characters'],
		['"defender::inbound-1"', 'contains quotes'],
		['{{$json.id}}', 'braces'],
		['<abc@mail.example>', 'brackets'],
		['alice@example.com', 'is an email address'],
		['undefined', 'is only the word'],
	])('%p cannot be one, and the words show what one looks like', (given, why) => {
		expect(whyNot(given)).toContain(why);
		expect(whyNot(given)).toContain('defender::inbound-');
		expect(whyNot(given)).toContain('guardian::outbound-');
	});
});

describe('a link', () => {
	it.each([
		['as copied', defender],
		['blanks around it', `  ${defender}\n`],
		['escaped', defender.replaceAll('&', '&amp;')],
		['in angle brackets', `<${defender}>`],
		['with words, as Slack writes it', `<${defender}|Open in the portal>`],
		['escaped twice', defender.replaceAll('&', '&amp;amp;')],
		['at the end of a sentence', `(${defender}).`],
		['without its scheme', defender.replace('https://', '')],
		['in capitals', defender.replace(origin, origin.toUpperCase())],
		[
			'the number first',
			`${origin}/0/events/impersonation_attacks?check_log_id=4711&simulated=false`,
		],
		[
			'the number last',
			`${origin}/0/events/impersonation_attacks?simulated=false&check_log_id=4711`,
		],
		['with a full stop in the host', defender.replace('.com/', '.com./')],
		['with its port', defender.replace('.com/', '.com:443/')],
	])('%s', (_how, text) => {
		expect(readEventReference(text, origin, 'defender')).toEqual(link);
	});

	it.each([
		['accidental_data_loss', 'guardian'],
		['architect', 'architect'],
		['impersonation_attacks', 'defender'],
		['something_new', undefined],
	])('of the page %s', (page, type) => {
		const text = `${origin}/0/events/${page}?check_log_id=7&x=`;
		expect(readEventReference(text, origin)).toEqual({ kind: 'link', page, number: '7' });
		if (type !== 'defender') {
			expect(whyNot(text, 'defender')).toContain('Only events of the type defender');
		}
	});

	it.each([
		['another portal', defender.replace('acme', 'other'), 'other.tessian-platform.com'],
		['a portal that only begins alike', defender.replace('.com/', '.com.evil.example/'), 'evil'],
		[
			'a host behind an @',
			defender.replace('://', '://acme.tessian-platform.com@evil.example/'),
			'evil.example',
		],
		['a user name', defender.replace('://', '://me:secret@'), 'is a link to'],
		['another port', defender.replace('.com/', '.com:8443/'), ':8443'],
		['a page of the portal', `${origin}/0/admin/integrations`, 'does not lead to a single event'],
		['no number', defender.replace('4711', ''), 'does not lead to a single event'],
		['no digits', defender.replace('4711', '47x1'), 'does not lead to a single event'],
		['two numbers', `${defender}&check_log_id=5`, 'does not lead to a single event'],
		[
			'another path',
			defender.replace('/0/events/', '/0/mails/'),
			'does not lead to a single event',
		],
		['half of one', '/0/events/impersonation_attacks?check_log_id=4711', 'not a complete link'],
		['two links', `${defender} ${defender}`, 'not a complete link'],
		['another scheme', defender.replace('https', 'ftp'), 'not a complete link'],
		['any other link', 'https://www.example.com/', 'is a link to www.example.com'],
	])('%s is refused', (_what, text, why) => {
		expect(whyNot(text)).toContain(why);
	});
});

describe('the link of an event', () => {
	const portal = (page: string) => `${origin}/0/events/${page}?check_log_id=9`;
	it.each<[string, string, string, string | null, string | undefined]>([
		[
			'its own',
			'defender::inbound-1',
			'defender',
			portal('impersonation_attacks'),
			'impersonation_attacks 9',
		],
		['of a type that is not known', 'new::x', 'new', portal('new_page'), 'new_page 9'],
		['of another type', 'guardian::outbound-9', 'guardian', portal('architect'), undefined],
		['none, and no number in the ID', 'defender::inbound-9', 'defender', null, undefined],
		[
			'none, but the number in the ID',
			'guardian::outbound-9',
			'guardian',
			null,
			'accidental_data_loss 9',
		],
		[
			'to nothing, but the number in the ID',
			'architect::outbound-9',
			'architect',
			origin,
			'architect 9',
		],
		['none, and an ID of another type', 'guardian::outbound-9', 'architect', null, undefined],
		['no link at all', 'defender::inbound-1', 'defender', 'soon', undefined],
	])('%s', (_what, id, type, portal_link, expected) => {
		const found = linkOfEvent({ id, type, portal_link });
		expect(found && `${found.page} ${found.number}`).toBe(expected);
	});
});
