/** The user changes the trigger: its portal, its event, its filters, its name. */
import type { FaultCase } from './cases.cjs';
import { hostModes } from './setting.cjs';
import type { Stage } from './stage.cjs';

const eventModes = ['securityEventCreated', 'securityEventCreatedOrUpdated'] as const;

/** News on a running trigger that was delivered: what comes again after the change would be a replay. */
async function run(stage: Stage): Promise<void> {
	await stage.begin();
	await stage.happen(10);
	await stage.poll();
	await stage.poll();
}

/** Every change that can be made to a published trigger. */
export const configurationCases: FaultCase[] = [
	{
		name: 'change of the portal',
		hosts: hostModes,
		play: async (stage) => {
			await run(stage);
			const { url, token } = stage.simulator;
			stage.republish({
				credential: {
					portalUrl: url.replace('127.0.0.1', 'localhost'),
					apiToken: token,
					allowCustomHost: true,
				},
			});
			await stage.poll();
			await stage.poll();
			stage.check(stage.notices.join().includes('Starting over'), 'did not say so');
		},
	},
	{
		name: 'change of the event and back',
		hosts: hostModes,
		play: async (stage) => {
			await run(stage);
			const { event } = stage;
			const other = event === 'auditEntryCreated' ? 'securityEventCreated' : 'auditEntryCreated';
			stage.republish({ parameters: { event: other, startFrom: 'now' } });
			for (let polls = 0; polls < 2; polls++) {
				const { items } = await stage.poll();
				stage.check(items.length === 0, 'replayed for the other event');
			}
			stage.republish({ parameters: { event, startFrom: 'now' } });
			await stage.poll();
			await stage.poll();
		},
	},
	{
		name: 'change of the filters, with news waiting',
		hosts: hostModes,
		play: async (stage) => {
			await run(stage);
			await stage.happen(10);
			const { event } = stage;
			// All values that the simulator has: the filter is another one, what passes is the same.
			const filters =
				event === 'anomalyDetected'
					? { severities: ['moderate', 'high', 'very_high'] }
					: { types: ['defender', 'guardian', 'architect'] };
			stage.republish({ parameters: { event, startFrom: 'now', filters } });
		},
	},
	{
		name: 'filters that let nothing pass, then loosened',
		events: eventModes,
		hosts: hostModes,
		play: async (stage) => {
			await stage.begin({ filters: { types: ['none'] } });
			const dropped = await stage.happen(10);
			const { items } = await stage.poll();
			stage.check(items.length === 0, 'the filter let something pass');
			stage.excuse(dropped, 'what the filter dropped does not come');
			stage.republish({ parameters: { event: stage.event, startFrom: 'now' } });
		},
	},
	{
		name: 'rename of the node',
		hosts: hostModes,
		play: async (stage) => {
			await run(stage);
			stage.republish({ settings: { name: 'Another name' } });
			await stage.poll();
			await stage.poll();
		},
	},
	{
		name: 'rename of the node, with news waiting',
		hosts: ['default', 'durable'],
		atMost: {
			lost: 10,
			host: 'default',
			why: 'default storage is kept under the name of the node: under another one it starts from now',
		},
		play: async (stage) => {
			await run(stage);
			await stage.happen(10);
			stage.republish({ settings: { name: 'Another name' } });
		},
	},
];
