/** All nodes of the package and their operations, as their descriptions list them. */
import type { INodeProperties, INodePropertyOptions, INodeType } from 'n8n-workflow';

import { ProofpointAnomaly } from '@nodes/Anomaly/ProofpointAnomaly.node';
import { ProofpointAudit } from '@nodes/Audit/ProofpointAudit.node';
import { ProofpointCompanyRisk } from '@nodes/CompanyRisk/ProofpointCompanyRisk.node';
import { ProofpointGroup } from '@nodes/Group/ProofpointGroup.node';
import { ProofpointRemediation } from '@nodes/Remediation/ProofpointRemediation.node';
import { Proofpoint } from '@nodes/Proofpoint/Proofpoint.node';
import { ProofpointTrigger } from '@nodes/Trigger/ProofpointTrigger.node';
import { ProofpointUserMonitoring } from '@nodes/UserMonitoring/ProofpointUserMonitoring.node';

/** The action nodes, by their folder below `nodes/`. */
export const actionNodes: Record<string, INodeType> = {
	Anomaly: new ProofpointAnomaly(),
	Audit: new ProofpointAudit(),
	CompanyRisk: new ProofpointCompanyRisk(),
	Group: new ProofpointGroup(),
	Remediation: new ProofpointRemediation(),
	Proofpoint: new Proofpoint(),
	UserMonitoring: new ProofpointUserMonitoring(),
};

/** The action nodes and the trigger, by their folder below `nodes/`. */
export const everyNode: Record<string, INodeType> = {
	...actionNodes,
	Trigger: new ProofpointTrigger(),
};

/** One operation of a node, with the resource it belongs to. */
export interface Operation {
	folder: string;
	node: INodeType;
	resource: string;
	option: INodePropertyOptions;
}

/** The choices of a parameter of the type "options". */
export function choicesOf(property: INodeProperties): INodePropertyOptions[] {
	return (property.options ?? []).filter(
		(option): option is INodePropertyOptions => 'value' in option,
	);
}

/** Every operation of every action node. */
export function everyOperation(): Operation[] {
	return Object.entries(actionNodes).flatMap(([folder, node]) =>
		node.description.properties
			.filter(({ name }) => name === 'operation')
			.flatMap((property) =>
				(property.displayOptions?.show?.resource ?? []).flatMap((resource) =>
					choicesOf(property).map((option) => ({
						folder,
						node,
						resource: String(resource),
						option,
					})),
				),
			),
	);
}
