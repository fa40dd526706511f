/** What a node says when it fails, with its description. */
export async function failureOf(work: Promise<unknown>): Promise<string> {
	try {
		await work;
	} catch (error) {
		const description = error instanceof Error && 'description' in error ? error.description : '';
		return `${error instanceof Error ? error.message : String(error)} | ${String(description)}`;
	}
	throw new Error('it did not fail');
}
