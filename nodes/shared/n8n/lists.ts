/**
 * The two operations that every list of the API has: "Get Many" (one output item per record) and
 * "Get Page" (one output item per request, for people who keep their own checkpoint).
 */
import type { IDataObject, INodeProperties } from 'n8n-workflow';

import type { ApiRecord } from '../api/contract';
import { endpoints, type ListEndpointName } from '../api/endpoints';
import { safeText } from '../core/outsideText';
import { NewestVersions } from '../core/newestVersions';
import { knownInstead, unknownValues, type ValueFilter } from '../core/namedValues';
import { pageSizeFor, walk, type Position } from '../core/walk';
import { outputHints, parameterMessages as say } from '../words/parameters';
import type { Item } from './client';
import { readOperation } from './customOperation';
import { getManyOptions, limitFields, MOST_RECORDS, pageFields } from './fields';
import type { Operation } from './operations';
import { badParameter, type Failure, type Outcome } from './outcome';
import { isTool, route, type Work } from './run';
import type { ToolWords } from './toolText';

/** What an operation says of itself. */
interface About {
	action: string;
	description: string;
	tool: ToolWords;
}

/**
 * "Get Many" as an operation.
 * @param fields parameters of this list alone
 */
export function manyOperation(
	endpoint: ListEndpointName,
	{ tool, ...about }: About,
	options: ListOptions = {},
	fields: INodeProperties[] = [],
): Operation {
	const work = getMany(endpoint, options);
	return {
		option: { name: 'Get Many', value: 'getAll', ...about, routing: route(endpoint, work) },
		tool,
		fields: [...limitFields, ...fields, getManyOptions],
		...(options.hints === true ? { custom: readOperation(work) } : {}),
	};
}

/** "Get Page" as an operation. */
export function pageOperation(
	endpoint: ListEndpointName,
	{ nouns, page, ...about }: AboutPage,
	fields: INodeProperties[] = [],
): Operation {
	const routing = route(endpoint, getPage(endpoint));
	return {
		option: { name: 'Get Page', value: 'getPage', ...about, routing },
		tool: pageTool(endpoint, nouns, page),
		fields: [...pageFields(endpoint), ...fields],
	};
}

/** What "Get Page" says of itself. */
interface AboutPage extends Omit<About, 'tool'> {
	/** What the list holds, in the plural. */
	nouns: string;
	/** What differs from list to list in what a model reads. */
	page: Partial<ToolWords>;
}

/** What a model reads of "Get Page". */
function pageTool(endpoint: ListEndpointName, nouns: string, own: Partial<ToolWords>): ToolWords {
	const { min, max } = endpoints[endpoint].pageSize;
	return {
		does: `Read one page of ${nouns}, for a caller that keeps its own position in the list.`,
		returns: `one object: results (up to Page Size ${nouns} in full, unfiltered), additional_results (whether there are more) and checkpoint (give it as After Checkpoint to read on)`,
		cost: 'one request. A large page may be more than you can read: ask for few records',
		notFor: `a question about ${nouns}: Get Many returns them one by one`,
		takes: `Page Size: from ${min} to ${max}. After Checkpoint: the checkpoint of the page before, unchanged, or beginning for the first page`,
		...own,
	};
}

/** How "Get Many" differs from list to list. */
export interface ListOptions {
	/**
	 * Reads the parameters of an item.
	 * @throws UserError that names the parameter that cannot be used
	 */
	prepare?(item: Item): ListPlan;
	/** Whether it tells hints, which n8n takes from functions only: then the routing just declares the request. */
	hints?: boolean;
	/** The ID in the path, where the list has one. */
	id?(item: Item): { ok: true; id: string } | Failure;
}

export interface ListPlan {
	/** Drops a record before it counts towards the limit. */
	keep?(record: ApiRecord): boolean;
	/** Changes a record into what is put out. */
	shape?(record: ApiRecord): IDataObject;
	/** Filters by values: those that are likely mistyped are named. */
	values?: ValueFilter[];
	/** Events only: records are versions; one item per id, its newest version. */
	versions?: boolean;
}

/** "Get Many" for a list. */
export function getMany(endpoint: ListEndpointName, options: ListOptions = {}): Work {
	return async (item) => {
		const limit = readLimit(item);
		const plan = options.prepare?.(item) ?? {};
		return await namingUnknownValues(
			item,
			plan.values ?? [],
			async () => await read(item, limit, plan),
		);
	};

	async function read(item: Item, limit: number, plan: ListPlan): Promise<Outcome> {
		const path = options.id?.(item);
		if (path && !path.ok) return path;
		const about = path ? { id: path.id } : {};

		const collected = plan.versions ? new NewestVersions() : new Collected();
		const bounds = endpoints[endpoint].pageSize;
		const pages = walk(
			item.pages(endpoint, about),
			resumeFrom(item),
			// A filter may drop most of a page, so the largest page is the polite one then.
			() => (plan.keep ? bounds.max : pageSizeFor(limit - collected.size, bounds)),
		);
		for await (const step of pages) {
			if (step.kind === 'fault') return item.failure(step.fault, endpoint, about);
			collected.add(step.records, plan.keep);
			if (collected.size >= limit) break;
			if (collected.size > MOST_RECORDS) return tooMany();
		}
		const records = collected.values();
		const wanted = records.length > limit ? records.slice(0, limit) : records;
		return { ok: true, records: plan.shape ? wanted.map(plan.shape) : wanted };
	}
}

