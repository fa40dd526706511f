/** The pictures of the README: taken by the tests, so that they show what n8n really shows. */
import { workFolder } from '@host/places.cjs';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import UPNG from 'upng-js';

import type { NodeDetails } from './nodeDetails.cjs';

/** Colours of a picture for the README; a screenshot has seldom more that matter. */
const colours = 256;
const largestBytes = 150_000;
/** Messages that fly in and out have no place on a picture. */
const quiet = '.el-notification { display: none !important; }';
/** What names and wires take around a node of the usual width, in the canvas' own pixels. */
const aroundNode = 44;
const nodeWidth = 96;
/** What a picture of a canvas shows around everything. */
const margin = 10;
const bare = `${quiet}
	.vue-flow__background, [data-test-id=canvas-controls], [data-test-id=canvas-minimap],
	[data-test-id=node-creator-plus-button], [data-test-id=command-bar-button],
	[data-test-id=add-sticky-button], [data-test-id=toggle-focus-panel-button],
	[data-test-id^=execute-workflow-button], :has(> [data-test-id=execute-workflow-button]),
	:has(> * > [data-test-id=execute-workflow-button]), [data-test-id=radio-button-workflow],
	[data-test-id=radio-button-executions], [data-test-id=radio-button-evaluation]
	{ visibility: hidden !important; }`;

/** A part of the page, in CSS pixels. */
interface Area {
	x: number;
	y: number;
	width: number;
	height: number;
}

/** Where pictures go: `.n8n-host/pictures`, and small ones into the folder that `PROOFPOINT_PICTURES` names. */
export class Pictures {
	private readonly raw = path.join(workFolder, 'pictures');
	private readonly target = process.env.PROOFPOINT_PICTURES;

	/** A picture of one element; of its upper part alone with `height`. */
	async of(name: string, element: Locator, height = Infinity): Promise<void> {
		const box = await boxOf(element);
		await this.take(name, element.page(), { ...box, height: Math.min(box.height, height) }, quiet);
	}

	/** A picture of an open node, cut off below its last parameter or the list that hangs from it. */
	async ofParameters(name: string, { root, parameters }: NodeDetails): Promise<void> {
		const whole = await boxOf(root);
		const bottoms = await parameters
			.page()
			.locator(
				'[data-test-id=node-parameters] [data-test-id=parameter-item]:visible, [data-test-id=rlc-item]:visible',
			)
			.evaluateAll((elements) => elements.map((element) => element.getBoundingClientRect().bottom));
		await this.of(name, root, Math.max(...bottoms) + 24 - whole.y);
	}

	/** A picture of everything that lies on the canvas, without n8n's buttons. */
	async ofCanvas(name: string, page: Page): Promise<void> {
		const boxes = await page
			.locator('.vue-flow__edge-path, [data-test-id=sticky], [data-test-id=canvas-node]')
			.evaluateAll(
				(elements, { aroundNode, nodeWidth }) =>
					elements.map((element) => {
						const { left, top, right, bottom, width } = element.getBoundingClientRect();
						// A node's name and its wires stand out of its box.
						const isNode = element.getAttribute('data-test-id') === 'canvas-node';
						const more = isNode ? (aroundNode * width) / nodeWidth : 0;
						return { left: left - more, top, right: right + more, bottom: bottom + more };
					}),
				{ aroundNode, nodeWidth },
			);
		if (boxes.length === 0) throw new Error('There is nothing on the canvas');
		const canvas = await boxOf(page.getByTestId('canvas-wrapper'));
		const left = Math.max(canvas.x, Math.min(...boxes.map((box) => box.left)) - margin);
		const top = Math.max(canvas.y, Math.min(...boxes.map((box) => box.top)) - margin);
		const right = Math.min(
			canvas.x + canvas.width,
			Math.max(...boxes.map((box) => box.right)) + margin,
		);
		const bottom = Math.min(
			canvas.y + canvas.height,
			Math.max(...boxes.map((box) => box.bottom)) + margin,
		);
		await this.take(
			name,
			page,
			{ x: left, y: top, width: right - left, height: bottom - top },
			bare,
		);
	}

	private async take(name: string, page: Page, clip: Area, style: string): Promise<void> {
		const picture = await page.screenshot({ clip, style, animations: 'disabled' });
		write(this.raw, name, picture);
		if (this.target === undefined) return;
		const small = withPalette(picture);
		if (small.length > largestBytes) {
			throw new Error(`The picture "${name}" has ${small.length} bytes: take less of the page`);
		}
		write(this.target, name, small);
	}
}

/** The same picture with a palette instead of three bytes per pixel: a quarter of the size. */
function withPalette(picture: Buffer): Buffer {
	const image = UPNG.decode(new Uint8Array(picture).buffer);
	return Buffer.from(UPNG.encode(UPNG.toRGBA8(image), image.width, image.height, colours));
}

async function boxOf(element: Locator): Promise<Area> {
	const box = await element.boundingBox();
	if (box === null) throw new Error('The element of a picture is not on the page');
	return box;
}

function write(folder: string, name: string, picture: Buffer): void {
	mkdirSync(folder, { recursive: true });
	writeFileSync(path.join(folder, `${name}.png`), picture);
}
