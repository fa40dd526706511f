/** What the playbooks' files must hold whatever they do: legible canvases, and what a person has to know before publishing. */
import type { Workflow } from '@host/workflow.cjs';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

import { readPlaybook, readPlaybooks } from '../../scripts/demo/playbooks.cjs';
import { type Box, boxes, canvasOf, outputsOf, portHeight, withoutName } from './canvas.cjs';

const root = path.resolve(__dirname, '../../..');
const files = readdirSync(path.join(root, 'playbooks')).filter((name) => name.endsWith('.json'));
/** How wide a page's column of text is, in pixels of a screen. */
const column = 900;
/** How high letters must be to be read: the size of their font on the page. */
const readable = 7.5;
/** The sizes of n8n's fonts on the canvas. */
const textHeights = { note: 14, name: 16 };
/** A higher canvas is too small in n8n when all of it is on the screen. */
const highest = 3000;

const playbooks = files.map((file) => ({ file, workflow: readPlaybook(file) }));
function overlaps(one: Box, other: Box): boolean {
	return (
		one.left < other.right &&
		other.left < one.right &&
		one.top < other.bottom &&
		other.top < one.bottom
	);
}

interface Wire {
	from: string;
	to: string;
	points: Array<[number, number]>;
}

/** The wires between main outputs and inputs, as n8n draws them from left to right. */
function wires(workflow: Workflow): Wire[] {
	const at = new Map(boxes(workflow).nodes.map((box) => [box.name, box]));
	return [...outputsOf(workflow)].flatMap(([from, main]) =>
		main.flatMap((targets, output) =>
			targets.flatMap((to) => {
				const [start, end] = [at.get(from), at.get(to)];
				if (!start || !end) throw new Error(`A wire from "${from}" to "${to}" leads nowhere`);
				const [leaves, enters] = [portHeight(start, output, main.length), portHeight(end, 0, 1)];
				return [{ from, to, points: curve(start.right, leaves, end.left, enters) }];
			}),
		),
	);
}

/** The points on straight lines from corner to corner. */
function along(corners: Array<[number, number]>): Array<[number, number]> {
	return corners.slice(1).flatMap(([x2, y2], index) => {
		const [x1, y1] = corners[index] ?? [x2, y2];
		return Array.from({ length: 101 }, (_, step): [number, number] => [
			x1 + ((x2 - x1) * step) / 100,
			y1 + ((y2 - y1) * step) / 100,
		]);
	});
}

/** Bézier's curve, its control points half the way out; a wire that leads back goes out, down, back, and in, as n8n draws it. */
function curve(x1: number, y1: number, x2: number, y2: number): Array<[number, number]> {
	if (x2 < x1) {
		return along([
			[x1, y1],
			[x1 + 40, y1],
			[x1 + 40, y1 + 130],
			[x2 - 40, y1 + 130],
			[x2 - 40, y2],
			[x2, y2],
		]);
	}
	const out = (x2 - x1) / 2;
	return Array.from({ length: 101 }, (_, step) => {
		const t = step / 100;
		const mix = (a: number, b: number, c: number, d: number) =>
			a * (1 - t) ** 3 + 3 * b * t * (1 - t) ** 2 + 3 * c * t ** 2 * (1 - t) + d * t ** 3;
		return [mix(x1, x1 + out, x2 - out, x2), mix(y1, y1, y2, y2)];
	});
}

