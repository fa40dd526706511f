import type { RemediationAction } from '@nodes/shared/api/endpoints';
import {
	failOnValues,
	failsItem,
	failureWords,
	readAnswer,
	type FailOn,
	type RemediationOutcome,
} from '@nodes/Remediation/core/remediationOutcome';

const release: RemediationAction = 'releaseFromQuarantine';
const deletions: RemediationAction[] = ['deleteFromInbox', 'deleteFromQuarantine'];
const everyAction = [release, ...deletions];

const good = null;
const gone = 'ALREADY_DELETED';
const handled = 'EMAIL_ALREADY_REMEDIATED';
const notFound = 'EMAIL_NOT_FOUND_IN_QUARANTINE';

type Count = number | string | null | undefined;

const listOf = (...errors: unknown[]) => ({
	results: errors.map((error, at) => ({ user_address: `user${at}@example.com`, error })),
});

describe('a list that is not empty decides', () => {
	it.each<[string, unknown[], RemediationOutcome, RemediationAction[]]>([
		['all good', [good], 'queued', everyAction],
		['all of three good', [good, good, good], 'queued', everyAction],
		['good, the rest deleted already, on a deletion', [good, gone, gone], 'queued', deletions],
		['good, the rest deleted already, on a release', [good, gone], 'partial', [release]],
		['good and handled before', [good, handled], 'partial', everyAction],
		['good, deleted and handled before', [good, gone, handled], 'partial', everyAction],
		['good and bad', [good, notFound], 'partial', everyAction],
		['good, deleted already and bad', [good, gone, notFound], 'partial', everyAction],
		['handled before', [handled], 'alreadyHandled', everyAction],
		['deleted before', [gone], 'alreadyHandled', everyAction],
		['both', [gone, handled], 'alreadyHandled', everyAction],
		['not found in quarantine', [notFound], 'failed', everyAction],
		['an error that is not known', ['SOMETHING_NEW'], 'failed', everyAction],
		['handled before and bad', [handled, notFound], 'failed', everyAction],
	])('%s', (_what, errors, outcome, actions) => {
		for (const action of actions) {
			const read = readAnswer(action, listOf(...errors));
			expect([action, read.outcome]).toEqual([action, outcome]);
			expect(read.recipients).toBe(errors.length);
			expect(read.queued).toBe(errors.filter((error) => error === good).length);
		}
	});

	it.each<[Record<string, unknown>, RemediationOutcome]>([
		[{ status: 'FAILED' }, 'failed'],
		[{ success: false }, 'failed'],
		[{ error: null, success: false }, 'failed'],
		[{ error_code: notFound }, 'failed'],
		[{ error_message: 'No such mail' }, 'failed'],
		[{ errors: [notFound] }, 'failed'],
		[{ status: 'SKIPPED' }, 'failed'],
		[{ queued: false }, 'failed'],
		[{ error: null, accepted: 'false' }, 'failed'],
		[{ errors: { code: notFound } }, 'failed'],
		[{ error_code: gone }, 'alreadyHandled'],
		[{ status: 'QUEUED', success: true, error_code: '', errors: [] }, 'queued'],
	])('an error in other fields than `error` is one: %j', (fields, outcome) => {
		const read = readAnswer(release, {
			results: [{ user_address: 'not.found@a.example', ...fields }],
		});
		expect(read).toMatchObject({ outcome, queued: outcome === 'queued' ? 1 : 0 });
		expect(read.errors === '').toBe(outcome === 'queued');
	});

	it.each([
		[1, 1, [good, notFound], 'partial', 1],
		[3, 3, [notFound], 'failed', 0],
		[0, 0, [good], 'queued', 1],
		[2, 0, [good, good], 'queued', 2],
	])('also against the counts: %i attempted, %i succeeded', (a, s, errors, outcome, queued) => {
		const counts = { number_of_actions_attempted: a, number_of_actions_succeeded: s };
		expect(readAnswer(release, { ...counts, ...listOf(...errors) })).toMatchObject({
			outcome,
			queued,
		});
	});

	it.each([
		['null', null, 'queued'],
		['absent', undefined, 'queued'],
		['empty', '', 'queued'],
		['blanks', '  ', 'queued'],
		['false', false, 'queued'],
		['an object', { code: 1 }, 'failed'],
		['a number', 500, 'failed'],
		['small letters', 'already_deleted', 'alreadyHandled'],
	])('an error that is %s', (_what, error, outcome) => {
		expect(readAnswer(release, listOf(error)).outcome).toBe(outcome);
	});

	it('entries that are no objects decide nothing; without a user they count', () => {
		const results = [null, 'user@example.com', 7, [], { error: notFound }, {}];
		expect(readAnswer(release, { results })).toEqual({
			outcome: 'partial',
			queued: 1,
			recipients: 2,
			errors: notFound,
		});
	});
});

