import type { N8nClient } from '@host/n8nClient.cjs';
import type { SimulatorControl } from '@simulator/client.cjs';
import { firstLine, say } from './console.cjs';
import { doingsOf, type Doings } from './doings.cjs';
import type { Playbook } from './playbooks.cjs';
import { buttonsOf, readSlackMessages, textOf } from '@host/slackMessages.cjs';

const releasePath = '/api/v1/remediation/release_from_quarantine';

/** Prints what happens, once per `look`. Remembers what it has printed. */
export class Watch {
	/** Everything that finished executions have done so far, oldest first. */
	readonly done: Doings[] = [];
	private readonly seen = new Set<string>();
	private requests = 0;
	private messages = 0;

	/** `simulator` is absent on a real tenant: then there is no request log to show. */
	constructor(
		private readonly client: N8nClient,
		private readonly playbooks: Playbook[],
		private readonly slackFile: string,
		private readonly simulator?: SimulatorControl,
	) {}

	/** Looks once at requests, executions and messages and prints what is new. */
	async look(): Promise<void> {
		await this.lookAtRequests();
		await this.lookAtExecutions();
		this.lookAtMessages();
	}

	/** Whether an execution has begun and not ended. */
	async isBusy(): Promise<boolean> {
		return (
			(await this.client.executions({ status: 'running', limit: 1, withData: false })).length > 0
		);
	}

	private async lookAtRequests(): Promise<void> {
		if (this.simulator === undefined) return;
		const { requests } = await this.simulator.requests(this.requests);
		let polls = 0;
		for (const { n, path, body, status } of requests) {
			// A request under way has no status yet: it and what came after are shown next time.
			if (status === null) break;
			this.requests = n;
			if (path === '/api/v1/events') polls += 1;
			if (path === releasePath) say('release', `POST ${path} ${body} -> ${status}`);
		}
		if (polls > 0) say('poll', `GET /api/v1/events: ${polls} request${polls === 1 ? '' : 's'}`);
	}

	private async lookAtExecutions(): Promise<void> {
		for (const playbook of this.playbooks) {
			const newest = await this.client.executions({
				workflowId: playbook.id,
				limit: 50,
				withData: false,
			});
			for (const { executionId: id = '', stoppedAt } of newest.reverse()) {
				if (this.seen.has(id) || stoppedAt === undefined) continue;
				this.seen.add(id);
				const doings = doingsOf(await this.client.execution(id), playbook);
				this.done.push(doings);
				say('execution', describe(doings));
			}
		}
	}

	private lookAtMessages(): void {
		for (const message of readSlackMessages(this.slackFile).slice(this.messages)) {
			this.messages += 1;
			say('slack', `${message.channel}: ${firstLine(textOf(message))}`);
			// A question of a playbook that was imported: its links work in a browser.
			for (const [label, url] of Object.entries(buttonsOf(message))) {
				say('slack', `  ${label}: ${url}`);
			}
		}
	}
}

function describe(doings: Doings): string {
	const { executionId, playbook, status, events, requested, confirmed, slack, error } = doings;
	const counts = [
		`${events.length} event(s)`,
		`${requested.length} release(s) requested, ${confirmed.length} confirmed`,
		`${slack.length} message(s)`,
	];
	const end = error === undefined ? status : `${status}: ${firstLine(error)}`;
	return `${executionId} "${playbook}" ${end}: ${counts.join(', ')}`;
}
