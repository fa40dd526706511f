/** Comments cite docs/api.md by its headings; the page cites the files in which each of its rules stands. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { endpoints } from '@nodes/shared/api/endpoints';

const root = path.resolve(__dirname, '../../..');
const page = readFileSync(path.join(root, 'docs/api.md'), 'utf8');
const headings = [...page.matchAll(/^##+ (.+)$/gm)].map(([, heading]) => heading);

const sources = ['nodes', 'credentials', 'simulator', 'scripts', 'test', 'bench'].flatMap(
	(folder) =>
		readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
			.filter((name) => /\.c?ts$/.test(name) && !name.includes('node_modules'))
			.map((name) => path.join(folder, name)),
);

it('every citation names a heading of the page', () => {
	const cited = sources.flatMap((file) =>
		[
			...readFileSync(path.join(root, file), 'utf8').matchAll(/docs\/api\.md[,]? \(?"([^"]+)"/g),
		].map(([, heading]) => ({ file, heading })),
	);
	expect(cited.length).toBeGreaterThan(5);
	expect(cited.filter(({ heading }) => !headings.includes(heading))).toEqual([]);
});

it('no comment cites a page that is not in the project', () => {
	const own = path.join('test', 'docs', 'apiPage.test.cts');
	const strange = sources.filter(
		(file) => file !== own && /\bAPI\.md\b/.test(readFileSync(path.join(root, file), 'utf8')),
	);
	expect(strange).toEqual([]);
});

it('every rule of paging names the file in which its code stands', () => {
	const paging = page.slice(page.indexOf('\n## Paging'), page.indexOf('\n## Times'));
	const rules = paging.split(/^### /m).slice(1);
	expect(rules.length).toBeGreaterThan(7);
	for (const rule of rules) {
		const [, named = ''] = rule.split(' —');
		expect([rule.split('\n')[0], named]).toEqual([
			rule.split('\n')[0],
			expect.stringMatching(/\.ts\b|core\//),
		]);
	}
	const links = [...page.matchAll(/\]\(\.\.\/((?:nodes|credentials)\/[^)]+)\)/g)];
	const missing = links.filter(([, file = '']) => !existsSync(path.join(root, file)));
	expect(missing.map(([, file]) => file)).toEqual([]);
});

it('the bounds of `limit` are those of the nodes', () => {
	const table = [...page.matchAll(/^\| (\w[\w ]+) \|.* (\d+)–(\d+) \|$/gm)];
	const bounds = table.map(([, list, min, max]) => [list, { min: Number(min), max: Number(max) }]);
	expect(bounds).toEqual([
		['events', endpoints.events.pageSize],
		['groups', endpoints.groups.pageSize],
		['one group', endpoints.group.pageSize],
		['monitored users', endpoints.monitoredUsers.pageSize],
		['anomalies', endpoints.anomalies.pageSize],
		['audits', endpoints.audits.pageSize],
		['company risk', endpoints.companyRisk.pageSize],
	]);
});