it.each<[unknown, RemediationOutcome]>([
	['defender::inbound-2', 'unknown'],
	['inbound-2', 'unknown'],
	[2, 'unknown'],
	[{}, 'unknown'],
	['defender::inbound-1', 'queued'],
	[' Defender::INBOUND-1', 'queued'],
	['inbound-1', 'queued'],
	[null, 'queued'],
	['', 'queued'],
	[undefined, 'queued'],
])('an answer about the event %j', (event_id, outcome) => {
	const body: object = { ...listOf(good), event_id };
	expect(readAnswer(release, { ...body }, 'defender::inbound-1').outcome).toBe(outcome);
});

describe('without a list the counts decide', () => {
	it.each<[Count, Count, RemediationOutcome, number | undefined]>([
		[0, 0, 'nothingDone', 0],
		[0, undefined, 'nothingDone', undefined],
		[1, 1, 'queued', 1],
		[2, 3, 'queued', 3],
		[3, 2, 'partial', 2],
		[3, 0, 'failed', 0],
		['3', ' 2 ', 'partial', 2],
		['0', '0', 'nothingDone', 0],
		[undefined, undefined, 'unknown', undefined],
		[null, null, 'unknown', undefined],
		[3, undefined, 'unknown', undefined],
		[undefined, 0, 'unknown', 0],
		['many', 'some', 'unknown', undefined],
		[-1, 1.5, 'unknown', undefined],
	])('%p attempted, %p succeeded: %s', (attempted, succeeded, outcome, queued) => {
		const counts = {
			number_of_actions_attempted: attempted,
			number_of_actions_succeeded: succeeded,
		};
		for (const results of [undefined, null, [], [null], 'none', {}]) {
			expect(readAnswer(release, { ...counts, results })).toMatchObject({
				outcome,
				queued,
				errors: '',
			});
		}
	});
});

describe('failsItem', () => {
	const table: Record<RemediationOutcome, FailOn[]> = {
		queued: [],
		partial: ['anyFailed'],
		alreadyHandled: ['anyFailed'],
		failed: ['allFailed', 'anyFailed'],
		nothingDone: ['allFailed', 'anyFailed'],
		unknown: ['allFailed', 'anyFailed'],
	};
	const rows = Object.entries(table) as Array<[RemediationOutcome, FailOn[]]>;

	it.each(rows)('%s', (outcome, fails) => {
		expect(failOnValues.filter((failOn) => failsItem(outcome, failOn))).toEqual(fails);
	});
});

describe('the words', () => {
	const wordsOf = (body: object) => {
		const { message, hint } = failureWords('E', readAnswer(release, { ...body }));
		return `${message}. ${hint}`;
	};

	it('name the error and the recipients of each, five at most', () => {
		const many = Array.from({ length: 7 }, () => notFound);
		expect(readAnswer(release, listOf(...many, 'NEW', good)).errors).toBe(
			`${notFound} (user0@example.com, user1@example.com, user2@example.com, user3@example.com, user4@example.com, …); NEW (user7@example.com)`,
		);
	});

	it.each([
		['partial', listOf(good, notFound), /queued the action for only 1 of 2 recipients.*NOT_FOUND/],
		[
			'alreadyHandled',
			listOf(handled),
			/had already been handled.*the response does not say which/,
		],
		[
			'failed',
			listOf(notFound),
			/failed for 1 of 1 recipients.*already have been released or deleted/,
		],
		['nothingDone', { number_of_actions_attempted: 0 }, /no recipient to act on/],
		['unknown', {}, /does not say what was done.*not known whether the action was queued/],
	])('%s: nothing is called done that is only queued', (outcome, body, words) => {
		expect(readAnswer(release, { ...body }).outcome).toBe(outcome);
		expect(wordsOf(body)).toMatch(words);
		expect(wordsOf(body)).not.toMatch(
			/succeeded|has been (?:released|deleted)|it was done|is done/i,
		);
	});
});
