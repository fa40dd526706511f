/** Messages about the n8n that loads the nodes. */
import type { Catalogue } from './words';

export const n8nMessages = {
	tooOld: () => ({
		message: 'n8n-nodes-proofpoint needs n8n 1.85 or newer',
		hint: 'Update n8n, then restart it.',
	}),
} satisfies Catalogue;
