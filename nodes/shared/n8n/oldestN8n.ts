/**
 * The oldest n8n that can load these nodes is 1.85 (`docs/install.md`): an older one has no `NodeConnectionTypes`. Each node file
 * imports this one first, so that n8n's log says so. Without it n8n would say “Class could not be found”.
 */
import * as workflow from 'n8n-workflow';

import { n8nMessages } from '../words/n8n';
import { inOneText } from '../words/words';

if (!('NodeConnectionTypes' in workflow)) throw new Error(inOneText(n8nMessages.tooOld()));
