/** What n8n notes of having stored the static data of a workflow, and what that says of one of its triggers. */
import { digestOfState, isStaticDataStored } from '@nodes/Trigger/emissions';
import { ProofpointTrigger } from '@nodes/Trigger/ProofpointTrigger.node';
import { workflowOf } from '@test/integration/host.cjs';

const before = { state: { poll: 'a' } };
const beforeIt = digestOfState(before);

/** n8n's own workflow, with what it keeps for the trigger. */
function workflowWith(own: object | undefined, isChanged: boolean) {
	const data = own === undefined ? {} : { 'node:Proofpoint': own };
	const { workflow } = workflowOf(new ProofpointTrigger(), {}, {}, 'workflow-1', 'UTC', {
		...data,
	});
	if (isChanged) workflow.staticData['node:Other'] = { state: 'moved' };
	return workflow;
}

it.each([
	['stored, with the state after the poll', { state: { poll: 'b' } }, false, true],
	['changed since it was stored', { state: { poll: 'b' } }, true, false],
	['stored with the state of before, because the trigger was renewed', before, false, false],
	['stored without this trigger', undefined, false, false],
])('%s', (_name, own, isChanged, isStored) => {
	const workflow = workflowWith(own, isChanged);
	expect(isStaticDataStored(workflow, 'Proofpoint', beforeIt)).toBe(isStored);
});

it('a host that keeps no static data has not said that it stored them', () => {
	expect(isStaticDataStored(undefined, 'Proofpoint', beforeIt)).toBe(false);
});
