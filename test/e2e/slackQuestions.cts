/** Questions with two buttons that n8n sent to Slack, and the two ways in which a person answers: a link, and a signed click. */
import { steadyFetch } from '@host/steadyFetch.cjs';
import type { SlackMessage } from '@host/slackEdge.cjs';
import { createHmac } from 'node:crypto';
import { z } from 'zod';

/** A button: a link, or something that Slack tells n8n of. */
const buttonSchema = z.object({
	text: z.object({ text: z.string() }),
	url: z.string().optional(),
	action_id: z.string().optional(),
	value: z.string().optional(),
});
const blocksSchema = z.array(
	z
		.object({
			text: z.object({ text: z.string() }).optional(),
			elements: z.array(buttonSchema).optional(),
		})
		.passthrough(),
);

/** One question. */
export interface Question {
	channel: string;
	text: string;
	ts: string;
	blocks: unknown;
	buttons: Record<string, z.infer<typeof buttonSchema>>;
}

/** Those of the messages that ask, the oldest first. */
export function questionsIn(messages: SlackMessage[]): Question[] {
	return messages.flatMap(({ channel, body, ts, method }) => {
		if (body.blocks === undefined || method !== 'chat.postMessage') return [];
		const blocks = blocksSchema.parse(body.blocks);
		const buttons = blocks.flatMap(({ elements = [] }) => elements);
		return [
			{
				channel,
				ts,
				blocks: body.blocks,
				text: blocks
					.map(({ text }) => text?.text ?? '')
					.join('\n')
					.trim(),
				buttons: Object.fromEntries(buttons.map((button) => [button.text.text, button])),
			},
		];
	});
}

/** Who clicks, and what is wrong with the request, if anything is. */
export interface Click {
	user: { id: string; name: string };
	/** The signing secret of the Slack app; none: no signature. */
	secret?: string;
	/** How old the signature is, in seconds. */
	age?: number;
	/** In place of the button's own value. */
	value?: string;
}

/**
 * Sends a click as Slack does: a form whose field `payload` holds JSON, signed with the app's secret.
 * @returns the status that n8n answers
 */
export async function clickInSlack(
	n8nUrl: string,
	question: Question,
	label: string,
	{ user, secret, age = 0, value }: Click,
): Promise<number> {
	const button = question.buttons[label];
	if (button?.value === undefined) throw new Error(`Slack would not tell n8n of "${label}"`);
	const seconds = Math.floor(Date.now() / 1000) - age;
	const channel = { id: 'C0000000002', name: question.channel.replace('#', '') };
	const payload = {
		type: 'block_actions',
		user: { ...user, username: user.name, team_id: 'T0000000001' },
		api_app_id: 'A0000000001',
		container: { type: 'message', message_ts: question.ts, channel_id: channel.id },
		trigger_id: '1.2.3',
		team: { id: 'T0000000001', domain: 'acme' },
		channel,
		message: { type: 'message', ts: question.ts, text: '', blocks: question.blocks },
		response_url: 'https://hooks.slack.com/actions/T0000000001/1/abc',
		actions: [
			{
				type: 'button',
				block_id: 'b1',
				action_id: button.action_id,
				text: button.text,
				value: value ?? button.value,
				action_ts: `${seconds}.000001`,
			},
		],
	};
	const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
	const headers = new Headers({
		'content-type': 'application/x-www-form-urlencoded',
		'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
	});
	if (secret !== undefined) {
		const digest = createHmac('sha256', secret).update(`v0:${seconds}:${body}`).digest('hex');
		headers.set('x-slack-request-timestamp', String(seconds));
		headers.set('x-slack-signature', `v0=${digest}`);
	}
	const answer = await steadyFetch(`${n8nUrl}/webhook-waiting-slack`, {
		method: 'POST',
		headers,
		body,
	});
	await answer.text();
	return answer.status;
}
