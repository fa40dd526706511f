/** What happens to the platform during the soak: audit entries, and faults that a client must get over by itself. */
import type { Simulator } from '@simulator/client.cjs';
import type { FaultAction, FaultInput } from '@simulator/schemas.cjs';
import { Random } from '@simulator/random.cjs';

/**
 * Faults of reads: each hits at most two requests in a row, fewer than the tries that a request has.
 * Writes meet only a refusal and a slow answer: after a 5xx or a cut connection nobody knows whether the mail was
 * released, so the node rightly reports an error and never tries again (the fault suite covers that).
 */
const readFaults: FaultAction[] = [
	{ kind: 'status', status: 429, headers: { 'Retry-After': '1' }, processed: false },
	{ kind: 'status', status: 500, headers: {}, processed: false },
	{ kind: 'status', status: 503, headers: { 'Retry-After': '1' }, body: 'html', processed: false },
	{ kind: 'status', status: 504, headers: {}, body: 'empty', processed: false },
	{ kind: 'reset' },
	{ kind: 'reset-after-processing' },
	{ kind: 'truncate', length: 'wrong' },
	{ kind: 'truncate', length: 'correct' },
	{ kind: 'delay', ms: 2500 },
];
const writeFaults: FaultAction[] = [
	{ kind: 'status', status: 429, headers: { 'Retry-After': '1' }, processed: false },
	{ kind: 'delay', ms: 1500 },
];
const readEndpoints = ['events', 'events', 'audits'] as const;

/** Makes mischief, always the same for a seed. */
export class Mischief {
	private readonly random: Random;

	constructor(
		private readonly simulator: Simulator,
		seed: number,
	) {
		this.random = new Random(seed, 0x50a4);
	}

	/** Puts one fault in place of the last one, hit or not, and adds some audit entries. */
	async round(): Promise<void> {
		await this.simulator.clearFaults();
		await this.simulator.addFaults(this.fault());
		const count = this.random.int(0, 2);
		if (count > 0) await this.simulator.createAudits({ count });
	}

	/** Nothing is in the way any more. */
	async end(): Promise<void> {
		await this.simulator.clearFaults();
	}

	private fault(): FaultInput {
		if (this.random.chance(0.2)) {
			return { endpoint: 'releaseFromQuarantine', action: this.random.pick(writeFaults) };
		}
		return {
			endpoint: this.random.pick(readEndpoints),
			times: this.random.int(1, 2),
			action: this.random.pick(readFaults),
		};
	}
}
