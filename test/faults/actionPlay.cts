/** What a case of an action node is, and how it is played: on a platform of its own, in a package that has just been loaded. */
import type { FaultInput, Simulator } from '@simulator/client.cjs';
import { runNode, type CredentialData } from '@test/integration/host.cjs';
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { FreshPackage } from './freshPackage.cjs';
import { share } from './share.cjs';
import { SkippedTime } from './skippedTime.cjs';

/** What the API does instead of answering. */
export type Action = FaultInput['action'];

/** Whether a node goes on after errors. */
export type OnError = 'continue' | 'stop';

/** One case of an action node. */
export interface ActionCase {
	name: string;
	node: string;
	onError: OnError;
	/** Some requests get no answer: they are given up soon. */
	hangs: boolean;
	play(act: Act): Promise<Result>;
}

/** What came of a case. */
export interface ActionOutcome {
	name: string;
	node: string;
	onError: OnError;
	expected: number;
	result: string;
	/** Actions that were carried out, of a remediation. */
	carriedOut?: number;
	/** Actions that were carried out again. */
	doubled?: number;
	wrong: string[];
	notes: string[];
	millis: number;
}

/** What a case finds out itself. */
export type Result = Pick<
	ActionOutcome,
	'carriedOut' | 'doubled' | 'expected' | 'result' | 'wrong'
>;

/** Records in each list. */
export const RECORDS = 50;
/** How long a request waits where no answer comes, in milliseconds. */
const HANG_MS = 400;

/** A node on a new platform. */
export interface Act {
	simulator: Simulator;
	credential: CredentialData;
	run(file: string, parameters: INodeParameters, items?: IDataObject[]): Promise<IDataObject[]>;
}

/** Plays cases, as many at once as there are simulators. @returns the outcomes in the order of the cases */
export async function playActions(
	list: readonly ActionCase[],
	simulators: readonly Simulator[],
): Promise<ActionOutcome[]> {
	return await share(list, simulators, playAction);
}

/** Plays one case against a simulator that nobody else uses meanwhile. */
async function playAction(
	{ name, node, onError, hangs, play }: ActionCase,
	simulator: Simulator,
): Promise<ActionOutcome> {
	const startedAt = performance.now();
	await simulator.reset({
		seed: 7,
		events: RECORDS,
		audits: RECORDS,
		users: RECORDS,
		anomalies: RECORDS,
		groups: 3,
		remediationDelayMs: 0,
	});
	const credential = { portalUrl: simulator.url, apiToken: simulator.token, allowCustomHost: true };
	const fresh = new FreshPackage(new SkippedTime());
	const run: Act['run'] = async (file, parameters, items) => {
		const output = await runNode({
			nodeType: fresh.node(file),
			parameters,
			credential,
			...(hangs ? { requestOptions: { timeout: HANG_MS } } : {}),
			...(items ? { items } : {}),
			settings: onError === 'continue' ? { onError: 'continueRegularOutput' } : {},
		});
		return output.map(({ json }) => json);
	};
	const result = await play({ simulator, credential, run });
	return {
		name,
		node,
		onError,
		...result,
		notes: [],
		millis: Math.round(performance.now() - startedAt),
	};
}

/** An answer with this status and these headers. */
export const status = (code: number, headers: Record<string, string> = {}): Action => ({
	kind: 'status',
	status: code,
	headers,
});
