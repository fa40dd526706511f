/**
 * n8n's editor in a real browser, as a person works with it: give the nodes a credential, read events, read the errors, build a
 * workflow, publish it, see what it did. In a file of its own, so that both take half the time side by side.
 */
import { inBrowser } from './inBrowser.cjs';
import { addCredential } from './stories/addCredential.cjs';
import { buildWorkflow } from './stories/buildWorkflow.cjs';
import { filterUsers } from './stories/filterUsers.cjs';
import { pickGroup } from './stories/pickGroup.cjs';
import { readErrors } from './stories/readErrors.cjs';
import { readEvents } from './stories/readEvents.cjs';
import { seeFieldsBeforeTheRun } from './stories/seeFieldsBeforeTheRun.cjs';
import { seePlaybooks } from './stories/seePlaybooks.cjs';

inBrowser(
	addCredential,
	seeFieldsBeforeTheRun,
	readEvents,
	pickGroup,
	filterUsers,
	readErrors,
	buildWorkflow,
	seePlaybooks,
);
