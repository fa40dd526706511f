import { N8nClient } from '@host/n8nClient.cjs';
import { once } from 'node:events';
import { createServer } from 'node:http';

/** An n8n that gives one answer after the other to every question for the execution; 2.20 refuses the data of a running one. */
async function clientOf(
	answers: object[],
): Promise<{ client: N8nClient; asked(): number; stop(): void }> {
	let asked = 0;
	const server = createServer(({ url = '' }, response) => {
		const answer = answers[Math.min(asked, answers.length - 1)];
		asked++;
		if (answer === busy) response.statusCode = 503;
		if (answer === running && url.includes('includeData=true')) response.statusCode = 500;
		response.end(JSON.stringify(answer));
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	if (typeof address !== 'object' || address === null) throw new Error('It does not listen');
	const client = new N8nClient(`http://127.0.0.1:${address.port}`);
	return { client, asked: () => asked, stop: () => server.close().closeAllConnections() };
}

const busy = { message: 'Database is not ready!' };
const running = { id: '7', status: 'running' };
const withData = (resultData: object) => ({ data: { resultData } });

describe('Waiting for an execution', () => {
	test.each([
		['success', { runData: { Start: [{}] } }],
		['error', { runData: {}, error: { message: 'Refused' } }],
	])(
		'that ended with %s: also for its data, which n8n 1.x stores later',
		async (status, resultData) => {
			const ended = { id: '7', status };
			const whole = { ...ended, ...withData(resultData) };
			const n8n = await clientOf([running, running, ended, ended, ended, whole]);
			try {
				const result = await n8n.client.finishedExecution('7');
				expect(n8n.asked()).toBe(6);
				expect(result.error?.message).toBe(
					'error' in resultData ? resultData.error.message : undefined,
				);
				expect(Object.keys(result.nodes)).toEqual(Object.keys(resultData.runData));
			} finally {
				n8n.stop();
			}
		},
	);

	test('asks again while its machine is so busy that n8n refuses everything', async () => {
		const n8n = await clientOf([busy, busy, { id: '7', status: 'canceled' }]);
		try {
			expect((await n8n.client.finishedExecution('7')).status).toBe('canceled');
		} finally {
			n8n.stop();
		}
	});

	test('that was cancelled before it had any data', async () => {
		const n8n = await clientOf([running, { id: '7', status: 'canceled' }]);
		try {
			expect((await n8n.client.finishedExecution('7')).status).toBe('canceled');
		} finally {
			n8n.stop();
		}
	});

	test('says which of the two did not come in time', async () => {
		const never = await clientOf([running]);
		const noData = await clientOf([{ id: '7', status: 'error' }]);
		try {
			await expect(never.client.finishedExecution('7', 100)).rejects.toThrow('did not end');
			await expect(noData.client.finishedExecution('7', 100)).rejects.toThrow(
				'ended with error, but',
			);
		} finally {
			never.stop();
			noData.stop();
		}
	});
});
