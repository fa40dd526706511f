import { EventIds } from '@simulator/eventIds.cjs';
import { makeEvent } from '@simulator/eventRecords.cjs';
import type { JsonObject } from '@simulator/json.cjs';
import { Random } from '@simulator/random.cjs';
import * as words from '@simulator/words.cjs';

/** Records per page: the most that the events API gives. */
export const pageSize = 100;

const seed = 4;
/** 2026-01-01, in microseconds since 1970. */
const firstCreated = Date.UTC(2026, 0, 1) * 1000;
/** Ten seconds apart: 100,000 events are the work of eleven days. */
const step = 10_000_000;
const types = ['defender', 'guardian', 'defender', 'architect', 'defender', 'guardian'];

/** The records of a page as JSON, without its envelope, and the envelope around them. */
export class Pages {
	private readonly ids = new EventIds(seed);
	private readonly results: string[] = [];
	private readonly bodies = new Map<string, Buffer>();

	/**
	 * @param index page number, from 0
	 * @param last whether the list ends with it
	 * @returns the body of an answer of `GET /api/v1/events`, made once and kept
	 */
	body(index: number, last: boolean): Buffer {
		const key = `${index}${last ? 'end' : ''}`;
		let body = this.bodies.get(key);
		if (body === undefined) {
			body = Buffer.from(
				`{"checkpoint":"${checkpointOf(index + 1)}","additional_results":${String(!last)},"results":[${this.records(index)}]}`,
			);
			this.bodies.set(key, body);
		}
		return body;
	}

	private records(page: number): string {
		let made = this.results[page];
		if (made === undefined) {
			const records: string[] = [];
			for (let index = page * pageSize; index < (page + 1) * pageSize; index++) {
				records.push(JSON.stringify(this.event(index)));
			}
			made = records.join(',');
			this.results[page] = made;
		}
		return made;
	}

	private event(index: number): JsonObject {
		const createdAt = firstCreated + index * step;
		const type = types[index % types.length] ?? 'defender';
		const event = makeEvent({
			seed,
			index,
			id: this.ids.of(index, type),
			type,
			number: this.ids.number(index),
			portal: 'https://acme.tessian-platform.com',
			burst: this.ids.burst(index, false),
			campaign: undefined,
			releasable: index % 5 === 0,
			createdAt,
			updatedAt: createdAt,
			version: 0,
		});
		const random = new Random(seed, index);
		return Object.fromEntries(
			Object.entries(event).map(([name, value]) =>
				name.endsWith('bound_email_details') ? [name, toManyPeople(value, random)] : [name, value],
			),
		);
	}
}

/**
 * The simulator's mails have few recipients and links. These have what business mail has, which makes an
 * event 2.5 kB, the size that the targets were set with.
 */
function toManyPeople(details: unknown, random: Random): unknown {
	if (typeof details !== 'object' || details === null) return details;
	const people = Array.from(
		{ length: random.int(16, 26) },
		() => `${random.pick(words.firstNames)}.${random.pick(words.lastNames)}@${words.ownDomain}`,
	);
	const half = Math.ceil(people.length / 2);
	const recipients = {
		to: people.slice(0, half),
		cc: people.slice(half),
		bcc: [],
		all: people,
		count: people.length,
	};
	const urls = Array.from(
		{ length: random.int(2, 6) },
		() =>
			`https://${random.pick(words.partnerDomains)}/portal/documents/${random.hex(24)}?view=full`,
	);
	return { ...details, recipients, ...('urls' in details ? { urls } : {}) };
}

/** @returns the checkpoint that leads to a page; `page` 0 is the beginning */
export function checkpointOf(page: number): string {
	return Buffer.from(`page ${page}`).toString('base64url');
}

/** @returns the page that a checkpoint leads to; NaN for one that was not made here */
export function pageOf(checkpoint: string): number {
	return Number(/^page (\d+)$/.exec(Buffer.from(checkpoint, 'base64url').toString())?.[1]);
}
