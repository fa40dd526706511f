import type { SlackMessage } from '@host/slackEdge.cjs';
import type { Ledger, MailPlaces } from '@simulator/client.cjs';
import type { Doings } from './doings.cjs';

/** Whether what n8n reports equals what arrived outside of it, and the lines that say so. */
export interface Summary {
	ok: boolean;
	lines: string[];
}

/** What the simulator knows: which actions it was asked for, and where each mail is by now. */
export interface Witness {
	remediations: Ledger['remediations'];
	mails: MailPlaces[];
}

/**
 * Compares n8n's executions with the two witnesses: the simulator (absent on a real tenant) and the
 * messages at the Slack edge. Every request for a release and every message must be in both, as often here
 * as there; every release that n8n calls confirmed must be one; and there must be some of each kind that is
 * expected.
 */
export function summarize(
	done: Doings[],
	messages: SlackMessage[],
	expected: { releases: boolean },
	witness?: Witness,
): Summary {
	const lines: string[] = [];
	let ok = true;
	const check = (holds: boolean, text: string): void => {
		ok &&= holds;
		lines.push(`${holds ? 'ok    ' : 'FAILED'}  ${text}`);
	};
	const requested = done.flatMap((doings) => doings.requested);
	const confirmed = done.flatMap((doings) => doings.confirmed);
	if (witness !== undefined) {
		const asked = witness.remediations.filter(({ action }) => action === 'releaseFromQuarantine');
		const queued = asked.filter(({ succeeded }) => succeeded > 0);
		check(
			sameMembers(
				requested,
				queued.map(({ event_id }) => event_id),
			),
			`releases requested: ${requested.length} by n8n, ${queued.length} queued in the simulator's log ` +
				`(${asked.length} requests)`,
		);
		const released = witness.mails.filter(({ places }) =>
			Object.values(places).includes('released'),
		);
		const isReleased = new Set(released.map(({ id }) => id));
		check(
			confirmed.every((id) => isReleased.has(id)),
			`releases confirmed: ${confirmed.length} by n8n; released in the simulator: ${isReleased.size}`,
		);
	}
	if (expected.releases) check(confirmed.length > 0, 'at least one release was confirmed');
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
	const stateOf = (id: string) => (confirmed.includes(id) ? 'confirmed' : 'requested');
	lines.push('', 'releases:', ...requested.map((id) => `  ${id} ${stateOf(id)}`));
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
