/** Hostile texts through the agent of the triage playbook: what a person reads before an approval, and in the end. */
import { damages, hostileTexts } from '../hostileTexts.cjs';
import { AgentWorld, review } from './agentWorld.cjs';
import { reached } from './playbookWorld.cjs';
import { click } from './slackReviews.cjs';

const link = 'https://acme.tessian-platform.com/0/events/impersonation_attacks?check_log_id=7';
const ownLink = `<${link}|Open in the Proofpoint portal>`;
const release = 'Release_mail_from_quarantine';

let agents: AgentWorld;
/** The events, in the order of the texts. */
const ids: string[] = [];

/** Adds the tests to those of a file that makes the world; the copy `triageDry` is published then, a dry run. */
export function agentHostileTests(given: () => AgentWorld): void {
	beforeAll(() => {
		agents = given();
	});

	// Whatever came of them, the tests behind these have copies of their own.
	afterAll(async () => await agents.n8n.client.deactivate('triageDry'));

	test('in the mail, and in the agent’s reason and event: the question has the lines of the playbook only', async () => {
		for (const [, text] of hostileTexts) {
			const inbound = { subject: text, from: text };
			const fields = { portal_link: link, inbound_email_details: inbound };
			const id = await agents.create({ type: 'defender', fields });
			const verdict = `Verdict: ${text.replaceAll('\n', ' ').slice(0, 900)}`;
			agents.model.script(id, [[review(release, text, text)], verdict]);
			ids.push(id);
		}
		const asked = () => ids.every((id) => agents.findReview(id) !== undefined);
		expect((await reached(asked)) || (await reached(asked))).toBe(true);
		const own =
			/^(?::warning: \*The triage agent asks for your approval\*$|\*(?:Given to it|From|Recipients|Confidence|Event given to it|It wants to|For the event|Why, in its words|Dry run):\* |This acts on real mail, for every recipient\.)/;
		for (const [index, id] of ids.entries()) {
			const lines = agents.reviewOf(id).text.split('\n');
			expect(lines).toHaveLength(11);
			expect(lines.find((line) => line.startsWith('*For the event:*'))).toContain(
				':rotating_light: *NOT the event that it was given*',
			);
			expectOwn(index, own, lines);
		}
	}, 360_000);

	test('approved or declined, and repeated by the agent: each verdict has the lines of the playbook only', async () => {
		for (const [index, id] of ids.entries()) {
			const { Approve, Decline } = agents.reviewOf(id).buttons;
			await click(index % 2 === 0 ? Approve : Decline);
		}
		const ended = () => ids.every((id) => agents.verdict(id) !== undefined);
		expect((await reached(ended)) || (await reached(ended))).toBe(true);
		const own =
			/^(?::mag: \*Triaged by the agent\*$|\*(?:Subject|From|To|The agent says|It looked at|Actions|Event):\* |No trace is kept: |<https:)/;
		for (const [index, id] of ids.entries()) {
			const lines = (agents.verdict(id) ?? '').split('\n');
			expectOwn(index, own, lines);
			expect(lines.find((line) => line.startsWith('*Actions:*'))).toMatch(
				index % 2 === 0 ? /\): not done: dryRun is on in Settings/ : /\): not approved/,
			);
		}
		expect(await agents.remediations()).toEqual([]);
	}, 480_000);
}

/** No line that the playbook does not write, and no damage in any; `:rotating_light:` is its own. */
function expectOwn(index: number, own: RegExp, lines: string[]): void {
	const foreign = lines.filter((text) => !own.test(text));
	const hurt = lines
		.map((text) => text.replace(' :rotating_light: *NOT the event that it was given*', ''))
		.flatMap((text) => damages(text, { lines: 1, length: 2400, link: ownLink }));
	expect([hostileTexts[index]?.[0], foreign, hurt]).toEqual([hostileTexts[index]?.[0], [], []]);
}
