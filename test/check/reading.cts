/** Reads a simulator as `npm run check` reads a portal. */
import type { SimulatorControl } from '@simulator/client.cjs';
import type { Evidence, Form, Look } from '../../scripts/check/evidence.cjs';
import { readPortal } from '../../scripts/check/itinerary.cjs';
import { judge, type Judged } from '../../scripts/check/judge.cjs';
import { Portal } from '../../scripts/check/portal.cjs';
import type { Result } from '../../scripts/check/statement.cjs';

/** Everything that the command asks a portal. */
export async function read(
	simulator: Pick<SimulatorControl, 'url'>,
	token: string,
): Promise<Evidence> {
	const portal = new Portal({ origin: simulator.url, token, isLoopback: true, pauseMs: 0 });
	try {
		return await readPortal({
			origin: simulator.url,
			ask: (path, query, bearer) => portal.ask(path, query, bearer),
			say: () => undefined,
		});
	} finally {
		await portal.close();
	}
}

/** The rows of the table by their IDs. */
export function rowsOf(evidence: Evidence): Map<string, Judged> {
	return new Map(judge(evidence, 'no-token-of-anybody').rows.map((row) => [row.id, row]));
}

/** The IDs of the statements with that result. */
export function idsOf(rows: Map<string, Judged>, result: Result): string[] {
	return [...rows.values()].filter((row) => row.result === result).map(({ id }) => id);
}

/** The same evidence with some of its answers changed. */
export function changed(evidence: Evidence, change: (look: Look) => Look): Evidence {
	return { ...evidence, looks: evidence.looks.map(change) };
}

/** Changes the answer to the request of that name. */
export function answered(
	evidence: Evidence,
	name: string,
	answer: { status?: number; body?: unknown; form?: Form },
): Evidence {
	return changed(evidence, (look) =>
		look.name === name && look.sight.kind === 'answer'
			? { ...look, sight: { ...look.sight, ...answer } }
			: look,
	);
}
