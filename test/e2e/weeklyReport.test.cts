/**
 * The playbook "weekly report", as users import it, in one real n8n with a real mail server and two portals. What the mail
 * says is compared with what the simulator was told and what the trace holds.
 */
import { stopAll } from '@test/stopAll.cjs';
import { DateTime } from 'luxon';

import { damages, hostileTexts } from '../hostileTexts.cjs';
import {
	here,
	iso,
	linesOf,
	makeWeeklyWorld,
	rowsOf,
	said,
	there,
	zone,
	type WeeklyWorld,
} from './weeklyWorld.cjs';

const thisWeek = DateTime.now().setZone(zone).startOf('week');
const week = thisWeek.minus({ weeks: 1 });

let world: WeeklyWorld;
/** The execution that could not read the portal. */
let refused = '';

beforeAll(async () => {
	world = await makeWeeklyWorld();
}, 600_000);

afterAll(async () => {
	await stopAll(world);
}, 120_000);

test('a portal that refuses: the execution fails, and nothing is sent; the next hour sends', async () => {
	await world.simulator.addFaults({
		endpoint: 'events',
		times: 0,
		action: { kind: 'status', status: 403 },
	});
	const failed = await world.start(here);
	expect(failed.message).toMatch(/Security Events/);
	refused = failed.execution;
	expect(world.mailServer.mails).toEqual([]);
	await world.simulator.clearFaults();
});

test('an empty week is a mail, and says so', async () => {
	const [mail] = await world.mails(here, 'Run by hand');
	expect(mail?.subject).toBe(
		`Proofpoint: no security events and no actions in the week of ${week.toISODate()}`,
	);
	expect(mail?.html).toContain('Proofpoint lists no security events for this week.');
	expect(mail?.html).toContain('The playbooks recorded no actions this week.');
	expect(rowsOf(mail)).toEqual([]);
	expect(mail).toMatchObject({
		sender: 'proofpoint-report@example.com',
		recipients: ['security@example.com'],
	});
	await world.setRows('Proofpoint reports', []);
}, 120_000);

test('counts the week, from midnight to midnight of the zone, and the trace; compares with the week before', async () => {
	await world.create(week, { confidence: 'HIGH', ...said(2) }, { from: 'Eve@evil.example' });
	await world.create(
		week.plus({ days: 3 }),
		{ confidence: 'LOW', ...said(3) },
		{ from: 'eve@evil.example' },
	);
	await world.create(thisWeek.minus({ milliseconds: 2 }), { confidence: 'HIGH' }, { from: null });
	await world.create(week.minus({ milliseconds: 5 }), {}, {});
	await world.create(thisWeek, {}, {});
	for (const type of ['guardian', 'guardian', 'architect', 'sentinel']) {
		await world.simulator.createEvents({ type, createdAt: iso(week.plus({ days: 1 })) });
	}
	const at = (days: number) => iso(week.plus({ days }));
	const row = (outcome: string, confirmation: string, when: string, portal = 'a') => ({
		at: when,
		portal,
		what: 'delete from inboxes',
		event: `defender::inbound-${outcome.length}`,
		outcome,
		confirmation,
	});
	await world.setRows('Proofpoint actions', [
		row('queued', 'confirmed', at(0)),
		row('queued', 'timedOut', at(1)),
		row('alreadyHandled', '', at(2)),
		row('not done: declined', '', at(3), 'globex'),
		row('failed or not known: 500', '', at(4)),
		row('queued', 'confirmed', at(-0.001)),
		row('queued', 'confirmed', at(7)),
	]);
	const before = week.minus({ weeks: 1 }).toISODate();
	await world.setRows('Proofpoint reports', [
		{ portal: 'acme', week: before, events: '41', defender: '40', done: '3', failed: '0' },
		{ portal: 'globex', week: before, events: '7', defender: '7' },
	]);
	const [mail] = await world.mails(here);
	expect(mail?.subject).toBe(
		`Proofpoint: 7 security events and 1 action in the week of ${week.toISODate()}`,
	);
	expect(linesOf(mail)).toEqual([
		`Week: ${week.toISODate()} 00:00 +05:30 to ${thisWeek.toISODate()} 00:00 +05:30 (${zone})`,
		'Security events: 7 (the week before: 41)',
		'Actions taken: 1 (the week before: 3)',
		'Handled before: 1',
		'Kept from acting: 1',
		'Requested, not confirmed: 1',
		'Failed or not known: 1 (the week before: 0)',
	]);
	const rows = rowsOf(mail);
	expect(rows.slice(0, 6)).toEqual([
		['Security events', 'Defender', '3', 'the week before: 40'],
		['Security events', 'Guardian', '2', ''],
		['Security events', 'Architect', '1', ''],
		['Security events', 'sentinel', '1', ''],
		['Defender, by confidence', 'HIGH', '2', ''],
		['Defender, by confidence', 'LOW', '1', ''],
	]);
	const of = (part: string) => rows.filter(([name]) => name === part).map(([, ...rest]) => rest);
	expect(of('Defender, most frequent senders')).toEqual([
		['eve@evil[.]example', '2', ''],
		['unknown', '1', ''],
	]);
	expect(of('Defender, recipients whose mail is now')[0]).toEqual(['in quarantine', '3', '']);
	expect(of('Defender, users who answered')[0]).toEqual(['malicious', '5', '']);
	expect(of('Defender, most frequent recipients')).toEqual([['anna@acme[.]example', '3', '']]);
	expect(of('Kept from acting')).toEqual([['delete from inboxes: declined', '1', '']]);
	const time = (days: number) => week.plus({ days }).toFormat('yyyy-MM-dd HH:mm ZZ');
	expect(of('Requested, not confirmed')).toEqual([
		['defender::inbound-6', 'delete from inboxes: timedOut', time(1)],
	]);
	expect(of('Failed or not known')).toEqual([
		['defender::inbound-24', 'delete from inboxes: failed or not known: 500', time(4)],
	]);
}, 180_000);

