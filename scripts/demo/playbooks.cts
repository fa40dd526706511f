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
 * A copy of a playbook with other values in its node "Settings"; names without "settings.".
 * Throws when it has no such setting: a test or a demo must not believe that it changed something.
 */
export function withSettings(workflow: Workflow, values: Record<string, unknown>): Workflow {
	const missing = new Set(Object.keys(values));
	const nodes = workflow.nodes.map((node) => {
		const settings = settingsSchema.safeParse(node.parameters).data;
		if (!settings || node.name !== 'Settings') return node;
		const assignments = settings.assignments.assignments.map((entry) => {
			const name = entry.name.replace(/^settings\./, '');
			if (!(name in values)) return entry;
			missing.delete(name);
			return { ...entry, value: values[name] };
		});
		return { ...node, parameters: { ...settings, assignments: { assignments } } };
	});
	if (missing.size > 0) throw new Error(`"${workflow.name}" has no setting ${[...missing].join()}`);
	return { ...workflow, nodes };
}

/** A copy of a playbook that acts, as often as there is something to do: without dry run, its cap out of reach. */
export function withoutDryRun(workflow: Workflow): Workflow {
	return withSettings(workflow, { dryRun: false, maxPerRun: 1000, maxPerHour: 1000 });
}
