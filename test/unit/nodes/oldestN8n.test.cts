/** An n8n before 1.85 loads none of the nodes: each says which n8n it needs, whichever is loaded first. */
import { readdirSync } from 'node:fs';
import path from 'node:path';

const nodes = path.resolve(__dirname, '../../../nodes');
const files = readdirSync(nodes, { recursive: true, encoding: 'utf8' }).filter((file) =>
	/\.node\.c?js$/.test(file),
);

it.each(files)('%s', (file) => {
	jest.isolateModules(() => {
		// What n8n 1.84 has in its place: the same without this export.
		jest.doMock('n8n-workflow', () => {
			const { NodeConnectionTypes, ...older } =
				jest.requireActual<Record<string, unknown>>('n8n-workflow');
			expect(NodeConnectionTypes).toBeDefined();
			return older;
		});
		expect(() => jest.requireActual<object>(path.join(nodes, file))).toThrow(
			'n8n-nodes-proofpoint needs n8n 1.85 or newer. Update n8n, then restart it.',
		);
	});
});

it('is about all eight', () => expect(files).toHaveLength(8));
