/** Whether a page of a walk brings anything that the pages before it did not, in a memory of bounded size. */
import type { ApiRecord } from '../api/contract';

/** At least so many of the last records are remembered: 4 MB at most. */
const REMEMBERED = 50_000;

export class Novelty {
	/** Digests, in two generations: the older one goes when the younger one is full. */
	private young = new Set<number>();
	private old = new Set<number>();

	constructor(private readonly remembered = REMEMBERED) {}

	/** Takes the records of a page. @returns whether one of them is new; a new version of an event is */
	bringsNews(records: readonly ApiRecord[]): boolean {
		let isNews = false;
		for (const record of records) {
			const digest = digestOf(record);
			if (this.young.has(digest)) continue;
			if (!this.old.has(digest)) isNews = true;
			this.young.add(digest);
		}
		if (this.young.size >= this.remembered) {
			this.old = this.young;
			this.young = new Set();
		}
		return isNews;
	}
}

/**
 * A number for a version of a record. That two have the same one by chance does no harm: a whole page of them, many times
 * in a row, would have to.
 */
function digestOf(record: ApiRecord): number {
	const { id, updated_at: updated } = record;
	const isVersion = typeof id === 'string' && typeof updated === 'string';
	const text = isVersion ? `${id} ${updated}` : JSON.stringify(record);
	let digest = 0;
	for (let at = 0; at < text.length; at++)
		digest = (Math.imul(digest, 31) + text.charCodeAt(at)) | 0;
	return digest;
}
