/** The questions of n8n's human review in Slack, and the click on one of their buttons. */
import { steadyFetch } from '@host/steadyFetch.cjs';
import { buttonsOf, readSlackMessages, textOf } from '@host/slackMessages.cjs';
import { setTimeout as delay } from 'node:timers/promises';

/** A message that asks a person: its text, and the address behind each button by the button's label. */
export interface Review {
	text: string;
	buttons: Record<string, string>;
}

/** Those of the messages that ask a person. */
export function readReviews(file: string): Review[] {
	return readSlackMessages(file).flatMap((message) => {
		if (message.body.blocks === undefined) return [];
		return [{ text: textOf(message), buttons: buttonsOf(message) }];
	});
}

/**
 * Follows a button's address as a person's browser does; n8n ignores robots. Slack has a message a moment before n8n stores
 * that the execution waits, and until then n8n answers 409 "is running already": no person is that fast, so we wait as they do.
 * @returns the status and the page that come back
 */
export async function click(url: string | undefined): Promise<{ status: number; page: string }> {
	if (url === undefined) throw new Error('The message has no such button');
	for (const end = Date.now() + 90_000; ; await delay(250)) {
		const answer = await steadyFetch(url, {
			headers: { 'user-agent': 'Mozilla/5.0 (X11; Linux x64) Gecko/20100101 Firefox/140.0' },
		});
		const { status } = answer;
		const page = await answer.text();
		const isEarly = status === 409 && page.includes('running already');
		if (!isEarly || Date.now() > end) return { status, page };
	}
}
