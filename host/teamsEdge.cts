import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import nock from 'nock';

/**
 * Preloaded into n8n (`NODE_OPTIONS --require`): answers for Microsoft Teams at graph.microsoft.com inside that process, so
 * that n8n's own Microsoft Teams node can be used without an account. Every message to a channel becomes one JSON line
 * (`TeamsMessage`) in the file named by `TEAMS_EDGE_FILE`. While a file of the same name with `.refuse` at its end exists,
 * messages that contain its text are refused. `TEAMS_EDGE_TOKEN` is the access token that it accepts. All other traffic goes out untouched.
 */
const file = process.env.TEAMS_EDGE_FILE;
/** The only access token that is accepted. */
const token = process.env.TEAMS_EDGE_TOKEN;
const script = process.argv[1] ?? '';

/** What Teams takes in one message, with everything around it. */
const maxBytes = 28_000;

/** One message as Teams would have received it. */
export interface TeamsMessage {
	/** ISO time of arrival. */
	at: string;
	team: string;
	channel: string;
	contentType: string;
	content: string;
	/** Everything that the request carried. */
	body: Record<string, unknown>;
	/** False: refused. */
	taken: boolean;
}

// Task runners and npm inherit NODE_OPTIONS; only n8n itself sends messages.
if (file !== undefined && script.endsWith(path.join('n8n', 'bin', 'n8n'))) answerForTeams(file);

function answerForTeams(target: string): void {
	const refusal = (code: string) => ({ error: { code, message: `Refused: ${code}` } });
	const answer = (url: URL, text: string, authorization: string | null): [number, object] => {
		if (authorization !== `Bearer ${token}`) return [401, refusal('InvalidAuthenticationToken')];
		const [, team = '', channel = ''] =
			/^\/beta\/teams\/([^/]+)\/channels\/([^/]+)\/messages$/.exec(
				decodeURIComponent(url.pathname),
			) ?? [];
		if (team === '') return [404, refusal('NotFound')];
		const body = fieldsOf(JSON.parse(text));
		const { contentType, content } = fieldsOf(body.body);
		const message: TeamsMessage = {
			at: new Date().toISOString(),
			team,
			channel,
			contentType: String(contentType),
			content: String(content),
			body,
			taken: !isRefused(target, String(content)) && Buffer.byteLength(text) <= maxBytes,
		};
		// Synchronous: the line is there before the workflow goes on.
		appendFileSync(target, `${JSON.stringify(message)}\n`);
		if (!message.taken) return [403, refusal('Forbidden')];
		return [201, { id: String(Date.now()), messageType: 'message', body: body.body }];
	};

	nock.enableNetConnect();
	nock('https://graph.microsoft.com')
		.persist()
		.post(/^\/beta\/teams\//)
		.reply(async (request: Request) => {
			const authorization = request.headers.get('authorization');
			const [status, body] = answer(new URL(request.url), await request.text(), authorization);
			return [status, JSON.stringify(body), { 'Content-Type': 'application/json' }];
		});
}

function isRefused(target: string, content: string): boolean {
	const refuse = `${target}.refuse`;
	return existsSync(refuse) && content.includes(readFileSync(refuse, 'utf8'));
}

function fieldsOf(value: unknown): Record<string, unknown> {
	return typeof value === 'object' && value !== null ? { ...value } : {};
}
