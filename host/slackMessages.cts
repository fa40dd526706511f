/** What n8n sent to Slack, as the Slack edge wrote it down: the messages, their texts, and the buttons of questions. */
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { SlackMessage } from './slackEdge.cjs';

const messageSchema: z.ZodType<SlackMessage> = z.object({
	at: z.string(),
	ts: z.string(),
	method: z.string(),
	channel: z.string(),
	text: z.string(),
	body: z.record(z.string(), z.unknown()),
});

const blocksSchema = z.array(
	z
		.object({
			text: z.object({ text: z.string() }).passthrough().optional(),
			elements: z
				.array(
					z
						.object({
							text: z.object({ text: z.string() }).passthrough(),
							url: z.string().optional(),
						})
						.passthrough(),
				)
				.optional(),
		})
		.passthrough(),
);

/** The messages in the edge's file, oldest first. */
export function readSlackMessages(file: string): SlackMessage[] {
	if (!existsSync(file)) return [];
	const lines = readFileSync(file, 'utf8').split('\n');
	// The last piece is empty, or a line that is being written.
	lines.pop();
	return lines.map((line) => messageSchema.parse(JSON.parse(line)));
}

/** Whatever a message shows: of a question the text stands in its blocks. */
export function textOf({ body, text }: SlackMessage): string {
	const blocks = blocksSchema.parse(body.blocks ?? []);
	return [text, ...blocks.map((block) => block.text?.text ?? '')].join('\n').trim();
}

/** The address behind each button of a message by the button's label; none where Slack itself tells n8n of the click. */
export function buttonsOf({ body }: SlackMessage): Record<string, string> {
	const blocks = blocksSchema.parse(body.blocks ?? []);
	const buttons = blocks.flatMap(({ elements = [] }) => elements);
	return Object.fromEntries(
		buttons.flatMap(({ text, url }) => (url === undefined ? [] : [[text.text, url]])),
	);
}
