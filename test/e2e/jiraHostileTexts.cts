/** Hostile texts in the issues of the playbook "Jira tickets for Defender events", and in the comments that its updates make. */
import { damages, hostileTexts } from '../hostileTexts.cjs';
import { commentsOf, descriptionOf } from './jiraEdge.cjs';
import type { JiraWorld } from './jiraWorld.cjs';
import { failed, reached } from './playbookWorld.cjs';

let world: JiraWorld;
/** The events, in the order of the texts. */
let ids: string[] = [];

/** Adds the tests to those of a file that makes the world; a copy of the playbook is published then. */
export function hostileTests(given: () => JiraWorld): void {
	beforeAll(() => {
		world = given();
	});

	test('in an issue: one line each, no markup, no link but ours, no mention', async () => {
		ids = await Promise.all(
			hostileTexts.map(async ([, subject]) => await world.happens({ subject, from: subject })),
		);
		expect(await reached(() => ids.every((id) => world.jira.about(id).length > 0), 120_000)).toBe(
			true,
		);
		for (const [index, id] of ids.entries()) {
			const found = world.jira.about(id);
			expect(found).toHaveLength(1);
			const [issue] = found;
			const title = damages(String(issue?.fields.summary), { lines: 1, length: 160 });
			const texts = descriptionOf(issue).filter((line) => /^(?:Subject|From): /.test(line));
			expect(texts).toHaveLength(2);
			const body = texts.flatMap((line) => damages(line, { lines: 1, length: 830 }));
			expect([hostileTexts[index]?.[0], title, body]).toEqual([hostileTexts[index]?.[0], [], []]);
			expect(issue?.fields.labels).toHaveLength(2);
		}
	}, 360_000);

	test('in the comments of two updates: one line each, no markup, no link but ours, no mention', async () => {
		expect(await reached(() => ids.every((id) => world.done(id, 'jiraAcme')))).toBe(true);
		const failures = (await failed(world, 'jiraAcme')).length;
		const commented = (count: number) => () =>
			ids.every((id) => world.jira.about(id)[0]?.comments.length === count);
		for (const [index, id] of ids.entries()) {
			await world.changes(id, { label: textOf(index), signals: [textOf(index), 'MALWARE'] });
		}
		expect(await reached(commented(1))).toBe(true);
		// The next update shows a text as what was there before, and another one as what is there now.
		for (const [index, id] of ids.entries()) {
			await world.changes(id, { label: textOf(index + 1), signals: [] });
		}
		expect(await reached(commented(2))).toBe(true);
		for (const [index, id] of ids.entries()) {
			const comments = commentsOf(world.jira.about(id)[0]);
			// What every comment has, each in a paragraph of its own, and nothing else.
			const labels = comments.map((lines) =>
				lines.map((line) => line.replace(/(?::| 20).*/s, '')).sort(),
			);
			const own = [
				'Changed in Proofpoint',
				'Event',
				'Version',
				'admin label',
				'threat signal types',
			];
			expect(labels).toEqual([own, own]);
			const bad = comments
				.flat()
				.filter((line) => !line.startsWith('Version '))
				.flatMap((line) => damages(line, { lines: 1, length: 2400 }));
			const lengths = comments.map((lines) => lines.slice(0, 4).join('\n').length);
			expect(Math.max(...lengths)).toBeLessThanOrEqual(2400);
			expect([hostileTexts[index]?.[0], bad]).toEqual([hostileTexts[index]?.[0], []]);
		}
		expect(await failed(world, 'jiraAcme')).toHaveLength(failures);
	}, 360_000);
}

/** A text by its place; behind the last one comes the first. */
function textOf(index: number): string {
	return hostileTexts[index % hostileTexts.length]?.[1] ?? '';
}
