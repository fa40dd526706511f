/** The fault suite as tests: one for each case, over all events, hosts and starts. The report shows each run. */
import { startSimulator, type Simulator } from '@simulator/client.cjs';

import { actionCases } from './actionCases.cjs';
import { playActions } from './actionPlay.cjs';
import { cases } from './cases.cjs';
import { playAll, runsOf } from './play.cjs';

let simulators: Simulator[];

beforeAll(async () => {
	simulators = [await startSimulator({}), await startSimulator({})];
});
afterAll(async () => {
	for (const simulator of simulators) await simulator.stop();
});

describe('the trigger', () => {
	it.each(cases.map((fault) => [fault.name, fault] as const))(
		'%s',
		async (_, fault) => {
			const outcomes = await playAll(runsOf([fault]), simulators);
			expect(outcomes.filter(({ wrong }) => wrong.length > 0)).toEqual([]);
		},
		120_000,
	);
});

describe.each([...new Set(actionCases.map(({ node }) => node))])('%s', (node) => {
	const own = actionCases.filter((one) => one.node === node);
	it.each([...new Set(own.map(({ name }) => name))])('%s', async (name) => {
		const outcomes = await playActions(
			own.filter((one) => one.name === name),
			simulators,
		);
		expect(outcomes.filter(({ wrong }) => wrong.length > 0)).toEqual([]);
	});
});
