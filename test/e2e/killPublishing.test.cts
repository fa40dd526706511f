/** A `kill -9` of a real n8n right after a workflow was published, in each of the two ways of storing a poller's state. */
import { killAfterPublishing } from '@test/endurance/kill/publishing.cjs';

it('loses, doubles and replays nothing when n8n is killed right after publishing', async () => {
	const [durable, byDefault] = await Promise.all([
		killAfterPublishing('durable', 1, 6),
		killAfterPublishing('default', 1, 6),
	]);
	for (const kills of [durable, byDefault]) {
		expect(kills).toEqual([expect.objectContaining({ lost: [], doubled: [], replayed: [] })]);
	}
}, 800_000);
