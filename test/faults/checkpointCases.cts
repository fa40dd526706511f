/** Checkpoints as only a broken server gives them: none with the last page, or such as lead back. */
import { isJsonObject } from '@simulator/json.cjs';
import { jsonText } from '@nodes/shared/core/jsonText';

import type { FaultCase } from './cases.cjs';

const both = ['now', 'beginning'] as const;

/** The records of a page, whatever list it is of. */
function recordsOf(body: Record<string, unknown>): Array<Record<string, unknown>> {
	const records = body.results ?? body.data;
	return Array.isArray(records) ? records.filter(isJsonObject) : [];
}

function saysMore(body: Record<string, unknown>): boolean {
	return body.additional_results === true || body.has_more === true;
}

/** Replaces the checkpoint of a page, where the API's other lists and where anomalies have it. */
function setCheckpoint(body: Record<string, unknown>, checkpoint: string | null | undefined): void {
	const places = 'data' in body ? recordsOf(body) : [body];
	for (const place of places) {
		if (checkpoint === undefined) delete place.checkpoint;
		else place.checkpoint = checkpoint;
	}
}

/** A server that never gives a checkpoint with its last page: nothing more, so nothing to go on with. */
const withoutEnd = ([null, '', undefined] as const).map(
	(checkpoint): FaultCase => ({
		name: `last pages always with the checkpoint ${jsonText(checkpoint) ?? 'missing'}`,
		starts: both,
		walkHosts: ['default', 'durable'],
		play: async (stage) => {
			const cut = () => {
				stage.onAnswer = ({ body }) => {
					if (recordsOf(body).length > 0 && !saysMore(body)) setCheckpoint(body, checkpoint);
				};
			};
			cut();
			await stage.prepare();
			cut();
			const quiet = async () => {
				const { items, error } = await stage.poll();
				stage.check(error === undefined, `failed: ${error?.message ?? ''}`);
				return items.length;
			};
			let came = 0;
			for (let polls = 0; polls < 3; polls++) came += await quiet();
			stage.check(came > 0, 'delivered nothing');
			stage.check((await quiet()) === 0, 'delivered the last page again');
			await stage.happen(5);
			stage.check((await quiet()) > 0, 'delivered nothing new');
			stage.restart();
			stage.time.skip(30 * 3_600_000);
			stage.check((await quiet()) === 0, 'delivered the last page again after a restart');
			await stage.happen(5);
			await quiet();
		},
	}),
);

/** Checkpoints that lead back to where the listing was before, after so many pages. */
const circles = [2, 3, 5].flatMap((length) =>
	[true, false].map(
		(more): FaultCase => ({
			name: `checkpoints in a circle of ${length}, ${more ? 'more to come' : 'nothing more'}`,
			starts: both,
			play: async (stage) => {
				await stage.prepare({ options: { maxItemsPerPoll: 8 } });
				await stage.cutPages({}, 4);
				const passed: string[] = [];
				let answers = 0;
				stage.onAnswer = ({ body }) => {
					answers++;
					const own = body.checkpoint ?? recordsOf(body).at(-1)?.checkpoint;
					if (typeof own !== 'string') return;
					if (passed.length < length && !passed.includes(own)) passed.push(own);
					if (passed.length < length) return;
					const at = passed.indexOf(own);
					if (at >= 0 && at < length - 1) return;
					setCheckpoint(body, passed[0]);
					if ('data' in body) body.has_more = more;
					else body.additional_results = more;
				};
				for (let polls = 0; polls < 8; polls++) await stage.poll();
				stage.check(answers < 8 * (length + 3), `${answers} requests in eight polls`);
				stage.check(!more || stage.errors.length > 0, 'never told of the fault');
			},
		}),
	),
);

/** Every case of them. */
export const checkpointCases: FaultCase[] = [...withoutEnd, ...circles];
