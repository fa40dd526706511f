/** Prints one line with the time of day before it. */
export function say(topic: string, text: string): void {
	const time = new Date().toTimeString().slice(0, 8);
	process.stdout.write(`${time}  ${topic.padEnd(10)}${text}\n`);
}

/** Prints lines as they are. */
export function print(...lines: string[]): void {
	process.stdout.write(`${lines.join('\n')}\n`);
}

/** The first line of a text, shortened for one line of the console. */
export function firstLine(text: string, length = 110): string {
	const line = text.split('\n').find((candidate) => candidate.trim() !== '') ?? '';
	return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}
