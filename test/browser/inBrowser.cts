/** Stories on a stage of their own: a simulator, a real n8n, a browser. */
import { findChromium } from './chromium.cjs';
import { Stage } from './stage.cjs';

const chromium = findChromium();
const when = 'path' in chromium ? describe : describe.skip;

/** Plays the stories one after the other, or skips them and says what to install. */
export function inBrowser(...stories: Array<(stage: Stage) => void>): void {
	const stage = new Stage();
	when('path' in chromium ? 'in the browser' : `in the browser (${chromium.missing})`, () => {
		beforeAll(async () => {
			if ('path' in chromium) await stage.open(chromium.path);
		}, 400_000);
		afterAll(async () => await stage.close(), 60_000);

		for (const story of stories) story(stage);
	});
}
