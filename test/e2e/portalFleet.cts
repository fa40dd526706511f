/** Many portals in one process: a service provider's customers, each with a token that no other portal accepts. */
import { parseOptions } from '@simulator/options.cjs';
import { SimulatorControl } from '@simulator/controlClient.cjs';
import { SimulatorServer } from '@simulator/server.cjs';
import { mainToken, Simulator } from '@simulator/simulator.cjs';

/** What a portal holds. */
export interface PortalOptions {
	events: number;
	/** Portals with the same seed and the same `now` have the same events, under the same IDs and times. */
	seed: number;
	now?: string;
}

/** A customer's portal. */
export class Portal extends SimulatorControl {
	constructor(
		/** Also the name of its token. */
		readonly name: string,
		readonly token: string,
		url: string,
		private readonly simulator: Simulator,
		private readonly server: SimulatorServer,
	) {
		super(url);
	}

	/** Starts one. */
	static async start(name: string, { events, seed, now }: PortalOptions): Promise<Portal> {
		const options = parseOptions([
			...['--events', String(events), '--seed', String(seed)],
			...['--token', `${name}=Security Events`],
			...(now === undefined ? [] : ['--now', now]),
		]);
		if (options === 'help') throw new Error('These options ask for no help');
		const simulator = new Simulator(options);
		simulator.tokens.delete(mainToken);
		const server = new SimulatorServer(simulator);
		const url = await server.listen(0);
		simulator.listensAt(url);
		const token = simulator.tokens.secrets()[name];
		if (token === undefined) throw new Error(`${name} has no token`);
		return new Portal(name, token, url, simulator, server);
	}

	/** The newest version of each event, `id#updated_at`. */
	async versions(): Promise<string[]> {
		const { events } = await this.ledger();
		return events.map(({ id, versions }) => `${id}#${versions.at(-1)?.updated_at}`);
	}

	/** Ends it. */
	stop(): void {
		this.simulator.close();
		this.server.close();
	}
}

/** Twenty portals: the third is empty, the fourth has a lot, the fifth and the sixth have the same events. */
export async function startTwenty(): Promise<Portal[]> {
	const now = new Date().toISOString();
	const counts = new Map([
		[2, 0],
		[3, 250],
		[4, 12],
		[5, 12],
	]);
	return await Promise.all(
		Array.from({ length: 20 }, async (_, index) =>
			Portal.start(`customer_${index}`, {
				events: counts.get(index) ?? 6 + index,
				...([4, 5].includes(index) ? { seed: 104, now } : { seed: 100 + index }),
			}),
		),
	);
}
