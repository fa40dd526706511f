/** Where n8n draws the nodes and notes of a playbook, in the canvas' own pixels. */
import type { Workflow, WorkflowNode } from '@host/workflow.cjs';
import { z } from 'zod';

/** A node or a note. */
export interface Box {
	name: string;
	left: number;
	top: number;
	right: number;
	bottom: number;
}

const noteType = 'n8n-nodes-base.stickyNote';
const noteSchema = z.object({ content: z.string(), width: z.number(), height: z.number() });

/** The side of a node's square, and what its name takes below. */
const square = 96;
const nameHeight = 24;
/** A node with more than two inputs or outputs is higher, by this much for each. */
const perPort = 32;
/** What a node's name and its wires take on either side of it. */
const aroundNode = 44;
/** What a picture shows around everything. */
const margin = 12;

const connectionsSchema = z.record(
	z.string(),
	z.object({ main: z.array(z.array(z.object({ node: z.string() })).nullable()).optional() }),
);

const portsSchema = z.object({
	numberInputs: z.number().optional(),
	numberOutputs: z.number().optional(),
	rules: z.object({ values: z.array(z.unknown()).optional() }).optional(),
	options: z.object({ fallbackOutput: z.unknown() }).partial().optional(),
});

/** What leaves each node by name: the nodes behind each of its outputs. */
export function outputsOf({ connections }: Workflow): Map<string, string[][]> {
	return new Map(
		Object.entries(connectionsSchema.parse(connections)).map(([name, { main = [] }]) => [
			name,
			main.map((targets) => (targets ?? []).map(({ node }) => node)),
		]),
	);
}

/** How high a node's square is. */
function heightOf(
	{ name, parameters = {} }: WorkflowNode,
	outputs: Map<string, string[][]>,
): number {
	const { numberInputs = 1, numberOutputs = 1, rules, options } = portsSchema.parse(parameters);
	const byRules = (rules?.values?.length ?? 0) + (options?.fallbackOutput === 'extra' ? 1 : 0);
	const ports = Math.max(numberInputs, numberOutputs, byRules, outputs.get(name)?.length ?? 0);
	return square + perPort * Math.max(0, ports - 2);
}

/** Nodes and notes; a node's name hangs below its square. */
export function boxes(workflow: Workflow): { nodes: Box[]; notes: Box[] } {
	const outputs = outputsOf(workflow);
	const box = (name: string, [left, top]: [number, number], width: number, height: number) => ({
		name,
		left,
		top,
		right: left + width,
		bottom: top + height,
	});
	return {
		nodes: workflow.nodes
			.filter(({ type }) => type !== noteType)
			.map((node) => {
				const height = heightOf(node, outputs) + nameHeight;
				return box(node.name, node.position ?? [0, 0], square, height);
			}),
		notes: workflow.nodes
			.filter(({ type }) => type === noteType)
			.map(({ name, position = [0, 0], parameters }) => {
				const { width, height } = noteSchema.parse(parameters);
				return box(name, position, width, height);
			}),
	};
}

/** How large the whole canvas is on a picture, its margin included. */
export function canvasOf(workflow: Workflow): { width: number; height: number } {
	const { nodes, notes } = boxes(workflow);
	const drawn = [
		...notes,
		...nodes.map((box) => ({
			...box,
			left: box.left - aroundNode,
			right: box.right + aroundNode,
			bottom: box.bottom + aroundNode / 2,
		})),
	];
	const least = (side: 'left' | 'top') => Math.min(...drawn.map((box) => box[side]));
	const most = (side: 'right' | 'bottom') => Math.max(...drawn.map((box) => box[side]));
	return {
		width: most('right') - least('left') + 2 * margin,
		height: most('bottom') - least('top') + 2 * margin,
	};
}

/** A node's square alone. */
export function withoutName(box: Box): Box {
	return { ...box, bottom: box.bottom - nameHeight };
}

/** The middle of the port that a wire leaves by, or of the only one that it enters. */
export function portHeight({ top, bottom }: Box, port: number, ports: number): number {
	return top + ((bottom - nameHeight - top) * (port + 1)) / (ports + 1);
}
