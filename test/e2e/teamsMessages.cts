/** What n8n sent to Teams, as the Teams edge wrote it down. */
import type { TeamsMessage } from '@host/teamsEdge.cjs';
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';

const messageSchema: z.ZodType<TeamsMessage> = z.object({
	at: z.string(),
	team: z.string(),
	channel: z.string(),
	contentType: z.string(),
	content: z.string(),
	body: z.record(z.string(), z.unknown()),
	taken: z.boolean(),
});

/** The messages in the edge's file, oldest first. */
export function readTeamsMessages(file: string): TeamsMessage[] {
	if (!existsSync(file)) return [];
	const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
	return lines.map((line) => messageSchema.parse(JSON.parse(line)));
}

/** The event that a message is about. */
export function idIn(content: string): string {
	return /<b>Event:<\/b> ([^<]+)/.exec(content)?.[1] ?? '';
}

/** The lines of a message. */
export function linesOf(content: string): string[] {
	return content.split('<br>');
}
