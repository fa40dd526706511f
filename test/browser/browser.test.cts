/**
 * n8n's editor in a real browser, as a person meets it: find the nodes, see their fields, build a first workflow. The README's
 * pictures are taken here and in `work.test.cts`.
 */
import { inBrowser } from './inBrowser.cjs';
import { countClicks } from './stories/countClicks.cjs';
import { findNodes } from './stories/findNodes.cjs';
import { seeNotices } from './stories/seeNotices.cjs';
import { seeParameters } from './stories/seeParameters.cjs';
import { seeTools } from './stories/seeTools.cjs';

// First the clicks: n8n preselects the credential that was added last, and other stories add some that do not work.
inBrowser(countClicks, findNodes, seeParameters, seeNotices, seeTools);
