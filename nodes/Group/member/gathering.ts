/** Which nodes look for the rows of several runs themselves: a “Code” node with `$('Body').all(0, run)`, for example. */

/** The forms that name a run: `.all(output, run)`, `$items("Body", output, run)`. */
const readsRuns = /(?:\.all|\$items|\.first|\.last)\([^()]*,[^()]*\)/;

/** @param parameters those of the node, as they are written */
export function gathersRuns(parameters: object | undefined): boolean {
	return readsRuns.test(JSON.stringify(parameters ?? {}));
}
