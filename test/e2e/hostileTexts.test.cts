/**
 * Forty hostile texts as subjects, senders, recipients, file names and users, through every playbook that shows text to a
 * chat: in a real n8n, read at the network's edge.
 */
import { stopAll } from '@test/stopAll.cjs';
import { z } from 'zod';

import { readPlaybook } from '../../scripts/demo/playbooks.cjs';
import { damages, hostileTexts } from '../hostileTexts.cjs';
import {
	failed,
	makePlaybookWorld,
	pollOften,
	reached,
	withNodes,
	type PlaybookWorld,
} from './playbookWorld.cjs';

const ids = {
	guardian: 'guardianAlert',
	release: 'safeMailRelease',
	burst: 'proofpointBurst',
	watch: 'anomalyWatchList',
};
const texts = hostileTexts.map(([, text]) => text);
let world: PlaybookWorld;

beforeAll(async () => {
	world = await makePlaybookWorld(
		[
			{
				...withNodes(pollOften(readPlaybook('guardian-slack-alert.json')), (node) =>
					node.type.endsWith('Trigger')
						? { ...node, parameters: { ...node.parameters, options: { maxItemsPerPoll: 100 } } }
						: node,
				),
				id: ids.guardian,
			},
			{ ...pollOften(readPlaybook('auto-quarantine-release.json')), id: ids.release },
			{ ...pollOften(readPlaybook('burst-response.json')), id: ids.burst },
			{
				...withNodes(pollOften(readPlaybook('anomalous-users-watch-list.json')), (node) =>
					node.name === 'Who is watched already?'
						? {
								...node,
								parameters: { ...node.parameters, groupId: { __rl: true, mode: 'id', value: '1' } },
							}
						: node,
				),
				id: ids.watch,
			},
		],
		{ events: 20, groups: 1, anomalies: 1 },
	);
}, 960_000);

afterAll(async () => {
	await stopAll(world);
}, 120_000);

const recipients = (text: string) => ({
	to: [text],
	cc: [],
	bcc: [],
	all: [text, null, text],
	count: 2,
});

test('no text forges a line, a mention or a link, and none is too long', async () => {
	const { simulator } = world;
	for (const text of texts) {
		await simulator.createEvents({
			type: 'guardian',
			fields: {
				portal_link: null,
				outbound_email_details: { from: text, subject: text, recipients: recipients(text) },
				guardian_details: {
					flag_reason: text,
					anomalous_attachments: [text],
					anomalous_recipients: [text],
				},
			},
		});
		await simulator.createEvents({
			type: 'defender',
			releasable: true,
			fields: {
				portal_link: null,
				inbound_email_details: { from: text, subject: text, recipients: recipients(text) },
			},
		});
		await simulator.createAnomalies({
			fields: { severity_label: 'high', address: text, links: { portal_url: null } },
		});
	}
	for (const [index, text] of texts.entries()) {
		await simulator.createEvents({
			type: 'defender',
			releasable: false,
			count: 2,
			fields: {
				portal_link: null,
				inbound_email_details: { from: text, subject: text },
				defender_details: { burst_attack_id: `burst-${index}`, threat_signal_types: [] },
			},
		});
	}
	const kinds = [
		{ title: 'Guardian: ', lines: 10, count: texts.length },
		{ title: 'Dry run: this would have been requested', lines: 9, count: texts.length },
		{ title: 'Burst attack: delete its mails', lines: 8, count: texts.length },
		// Users whose addresses read the same are one.
		{ title: 'Dry run: this user would have been put on', lines: 7, count: 35 },
	];
	const of = (title: string) => shownTexts().filter((text) => text.includes(title));
	await reached(() => kinds.every(({ title, count }) => of(title).length >= count), 480_000);

	for (const id of Object.values(ids)) expect([id, await failed(world, id)]).toEqual([id, []]);
	for (const { title, lines, count } of kinds) {
		const messages = of(title);
		expect(`${title}: ${messages.length >= count}`).toBe(`${title}: true`);
		const bad = messages.flatMap((text) => {
			const reason = damages(text, { lines, length: 2500 });
			return reason.length === 0 ? [] : [{ reason, text }];
		});
		expect(bad).toEqual([]);
	}
	process.stderr.write(
		`hostile texts, in the chat\n${of('Guardian: ').slice(0, 3).join('\n\n')}\n`,
	);
}, 600_000);

test('an alert for 500 recipients is one message, and stops no other', async () => {
	const all = Array.from({ length: 500 }, (_, index) => `user${index}@acme.example`);
	const [big] = await world.simulator.createEvents({
		type: 'guardian',
		fields: {
			outbound_email_details: { recipients: { to: all, cc: [], bcc: [], all, count: 500 } },
		},
	});
	const [small] = await world.simulator.createEvents({ type: 'guardian' });
	const about = (id = '') => shownTexts().filter((text) => text.includes(id));
	await reached(() => about(big?.id).length > 0 && about(small?.id).length > 0);
	expect(about(small?.id)).toHaveLength(1);
	expect(about(big?.id)).toHaveLength(1);
	expect(about(big?.id)[0]).toContain(' and 480 more\n');
}, 180_000);

const sectionsSchema = z.array(
	z.object({ type: z.string(), text: z.object({ text: z.string() }).optional() }).passthrough(),
);

/** What a person reads of each message: its text, or the one section of a question. */
function shownTexts(): string[] {
	return world.slack().map(({ text, body }) => {
		if (body.blocks === undefined) return text;
		const sections = sectionsSchema.parse(body.blocks).filter(({ type }) => type === 'section');
		return sections[0]?.text?.text ?? '';
	});
}
