import { remediationResultSchema } from '../shared/api/contract';
import type { RemediationAction } from '../shared/api/endpoints';
import {
	failsItem,
	recipientErrors,
	remediationOutcome,
	type FailOn,
} from '../shared/core/remediationOutcome';
import { badParameter, type Item } from '../shared/n8n/item';
import type { Work } from '../shared/n8n/run';
import { readConfirmation } from './confirmation';

/**
 * Carries out one remediation action for one event.
 *
 * The request is sent once. It is repeated only where the API certainly did nothing (429, or no
 * connection); when the answer is lost, the item fails and says that the action may have happened.
 */
export function act(action: RemediationAction): Work {
	return async (item) => {
		const eventId = item.parameter('eventId');
		if (typeof eventId !== 'string' || eventId.trim() === '') {
			return badParameter(
				'The parameter “Event ID” is empty',
				'Give the field “id” of a Defender event, for example {{ $json.id }}. Nothing was sent for this item.',
			);
		}
		const event_id = eventId.trim();
		const confirmation = readConfirmation(item);
		if (confirmation && !confirmation.ok) return confirmation;
		const notReady = await confirmation?.chain.prepare(event_id);
		if (notReady) return item.failure(notReady, 'events', { data: { event_id, action } });
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
		if (!failsItem(outcome, readFailOn(item))) {
			if (!confirmation) return { ok: true, records: [record] };
			const { chain, timeoutMs } = confirmation;
			const answeredAtMs = answer.serverTime;
			// Where nothing was queued there is nothing to wait for.
			const event =
				result.number_of_actions_succeeded === 0
					? undefined
					: await chain.wait(event_id, {
							timeoutMs,
							...(answeredAtMs === undefined ? {} : { answeredAtMs }),
						});
			return {
				ok: true,
				records: [{ ...record, confirmed: event !== undefined, event: event ?? null }],
			};
		}

		const attempted = result.number_of_actions_attempted ?? 0;
		const succeeded = result.number_of_actions_succeeded ?? 0;
		const reasons = recipientErrors(result);
		return {
			ok: false,
			words: {
				message:
					outcome === 'nothingDone'
						? `Proofpoint did nothing for the event ${event_id}: there was no recipient to act on`
						: `The action failed for ${attempted - succeeded} of ${attempted} recipients of the event ${event_id}${reasons === '' ? '' : `: ${reasons}`}`,
				hint: 'The mail may have been released or deleted before. Look at the event in the portal.',
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
