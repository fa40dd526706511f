import { remediationResultSchema } from '../shared/api/contract';
import type { RemediationAction } from '../shared/api/endpoints';
import {
	failsItem,
	recipientErrors,
	remediationOutcome,
	type FailOn,
} from '../shared/core/remediationOutcome';
import { badParameter, type Item, type Work } from '../shared/n8n/run';

/**
 * Carries out one remediation action for one event.
 *
 * The request is sent once. It is repeated only where the API certainly did nothing (429, or no
 * connection); when the answer is lost, the item fails and says that the action may have happened.
 */
export function act(action: RemediationAction): Work {
	return async (item) => {
		const eventId = item.body('event_id');
		if (typeof eventId !== 'string' || eventId.trim() === '') {
			return badParameter(
				'The parameter “Event ID” is empty',
				'Give the field “id” of a Defender event, for example {{ $json.id }}. Nothing was sent for this item.',
			);
		}
		const event_id = eventId.trim();
		const answer = await item.ask(
			action,
			{ body: { event_id } },
			(body) => remediationResultSchema.safeParse(body).data,
		);
		if (!answer.ok) {
			return item.failure(answer.fault, action, { id: event_id, data: { event_id, action } });
		}
		const result = answer.value;
		const outcome = remediationOutcome(result);
		const record = { event_id, action, ...result, outcome };
		if (!failsItem(outcome, readFailOn(item))) return { ok: true, records: [record] };

		const { number_of_actions_attempted: attempted, number_of_actions_succeeded: succeeded } = result;
		const errors = recipientErrors(result);
		return {
			ok: false,
			words: {
				message:
					outcome === 'nothingDone'
						? `Proofpoint did nothing for the event ${event_id}: there was no recipient to act on`
						: `The action failed for ${attempted - succeeded} of ${attempted} recipients of the event ${event_id}`,
				hint: `${errors === '' ? '' : `Proofpoint said: ${errors}. `}The mail may have been released or deleted before. “Fail On” under “Options” decides whether this counts as an error.`,
			},
			state: succeeded > 0 ? 'partly' : 'failed',
			...(succeeded > 0 ? { note: `${succeeded} of ${attempted} recipients` } : {}),
			data: record,
		};
	};
}

function readFailOn(item: Item): FailOn {
	const value = item.parameter('options.failOn');
	return value === 'anyFailed' || value === 'never' ? value : 'allFailed';
}
