/** Where the trigger starts is what its parameters gave when it started, whatever they give later. */
import type { FaultCase } from './cases.cjs';
import { hostModes } from './setting.cjs';

/** Ways to say "long ago": expressions that give another value each time, and texts that depend on the time zone. */
const dates: Array<[string, string]> = [
	['a DateTime', '={{ $now.minus({ years: 20 }) }}'],
	['a text with microseconds', '={{ $now.minus({ years: 20 }).toISO() }}'],
	['milliseconds made a Date', '={{ new Date(Date.now() - 6e11) }}'],
	[
		'another type each time',
		'={{ Math.random() < 0.5 ? $now.minus({ years: 20 }) : new Date(9e8) }}',
	],
	['a text in the zone of the workflow', '2006-01-31T08:00:00'],
];

const kept = dates.map(
	([name, startDate]): FaultCase => ({
		name: `start date: ${name}, with a change of the time zone`,
		starts: ['beginning'],
		walkHosts: hostModes,
		play: async (stage) => {
			await stage.prepare();
			stage.poller = stage.newPoller({ startFrom: 'date', startDate });
			for (let polls = 0; polls < 3; polls++) await stage.poll();
			stage.republish({ timezone: 'Asia/Tokyo' });
			for (let polls = 0; polls < 2; polls++) await stage.poll();
			stage.restart();
			await stage.happen(5);
			await stage.poll();
			stage.check(!stage.notices.join().includes('Starting over'), 'started over');
		},
	}),
);

const others: FaultCase[] = [
	{
		name: 'start date: kept while the API is down from the start',
		starts: ['beginning'],
		walkHosts: hostModes,
		play: async (stage) => {
			await stage.prepare();
			stage.poller = stage.newPoller({
				startFrom: 'date',
				startDate: '={{ $now.minus({ years: 20 }) }}',
			});
			await stage.goDown();
			await stage.poll();
			await stage.poll();
			const since = () => JSON.stringify(stage.poller.staticData);
			const before = since();
			await stage.poll();
			if (!stage.isDurable) stage.check(since() === before, 'made a new start of every poll');
		},
	},
	{
		name: 'start date: another text starts over',
		starts: ['beginning'],
		walkHosts: hostModes,
		play: async (stage) => {
			await stage.prepare();
			stage.poller = stage.newPoller({ startFrom: 'date', startDate: '2006-01-31T08:00:00Z' });
			await stage.poll();
			stage.delivered.length = 0;
			stage.republish({
				parameters: { event: stage.event, startFrom: 'date', startDate: '2006-01-31T08:00:01Z' },
			});
			const { items } = await stage.poll();
			stage.check(items.length > 0, 'did not start over');
			stage.check(stage.notices.join().includes('Starting over'), 'did not say so');
		},
	},
	...['never', '', null, 7].map(
		(later): FaultCase => ({
			name: `start date: ${JSON.stringify(later)} after the start`,
			starts: ['beginning'],
			walkHosts: hostModes,
			play: async (stage) => {
				await stage.prepare();
				stage.variables.date = '2006-01-31';
				stage.poller = stage.newPoller({ startFrom: 'date', startDate: '={{ $vars.date }}' });
				await stage.poll();
				stage.variables.date = later;
				await stage.poll();
				stage.restart();
				await stage.poll();
				stage.check(stage.errors.length === 0, 'failed');
				stage.check(!stage.notices.join().includes('Starting over'), 'started over');
			},
		}),
	),
	{
		name: 'start date: unreadable at the start is refused by name',
		starts: ['beginning'],
		walkHosts: hostModes,
		play: async (stage) => {
			await stage.prepare();
			stage.variables.date = 'never';
			stage.poller = stage.newPoller({ startFrom: 'date', startDate: '={{ $vars.date }}' });
			const first = await stage.poll();
			stage.check(first.error === undefined, 'threw while the workflow was activated');
			stage.check(stage.notices.join().includes('“Start Date”'), 'the log does not name it');
			const second = await stage.poll();
			stage.check(second.error?.message.includes('“Start Date”') === true, 'was not refused');
			stage.variables.date = '2006-01-31';
		},
	},
];

/** Everything about the start. */
export const startCases: FaultCase[] = [...kept, ...others];
