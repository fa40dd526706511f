// node scripts/embedPlaybookCode.mjs
// Copies playbooks/shared/*.txt into the Code nodes of every playbook. A Code node belongs to a source when its name begins
// as `sources` says.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../playbooks');
const sources = { 'Safe text': 'safeText.txt', 'May it act?': 'mayAct.txt' };

for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
	const before = readFileSync(path.join(folder, file), 'utf8');
	const workflow = JSON.parse(before);
	for (const node of workflow.nodes.filter(({ type }) => type === 'n8n-nodes-base.code')) {
		const name = Object.keys(sources).find((start) => node.name.startsWith(start));
		if (name === undefined)
			throw new Error(`${file}: no source is known for the Code node "${node.name}"`);
		node.parameters.jsCode = readFileSync(path.join(folder, 'shared', sources[name]), 'utf8');
	}
	const after = `${JSON.stringify(workflow, null, '\t')}\n`;
	if (after !== before) writeFileSync(path.join(folder, file), after);
}
