/**
 * Makes time pass faster in a test file whose cases wait as long as the product waits: a pause of two seconds takes a quarter of one.
 * Both clocks and the timers go together, so that nothing that compares them sees a difference. Requests take as long as ever.
 */
export function fastTime(factor = 8): void {
	const { setTimeout: timer } = globalThis;
	const [today, sinceStart] = [Date.now(), performance.now()];
	const elapsed = performance.now.bind(performance);
	const passed = (): number => (elapsed() - sinceStart) * factor;

	beforeAll(() => {
		jest.spyOn(Date, 'now').mockImplementation(() => Math.floor(today + passed()));
		jest.spyOn(performance, 'now').mockImplementation(() => sinceStart + passed());
		Object.assign(globalThis, {
			setTimeout: (wake: () => void, ms = 0, ...given: []) => timer(wake, ms / factor, ...given),
		});
	});

	afterAll(() => {
		Object.assign(globalThis, { setTimeout: timer });
		jest.restoreAllMocks();
	});
}