describe.each(playbooks)('$file', ({ file, workflow }) => {
	const { nodes, notes } = boxes(workflow);

	it('nothing lies on anything else', () => {
		const all = [...nodes, ...notes];
		const bad = all.flatMap((one, index) =>
			all
				.slice(index + 1)
				.flatMap((other) => (overlaps(one, other) ? [[one.name, other.name]] : [])),
		);
		expect(bad).toEqual([]);
	});

	it('no wire runs through a node or a note', () => {
		const bad = wires(workflow).flatMap(({ from, to, points }) =>
			[...nodes, ...notes]
				// Below its own node a wire may pass: the name hangs there.
				.map((box) => (box.name === from || box.name === to ? withoutName(box) : box))
				.filter(({ left, top, right, bottom }) =>
					points.some(([x, y]) => x > left && x < right && y > top && y < bottom),
				)
				.map(({ name }) => `${from} -> ${to}: through ${name}`),
		);
		expect(bad).toEqual([]);
	});

	it('guards no computed key with “?.”: in n8n’s expressions that throws, and the value is empty', () => {
		const bad = workflow.nodes
			.filter(({ type }) => !type.endsWith('.code'))
			.filter(({ parameters = {} }) =>
				/\?\.\[(?!\s*(?:\d+|'[^']*')\s*\])/.test(JSON.stringify(parameters)),
			);
		expect(bad.map(({ name }) => name)).toEqual([]);
	});

	it('its nodes have IDs of their own: n8n refuses a file in which two share one', () => {
		const ids = workflow.nodes.map(({ id }) => id);
		expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
	});

	it('its id is short enough for n8n to keep what its triggers store', () => {
		// n8n drops the stored state of a workflow whose id has more than 21 characters (1.x: 16), without a word.
		expect(workflow.id).toMatch(/^[A-Za-z0-9]{1,16}$/);
	});

	it('if it hands data to another company, the canvas and the page say what the terms ask for', () => {
		const hands = workflow.nodes.some(({ type, parameters }) =>
			/slack|microsoftTeams|langchain|jira/i.test(
				`${type} ${String(parameters?.nodeCredentialType ?? '')}`,
			),
		);
		const text = workflow.nodes.map(({ parameters }) => parameters?.content ?? '').join('\n');
		const page = readFileSync(
			path.join(root, 'docs/playbooks', file.replace(/json$/, 'md')),
			'utf8',
		);
		for (const words of [text, page.replaceAll(/\s+/g, ' ')]) {
			if (hands) expect(words).toMatch(/confidential information.*third party.*consent/);
		}
	});

	it('settings of the workflow are a step of its set-up: the editor leaves them out when it imports a file', () => {
		const { executionOrder, ...settings } = workflow.settings ?? {};
		expect(executionOrder).toBe('v1');
		// Words for others than this one are to be written when a playbook needs them.
		const { saveDataSuccessExecution, ...others } = settings;
		expect(others).toEqual({});
		const setUp = workflow.nodes.find(({ name }) => name === 'Set it up')?.parameters?.content;
		const page = readFileSync(
			path.join(root, 'docs/playbooks', file.replace(/json$/, 'md')),
			'utf8',
		);
		for (const words of [String(setUp ?? ''), page.replaceAll(/\s+/g, ' ')]) {
			if (saveDataSuccessExecution === 'none') {
				expect(words).toMatch(
					/\*\*Save successful production executions\*\* to \*\*Do not save\*\*/,
				);
			} else expect(words).not.toMatch(/n8n keeps only the executions that failed/);
		}
	});

	it('can be read on its page: its picture is shown in a column of text', () => {
		const { width, height } = canvasOf(workflow);
		const shown = Object.entries(textHeights).map(([text, size]) => [
			text,
			(size * column) / width,
		]);
		expect(shown.filter(([, size]) => Number(size) < readable)).toEqual([]);
		expect(height).toBeLessThanOrEqual(highest);
	});
});

it.each([
	['a simulator, or an owner who says so', true, false],
	['any other tenant', false, true],
])('the demo on %s: may act %s, dry run %s', (_where, mayAct, dryRun) => {
	const acting = readPlaybooks(mayAct).filter(({ acts }) => acts);
	expect(acting.length).toBeGreaterThan(0);
	for (const { workflow } of acting) {
		expect(settingsOf(workflow)).toMatchObject({ 'settings.dryRun': dryRun });
	}
});

const settingsSchema = z.object({
	assignments: z.object({
		assignments: z.array(z.object({ name: z.string(), value: z.unknown() })),
	}),
});

/** What the node "Settings" sets. */
function settingsOf({ nodes }: Workflow): Record<string, unknown> {
	const node = nodes.find(({ name }) => name === 'Settings');
	const { assignments } = settingsSchema.parse(node?.parameters).assignments;
	return Object.fromEntries(assignments.map(({ name, value }) => [name, value]));
}
