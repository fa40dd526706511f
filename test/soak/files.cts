import path from 'node:path';

/** What a soak leaves behind in its folder; everything that the report says can be read from it again. */
export interface SoakFiles {
	/** JSON lines: a `Beginning`, then `Sample`s. */
	samples: string;
	/** JSON lines: `HeapReading`s from inside n8n. */
	heap: string;
	/** The simulator's ledger and request log. */
	ledger: string;
	requests: string;
	/** n8n's user folder with its database and `n8n.log`. */
	n8n: string;
}

/** The files of a soak in `folder`, whether they are there or not. */
export function filesIn(folder: string): SoakFiles {
	const inside = (name: string): string => path.resolve(folder, name);
	return {
		samples: inside('samples.jsonl'),
		heap: inside('heap.jsonl'),
		ledger: inside('ledger.json'),
		requests: inside('requests.json'),
		n8n: inside('n8n'),
	};
}
