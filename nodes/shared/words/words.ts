/**
 * What messages are made of. Every message that a person reads at run time has a name in a catalogue: in this folder, or
 * in `words.ts` of a node. `docs/troubleshooting.md` is made from the catalogues.
 */

/** What is filled in when a message is made. */
export type Filled = number | string;

/** A message, which says what happened. */
export interface Words {
	message: string;
	/** What to do about it: n8n shows it as the description, below the message. Empty where the message says it all. */
	hint: string;
}

/** Messages by name. Each takes only what it fills in, so that the documentation can show it with gaps. */
export type Catalogue = Record<string, (...filled: Filled[]) => Words>;

/** Adds sentences to what to do; empty ones add nothing. */
export function withMore({ message, hint }: Words, ...sentences: string[]): Words {
	const parts = [hint, ...sentences].filter((part) => part !== '');
	return { message, hint: parts.join(' ') };
}

/** A message and what to do, as the one text of a log line or of the credential test. */
export function inOneText({ message, hint }: Words): string {
	return hint === '' ? message : `${message}. ${hint}`;
}
