/** The cases of the fault suite, for the report and for the tests. */

import { clockCases } from './clockCases.cjs';
import { configurationCases } from './configurationCases.cjs';
import { hostCases } from './hostCases.cjs';
import { pageCases } from './pageCases.cjs';
import { refusalCases } from './refusalCases.cjs';
import { startCases } from './startCases.cjs';
import { valueCases } from './valueCases.cjs';
import type { HostMode, Start, TriggerEvent } from './setting.cjs';
import type { Stage } from './stage.cjs';

/** One case of trouble. It is played once for each event, host and start that it names. */
export interface FaultCase {
	name: string;
	/** All four by default. */
	events?: readonly TriggerEvent[];
	/** Default and durable by default. */
	hosts?: readonly HostMode[];
	/** Where the first walk through the history is played; in default storage alone by default. */
	walkHosts?: readonly HostMode[];
	/** A running trigger (`now`) by default. */
	starts?: readonly Start[];
	/** What host, API or configuration cost however the node is written: at most so many items, and why. */
	atMost?: {
		lost?: number;
		doubled?: number;
		why: string;
		host?: HostMode;
		event?: TriggerEvent;
	};
	/** Plays the trouble up to where the API is to be well again. */
	play(stage: Stage): Promise<void>;
}

/** Every case of the trigger. */
export const cases: readonly FaultCase[] = [
	...pageCases,
	...refusalCases,
	...hostCases,
	...valueCases,
	...configurationCases,
	...clockCases,
	...startCases,
];
