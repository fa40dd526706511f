/** n8n starts anew in each phase, in both ways in which it stores a trigger's state: nothing lost, nothing twice. */
import { ModelPortal } from './modelPortal.cjs';
import { Player } from './player.cjs';
import { chainEvents, phases, startOf } from './polling.cjs';
import { judge } from './verdict.cjs';

const NOON = Date.parse('2026-01-31T12:00:00Z');

const cases = chainEvents.flatMap((event) =>
	phases.flatMap((phase) =>
		[false, true].flatMap((durable) =>
			[1, 2, 3].map((restarts) => ({ event, phase, durable, restarts })),
		),
	),
);

it.each(cases)(
	'$event, $phase, durable: $durable, $restarts times',
	async ({ durable, event, phase, restarts }) => {
		const isAudit = event === 'auditEntryCreated';
		const portal = new ModelPortal(isAudit ? 'audits' : 'events', NOON - 4_000_000, {
			dateHeader: true,
			seed: 1,
			looseEnd: false,
		});
		const add = (count: number) => {
			for (let made = 0; made < count; made++) {
				portal.now += 10_000;
				if (isAudit) portal.addAudit(made % 5 === 0);
				else portal.create({ equal: made % 5 === 0 });
			}
		};
		add(400);
		portal.now = NOON;
		const startFrom = phase === 'starting' ? ('now' as const) : ('beginning' as const);
		const player = new Player(startOf(event, startFrom), portal, {
			durable,
			pageSize: { min: 2, max: 20 },
		});
		const pollPage = async () => await player.poll({ maxItems: 10, pagesInTime: 1 });
		const toPhase = async () => {
			for (let polls = 0; player.phase !== phase; polls++) {
				await pollPage();
				if (polls > 100) throw new Error(`never ${phase}`);
			}
		};

		if (phase === 'walkingAgain') await player.toTheEnd({ maxItems: 10, pagesInTime: 1 });
		for (let made = 0; made < restarts; made++) {
			if (phase === 'walkingAgain') portal.expireCheckpoints();
			await toPhase();
			add(30);
			await pollPage();
			await toPhase();
			player.restart();
		}
		expect(player.restartedIn).toEqual(Array.from({ length: restarts }, () => phase));
		add(30);
		await player.toTheEnd({ maxItems: 10, pagesInTime: 1 });

		const verdict = judge(event, player.lived(portal));
		expect(verdict).toMatchObject({ lost: [], doubled: [], replayed: [] });
		expect(verdict.expected).toBeGreaterThanOrEqual(30);
	},
);
