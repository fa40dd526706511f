/** What n8n sent to Slack, as the Slack edge wrote it down, and the buttons of n8n's human review. */
import type { SlackMessage } from '@host/slackEdge.cjs';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';

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
						.object({ text: z.object({ text: z.string() }).passthrough(), url: z.string() })
						.passthrough(),
				)
				.optional(),
		})
		.passthrough(),
);

/** A message that asks a person: its text, and the address behind each button by the button's label. */
export interface Review {
	text: string;
	buttons: Record<string, string>;
}

/** The messages in the edge's file, oldest first. */
export function readSlackMessages(file: string): SlackMessage[] {
	if (!existsSync(file)) return [];
	const lines = readFileSync(file, 'utf8').split('\n');
	// The last piece is empty, or a line that is being written.
	lines.pop();
	return lines.map((line) => messageSchema.parse(JSON.parse(line)));
}

/** Those of the messages that ask a person. */
export function readReviews(file: string): Review[] {
	return readSlackMessages(file).flatMap((message) => {
		if (message.body.blocks === undefined) return [];
		const texts = blocksSchema.parse(message.body.blocks).map(({ text }) => text?.text ?? '');
		return [{ text: texts.join('\n').trim(), buttons: buttonsOf(message) }];
	});
}

/** Whatever a message shows: of a question the text stands in its blocks. */
export function textOf({ body, text }: SlackMessage): string {
	const blocks = blocksSchema.parse(body.blocks ?? []);
	return [text, ...blocks.map((block) => block.text?.text ?? '')].join('\n').trim();
}

/** The address behind each button of a message by the button's label. */
export function buttonsOf({ body }: SlackMessage): Record<string, string> {
	const blocks = blocksSchema.parse(body.blocks ?? []);
	const buttons = blocks.flatMap(({ elements = [] }) => elements);
	return Object.fromEntries(buttons.map(({ text, url }) => [text.text, url]));
}

/**
 * Follows a button's address as a person's browser does; n8n ignores robots. Slack has a message a moment before n8n stores
 * that the execution waits, and until then n8n answers 409 "is running already": no person is that fast, so we wait as they do.
 * @returns the status and the page that come back
 */
export async function click(url: string | undefined): Promise<{ status: number; page: string }> {
	if (url === undefined) throw new Error('The message has no such button');
	for (const end = Date.now() + 20_000; ; await delay(250)) {
		const answer = await fetch(url, {
			headers: { 'user-agent': 'Mozilla/5.0 (X11; Linux x64) Gecko/20100101 Firefox/140.0' },
		});
		const { status } = answer;
		const page = await answer.text();
		const isEarly = status === 409 && page.includes('running already');
		if (!isEarly || Date.now() > end) return { status, page };
	}
}
