/** Clocks that lie: n8n's machine's and the API's, by hours and days, either way. */
import { fieldsIn } from '@nodes/shared/core/eventRecord';
import type { FaultCase } from './cases.cjs';
import { hostModes } from './setting.cjs';
import type { Stage } from './stage.cjs';
import type { HttpAnswer } from './watchedRequests.cjs';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const both = ['now', 'beginning'] as const;
const wrong = [2, -2, 48, -48];

function words(hours: number): string {
	return `${Math.abs(hours)} hours ${hours > 0 ? 'ahead' : 'behind'}`;
}

/** Puts every `Date` of the answers wrong by so many milliseconds. */
function lie(ms: number): (answer: HttpAnswer) => void {
	return ({ headers }) => {
		const honest = Date.parse(String(headers.date));
		headers.date = new Date(honest + ms).toUTCString();
	};
}

function withoutDate({ headers }: HttpAnswer): void {
	delete headers.date;
}

/** Polls while news comes; what happens is created before and after each of them. */
async function live(stage: Stage, polls = 2): Promise<void> {
	for (let round = 0; round < polls; round++) {
		await stage.happen(5);
		await stage.poll();
	}
}

const lies = wrong.flatMap((hours): FaultCase[] => [
	{
		name: `one answer with a Date ${words(hours)}`,
		starts: both,
		hosts: hostModes,
		play: async (stage) => {
			await stage.prepare();
			await stage.poll();
			await stage.happen(3);
			let told = false;
			stage.onAnswer = (answer) => {
				if (!told) lie(hours * HOUR_MS)(answer);
				told = true;
			};
			await stage.poll();
			await live(stage);
			stage.restart();
			await live(stage, 1);
			stage.check(isTold(stage, stage.notices.join().includes('clock')), 'did not say so');
		},
	},
	{
		name: `the first answer with a Date ${words(hours)}`,
		starts: both,
		hosts: hostModes,
		play: async (stage) => {
			await stage.open();
			let told = false;
			stage.onAnswer = (answer) => {
				if (!told) lie(hours * HOUR_MS)(answer);
				told = true;
			};
			await stage.poll();
			await live(stage, 3);
		},
	},
	{
		name: `every Date of some polls ${words(hours)}`,
		starts: both,
		play: async (stage) => {
			await stage.prepare();
			await stage.poll();
			stage.onAnswer = lie(hours * HOUR_MS);
			const said = () => stage.notices.filter((notice) => notice.includes('clock')).length;
			await live(stage, 4);
			stage.check(isTold(stage, said() === 1), `said so ${said()} times in one episode`);
			stage.onAnswer = () => {};
			await live(stage);
			stage.onAnswer = lie(hours * HOUR_MS);
			await live(stage);
			stage.check(isTold(stage, said() === 2), 'did not say so in the next episode');
		},
	},
	{
		name: `n8n's clock jumps ${words(hours)}, no Date header`,
		starts: both,
		hosts: hostModes,
		play: async (stage) => {
			stage.onAnswer = withoutDate;
			await stage.prepare();
			stage.onAnswer = withoutDate;
			await stage.poll();
			await stage.happen(5);
			stage.time.offByMs = hours * HOUR_MS;
			await live(stage);
			stage.time.offByMs = 0;
			await live(stage);
			stage.restart();
			await live(stage, 1);
		},
	},
	{
		name: `n8n's clock jumps ${words(hours)} before the first poll, no Date header`,
		starts: both,
		play: async (stage) => {
			stage.onAnswer = withoutDate;
			await stage.open();
			stage.time.offByMs = hours * HOUR_MS;
			await stage.poll();
			await live(stage);
			stage.time.offByMs = 0;
			await live(stage);
		},
	},
	{
		name: `n8n's clock jumps ${words(hours)} while the first polls fail`,
		// An anomaly does not say when it was found.
		events: ['securityEventCreated', 'securityEventCreatedOrUpdated', 'auditEntryCreated'],
		play: async (stage) => {
			await stage.open();
			await stage.goDown();
			await stage.poll();
			stage.time.offByMs = hours * HOUR_MS;
			await stage.happen(5);
			await stage.poll();
		},
	},
	{
		name: `n8n's clock jumps ${words(hours)} in the middle of a poll`,
		starts: both,
		play: async (stage) => {
			await stage.prepare();
			await stage.cutPages();
			stage.beforeRequest = async (number) => {
				if (number === 2) stage.time.offByMs = hours * HOUR_MS;
			};
			const { items } = await stage.poll();
			const backlog = stage.setting.start === 'beginning' || stage.event !== 'anomalyDetected';
			stage.check(!backlog || items.length >= 40, `only ${items.length} items in the poll`);
			stage.beforeRequest = async () => {};
			await live(stage);
			stage.time.offByMs = 0;
		},
	},
]);

/** No clock says what is new in a list that is listed anew, so there is nothing to tell. */
function isTold({ event }: Stage, said: boolean): boolean {
	return event === 'anomalyDetected' || said;
}

/** Clocks that disagree for good move nothing that cannot be taken back. */
const standing: FaultCase = {
	name: 'clocks that disagree move no watermark and forget nothing',
	events: ['securityEventCreated', 'securityEventCreatedOrUpdated'],
	hosts: ['default'],
	play: async (stage) => {
		await stage.begin();
		await stage.happen(5);
		await stage.poll();
		const state = () => {
			const { state } = stage.poller.staticData;
			const { phase, memory } = fieldsIn(fieldsIn(state).body);
			const { horizon, seen } = { ...fieldsIn(phase), ...fieldsIn(memory) };
			return { horizon, hours: Object.keys(fieldsIn(seen)).length };
		};
		stage.time.offByMs = 2 * MINUTE_MS;
		const before = state();
		for (let days = 0; days < 4; days++) {
			stage.time.skip(24 * HOUR_MS);
			await stage.happen(3);
			await stage.poll();
			stage.check(state().horizon === before.horizon, 'moved the watermark');
		}
		stage.check(state().hours > before.hours, 'forgot something');
		stage.time.offByMs = 0;
		await stage.happen(3);
		await stage.poll();
		stage.check(state().horizon !== before.horizon, 'does not move when they agree again');
	},
};

/** Everything about clocks. */
export const clockCases: FaultCase[] = [...lies, standing];
