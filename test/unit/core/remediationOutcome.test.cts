import {
	failsItem,
	recipientErrors,
	remediationOutcome,
	type FailOn,
	type RemediationOutcome,
} from '@nodes/shared/core/remediationOutcome';

const resultOf = (
	attempted: number,
	succeeded: number,
	results: Array<{ user_address: string; error?: string | null }> = [],
) => ({
	number_of_actions_attempted: attempted,
	number_of_actions_succeeded: succeeded,
	results,
});

describe('remediationOutcome', () => {
	it.each([
		[0, 0, 'nothingDone'],
		[1, 1, 'succeeded'],
		[3, 3, 'succeeded'],
		[3, 2, 'partial'],
		[3, 0, 'failed'],
		[2, 3, 'succeeded'],
	])('%i attempted, %i succeeded: %s', (attempted, succeeded, outcome) => {
		expect(remediationOutcome(resultOf(attempted, succeeded))).toBe(outcome);
	});
});

describe('failsItem', () => {
	const table: Record<FailOn, Record<RemediationOutcome, boolean>> = {
		allFailed: {
			failed: true,
			nothingDone: true,
			partial: false,
			succeeded: false,
		},
		anyFailed: {
			failed: true,
			nothingDone: true,
			partial: true,
			succeeded: false,
		},
		never: {
			failed: false,
			nothingDone: false,
			partial: false,
			succeeded: false,
		},
	};
	const outcomes: RemediationOutcome[] = ['failed', 'nothingDone', 'partial', 'succeeded'];
	const choices: FailOn[] = ['allFailed', 'anyFailed', 'never'];

	it.each(choices)('%s', (failOn) => {
		for (const outcome of outcomes) expect(failsItem(outcome, failOn)).toBe(table[failOn][outcome]);
	});
});

describe('recipientErrors', () => {
	it('groups the recipients by error and leaves out those without one', () => {
		expect(
			recipientErrors(
				resultOf(5, 2, [
					{ user_address: 'a@x', error: 'EMAIL_NOT_FOUND_IN_QUARANTINE' },
					{ user_address: 'b@x', error: null },
					{ user_address: 'c@x' },
					{ user_address: 'd@x', error: 'A_NEW_ERROR' },
					{ user_address: 'e@x', error: 'EMAIL_NOT_FOUND_IN_QUARANTINE' },
					{ user_address: 'f@x', error: '' },
				]),
			),
		).toBe('EMAIL_NOT_FOUND_IN_QUARANTINE (a@x, e@x); A_NEW_ERROR (d@x)');
	});

	it('names five recipients at most, and nobody where nothing failed', () => {
		const many = Array.from({ length: 7 }, (_, index) => ({
			user_address: `u${index}`,
			error: 'E',
		}));
		expect(recipientErrors(resultOf(7, 0, many))).toBe('E (u0, u1, u2, u3, u4, …)');
		expect(recipientErrors(resultOf(1, 1))).toBe('');
	});
});
