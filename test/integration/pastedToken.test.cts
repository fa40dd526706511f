/** The token in a field where it does not belong: what refuses it quotes the value, and never the token. */
import { ProofpointTrigger } from '@nodes/Trigger/ProofpointTrigger.node';
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import type { INodeParameters, INodeProperties, Logger } from 'n8n-workflow';
import { z } from 'zod';

import { goOn } from './actionsWorld.cjs';
import { runNode, type CredentialData } from './host.cjs';
import { everyParameter, titleOf } from './parameterRows.cjs';
import { Poller } from './poller.cjs';

let simulator: Simulator;
let credential: CredentialData;

beforeAll(async () => {
	simulator = await startSimulatorHere({ events: 20, groups: 2, seed: 6, remediationDelay: 0 });
	credential = { portalUrl: simulator.url, apiToken: simulator.token, allowCustomHost: true };
});
afterAll(async () => await simulator.stop());

/** A parameter, in the collection that it may belong to. */
function filledIn(name: string, within: string | undefined, value: string): INodeParameters {
	const own =
		name === 'groupId' ? { groupId: { __rl: true, mode: 'id', value } } : { [name]: value };
	return z.custom<INodeParameters>().parse(within === undefined ? own : { [within]: own });
}

const textsOf = (error: unknown): string =>
	error instanceof Error ? `${error.message} ${String(Reflect.get(error, 'description'))}` : '';

it.each(everyParameter.map((row) => [titleOf(row), row] as const))('%s', async (_title, row) => {
	const { operation, property, within } = row;
	const parameters = {
		resource: operation.resource,
		operation: String(operation.option.value),
		createdAfter: '',
		eventId: 'defender::none',
		groupId: { __rl: true, mode: 'id', value: '101' },
		...filledIn(property.name, within, `={{ "${simulator.token}" }}`),
		...(property.name === 'fields' ? { output: 'fields' } : {}),
	};
	const hints: string[] = [];
	const run = { nodeType: operation.node, parameters, credential, hints };
	const output = await runNode({ ...run, settings: goOn });
	const told = output.map(({ json }) => `${String(json.error)} ${String(json.message)}`);
	const error = await runNode(run).catch((reason: unknown) => reason);
	expect([...told, ...hints, textsOf(error)].join('\n')).not.toContain(simulator.token);
});

const optionsOf = ({ options = [] }: INodeProperties) =>
	options.filter((option): option is INodeProperties => 'type' in option);
const ofTrigger = new ProofpointTrigger().description.properties
	.filter(({ type }) => type !== 'notice')
	.flatMap(
		(property): Array<{ name: string; within?: string }> =>
			property.type === 'collection'
				? optionsOf(property).map(({ name }) => ({ name, within: property.name }))
				: [{ name: property.name }],
	);

it.each(ofTrigger)('Proofpoint Trigger: $within $name', async ({ name, within }) => {
	const lines: string[] = [];
	const keep = (message: string) => void lines.push(message);
	const logger: Logger = { error: keep, warn: keep, info: keep, debug: keep };
	const parameters = {
		...(name === 'startDate' ? { startFrom: 'date' } : {}),
		...(name === 'fields' ? { output: 'fields' } : {}),
		...filledIn(name, within, `={{ "${simulator.token}" }}`),
	};
	const trigger = new Poller(new ProofpointTrigger(), parameters, credential, { logger });
	for (const act of ['poll', 'poll', 'sample'] as const) {
		lines.push(textsOf(await trigger[act]().catch((reason: unknown) => reason)));
	}
	expect(lines.join('\n')).not.toContain(simulator.token);
});
