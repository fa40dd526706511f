import { itemsOf, type RunResult } from '@host/runResult.cjs';
import { remediationType, slackType, triggerType, type Playbook } from './playbooks.cjs';

/** What one execution of a playbook did, read from its stored data. */
export interface Doings {
	executionId: string;
	playbook: string;
	workflowId: string;
	status: string;
	/** Ids and types of the events that the trigger handed over. */
	events: Array<{ id: string; type: string }>;
	/** Event ids whose release n8n reports as queued, once per action. */
	requested: string[];
	/** Those of them whose own counts then showed that the mail was released. */
	confirmed: string[];
	/** Slack's ids of the messages that its Slack nodes sent. */
	slack: string[];
	error?: string;
}

/** Reads one finished execution of a playbook. */
export function doingsOf(execution: RunResult, playbook: Playbook): Doings {
	const namesOf = (type: string): string[] =>
		playbook.workflow.nodes.filter((node) => node.type === type).map(({ name }) => name);
	const jsonFrom = (type: string, output?: number): Array<Record<string, unknown>> =>
		namesOf(type).flatMap((name) =>
			(execution.nodes[name] ?? []).flatMap(({ outputs }) =>
				outputs
					.filter((_, index) => output === undefined || index === output)
					.flatMap((items) => items.map(({ json }) => json)),
			),
		);
	const queued = jsonFrom(remediationType, 0).filter(
		({ outcome }) => outcome === 'queued' || outcome === 'partial',
	);
	const triggers = namesOf(triggerType).flatMap((name) => itemsOf(execution, name));
	return {
		executionId: execution.executionId ?? '',
		playbook: playbook.name,
		workflowId: playbook.id,
		status: execution.status,
		events: triggers.map(({ json }) => ({ id: text(json.id), type: text(json.type) })),
		requested: queued.map((json) => text(json.event_id)),
		confirmed: queued
			.filter(({ confirmed }) => confirmed === true)
			.map((json) => text(json.event_id)),
		slack: jsonFrom(slackType)
			.map((json) => text(json.message_timestamp ?? json.ts))
			.filter((ts) => ts !== ''),
		...(execution.error === undefined ? {} : { error: execution.error.message }),
	};
}

function text(value: unknown): string {
	return typeof value === 'string' ? value : '';
}
