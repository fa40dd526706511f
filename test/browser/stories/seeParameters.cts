import { proofpointNode } from '../../e2e/setup.cjs';
import { narrow, type Stage } from '../stage.cjs';

/** The order in which they stand on the canvas, the trigger first. */
const nodes = [
	'proofpointTrigger',
	'proofpoint',
	'proofpointRemediation',
	'proofpointGroup',
	'proofpointUserMonitoring',
	'proofpointAnomaly',
	'proofpointAudit',
	'proofpointCompanyRisk',
];

/** Each node opened: its credential is chosen, its first parameters are there, and it has a picture. */
export function seeParameters(stage: Stage): void {
	stage.scene('every open node shows its parameters', async () => {
		expect([...stage.descriptions.keys()].sort()).toEqual([...nodes].sort());
		const onCanvas = nodes.map((name) => {
			return proofpointNode(stage.description(name).displayName, name, {});
		});
		const editor = await stage.editor(narrow);
		await editor.open(await stage.storeSideBySide('All nodes', ...onCanvas));
		for (const name of nodes) {
			const { displayName, properties } = stage.description(name);
			// Its parameters are the most: they fit into a higher window.
			const height = name === 'proofpoint' ? 940 : narrow.height;
			await editor.page.setViewportSize({ ...narrow, height });
			const details = await editor.openNode(displayName);
			await details.parameters.getByTestId('node-credentials-select').waitFor();
			const choosers = properties.filter((property) => /^(event|operation)$/.test(property.name));
			expect(choosers.length).toBeGreaterThan(0);
			for (const chooser of choosers) await details.parameter(chooser.name).waitFor();
			await editor.page.mouse.move(5, 5);
			await stage.pictures.ofParameters(`node-${name}`, details);
			await details.close();
		}
	});
}
