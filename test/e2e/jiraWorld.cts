/** The playbook "Jira tickets for Defender events" in a real n8n: copies of it, two portals, and one Jira. */
import { stopAll } from '@test/stopAll.cjs';
import type { PrivateN8n } from '@host/privateN8n.cjs';
import type { RunResult } from '@host/runResult.cjs';
import { startSimulator, type Simulator } from '@simulator/client.cjs';

import { readPlaybook, withSettings } from '../../scripts/demo/playbooks.cjs';
import { JiraEdge, type JiraIssue } from './jiraEdge.cjs';
import { failed, nextPoll, pollOften, reached, withNodes } from './playbookWorld.cjs';
import { makeWorld, proofpointApi, type World } from './setup.cjs';

/** Polls often; nothing else differs. */
const playbook = pollOften(readPlaybook('jira-tickets.json'));
const recorder = { ...readPlaybook('record-action.json'), id: 'recordAction' };

/** What is special about an event or its next version. */
export interface Special {
	subject?: string;
	from?: string;
	confidence?: string;
	signals?: string[];
	/** An administrator's. */
	label?: string;
	said?: Record<string, number>;
	admin?: Record<string, number>;
}

function fieldsOf({ subject, from, confidence, signals, label, said }: Special) {
	return {
		inbound_email_details: {
			...(subject === undefined ? {} : { subject }),
			...(from === undefined ? {} : { from }),
		},
		defender_details: {
			...(confidence === undefined ? {} : { confidence }),
			...(signals === undefined ? {} : { threat_signal_types: signals }),
			...(label === undefined ? {} : { admin_label: label }),
			...(said === undefined ? {} : { users_responded: said }),
		},
	};
}

/** A running n8n with copies of the playbook, none of them published. */
export class JiraWorld implements World {
	private constructor(
		private readonly world: World,
		/** A second portal. */
		readonly other: Simulator,
		readonly jira: JiraEdge,
	) {}

	static async start(): Promise<JiraWorld> {
		const jira = await JiraEdge.start();
		const other = await startSimulator({ events: 3, seed: 4 });
		const world = await makeWorld({ events: 3, seed: 3 }, {}, () => [
			{
				id: 'other-portal',
				name: 'Other portal',
				type: 'proofpointApi',
				data: { portalUrl: other.url, apiToken: other.token, allowCustomHost: true },
			},
			{
				id: 'jira-api',
				name: 'Jira SW Cloud account',
				type: 'jiraSoftwareCloudApi',
				data: { email: jira.email, apiToken: jira.token, domain: jira.url },
			},
		]);
		await world.n8n.start({ timeoutMs: 300_000 });
		await world.n8n.importWorkflows([recorder, ...copies(jira.url)]);
		await world.n8n.publish(recorder.id);
		return new JiraWorld(world, other, jira);
	}

	async stop(): Promise<void> {
		await stopAll(this.world, this.other, this.jira);
	}

	get n8n(): PrivateN8n {
		return this.world.n8n;
	}

	get simulator(): Simulator {
		return this.world.simulator;
	}

	/** A mail to one person arrives and goes into quarantine. @returns the event's ID */
	async happens(special: Special): Promise<string> {
		const zero = {
			not_quarantined: 0,
			quarantined: 0,
			released: 0,
			deleted: 0,
			pending_release: 0,
		};
		const { inbound_email_details, defender_details } = fieldsOf({
			confidence: 'HIGH',
			signals: ['SUSPICIOUS_INTENT'],
			said: { malicious: 0, safe: 0, unsure: 0, deleted: 0 },
			...special,
		});
		const [event] = await this.simulator.createEvents({
			type: 'defender',
			fields: {
				portal_link:
					'https://acme.tessian-platform.com/0/events/impersonation_attacks?check_log_id=7&simulated=false',
				inbound_email_details: {
					recipients: { all: ['one@acme.example'], to: ['one@acme.example'], count: 1 },
					...inbound_email_details,
				},
				defender_details: {
					...defender_details,
					admin_label: null,
					quarantine_status_count: {
						admin_quarantine_status_count: { ...zero, quarantined: 1 },
						user_quarantine_status_count: { ...zero, not_quarantined: 1 },
					},
					deletion_status_count: { deleted: 0, deletion_pending: 0, not_deleted: 1 },
				},
			},
		});
		if (event === undefined) throw new Error('No event was made');
		return event.id;
	}

