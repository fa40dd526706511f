import { startSimulator, type Simulator } from '@simulator/client.cjs';

/**
 * The portal that is read where none is named: a day so busy that the last hour has several pages, and headers that
 * tell the limit.
 */
export async function ownSimulator(): Promise<Simulator> {
	const simulator = await startSimulator({
		// Its first group has members enough for three pages.
		seed: 3,
		events: 4_000,
		days: 1,
		rateLimit: 50,
		burst: 60,
	});
	// Fields that are nearly always empty, so that each was seen once.
	const recipients = { cc: ['cc@acme.example'], bcc: ['bcc@acme.example'] };
	const rare = { recipients, reply_to: ['reply@acme.example'] };
	for (const [type, mail] of [
		['defender', 'inbound_email_details'],
		['guardian', 'outbound_email_details'],
	] as const) {
		await simulator.createEvents({ type, fields: { [mail]: rare } });
	}
	return simulator;
}
