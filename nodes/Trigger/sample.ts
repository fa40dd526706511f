/** "Fetch Test Event" in the editor. */
import { NodeOperationError, type INodeExecutionData, type IPollFunctions } from 'n8n-workflow';

import type { ApiRecord } from '../shared/api/contract';
import { endpoints } from '../shared/api/endpoints';
import { NewestVersions } from '../shared/core/newestVersions';
import { safeWords } from '../shared/core/outsideText';
import { fromMillis } from '../shared/core/timestamp';
import { walk, type Position } from '../shared/core/walk';
import type { Connection } from '../shared/n8n/connection';
import { deliveryOf, formed } from './delivery';
import { inOneText, withMore } from '../shared/words/words';
import type { EventOfTrigger } from './events/event';
import { failureOf, pages } from './failure';
import { USUAL_BUDGET_MS } from './host';
import type { Treatment } from './parameters';
import { testHints, triggerMessages } from './words';

/** How many records a manual test run shows. */
const SAMPLE_SIZE = 10;
const MOST_PAGES = 10;
const DAY_MS = 86_400_000;

/** Recent records that would have started the workflow. Reads and writes no stored state. */
export async function showSample(
	context: IPollFunctions,
	connection: Connection,
	event: EventOfTrigger,
	treatment: Treatment,
): Promise<INodeExecutionData[][]> {
	const { endpoint, sampleFields = {} } = event;
	const fetchPage = pages(context, connection, endpoint, performance.now() + USUAL_BUDGET_MS);
	let found: ApiRecord[] = [];
	let unsure = 0;
	for (const start of sampleStarts(event)) {
		const recent = new NewestVersions();
		unsure = 0;
		let pagesRead = 0;
		let isCut = false;
		for await (const step of walk(fetchPage, start, () => endpoints[endpoint].pageSize.max)) {
			if (step.kind === 'fault') {
				throw failureOf(context, connection, endpoint, step.fault, testHints);
			}
			for (const record of step.records) {
				const verdict = treatment.wouldHaveCome(record);
				recent.take(record, verdict === 'passes');
				if (verdict === 'unknown') unsure++;
			}
			isCut = ++pagesRead >= MOST_PAGES;
			if (isCut) break;
		}
		// The API lists the oldest first: what was cut off is newer than what a look from further back shows.
		if (found.length === 0 || !isCut) found = recent.values();
		if (found.length >= SAMPLE_SIZE || (isCut && found.length > 0)) break;
	}
	if (found.length > 0) {
		const delivery = deliveryOf({ now: Date.now(), before: undefined, behindMs: 0 });
		return [
			found.slice(-SAMPLE_SIZE).map((record) => ({
				json: { ...formed(record, treatment, delivery), ...sampleFields },
			})),
		];
	}
	const words =
		unsure > 0
			? triggerMessages.passesOnlyNow(unsure === 1 ? 'One passes' : `${unsure} pass`)
			: triggerMessages.nothingPasses(event.noun);
	const { message, hint } = safeWords(withMore(words, ...treatment.doubts.map(inOneText)), [
		connection.token,
	]);
	throw new NodeOperationError(context.getNode(), message, { description: hint });
}

/** From where to look for recent records, the nearest moment first: each look includes the one before. */
function sampleStarts({ listsByDate }: EventOfTrigger): Position[] {
	if (!listsByDate) return [{ at: 'beginning' }];
	const now = Date.now();
	const recent = [1 / 24, 1, 7, 30, 365].map((days) => fromMillis(now - days * DAY_MS));
	return [
		...recent.flatMap((time) =>
			time === undefined ? [] : [{ at: 'createdAfter' as const, time }],
		),
		{ at: 'beginning' },
	];
}