	/** A new version of an event. */
	async changes(id: string, { admin, ...special }: Special): Promise<void> {
		await this.simulator.publish({
			id,
			fields: fieldsOf(special),
			...(admin ? { counts: { admin } } : {}),
		});
	}

	/** Publishes a copy; it begins with what happens from now on. */
	async play(id: string): Promise<void> {
		await this.n8n.publish(id);
	}

	/** Runs a copy by hand from one of its starts. */
	async runByHand(id: string, node: string): Promise<RunResult> {
		const { client } = this.n8n;
		return await client.finishedExecution(await client.run(id, node));
	}

	/** Retries the newest failed execution, as the button does. */
	async retry(workflowId: string): Promise<void> {
		const [failure] = await this.n8n.client.executions({ workflowId, status: 'error', limit: 1 });
		if (failure?.executionId === undefined) throw new Error('None has failed');
		await this.n8n.client.retry(failure.executionId);
	}

	/** Until nothing runs any more, and one more poll is over. */
	async settled(): Promise<void> {
		await nextPoll(this);
	}

	/** Whether the newest failed execution says this, in time. */
	async failsWith(words: RegExp): Promise<boolean> {
		return await reached(async () => words.test((await failed(this, 'jiraAcme'))[0] ?? ''));
	}

	/** The issue of an event, as soon as the playbook is done with it. */
	async issueOf(id: string): Promise<JiraIssue> {
		await reached(
			() =>
				this.jira.about(id).length > 0 &&
				this.tickets().some(({ event, state }) => event === id && state === 'done'),
		);
		const [issue] = this.jira.about(id);
		if (issue === undefined) throw new Error(`No issue about ${id}`);
		return issue;
	}

	/** The issues of an event that both portals have: which of them was created first is chance. */
	issuesOf(event: string): Array<JiraIssue | undefined> {
		return ['jiraAcme', 'jiraOther'].map((portal) => {
			const key = this.rowOf(event, portal)?.issue;
			return this.jira.about(event).find((issue) => issue.key === key);
		});
	}

	/** The rows that the playbook remembers. */
	tickets(): Array<Record<string, unknown>> {
		return this.table('Proofpoint Jira tickets');
	}

	rowOf(event: string, portal: string): Record<string, unknown> | undefined {
		return this.tickets().find((row) => row.event === event && row.portal === portal);
	}

	/** Whether these copies have done all about an event. */
	done(event: string, ...portals: string[]): boolean {
		return portals.every((portal) => this.rowOf(event, portal)?.state === 'done');
	}

	/** What the trace says of an event, oldest first. */
	outcomes(event: string): string[] {
		return this.table('Proofpoint actions')
			.filter((row) => row.event === event)
			.map(({ outcome }) => String(outcome));
	}

	private table(name: string): Array<Record<string, unknown>> {
		const [found] = this.n8n.query('SELECT id FROM data_table WHERE name = ?', name);
		if (found === undefined) return [];
		return this.n8n.query(`SELECT * FROM "data_table_user_${String(found.id)}"`);
	}
}

/** The copies; their IDs are their portals' names. */
function copies(url: string) {
	const ready = withSettings(playbook, {
		jira: `${url}/`,
		searchDelay: 1,
		traceWorkflow: recorder.id,
	});
	// Run by hand too: for the hour that nobody waits for.
	const acting = withSettings(ready, {
		dryRun: false,
		actWhenRunByHand: true,
		maxPerRun: 100,
		maxPerHour: 1000,
	});
	const otherPortal = { ...proofpointApi, id: 'other-portal' };
	const elsewhere = withNodes(acting, (node) =>
		node.credentials?.proofpointApi
			? { ...node, credentials: { proofpointApi: otherPortal } }
			: node,
	);
	return [
		{ ...ready, id: 'jiraDry' },
		{ ...withSettings(acting, { actWhenRunByHand: false }), id: 'jiraByHand' },
		{ ...withSettings(playbook, { jira: 'http://jira.example' }), id: 'jiraWrong' },
		{ ...acting, id: 'jiraAcme' },
		{ ...elsewhere, id: 'jiraOther' },
		{ ...withSettings(acting, { maxPerRun: 2, maxPerHour: 3 }), id: 'jiraCap' },
		{
			...withSettings(acting, { reopenStatus: 'offen', doneStatus: 'Verworfen' }),
			id: 'jiraReopen',
		},
	];
}
