import { appendFileSync, existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import nock from 'nock';

/**
 * Preloaded into n8n (`NODE_OPTIONS --require`): answers for slack.com inside that process, so that
 * n8n's own Slack node can be used without an account. Every message becomes one JSON line
 * (`SlackMessage`) in the file named by `SLACK_EDGE_FILE`. While a file of the same name with `.refuse` at
 * its end exists, messages are refused as Slack does it; with `.stall` at its end, they are neither taken nor
 * answered. All other traffic goes out untouched.
 */
const file = process.env.SLACK_EDGE_FILE;
const script = process.argv[1] ?? '';

/** One message as Slack would have received it. */
export interface SlackMessage {
	/** ISO time of arrival. */
	at: string;
	/** Slack's own id of a message, which the sender gets back. */
	ts: string;
	/**
	 * `chat.postMessage`, `chat.postEphemeral`, `chat.update`, `chat.meMessage`, `incoming-webhook`, or `response_url`:
	 * the address that Slack gives with a click, to change the message whose button it was.
	 */
	method: string;
	channel: string;
	text: string;
	/** Everything that the request carried. */
	body: Record<string, unknown>;
}

const channels = [
	{ id: 'C0000000001', name: 'security' },
	{ id: 'C0000000002', name: 'soc-alerts' },
	{ id: 'C0000000003', name: 'general' },
].map((channel) => ({ ...channel, is_channel: true, is_archived: false, is_member: true }));

const users = [{ id: 'U0000000001', name: 'n8n-demo', real_name: 'n8n demo', deleted: false }];

// Task runners and npm inherit NODE_OPTIONS; only n8n itself sends messages.
if (file !== undefined && script.endsWith(path.join('n8n', 'bin', 'n8n'))) answerForSlack(file);

function answerForSlack(target: string): void {
	let messages = 0;

	const record = (method: string, body: Record<string, unknown>): SlackMessage => {
		messages += 1;
		const message: SlackMessage = {
			at: new Date().toISOString(),
			ts: `${Math.floor(Date.now() / 1000)}.${String(messages).padStart(6, '0')}`,
			method,
			channel: typeof body.channel === 'string' ? body.channel : '',
			text: typeof body.text === 'string' ? body.text : '',
			body,
		};
		// Synchronous: the line is there before the workflow goes on.
		appendFileSync(target, `${JSON.stringify(message)}\n`);
		return message;
	};

	const answer = (method: string, body: Record<string, unknown>): Record<string, unknown> => {
		switch (method) {
			case 'chat.postMessage':
			case 'chat.postEphemeral':
			case 'chat.meMessage':
			case 'chat.update': {
				if (existsSync(`${target}.refuse`)) return { ok: false, error: 'channel_not_found' };
				const { channel, text, ts } = record(method, body);
				return {
					ok: true,
					channel,
					ts,
					message: { type: 'message', subtype: 'bot_message', text, ts, bot_id: 'B0000000001' },
				};
			}
			case 'conversations.list':
				return { ok: true, channels, response_metadata: { next_cursor: '' } };
			case 'users.list':
				return { ok: true, members: users, response_metadata: { next_cursor: '' } };
			case 'users.profile.get':
				return { ok: true, profile: { real_name: 'n8n demo' } };
			case 'auth.test':
				return { ok: true, url: 'https://demo.slack.com/', user: 'n8n-demo', team: 'Demo' };
			default:
				return { ok: false, error: 'unknown_method' };
		}
	};

	nock.enableNetConnect();
	const slack = nock('https://slack.com').persist();
	for (const verb of ['get', 'post'] as const) {
		slack[verb](/^\/api\/[a-zA-Z.]+/).reply(200, async (request: Request) => {
			while (existsSync(`${target}.stall`)) await delay(100);
			const url = new URL(request.url);
			const fields = { ...Object.fromEntries(url.searchParams), ...(await fieldsOf(request)) };
			return answer(url.pathname.replace('/api/', ''), fields);
		});
	}
	nock('https://hooks.slack.com')
		.persist()
		.post(/^\/(?:services|actions)\//)
		.reply(200, async (request: Request) => {
			const isAction = new URL(request.url).pathname.startsWith('/actions/');
			record(isAction ? 'response_url' : 'incoming-webhook', await fieldsOf(request));
			return 'ok';
		});
}

/** The fields of a JSON or form body; none when there is no body. */
async function fieldsOf(request: Request): Promise<Record<string, unknown>> {
	const text = await request.text();
	if (text === '') return {};
	if (!text.startsWith('{')) return Object.fromEntries(new URLSearchParams(text));
	const body: unknown = JSON.parse(text);
	return typeof body === 'object' && body !== null ? { ...body } : {};
}
