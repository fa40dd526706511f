/** A `kill -9` of a real n8n right after a workflow was published, in each of the two ways of storing a poller's state. */
import { killAfterPublishing } from '@test/kill/publishing.cjs';

it('loses, doubles and replays nothing when n8n is killed right after publishing', async () => {
	const modes = ['durable', 'default'] as const;
	const runs = await Promise.all(
		modes.map(async (mode) => await killAfterPublishing({ mode, kills: 1, seed: 6 })),
	);
	for (const { kills } of runs) {
		expect(kills).toEqual([expect.objectContaining({ lost: [], doubled: [], replayed: [] })]);
	}
}, 800_000);
