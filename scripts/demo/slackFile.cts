import type { SlackMessage } from '@host/slackEdge.cjs';
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';

const messageSchema: z.ZodType<SlackMessage> = z.object({
	at: z.string(),
	ts: z.string(),
	method: z.string(),
	channel: z.string(),
	text: z.string(),
	body: z.record(z.string(), z.unknown()),
});

/** All messages that have reached the edge so far, oldest first. */
export function readSlackMessages(file: string): SlackMessage[] {
	if (!existsSync(file)) return [];
	const lines = readFileSync(file, 'utf8').split('\n');
	// The last piece is empty, or a line that is being written.
	lines.pop();
	return lines.map((line) => messageSchema.parse(JSON.parse(line)));
}
