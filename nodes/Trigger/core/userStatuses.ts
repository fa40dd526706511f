/**
 * Users and their statuses as few characters: numeric IDs as differences, other IDs as digests.
 *
 * The statuses are names of fields there, and whoever copies an object (n8n, zod) loses a field `__proto__`; zod 4 takes no
 * object with a field `constructor`. So a status that begins with `_`, or that every object has as a field, which no known
 * status does, is stored with another `_` before it.
 */
import { z } from 'zod';

import { digestOf } from './seen';

/** So many characters of state users may take: about 86,000 users with numbers up to a billion, 56,000 with other IDs. */
const MOST_STORED = 450_000;
/** As many statuses as the API knows, twice: numbers of one status lie further apart than those of all. */
const STATUSES = 8;
/** 48 bits of SHA-256: two of 56,000 are the same with a chance of one in 200,000. */
const DIGEST_LENGTH = 8;
const SEPARATOR = '.';

const byStatusSchema = z.record(z.string(), z.string());

export const userStatusesSchema = z.object({
	/** Status -> numeric ids: ascending, each as the difference to the one before, in base 36. */
	numbers: byStatusSchema,
	/** Status -> digests of all other ids, one after the other. */
	texts: byStatusSchema.optional(),
});
export type StoredStatuses = z.infer<typeof userStatusesSchema>;

/** A user's ID as the key of {@link UserStatuses}; `undefined` when it is none. A number and its text are one. */
export function keyOfUser(id: unknown): number | string | undefined {
	const number = typeof id === 'string' && /^(0|[1-9]\d{0,15})$/.test(id) ? Number(id) : id;
	if (typeof number === 'number') return Number.isSafeInteger(number) ? number : undefined;
	return typeof id === 'string' && id !== '' ? digestOf(id, DIGEST_LENGTH) : undefined;
}

/** Which users have which status. */
export class UserStatuses {
	private readonly numbers = new Map<number, string>();
	private readonly texts = new Map<string, string>();
	/** Between these lie all numbers. */
	private least = Infinity;
	private most = -Infinity;

	/** Takes what {@link toStored} gave; what is not of that shape is left out. */
	constructor({ numbers, texts = {} }: StoredStatuses = { numbers: {} }) {
		for (const [field, packed] of Object.entries(numbers)) {
			const status = statusOf(field);
			let id = 0;
			for (const step of packed === '' ? [] : packed.split(SEPARATOR)) {
				const difference = Number.parseInt(step, 36);
				if (Number.isNaN(difference)) continue;
				id += difference;
				this.set(id, status);
			}
		}
		for (const [field, digests] of Object.entries(texts)) {
			for (const digest of digests.match(/.{8}/gs) ?? []) this.texts.set(digest, statusOf(field));
		}
	}

	/** Characters that these users take in the state, or fewer: a number takes as many as its difference to the next one has. */
	get room(): number {
		const count = this.numbers.size;
		const apart = count === 0 ? 1 : Math.max(1, ((this.most - this.least) * STATUSES) / count);
		const ofNumber = Math.log(apart) / Math.log(36) + 2;
		return count * ofNumber + this.texts.size * DIGEST_LENGTH;
	}

	get(key: number | string): string | undefined {
		return typeof key === 'number' ? this.numbers.get(key) : this.texts.get(key);
	}

	set(key: number | string, status: string): void {
		if (typeof key === 'string') {
			this.texts.set(key, status);
			return;
		}
		this.numbers.set(key, status);
		this.least = Math.min(this.least, key);
		this.most = Math.max(this.most, key);
	}

	/** Takes a user out. @returns the status that it had */
	take(key: number | string): string | undefined {
		const status = this.get(key);
		if (typeof key === 'number') this.numbers.delete(key);
		else this.texts.delete(key);
		return status;
	}

	/** Takes over all users of another table, but for those that are here already. */
	addAll({ numbers, texts }: UserStatuses): void {
		for (const [key, status] of [...numbers, ...texts]) {
			if (this.get(key) === undefined) this.set(key, status);
		}
	}

	/** As n8n stores it: the same users give the same text, whatever their order. */
	toStored(): StoredStatuses {
		const numbers = byStatus(this.numbers, (ids) => {
			let last = 0;
			const steps = ids
				.sort((a, b) => a - b)
				.map((id) => {
					const step = (id - last).toString(36);
					last = id;
					return step;
				});
			return steps.join(SEPARATOR);
		});
		if (this.texts.size === 0) return { numbers };
		return { numbers, texts: byStatus(this.texts, (digests) => digests.sort().join('')) };
	}
}

/** Whether there is room for one more user. */
export function hasRoom(...tables: UserStatuses[]): boolean {
	return tables.reduce((sum, { room }) => sum + room, 0) < MOST_STORED;
}

function byStatus<Key>(
	statuses: ReadonlyMap<Key, string>,
	pack: (keys: Key[]) => string,
): Record<string, string> {
	const keys = new Map<string, Key[]>();
	for (const [key, status] of statuses) {
		const known = keys.get(status);
		if (known) known.push(key);
		else keys.set(status, [key]);
	}
	const sorted = [...keys].sort(([a], [b]) => (a < b ? -1 : 1));
	return Object.fromEntries(sorted.map(([status, of]) => [fieldOf(status), pack(of)]));
}

function fieldOf(status: string): string {
	return status.startsWith('_') || status in Object.prototype ? `_${status}` : status;
}

function statusOf(field: string): string {
	return field.startsWith('_') ? field.slice(1) : field;
}
