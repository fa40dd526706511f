import type { Random } from './random.cjs';
import * as words from './words.cjs';

/** @returns an address of someone at a domain */
export function person(random: Random, domain: string): string {
	return `${random.pick(words.firstNames)}.${random.pick(words.lastNames)}@${domain}`;
}

/** @returns between `min` and `max` different addresses */
export function people(
	random: Random,
	domains: readonly string[],
	min: number,
	max: number,
): string[] {
	const wanted = random.int(min, max);
	const found = new Set<string>();
	while (found.size < wanted) found.add(person(random, random.pick(domains)));
	return [...found];
}

/** Mail inside old Exchange systems carries X.400 addresses, which have no `@`. */
export function x400(random: Random): string {
	const surname = random.pick(words.lastNames);
	return `/O=ACME/OU=EXCHANGE ADMINISTRATIVE GROUP/CN=RECIPIENTS/CN=${surname.toUpperCase()}`;
}

/** @returns that many files with their size */
export function attachmentsOf(random: Random, count: number) {
	const names = random.some(words.attachmentNames, count, count);
	return { names, count: names.length, bytes: names.length * random.int(900, 9_000_000) };
}
