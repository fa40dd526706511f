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
	/** Advice to send the same request again. It stands before the hint, and is left out for a write that may have been carried out. */
	again?: string;
}

/** Messages by name. Each takes only what it fills in, so that the documentation can show it with gaps. */
export type Catalogue = Record<string, (...filled: Filled[]) => Words>;

/** Adds sentences to what to do; empty ones add nothing. */
export function withMore({ hint, ...words }: Words, ...sentences: string[]): Words {
	return { ...words, hint: joined(hint, ...sentences) };
}

/** A message whose advice to send the request again is part of what to do, or gives way to the sentence `instead`. */
export function settled({ message, hint, again = '' }: Words, instead = ''): Words {
	return { message, hint: joined(instead === '' ? again : instead, hint) };
}

/** A message and what to do, as the one text of a log line or of the credential test. */
export function inOneText({ message, hint }: Words): string {
	return hint === '' ? message : `${message}. ${hint}`;
}

function joined(...sentences: string[]): string {
	return sentences.filter((sentence) => sentence !== '').join(' ');
}
