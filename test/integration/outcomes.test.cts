/** What an item of Remediation says for each answer of the API, on the host's engine. */
import { ProofpointRemediation } from '@nodes/Remediation/ProofpointRemediation.node';
import type { INode } from 'n8n-workflow';

import { runNode } from './host.cjs';
import { MailPortal } from './mailPortal.cjs';

let portal: MailPortal;

beforeAll(async () => {
	portal = await MailPortal.start();
	portal.add('defender::inbound-1');
});
afterAll(async () => await portal.stop());

const list = (...errors: Array<string | null>) => ({
	results: errors.map((error, at) => ({ user_address: `user${at}@example.com`, error })),
});
const notFound = 'EMAIL_NOT_FOUND_IN_QUARANTINE';

async function release(answer: unknown, failOn: string, settings: Partial<INode> = {}) {
	portal.answers.set('defender::inbound-1', answer);
	const [item] = await runNode({
		nodeType: new ProofpointRemediation(),
		parameters: {
			operation: 'releaseFromQuarantine',
			eventId: 'defender::inbound-1',
			options: { failOn },
		},
		credential: portal.credential,
		settings,
	});
	return item?.json;
}

describe.each([
	['queued', list(null, null), []],
	['partial', list(null, notFound), ['anyFailed']],
	['alreadyHandled', list('EMAIL_ALREADY_REMEDIATED'), ['anyFailed']],
	['failed', list(notFound, 'NEW_ERROR'), ['allFailed', 'anyFailed']],
	['nothingDone', { number_of_actions_attempted: 0, results: [] }, ['allFailed', 'anyFailed']],
	['unknown', { message: 'accepted' }, ['allFailed', 'anyFailed']],
	['unknown', '', ['allFailed', 'anyFailed']],
])('%s: %j', (outcome, answer, fails) => {
	it.each(['allFailed', 'anyFailed', 'never'])('%s', async (failOn) => {
		const fields = { event_id: 'defender::inbound-1', action: 'releaseFromQuarantine', outcome };
		const record = typeof answer === 'string' ? fields : { ...fields, ...answer };
		if (!fails.includes(failOn)) {
			expect(await release(answer, failOn)).toEqual(record);
			return;
		}
		await expect(release(answer, failOn)).rejects.toThrow('defender::inbound-1');
		const item = await release(answer, failOn, { onError: 'continueRegularOutput' });
		expect(item).toEqual({ ...record, error: expect.any(String), message: expect.any(String) });
	});
});

it('an unknown field of the answer passes through', async () => {
	const answer = { ...list(null), ticket: { number: 7 } };
	expect(await release(answer, 'allFailed')).toMatchObject({ ticket: { number: 7 } });
});

it('what is partly queued, and what is not known, is reported as such', async () => {
	for (const [answer, words] of [
		[list(null, notFound), 'Done before: queued for 1 of 2 recipients'],
		[{}, 'not known whether the action was queued'],
	] as const) {
		await expect(release(answer, 'anyFailed')).rejects.toMatchObject({
			description: expect.stringContaining(words),
		});
	}
});
