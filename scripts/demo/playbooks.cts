import { repositoryFolder } from '@host/places.cjs';
import { pollEveryTenSeconds, readWorkflow, type Workflow } from '@host/workflow.cjs';
import { readFileSync } from 'node:fs';
import path from 'node:path';

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
 */
export function readPlaybooks(): Playbook[] {
	return playbookFiles.map((file) => {
		const text = readFileSync(path.join(repositoryFolder, 'playbooks', file), 'utf8');
		const imported = readWorkflow(JSON.parse(text));
		const id = imported.id ?? path.basename(file, '.json');
		return {
			id,
			name: imported.name,
			workflow: { ...pollEveryTenSeconds(imported, triggerType), id },
			acts: imported.nodes.some(({ type }) => type === remediationType),
		};
	});
}
