/**
 * What the answer to a remediation action means. The API reports what was queued, per recipient; an
 * answer 200 may be a partial failure, or nothing at all (API.md, "Remediation").
 */
import type { RemediationResult } from '../api/contract';

export type RemediationOutcome = 'failed' | 'nothingDone' | 'partial' | 'succeeded';
/** When an outcome makes the item fail. */
export type FailOn = 'allFailed' | 'anyFailed' | 'never';

/** Reads the outcome from the two counts. */
export function remediationOutcome(result: RemediationResult): RemediationOutcome {
	const attempted = result.number_of_actions_attempted ?? 0;
	const succeeded = result.number_of_actions_succeeded ?? 0;
	if (attempted === 0) return 'nothingDone';
	if (succeeded >= attempted) return 'succeeded';
	return succeeded === 0 ? 'failed' : 'partial';
}

/** Whether the item fails: "all failed" includes that nothing was attempted at all. */
export function failsItem(outcome: RemediationOutcome, failOn: FailOn): boolean {
	switch (failOn) {
		case 'never':
			return false;
		case 'anyFailed':
			return outcome !== 'succeeded';
		case 'allFailed':
			return outcome === 'failed' || outcome === 'nothingDone';
	}
}

/** The errors per recipient in words: `EMAIL_NOT_FOUND_IN_QUARANTINE (alice@…, bob@…)`. */
export function recipientErrors({ results }: RemediationResult): string {
	const byError = new Map<string, string[]>();
	for (const { user_address: user, error } of results ?? []) {
		if (error === null || error === undefined || error === '') continue;
		byError.set(error, [...(byError.get(error) ?? []), user ?? '']);
	}
	return [...byError]
		.map(
			([error, users]) =>
				`${error} (${users.slice(0, 5).join(', ')}${users.length > 5 ? ', …' : ''})`,
		)
		.join('; ');
}
