/** The nodes that have a page, in the order of the overview. A test compares them with `package.json`. */
import { ProofpointAnomaly } from '@nodes/Anomaly/ProofpointAnomaly.node';
import { ProofpointAudit } from '@nodes/Audit/ProofpointAudit.node';
import { ProofpointCompanyRisk } from '@nodes/CompanyRisk/ProofpointCompanyRisk.node';
import { ProofpointGroup } from '@nodes/Group/ProofpointGroup.node';
import { ProofpointRemediation } from '@nodes/Remediation/ProofpointRemediation.node';
import { Proofpoint } from '@nodes/Proofpoint/Proofpoint.node';
import { ProofpointTrigger } from '@nodes/Trigger/ProofpointTrigger.node';
import { ProofpointUserMonitoring } from '@nodes/UserMonitoring/ProofpointUserMonitoring.node';
import type { INodeTypeDescription } from 'n8n-workflow';

/** A node and the folder of its sources and output schemas below `nodes/`. */
export interface DocumentedNode {
	folder: string;
	/** The page below `docs/` that explains what no table can. */
	guide: string;
	description: INodeTypeDescription;
}

export const documentedNodes: DocumentedNode[] = [
	{ folder: 'Trigger', guide: 'trigger.md', description: new ProofpointTrigger().description },
	{
		folder: 'Proofpoint',
		guide: 'lists.md',
		description: new Proofpoint().description,
	},
	{
		folder: 'Remediation',
		guide: 'remediation.md',
		description: new ProofpointRemediation().description,
	},
	{ folder: 'Group', guide: 'groups.md', description: new ProofpointGroup().description },
	{
		folder: 'UserMonitoring',
		guide: 'lists.md',
		description: new ProofpointUserMonitoring().description,
	},
	{ folder: 'Anomaly', guide: 'lists.md', description: new ProofpointAnomaly().description },
	{ folder: 'Audit', guide: 'lists.md', description: new ProofpointAudit().description },
	{
		folder: 'CompanyRisk',
		guide: 'lists.md',
		description: new ProofpointCompanyRisk().description,
	},
];