/** "Get Page" for a list: exactly one request, and one envelope for every resource. */
export function getPage(endpoint: ListEndpointName): Work {
	return async (item) => {
		const bounds = endpoints[endpoint].pageSize;
		const size = item.number('pageSize', 'Page Size', { ...bounds, fallback: bounds.max });
		const checkpoint = readCheckpoint(item);
		const createdAfter = endpoint === 'events' ? readFirstTime(item, checkpoint) : undefined;
		if (createdAfter !== undefined && checkpoint !== undefined) {
			return badParameter(say.timeAndCheckpoint());
		}
		const answer = await item.pages(endpoint)({
			limit: size,
			...(createdAfter === undefined ? {} : { created_after: createdAfter }),
			...(checkpoint === undefined ? {} : { after_checkpoint: checkpoint }),
		});
		if (!answer.ok) return item.failure(answer.fault, endpoint);
		const { records, more } = answer.value;
		// The created_after trap: this checkpoint would replay every event since the platform began.
		const trap = createdAfter !== undefined && records.length === 0;
		// An anomaly's checkpoint pages one answer only; used later it never leads to newer anomalies.
		const spent = endpoint === 'anomalies' && !more;
		const next = trap || spent ? null : (answer.value.checkpoint ?? null);
		return {
			ok: true,
			records: [{ checkpoint: next, additional_results: more, results: records }],
		};
	};
}

/** What an empty time means where a list is read from it on. */
export const beginning = 'To start from the beginning, leave the field empty.';

/** The checkpoint of "Get Page"; an expression, which cannot leave the field empty, has a word for the first page. */
function readCheckpoint(item: Item): string | undefined {
	const text = item.text(
		'afterCheckpoint',
		'After Checkpoint',
		'Enter the “checkpoint” of the previous page. To start from the beginning, leave the field empty, or let the expression return the word “beginning”.',
	);
	return isBeginning(text) ? undefined : text;
}

function isBeginning(text: string): boolean {
	return text === '' || text.toLowerCase() === 'beginning';
}

/** The time of the first page. Behind a checkpoint an expression may give nothing: there is no other way to leave it out. */
function readFirstTime(item: Item, checkpoint: string | undefined): string | undefined {
	const given = item.given('createdAfter', '') ?? '';
	const isBlank = typeof given === 'string' && given.trim() === '';
	return checkpoint !== undefined && isBlank
		? undefined
		: item.time('createdAfter', 'Created After', 'from', beginning);
}

/** Where "Get Many" starts: behind the checkpoint that the user gave, else at the beginning of the list. */
export function resumeFrom(item: Item): Position {
	const checkpoint = item.text(
		'options.afterCheckpoint',
		'After Checkpoint',
		'Enter the “checkpoint” that “Get Page” returned. To start from the beginning, leave the field empty, remove the option, or let the expression return the word “beginning”.',
	);
	return isBeginning(checkpoint) ? { at: 'beginning' } : { at: 'checkpoint', checkpoint };
}

/** The number of records to return; `Infinity` for all of them. */
export function readLimit(item: Item): number {
	if (item.flag('returnAll', 'Return All')) return Infinity;
	return item.number('limit', 'Limit', { min: 1, max: MOST_RECORDS, fallback: 50 });
}

/** The outcome for a list that n8n cannot take. */
export function tooMany(): Outcome {
	return badParameter(say.tooManyRecords(MOST_RECORDS.toLocaleString('en')));
}

/**
 * Reads a list and names the values of its filters that are likely mistyped: what they keep out looks like an answer,
 * also where other records pass. A hint does it for people. A model reads none and would take an empty answer for the
 * truth, so a tool fails where nothing passes.
 */
export async function namingUnknownValues(
	item: Item,
	filters: ValueFilter[],
	read: () => Promise<Outcome>,
): Promise<Outcome> {
	const unknown = unknownValues(filters).join('; ');
	if (unknown === '') return await read();
	item.hint(outputHints.unknownValues(safeText(unknown, item.run.secrets)));
	const outcome = await read();
	const isMute = isTool(item.context) && outcome.ok && outcome.records.length === 0;
	return isMute
		? badParameter(say.nothingPassed(unknown, knownInstead(filters).join('; ')))
		: outcome;
}

/** Records without versions: everything is kept as it comes. */
class Collected {
	private readonly records: ApiRecord[] = [];

	get size(): number {
		return this.records.length;
	}

	add(page: ApiRecord[], isWanted: (record: ApiRecord) => boolean = () => true): void {
		for (const record of page) if (isWanted(record)) this.records.push(record);
	}

	values(): ApiRecord[] {
		return this.records;
	}
}
