/** The domain of an address, or of a `@domain`: whether it can be one, and the one spelling to compare it by. */

/** Letters, marks and digits of any script, and the four signs that names in some languages hold inside (IDNA, "context"). */
const PLAUSIBLE = /^[\p{L}\p{M}\p{N}\u00B7\u0375\u05F3\u05F4\u30FB._-]+$/u;
const LABEL = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;
/** What ends in a number is an IP address to `URL`, and no domain to a mail server: `1.2.3.4`, `0x7f.1`. */
const NUMBER = /(^|\.)(\d+|0x[0-9a-f]*)$/i;
const LONGEST = 253;

/**
 * The spelling that all spellings of a domain share: lower case, half-width, ASCII (`xn--…` for other scripts).
 * @param written without the `@`
 * @returns `undefined` for what can be no domain
 */
export function canonicalDomain(written: string): string | undefined {
	// The full stop of Chinese and Japanese input methods is a dot of a domain too.
	const text = written.normalize('NFKC').replace(/\u3002/g, '.');
	if (!PLAUSIBLE.test(text) || NUMBER.test(text)) return undefined;
	const ascii = toAscii(text);
	if (ascii === undefined || ascii.length > LONGEST) return undefined;
	return ascii.split('.').every((label) => LABEL.test(label)) ? ascii : undefined;
}

/** `URL` maps upper case by itself, and right for domains: a Greek Σ at the end of a word is σ there, not ς. */
function toAscii(text: string): string | undefined {
	if (/^[!-~]+$/.test(text) && !/xn--/i.test(text)) return text.toLowerCase();
	const address = `http://${text}`;
	return URL.canParse(address) ? new URL(address).hostname : undefined;
}
