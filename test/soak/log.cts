/** What n8n printed while it worked. */

/** Lines that differ in numbers and ids only. */
export interface LogLine {
	/** The line with every number as `#`. */
	text: string;
	count: number;
	/** Whether it speaks of this package or its nodes. */
	ours: boolean;
}

/** @param lines of n8n's log, from the moment on when everything ran */
export function distinctLines(lines: string[]): LogLine[] {
	const counts = new Map<string, number>();
	for (const line of lines) {
		const text = line
			.replace(/\u001b\[[\d;]*m/g, '')
			.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/gi, '#')
			.replace(/\d+/g, '#')
			.trim();
		if (text !== '') counts.set(text, (counts.get(text) ?? 0) + 1);
	}
	return [...counts]
		.map(([text, count]) => ({ text, count, ours: /proofpoint/i.test(text) }))
		.sort((one, other) => other.count - one.count);
}
