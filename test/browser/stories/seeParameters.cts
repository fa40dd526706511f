import { proofpointNode } from '../../e2e/setup.cjs';
import { narrow, type Stage } from '../stage.cjs';

const nodes = [
	'proofpointTrigger',
	'proofpointSecurityEvent',
	'proofpointRemediation',
	'proofpointGroup',
	'proofpointUserMonitoring',
	'proofpointAnomaly',
	'proofpointAudit',
	'proofpointCompanyRisk',
];

/** Each node opened: its credential and its first parameters are there, and nothing is wrong with them. */
export function seeParameters(stage: Stage): void {
	describe('an open node', () => {
		stage.scene('there is no node but those looked at here', async () => {
			expect([...stage.descriptions.keys()].sort()).toEqual([...nodes].sort());
		});

		for (const name of nodes) {
			stage.scene(`shows its parameters: ${name}`, async () => {
				const { displayName, properties } = stage.description(name);
				const id = await stage.store(displayName, proofpointNode(displayName, name, {}));
				const editor = await stage.editor(narrow);
				await editor.open(id);
				const details = await editor.openNode(displayName);
				await details.parameters.getByTestId('node-credentials-slot').waitFor();
				const always = properties.filter(
					({ displayOptions, type }) =>
						displayOptions === undefined && (type === 'options' || type === 'string'),
				);
				expect(always.length).toBeGreaterThan(0);
				for (const property of always) await details.parameter(property.name).waitFor();
				await editor.page.mouse.move(5, 5);
				await stage.pictures.ofParameters(`node-${name}`, details);
			});
		}
	});
}
