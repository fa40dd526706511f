/**
 * The rule of the release playbook, event by event, in a real n8n against the simulator: what it asked Proofpoint for,
 * and what it told Slack, are compared with the table.
 */
import { stopAll } from '@test/stopAll.cjs';
import { withoutDryRun } from '../../scripts/demo/playbooks.cjs';
import { releaseCases, type Deed, type ReleaseCase } from './releaseCases.cjs';
import { makePlaybookWorld, pollOften, reached, type PlaybookWorld } from './playbookWorld.cjs';
import {
	create,
	looseEvent,
	mailLines,
	releaseId,
	releasePlaybook,
	releaseRequests,
	slackText,
	whyLine,
	type LooseEvent,
} from './releasePlaybook.cjs';
import { noTrace, shown } from './shown.cjs';

let world: PlaybookWorld;
/** Each row of the table, with its event as the playbook first saw it. */
let rows: Array<ReleaseCase & { id: string; event: LooseEvent }>;

const asked = (deed: Deed) => deed !== 'nothing' && deed !== 'person';

beforeAll(async () => {
	world = await makePlaybookWorld(
		[{ ...pollOften(withoutDryRun(releasePlaybook)), id: releaseId }],
		{
			events: 20,
			// Each state of a remediation is there long enough to be seen.
			remediationDelay: 4000,
		},
	);
	const { simulator } = world;
	rows = [];
	for (const row of releaseCases) {
		const [id = ''] = await create(world, row.event);
		await row.then?.(simulator, id);
		const isRead = row.deed !== 'nothing';
		const event = isRead ? await looseEvent(world, id) : { portal_link: null };
		rows.push({ ...row, id, event });
	}
	const expected = rows.filter(({ deed }) => deed !== 'nothing').length;
	await reached(() => world.slack().length >= expected);
	// What must not come has the time of one more poll.
	await reached(() => world.slack().length > expected, 12_000);
}, 480_000);

afterAll(async () => {
	await stopAll(world);
}, 120_000);

test('what it did with each event', async () => {
	const requests = await releaseRequests(world);
	const messages = world.slack().map(({ text }) => text);
	const did = ({ id }: { id: string }) => {
		const text = messages.filter((message) => message.includes(id)).map(titleOf);
		return `${requests.filter((asked) => asked === id).length} request(s); ${text.join(', ') || 'silent'}`;
	};
	const wanted = ({ deed }: { deed: Deed }) =>
		`${asked(deed) ? 1 : 0} request(s); ${titles[deed]?.replace(/^:\w+: /, '') ?? 'silent'}`;
	const table = rows.map((row) => `${row.name}: ${did(row)}`);
	process.stderr.write(`release playbook, ${rows.length} events\n  ${table.join('\n  ')}\n`);
	expect(table).toEqual(rows.map((row) => `${row.name}: ${wanted(row)}`));
});

test('what it told Slack, word by word', async () => {
	const texts = world.slack().map(({ text }) => text);
	const wanted = rows.flatMap((row) => messageOf(row) ?? []);
	expect(texts.map(withoutAdvice).sort()).toEqual(wanted.sort());
	expect(new Set(world.slack().map(({ channel }) => channel))).toEqual(new Set(['#security']));
});

test('“Released” is said only where the portal shows it', async () => {
	const said = rows.filter(({ id }) =>
		world.slack().some(({ text }) => text.includes(id) && /\bReleased\b/.test(text)),
	);
	expect(said.length).toBeGreaterThan(3);
	for (const { id, requested, name } of said) {
		const { places } = await world.simulator.mail(id);
		const released = Object.values(places).filter((place) => place === 'released');
		expect(`${name}: ${released.length}`).toBe(
			`${name}: ${requested ?? Object.keys(places).length}`,
		);
	}
});

test('released and fallen back, the events came back and nothing was asked for again', async () => {
	const { client } = world.n8n;
	const executions = await client.executions({ workflowId: releaseId });
	const cameBack = executions.flatMap(({ nodes }) =>
		(nodes['Only once per event'] ?? []).flatMap(({ outputs }) =>
			(outputs[1] ?? []).map(({ json }) => String(json.id)),
		),
	);
	const fellBack = rows.filter(({ deed }) => deed === 'back in quarantine').map(({ id }) => id);
	expect(cameBack).toEqual(expect.arrayContaining(fellBack));
	const failed = executions.filter(({ status }) => status !== 'success');
	expect(failed.map(({ error, status }) => error?.message ?? status)).toEqual([]);
});

const titles: Partial<Record<Deed, string>> = {
	person: ':label: *A person decides: an administrator labelled this mail*',
	released: ':white_check_mark: *Released from quarantine*',
	'released for some': ':white_check_mark: *Released from quarantine, but not for everybody*',
	'back in quarantine': ':warning: *Release requested, but mail is back in quarantine*',
	'deleted meanwhile': ':warning: *Release requested, but mail was deleted meanwhile*',
	'handled before': ':information_source: *Nothing requested: the mail was handled before*',
	failed: ':x: *The release failed, or its outcome is not known: please have a look*',
};

const words: Partial<Record<Deed, string>> = {
	released: 'confirmed',
	'released for some': 'confirmed',
	'back in quarantine': 'it was pending and is back',
	'deleted meanwhile': 'it was deleted meanwhile',
	'handled before': 'nothing was queued',
};

/** The message that a row of the table asks for. */
function messageOf({ id, event, deed, requested, now, name }: (typeof rows)[number]) {
	const title = titles[deed];
	if (title === undefined) return undefined;
	const all = event.inbound_email_details?.recipients.all ?? [];
	const label = event.defender_details?.admin_label ?? '';
	const queued = requested ?? all.length;
	const error = deed === 'handled before' ? 'EMAIL_ALREADY_REMEDIATED' : notFound;
	const left =
		deed === 'handled before' ? all : deed === 'released for some' ? all.slice(1, 2) : [];
	const { released, quarantined } = now ?? { released: all.length, quarantined: 0 };
	const lines = mailLines(event);
	if (deed === 'person') lines.push(`*Label:* ${shown(label)}`, whyLine(event), '*Done:* nothing');
	else if (deed === 'failed') {
		lines.push(
			`*What failed:* The action failed for 1 of 1 recipients of the event ${id}: ${notFound} (${shown(all[0] ?? '')})`,
		);
	} else {
		lines.push(
			whyLine(event),
			`*Requested:* for ${queued} of ${all.length} recipients`,
			...(left.length > 0
				? [`*Not for:* ${left.map((user) => `${shown(user)} (${error})`).join(', ')}`]
				: []),
			`*Now:* released ${released}, pending release 0, quarantined ${quarantined} (${words[deed] ?? name})`,
		);
	}
	return slackText(id, event, title, [...lines, noTrace]);
}

const notFound = 'EMAIL_NOT_FOUND_IN_QUARANTINE';

/** What follows the reason of a failure is advice; its wording is no part of this test. */
function withoutAdvice(text: string): string {
	return text.replace(/(\*What failed:\* .*EMAIL_NOT_FOUND_IN_QUARANTINE \([^)]*\)).*/, '$1');
}

function titleOf(text: string): string {
	return (text.split('\n')[0] ?? '').replace(/^:\w+: /, '');
}
