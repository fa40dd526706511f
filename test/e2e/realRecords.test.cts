/**
 * Records as a real portal sends them, in a real n8n: Get Many brings each once, in the order of creation, Get Page and
 * the trigger in the order of the chain, untouched. Here they are the generated twin of 116 real ones; PROOFPOINT_RECORDS names a file of
 * other records (one JSON object a line, in the order of the chain) to take instead.
 */
import { itemsOf, jsonOf } from '@host/runResult.cjs';
import { chain } from '@host/workflow.cjs';
import { sortableTime } from '@nodes/shared/core/timestamp';
import type { JsonObject } from '@simulator/json.cjs';
import { twin } from '@simulator/twin.cjs';
import { readFileSync } from 'node:fs';
import { z } from 'zod';

import { nextPoll, pollOften, reached } from './playbookWorld.cjs';
import { makeWorld, manual, proofpointNode, type World } from './setup.cjs';

type Record = JsonObject & { id: string };
const recordSchema = z.object({ id: z.string() }).passthrough();

const file = process.env.PROOFPOINT_RECORDS;
const records: Record[] =
	file === undefined
		? twin()
		: readFileSync(file, 'utf8')
				.split('\n')
				.filter((line) => line.trim() !== '')
				.map((line) => recordSchema.parse(JSON.parse(line)));
const workflowId = 'realRecords';
let world: World;

beforeAll(async () => {
	world = await makeWorld({ events: 0, seed: 13 });
	await world.simulator.load(records);
	const trigger = proofpointNode('Trigger', 'proofpointTrigger', {
		event: 'securityEventCreatedOrUpdated',
		startFrom: 'beginning',
		output: 'raw',
		options: { maxItemsPerPoll: 40 },
	});
	const watch = chain('Watch', [trigger, { name: 'End', type: 'n8n-nodes-base.noOp' }], workflowId);
	await world.n8n.start();
	await world.n8n.importWorkflows([pollOften(watch)]);
	await world.n8n.publish(workflowId);
}, 360_000);
afterAll(async () => await world.stop(), 120_000);

test('Get Many brings each record once, in the order of creation, as it was sent', async () => {
	const node = proofpointNode('Events', 'proofpoint', {
		operation: 'getAll',
		createdAfter: '',
		order: 'oldestFirst',
		returnAll: true,
		output: 'raw',
	});
	const [result] = await world.n8n.executeMany([manual('many', node)]);
	const created = (record: Record): string => sortableTime(record.created_at) ?? '';
	// Some were created at the same moment: those stay in the order of the chain.
	const sorted = [...records].sort((one, other) => created(one).localeCompare(created(other)));
	expect(result && jsonOf(result, 'Events')).toEqual(sorted);
}, 120_000);

test('Get Page brings each record once, in order, whatever the page size', async () => {
	const page = z.object({
		checkpoint: z.string().nullable(),
		additional_results: z.boolean(),
		results: z.array(z.record(z.string(), z.unknown())),
	});
	const all: unknown[] = [];
	for (let afterCheckpoint: string | null = '', more = true; more; ) {
		const node = proofpointNode('Page', 'proofpoint', {
			operation: 'getPage',
			pageSize: 37,
			afterCheckpoint,
		});
		const [result] = await world.n8n.executeMany([manual('page', node)]);
		const answer = page.parse(result && jsonOf(result, 'Page')[0]);
		all.push(...answer.results);
		afterCheckpoint = answer.checkpoint;
		more = answer.additional_results;
	}
	expect(all).toEqual(records);
}, 120_000);

test('the trigger delivers each version once, in order', async () => {
	const delivered = async () => {
		const executions = await world.n8n.client.executions({ workflowId });
		return executions
			.reverse()
			.flatMap((execution) => itemsOf(execution, 'Trigger').map(({ json }) => json));
	};
	await reached(async () => (await delivered()).length >= records.length);
	// Another poll must bring nothing twice.
	await nextPoll(world);
	expect(await delivered()).toEqual(records);
}, 300_000);
