import type { Simulator } from '@simulator/client.cjs';

/**
 * Shares work out: each simulator serves one piece at a time.
 * @returns the results in the order of the pieces
 */
export async function share<Piece, Result>(
	pieces: readonly Piece[],
	simulators: readonly Simulator[],
	work: (piece: Piece, simulator: Simulator) => Promise<Result>,
): Promise<Result[]> {
	const waiting = [...pieces.entries()];
	const results = new Map<number, Result>();
	await Promise.all(
		simulators.map(async (simulator) => {
			for (let next = waiting.shift(); next; next = waiting.shift()) {
				const [at, piece] = next;
				results.set(at, await work(piece, simulator));
			}
		}),
	);
	return [...results].sort(([a], [b]) => a - b).map(([, result]) => result);
}
