/** How ordinary texts look in a message: written down apart from the code that the playbooks use. */
const twins: Record<string, string> = { '<': '‹', '>': '›', '&': '＆', '|': '｜' };

/** A text without anything that a chat would make a link, a mention or markup of. */
export function shown(text: string): string {
	return text
		.replace(/[<>&|]/g, (character) => twins[character] ?? '')
		.replaceAll('://', '[:]//')
		.replace(/(?<=[\w-])\.(?=[A-Za-z][\w-])/g, '[.]');
}

/** A list as a message shows it. */
export function shownList(values: readonly string[], most = 20): string {
	const more = values.length > most ? ` and ${values.length - most} more` : '';
	return values.slice(0, most).map(shown).join(', ') + more;
}

/** What a playbook adds while no trace is kept. */
export const noTrace = 'No trace is kept: traceWorkflow in Settings is empty.';
