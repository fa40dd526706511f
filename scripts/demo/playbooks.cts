import { repositoryFolder } from '@host/places.cjs';
import { pollEveryTenSeconds, readWorkflow, type Workflow } from '@host/workflow.cjs';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

/** Types of the nodes that the demo looks at. */
export const triggerType = 'n8n-nodes-proofpoint.proofpointTrigger';
export const remediationType = 'n8n-nodes-proofpoint.proofpointRemediation';
export const slackType = 'n8n-nodes-base.slack';

/** The playbooks that the demo runs; files of the folder `playbooks`. */
const playbookFiles = ['auto-quarantine-release.json', 'guardian-slack-alert.json'];
/** The field of a node "Settings" that keeps a playbook from acting. */
const dryRun = 'settings.dryRun';

/** A playbook, ready for import. */
export interface Playbook {
	id: string;
	name: string;
	workflow: Workflow & { id: string };
	/** Whether it changes mail: such a one is published on a real tenant only when asked for. */
	acts: boolean;
}

/**
 * Reads the playbooks as users import them. Only in these copies the trigger polls every ten seconds
 * instead of every minute, so that the demo shows something soon.
 * Throws when a file is missing or is no workflow.
 * @param mayAct turns the dry run off in the copies: for a simulator, or mail that its owner lets go
 */
export function readPlaybooks(mayAct: boolean): Playbook[] {
	return playbookFiles.map((file) => {
		const imported = readPlaybook(file);
		const id = imported.id ?? path.basename(file, '.json');
		const acts = imported.nodes.some(({ type }) => type === remediationType);
		const copy = acts && mayAct ? withoutDryRun(imported) : imported;
		return {
			id,
			name: imported.name,
			workflow: { ...pollEveryTenSeconds(copy, triggerType), id },
			acts,
		};
	});
}

/** A playbook as its file holds it. Throws when the file is missing or is no workflow. */
export function readPlaybook(file: string): Workflow {
	const text = readFileSync(path.join(repositoryFolder, 'playbooks', file), 'utf8');
	return readWorkflow(JSON.parse(text));
}

const settingsSchema = z
	.object({
		assignments: z.object({
			assignments: z.array(z.object({ name: z.string(), value: z.unknown() }).passthrough()),
		}),
	})
	.passthrough();

/**
 * A copy of a playbook that acts: its setting "dry run" is off.
 * Throws when it has no such setting, since it would act as it is.
 */
export function withoutDryRun(workflow: Workflow): Workflow {
	let found = 0;
	const nodes = workflow.nodes.map((node) => {
		const settings = settingsSchema.safeParse(node.parameters).data;
		if (!settings) return node;
		const assignments = settings.assignments.assignments.map((entry) => {
			if (entry.name !== dryRun) return entry;
			found += 1;
			return { ...entry, value: false };
		});
		return { ...node, parameters: { ...settings, assignments: { assignments } } };
	});
	if (found !== 1) throw new Error(`"${workflow.name}" has ${found} settings called ${dryRun}`);
	return { ...workflow, nodes };
}
