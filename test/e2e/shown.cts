/** How ordinary texts look in a message: written down apart from the code that the playbooks use. */
const twins: Record<string, string> = { '<': '‹', '>': '›', '&': '＆', '|': '｜' };

/** A text without anything that a chat would make a link, a mention or markup of. */
export function shown(text: string | null | undefined): string {
	return (text ?? '')
		.replace(/[<>&|]/g, (character) => twins[character] ?? '')
		.replaceAll('://', '[:]//')
		.replace(/(?<=[\w-])\.(?=[A-Za-z][\w-])/g, '[.]');
}

/** A list as a message shows it. */
export function shownList(values: ReadonlyArray<string | null>, most = 20): string {
	const known = values.filter(Boolean);
	const more = known.length > most ? ` and ${known.length - most} more` : '';
	return known.slice(0, most).map(shown).join(', ') + more;
}

/** What a playbook adds while no trace is kept. */
export const noTrace = 'No trace is kept: traceWorkflow in Settings is empty.';
