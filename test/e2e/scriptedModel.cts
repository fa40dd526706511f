/**
 * A language model for tests: an OpenAI-compatible server on loopback that plays scripts instead of thinking. Speaks
 * both of OpenAI's interfaces, the Responses API (n8n's default) and Chat Completions (what local models offer).
 */
import { text } from 'node:stream/consumers';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { z } from 'zod';

/** A tool that the model asks for, with arguments of its own. */
export interface ToolCall {
	tool: string;
	arguments: Record<string, unknown>;
}

/** One turn of the model: tools to call (all at once), or its final answer. */
export type Turn = ToolCall[] | string;

/** What came back from a tool, as the model read it. */
export interface ToolResult {
	tool: string;
	/** The arguments with which the model had called it. */
	arguments: Record<string, unknown>;
	output: string;
}

/** A tool as it was described to the model. */
export interface OfferedTool {
	name: string;
	description: string;
	/** JSON schema. */
	parameters: Record<string, unknown>;
}

/** One request to the model, whichever interface it came through. */
export interface ModelRequest {
	interface: 'responses' | 'chat completions';
	/** The words of the user and of the system prompt. */
	prompt: string;
	tools: OfferedTool[];
	/** All tool results so far, oldest first. */
	results: ToolResult[];
}

/** The running server. */
export interface ScriptedModel {
	/** For n8n's OpenAI credential: ends in `/v1`. */
	url: string;
	/** Every request, oldest first. */
	requests: ModelRequest[];
	/**
	 * Plays these turns, one per request, to the conversation whose prompt contains `marker`. A turn may be a
	 * function of the results so far. A conversation without a script, or past its end, is refused with 400.
	 */
	script(marker: string, turns: Array<Turn | ((results: ToolResult[]) => Turn)>): void;
	/** The requests of the conversation whose prompt contains `marker`. */
	conversation(marker: string): ModelRequest[];
	/** Ends it. */
	stop(): Promise<void>;
}

const textPart = z.object({ text: z.string() }).passthrough();
const content = z.union([z.string(), z.array(textPart), z.null()]).optional();
const functionTool = z.object({
	name: z.string(),
	description: z.string().default(''),
	parameters: z.record(z.string(), z.unknown()),
});

const responsesBody = z.object({
	input: z.array(
		z.union([
			z.object({
				type: z.literal('function_call'),
				call_id: z.string(),
				name: z.string(),
				arguments: z.string(),
			}),
			z.object({
				type: z.literal('function_call_output'),
				call_id: z.string(),
				output: z.string(),
			}),
			z.object({ role: z.string(), content }),
		]),
	),
	tools: z.array(functionTool).default([]),
});

const completionsBody = z.object({
	messages: z.array(
		z.object({
			role: z.string(),
			content,
			tool_call_id: z.string().optional(),
			tool_calls: z
				.array(
					z.object({
						id: z.string(),
						function: z.object({ name: z.string(), arguments: z.string() }),
					}),
				)
				.optional(),
		}),
	),
	tools: z.array(z.object({ function: functionTool })).default([]),
});

const argumentsSchema = z.record(z.string(), z.unknown());

