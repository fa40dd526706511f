import { setTimeout as sleep } from 'node:timers/promises';
import { errorAnswer, jsonAnswer, page, titleOf, type Answer } from './answers.cjs';
import type { ErrorBody, FaultAction } from './schemas.cjs';

/** How an answer leaves: whole, cut, as a reset, or not at all. */
export type Delivery =
	| { kind: 'answer'; answer: Answer; cut?: 'correct' | 'wrong' }
	| { kind: 'reset' }
	| { kind: 'silence' };

function whole(answer: Answer): Delivery {
	return { kind: 'answer', answer };
}

/**
 * Lets a fault happen to one request.
 * @param carryOut does what the request asks for; not called by faults that come before it
 * @param shape of error bodies, unless the fault names its own
 */
export async function commit(
	action: FaultAction,
	carryOut: () => Answer,
	shape: ErrorBody,
): Promise<Delivery> {
	switch (action.kind) {
		case 'status': {
			if (action.processed) carryOut();
			const answer = errorAnswer(action.status, titleOf(action.status), action.body ?? shape);
			return whole({ ...answer, headers: { ...answer.headers, ...action.headers } });
		}
		case 'reset':
			return { kind: 'reset' };
		case 'reset-after-processing':
			carryOut();
			return { kind: 'reset' };
		case 'hang':
			if (action.processed) carryOut();
			return { kind: 'silence' };
		case 'delay': {
			const answer = carryOut();
			await sleep(action.ms);
			return whole(answer);
		}
		case 'truncate':
			return { kind: 'answer', answer: carryOut(), cut: action.length };
		case 'html-200':
			carryOut();
			return whole({ ...errorAnswer(200, '', 'html'), body: page('Please sign in') });
		case 'wrong-envelope':
			carryOut();
			return whole(jsonAnswer(JSON.stringify(action.body ?? { items: [], count: 0 })));
		case 'redirect':
			return whole({ status: action.status, headers: { Location: action.to }, body: '' });
	}
}
