/** “Event ID” takes a link copied from the portal, on the host's engine: what is looked for, and what is refused. */
import { fieldsIn, textOf } from '@nodes/shared/core/eventRecord';
import { ProofpointRemediation } from '@nodes/Remediation/ProofpointRemediation.node';
import { Proofpoint } from '@nodes/Proofpoint/Proofpoint.node';
import type { INode, INodeParameters } from 'n8n-workflow';

import { runNode } from './host.cjs';
import { forbidden, MailPortal } from './mailPortal.cjs';

let portal: MailPortal;
const goOn: Partial<INode> = { onError: 'continueRegularOutput' };
const defender = 'impersonation_attacks';

beforeEach(async () => {
	portal = await MailPortal.start();
});
afterEach(async () => await portal.stop());

/** Adds an event whose link holds a number. */
function add(id: string, page: string, number: number, hoursAgo = 1): string {
	return portal.add(
		id,
		{ quarantined: 1 },
		{
			type: { [defender]: 'defender', accidental_data_loss: 'guardian' }[page] ?? page,
			portal_link: portal.link(page, number),
			hoursAgo,
		},
	);
}

async function release(eventIds: string[], options: INodeParameters = {}, settings = {}) {
	const items = await runNode({
		nodeType: new ProofpointRemediation(),
		parameters: { operation: 'releaseFromQuarantine', eventId: '={{ $json.event }}', options },
		items: eventIds.map((event) => ({ event })),
		credential: portal.credential,
		settings,
	});
	return items.map(({ json }) => json);
}

async function get(eventIds: string[], parameters: INodeParameters = {}) {
	const items = await runNode({
		nodeType: new Proofpoint(),
		parameters: { operation: 'get', eventId: '={{ $json.event }}', ...parameters },
		items: eventIds.map((event) => ({ event })),
		credential: portal.credential,
	});
	return items.map(({ json }) => json);
}

const actions = () =>
	portal.requests('/remediation/').map(({ body }) => fieldsIn(JSON.parse(body)).event_id);

describe('Release', () => {
	it('acts on the one event that the link leads to', async () => {
		const id = add('defender::inbound-abc', defender, 4711, 24 * 20);
		add('defender::inbound-def', defender, 4712);
		const [item] = await release([` <${portal.link(defender, 4711).replaceAll('&', '&amp;')}> `]);
		expect(item).toMatchObject({ event_id: id, outcome: 'queued' });
		expect(actions()).toEqual([id]);
	});

	it.each([
		[
			'of another portal',
			() => portal.link(defender, 4711, 'https://other.tessian-platform.com'),
			'other.tessian-platform.com',
		],
		[
			'of a Guardian event',
			() => portal.link('accidental_data_loss', 50332),
			'Event ID” is a link to an event of the type guardian',
		],
		[
			'of an Architect event',
			() => portal.link('architect', 50293),
			'Event ID” is a link to an event of the type architect',
		],
		['to no event', () => `${portal.url}/0/admin/users`, 'does not lead to a single event'],
	])('a link %s is refused before anything is sent', async (_what, link, words) => {
		add('defender::inbound-abc', defender, 4711);
		await expect(release([link()])).rejects.toThrow(words);
		expect(portal.log).toEqual([]);
	});

	it.each([
		['that no event has', 99, 'There is no event with the number 99'],
		[
			'that fits two events',
			4711,
			'matches 2 events: defender::inbound-old, defender::inbound-abc',
		],
		['of an event of another type', 50332, 'There is no event with the number 50332'],
	])('a number %s: no action is sent', async (_what, number, words) => {
		add('defender::inbound-old', defender, 4711, 24 * 25);
		add('defender::inbound-abc', defender, 4711);
		add('guardian::outbound-50332', 'accidental_data_loss', 50332);
		await expect(release([portal.link(defender, number)])).rejects.toThrow(words);
		expect(actions()).toEqual([]);
	});

	it('an event that is older than “Created After” is not found; the words name the option', async () => {
		add('defender::inbound-old', defender, 4711, 24 * 40);
		const link = portal.link(defender, 4711);
		const [item] = await release([link], {}, goOn);
		expect(item?.message).toContain('“Created After”');
		expect(actions()).toEqual([]);
		const createdAfter = new Date(Date.now() - 50 * 86_400_000).toISOString();
		expect((await release([link], { createdAfter }))[0]).toMatchObject({
			event_id: 'defender::inbound-old',
		});
	});

	it('a token that may not read events: no action is sent, and the words name the permission', async () => {
		add('defender::inbound-abc', defender, 4711);
		portal.pageFaults.push(forbidden);
		await expect(release([portal.link(defender, 4711)])).rejects.toThrow('“Security Events”');
		expect(actions()).toEqual([]);
	});

	it('200 links share one walk, also with the confirmation, and each gets its own event', async () => {
		const ids = Array.from({ length: 200 }, (_, at) =>
			add(`defender::inbound-${at}`, defender, 1000 + at),
		);
		portal.onAction = (id) => portal.version(id, { released: 1 });
		const links = ids.map((_id, at) => portal.link(defender, 1000 + at));
		const items = await release(links, { waitForConfirmation: true });
		expect(items.map(({ event_id: id }) => id)).toEqual(ids);
		expect(new Set(items.map(({ confirmation }) => confirmation))).toEqual(new Set(['confirmed']));
		expect(actions().sort()).toEqual([...ids].sort());
		const walks = portal
			.requests('/events')
			.filter(({ query }) => query.created_after !== undefined);
		expect(walks).toHaveLength(1);
		expect(portal.requests('/events').length).toBeLessThan(10);
	}, 30_000);

	it('one bad item of several: nothing at all is sent', async () => {
		add('defender::inbound-abc', defender, 4711);
		const links = [portal.link(defender, 4711), 'two words', portal.link(defender, 4711)];
		await expect(release(links)).rejects.toThrow('contains spaces');
		expect(portal.log).toEqual([]);
	});

	it.each([
		['an ID of a new format', 'defender-v2:abc'],
		['something else', 'no-such-event'],
	])(
		'%s is passed on as it is; if the API does not know it, the words show what an ID looks like',
		async (_what, id) => {
			const [item] = await release([id], {}, goOn);
			expect(actions()).toEqual([id]);
			expect(item?.message).toContain('defender::inbound-');
		},
	);
});

