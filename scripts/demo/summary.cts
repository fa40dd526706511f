import type { SlackMessage } from '@host/slackEdge.cjs';
import type { Ledger } from '@simulator/client.cjs';
import type { Doings } from './doings.cjs';

/** Whether what n8n reports equals what arrived outside of it, and the lines that say so. */
export interface Summary {
	ok: boolean;
	lines: string[];
}

/**
 * Compares n8n's executions with the two witnesses: the simulator's log of actions (absent on a real
 * tenant) and the messages at the Slack edge. Every release and every message must be in both, as
 * often here as there, and there must be some of each kind that is expected.
 */
export function summarize(
	done: Doings[],
	messages: SlackMessage[],
	expected: { releases: boolean },
	ledger?: Pick<Ledger, 'remediations'>,
): Summary {
	const lines: string[] = [];
	let ok = true;
	const check = (holds: boolean, text: string): void => {
		ok &&= holds;
		lines.push(`${holds ? 'ok    ' : 'FAILED'}  ${text}`);
	};
	const released = done.flatMap((doings) => doings.released);
	if (ledger !== undefined) {
		const asked = ledger.remediations.filter(({ action }) => action === 'releaseFromQuarantine');
		const carriedOut = asked.filter(({ succeeded }) => succeeded > 0);
		check(
			sameMembers(
				released,
				carriedOut.map(({ event_id }) => event_id),
			),
			`mails released: ${released.length} by n8n, ${carriedOut.length} in the simulator's log ` +
				`(${asked.length} release requests)`,
		);
	}
	if (expected.releases) check(released.length > 0, 'at least one mail was released');
	const sent = done.flatMap(({ slack }) => slack);
	check(
		sameMembers(
			sent,
			messages.map(({ ts }) => ts),
		),
		`Slack messages: ${sent.length} by n8n, ${messages.length} at the Slack edge`,
	);
	const failed = done.filter(({ status }) => status !== 'success');
	check(failed.length === 0, `executions: ${done.length}, failed: ${failed.length}`);
	for (const { executionId, status, error } of failed) {
		lines.push(`        execution ${executionId} ${status}: ${error ?? ''}`);
	}
	lines.push('', 'released:', ...released.map((id) => `  ${id}`));
	lines.push('Slack:', ...messages.map(({ channel, text }) => `  ${channel}: ${flat(text)}`));
	return { ok, lines };
}

function sameMembers(one: string[], other: string[]): boolean {
	return JSON.stringify([...one].sort()) === JSON.stringify([...other].sort());
}

/** A message on one line, without the line that n8n's Slack node adds about itself. */
function flat(text: string): string {
	const lines = text.split('\n').map((line) => line.trim());
	return lines.filter((line) => line !== '' && !line.startsWith('_Automated with')).join(' | ');
}
