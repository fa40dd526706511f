/**
 * n8n's editor in a real browser, as a person meets it: find the nodes, give them a credential, see their
 * fields, build a workflow, read the errors, publish, see what it did. The README's pictures are taken here.
 */
import { findChromium } from './chromium.cjs';
import { Stage } from './stage.cjs';
import { addCredential } from './stories/addCredential.cjs';
import { buildWorkflow } from './stories/buildWorkflow.cjs';
import { countClicks } from './stories/countClicks.cjs';
import { filterUsers } from './stories/filterUsers.cjs';
import { findNodes } from './stories/findNodes.cjs';
import { pickGroup } from './stories/pickGroup.cjs';
import { readEvents } from './stories/readEvents.cjs';
import { readErrors } from './stories/readErrors.cjs';
import { seeFieldsBeforeTheRun } from './stories/seeFieldsBeforeTheRun.cjs';
import { seeNotices } from './stories/seeNotices.cjs';
import { seeParameters } from './stories/seeParameters.cjs';
import { seePlaybooks } from './stories/seePlaybooks.cjs';
import { seeTools } from './stories/seeTools.cjs';

const chromium = findChromium();
const stage = new Stage();
const when = 'path' in chromium ? describe : describe.skip;

when('path' in chromium ? 'in the browser' : `in the browser (${chromium.missing})`, () => {
	beforeAll(async () => {
		if ('path' in chromium) await stage.open(chromium.path);
	}, 400_000);
	afterAll(async () => await stage.close(), 60_000);

	// First: n8n preselects the credential that was added last, and other stories add some that do not work.
	countClicks(stage);
	findNodes(stage);
	seeParameters(stage);
	seeNotices(stage);
	seeTools(stage);
	addCredential(stage);
	seeFieldsBeforeTheRun(stage);
	readEvents(stage);
	pickGroup(stage);
	filterUsers(stage);
	readErrors(stage);
	buildWorkflow(stage);
	seePlaybooks(stage);
});