/** Starts the server on a free port of loopback. */
export async function startScriptedModel(): Promise<ScriptedModel> {
	const requests: ModelRequest[] = [];
	const scripts = new Map<string, Iterator<Turn | ((results: ToolResult[]) => Turn)>>();
	let calls = 0;

	const play = (request: ModelRequest): Turn | undefined => {
		const [, turns] = [...scripts].find(([marker]) => request.prompt.includes(marker)) ?? [];
		const step = turns?.next();
		if (step === undefined || step.done === true) return undefined;
		return typeof step.value === 'function' ? step.value(request.results) : step.value;
	};

	const server = createServer((incoming, answer) => {
		const reply = (status: number, body: unknown): void => {
			answer.writeHead(status, { 'content-type': 'application/json' });
			answer.end(JSON.stringify(body));
		};
		const handle = async (): Promise<void> => {
			const body: unknown = JSON.parse(await text(incoming));
			const isResponses = incoming.url?.endsWith('/responses') === true;
			const request = isResponses ? readResponses(body) : readCompletions(body);
			requests.push(request);
			const turn = play(request);
			if (turn === undefined) {
				reply(400, { error: { message: 'The script has no turn for this conversation' } });
				return;
			}
			const ids = typeof turn === 'string' ? [] : turn.map(() => `call_${++calls}`);
			reply(200, isResponses ? responsesAnswer(turn, ids) : completionsAnswer(turn, ids));
		};
		handle().catch((error: unknown) => reply(400, { error: { message: String(error) } }));
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('The model has no port');
	return {
		url: `http://127.0.0.1:${address.port}/v1`,
		requests,
		script: (marker, turns) => void scripts.set(marker, turns.values()),
		conversation: (marker) => requests.filter(({ prompt }) => prompt.includes(marker)),
		async stop() {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
}

function plain(value: z.infer<typeof content>): string {
	if (value === undefined || value === null) return '';
	return typeof value === 'string' ? value : value.map(({ text }) => text).join('');
}

function readResponses(body: unknown): ModelRequest {
	const { input, tools } = responsesBody.parse(body);
	const called = new Map<string, ToolCall>();
	const results: ToolResult[] = [];
	const prompt: string[] = [];
	for (const item of input) {
		if ('arguments' in item) {
			const given = argumentsSchema.parse(JSON.parse(item.arguments));
			called.set(item.call_id, { tool: item.name, arguments: given });
		} else if ('output' in item) {
			results.push({ ...callOf(called, item.call_id), output: item.output });
		} else if (item.role !== 'assistant') prompt.push(plain(item.content));
	}
	return { interface: 'responses', prompt: prompt.join('\n'), tools, results };
}

function readCompletions(body: unknown): ModelRequest {
	const { messages, tools } = completionsBody.parse(body);
	const called = new Map<string, ToolCall>();
	const results: ToolResult[] = [];
	const prompt: string[] = [];
	for (const message of messages) {
		for (const call of message.tool_calls ?? []) {
			const given = argumentsSchema.parse(JSON.parse(call.function.arguments));
			called.set(call.id, { tool: call.function.name, arguments: given });
		}
		if (message.role === 'tool') {
			const output = plain(message.content);
			results.push({ ...callOf(called, message.tool_call_id ?? ''), output });
		} else if (message.role !== 'assistant') prompt.push(plain(message.content));
	}
	return {
		interface: 'chat completions',
		prompt: prompt.join('\n'),
		tools: tools.map((tool) => tool.function),
		results,
	};
}

function callOf(called: Map<string, ToolCall>, id: string): ToolCall {
	const call = called.get(id);
	if (call === undefined) throw new Error(`A result of a call that was never made: ${id}`);
	return call;
}

function responsesAnswer(turn: Turn, ids: string[]) {
	const output =
		typeof turn === 'string'
			? [
					{
						type: 'message',
						id: 'msg_final',
						role: 'assistant',
						status: 'completed',
						content: [{ type: 'output_text', text: turn, annotations: [] }],
					},
				]
			: turn.map((call, index) => ({
					type: 'function_call',
					id: `fc_${ids[index]}`,
					call_id: ids[index],
					name: call.tool,
					arguments: JSON.stringify(call.arguments),
					status: 'completed',
				}));
	return {
		id: 'resp_scripted',
		object: 'response',
		created_at: 0,
		status: 'completed',
		model: 'scripted',
		output,
		error: null,
		incomplete_details: null,
		usage: {
			input_tokens: 1,
			output_tokens: 1,
			total_tokens: 2,
			input_tokens_details: { cached_tokens: 0 },
			output_tokens_details: { reasoning_tokens: 0 },
		},
	};
}

function completionsAnswer(turn: Turn, ids: string[]) {
	const message =
		typeof turn === 'string'
			? { role: 'assistant', content: turn }
			: {
					role: 'assistant',
					content: null,
					tool_calls: turn.map((call, index) => ({
						id: ids[index],
						type: 'function',
						function: { name: call.tool, arguments: JSON.stringify(call.arguments) },
					})),
				};
	return {
		id: 'chatcmpl_scripted',
		object: 'chat.completion',
		created: 0,
		model: 'scripted',
		choices: [
			{ index: 0, message, finish_reason: typeof turn === 'string' ? 'stop' : 'tool_calls' },
		],
		usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
	};
}