test('a week is sent once: not by the next hour, and not after a restart; by hand it is', async () => {
	expect(await world.mails(here)).toEqual([]);
	await world.retry(refused);
	expect(world.mailServer.mails).toHaveLength(2);
	await world.n8n.restart();
	expect(await world.mails(here)).toEqual([]);
	expect(await world.mails(here, 'Run by hand')).toHaveLength(1);
	expect(await world.mails(here)).toEqual([]);
}, 240_000);

test('a mail server that fails: the execution fails, its retry sends nothing, the next hour sends once', async () => {
	world.mailServer.refuse(3);
	const before = world.mailServer.refused;
	const failed = await world.start(there);
	expect(failed.message).toMatch(/The weekly report could not be sent: .*Try again later/);
	expect(world.mailServer.refused).toBe(before + 3);
	const [mail, ...more] = await world.mails(there);
	expect(more).toEqual([]);
	await world.retry(failed.execution);
	expect(await world.mails(there)).toEqual([]);

	// Its own portal, its own trace: and far more events than it counts.
	expect(mail?.subject).toContain('more than 300 security events and no actions');
	expect(linesOf(mail)[1]).toBe('Security events: more than 300 (the week before: 7)');
	expect(linesOf(mail)[2]).toMatch(/^Only the newest 300 events were read, back to \d{4}-/);
	const types = rowsOf(mail).filter(([part]) => part === 'Security events');
	expect(types.reduce((sum, [, , count]) => sum + Number(count), 0)).toBe(300);
	expect(rowsOf(mail).filter(([part]) => part === 'Kept from acting')).toHaveLength(1);
	expect(linesOf(mail).join()).not.toContain('Handled before');
}, 240_000);

test('forty hostile texts in the trace and as senders: no cell holds a line, a link, a mention or markup', async () => {
	const at = iso(week.plus({ days: 1 }));
	await world.setRows(
		'Proofpoint actions',
		hostileTexts.map(([, text], index) => ({
			at,
			portal: text,
			what: text,
			event: text,
			outcome: index % 2 ? `failed: ${text}` : 'queued',
			confirmation: text,
		})),
	);
	for (const [, text] of hostileTexts.slice(0, 10)) {
		await world.create(week.plus({ days: 1 }), { confidence: text }, { from: text });
	}
	const [mail] = await world.mails(here, 'Run by hand');
	const named = rowsOf(mail).filter(([part = '']) => /^(?:Requested|Failed)/.test(part));
	expect(named).toHaveLength(hostileTexts.length);
	const cells = rowsOf(mail).flat();
	const bad = cells.flatMap((cell) => {
		const reason = damages(cell, { lines: 1, length: 400 });
		return reason.length === 0 ? [] : [{ reason, cell }];
	});
	expect(bad).toEqual([]);
	expect(new Set(mail?.html.match(/<[a-z]+/g))).toEqual(
		new Set(['<b', '<br', '<table', '<tr', '<th', '<td']),
	);
}, 180_000);