describe('Get', () => {
	it.each([
		['defender::inbound-abc', defender, 4711],
		['guardian::outbound-50332', 'accidental_data_loss', 50332],
		['architect::outbound-50293', 'architect', 50293],
	])('%s by its link', async (id, page, number) => {
		add('defender::inbound-other', defender, 1);
		add(id, page, number, 24 * 8);
		expect((await get([portal.link(page, number)]))[0]).toMatchObject({ id });
	});

	it.each([
		[
			'a link of another portal',
			() => portal.link(defender, 1, 'https://other.tessian-app.com'),
			'other.tessian-app.com',
		],
		['a link to no event', () => portal.link('architect', ''), 'does not lead to a single event'],
		['an address', () => 'alice@example.com', 'is an email address'],
	])('%s is refused, and nothing is asked for', async (_what, text, words) => {
		await expect(get([text()])).rejects.toThrow(words);
		expect(portal.log).toEqual([]);
	});

	it('a number that fits two events returns none', async () => {
		add('guardian::outbound-7', 'accidental_data_loss', 7);
		add('guardian::outbound-8', 'accidental_data_loss', 7);
		await expect(get([portal.link('accidental_data_loss', 7)])).rejects.toThrow('matches 2 events');
	});

	it('200 items share their walks', async () => {
		const ids = Array.from({ length: 200 }, (_, at) =>
			add(`defender::inbound-${at}`, defender, at, 30),
		);
		const wanted = ids.map((id, at) => (at % 2 === 0 ? id : portal.link(defender, at)));
		expect((await get(wanted)).map(({ id }) => id)).toEqual(ids);
		expect(portal.requests('/events').length).toBeLessThan(10);
	});

	it('looks in the last hour first, and further back for what is not there', async () => {
		add('defender::inbound-new', defender, 1, 0.5);
		await get(['defender::inbound-new']);
		expect(portal.requests('/events')).toHaveLength(1);
		await expect(get(['defender::inbound-none'])).rejects.toThrow('There is no event');
		expect(portal.requests('/events')).toHaveLength(6);
	});

	it('a time that is none is refused by the name of the field', async () => {
		await expect(get(['x'], { createdAfter: '={{ "soon" }}' })).rejects.toThrow('“Search From”');
		expect(portal.log).toEqual([]);
	});
});

describe('whatever is given for an ID, a message shows its beginning only', () => {
	const long = 'x'.repeat(50_000);
	it.each([
		['an ID', () => `defender::inbound-${long}`],
		['a number', () => '7'.repeat(50_000)],
		['an address', () => `${long}@acme.example`],
		['a host', () => `https://${'x.'.repeat(20_000)}example/0/events/architect?check_log_id=1`],
		['a number in a link', () => portal.link(defender, 7).replace(/7/, '7'.repeat(50_000))],
		['blanks', () => `${long} ${long}`],
	])('%s', async (_name, given) => {
		const told = async (work: Promise<unknown>) =>
			await work.then(
				() => 'nothing was refused',
				(error: unknown) =>
					`${textOf(fieldsIn(error).message) ?? ''} ${String(fieldsIn(error).description)}`,
			);
		for (const words of [await told(get([given()])), await told(release([given()]))]) {
			expect(words).toMatch(/^(?!nothing).{20,1500}$/);
		}
	});
});
