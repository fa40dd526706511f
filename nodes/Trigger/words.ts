/** Messages of the trigger: errors in the editor and in executions, and lines in n8n's log. */
import { TIME_FORMS } from '../shared/words/parameters';
import type { Catalogue, Filled } from '../shared/words/words';

/** `was` says what the value is, `wanted` what to enter. */
export const triggerMessages = {
	invalid: (name: Filled, was: Filled, wanted: Filled) => ({
		message: `The parameter “${name}” has an invalid value`,
		hint: `${was} ${wanted}`,
	}),
	filterInvalid: (name: Filled, was: Filled, wanted: Filled) => ({
		message: `The filter “${name}” has an invalid value`,
		hint: `${was} ${wanted}`,
	}),
	optionInvalid: (name: Filled, was: Filled, wanted: Filled) => ({
		message: `The option “${name}” has an invalid value`,
		hint: `${was} ${wanted}`,
	}),
	notADate: (was: Filled) => ({
		message: 'The parameter “Start Date” is not a valid date and time',
		hint: `${was} Enter a time such as 2026-01-31T08:00:00Z.`,
	}),
	timeFarOff: (year: Filled, was: Filled) => ({
		message: `The parameter “Start Date” is a time in the year ${year}, which is likely a mistake`,
		hint: `${was} ${TIME_FORMS}`,
	}),
	noEvent: (name: Filled) => ({
		message: `There is no event “${name}”`,
		hint: 'Select one from the list.',
	}),
	nothingPasses: (noun: Filled) => ({
		message: `Proofpoint lists no ${noun} that pass the filters`,
		hint: 'This is only a test: once published, the workflow runs as soon as there is something new that passes. To see sample data now, remove filters, or select “set mock data” in the output.',
	}),
	passesOnlyNow: (passes: Filled) => ({
		message:
			'Proofpoint lists no security events that are known to have passed the filters when they were new',
		hint: `${passes} now, after an update. “Security Event Created” checks an event when it is new, and for 24 hours checks values that were not known then. To start the workflow when an event changes, use “Security Event Created or Updated”.`,
	}),
} satisfies Catalogue;

/** What to do about faults for which a node would say something else. */
export type FaultHints = Record<'refused' | 'stuck' | 'wait', string>;

/** What the trigger tells people to do about a failed poll. */
export const pollHints: FaultHints = {
	stuck:
		'Everything before this page was delivered. The next poll requests the page again, and nothing is delivered twice. If it keeps happening, report it to Proofpoint.',
	wait: 'Nothing is lost: a later poll continues from the same position.',
	refused:
		'Nothing is lost: the next poll tries again. If it keeps happening, report it together with the text above.',
};

/** And about a failed test event: nothing was delivered before, and no poll comes after it. */
export const testHints: FaultHints = {
	stuck: 'Select “Fetch Test Event” again later. If it keeps happening, report it to Proofpoint.',
	wait: 'Select “Fetch Test Event” again later.',
	refused:
		'Select “Fetch Test Event” again. If it keeps happening, report it together with the text above.',
};

/** Lines in n8n's log, each after “Proofpoint Trigger: ”. */
export const triggerLog = {
	activationFailed: (why: Filled) => ({
		message: `The workflow was published, but the first poll failed. The next poll tries again: ${why}`,
		hint: '',
	}),
	otherConfiguration: () => ({
		message:
			'Starting over from “Start From”, because the portal, the event or the start changed since the last poll',
		hint: '',
	}),
	unreadableState: () => ({
		message: 'Starting over from “Start From”, because the stored state could not be read',
		hint: '',
	}),
	defaultStorage: () => ({
		message:
			'Durable cursors are off, so n8n keeps the position of this trigger in its default storage',
		hint: 'If n8n is killed, what the last poll fetched may be lost.',
	}),
	longId: (longest: Filled, id: Filled) => ({
		message: `This n8n stores nothing for workflows whose ID has more than ${longest} characters, such as “${id}”`,
		hint: 'After each restart the trigger starts over from “Start From”. Duplicate the workflow in the editor and use the copy.',
	}),
	longIdInN8n1: (longest: Filled, id: Filled) => ({
		message: `n8n 1 stores nothing for workflows whose ID has more than ${longest} characters, such as “${id}”`,
		hint: 'If this is n8n 1, the trigger starts over from “Start From” after each restart. Duplicate the workflow in the editor and use the copy.',
	}),
	clocksDiffer: (time: Filled) => ({
		message: `The clock of this machine and the time in Proofpoint’s response differ by ${time}`,
		hint: 'Nothing is lost: until they agree, the trigger keeps everything it remembers. Check the clock of the machine that n8n runs on.',
	}),
	unknownValues: (values: Filled) => ({
		message:
			'The filters contain values that Proofpoint is not known to use, so they may let nothing pass',
		hint: `Check the spelling: ${values}.`,
	}),
	unknownFields: (names: Filled) => ({
		message: `Proofpoint is not known to send the fields ${names}`,
		hint: 'Check the spelling. To see all field names, set “Output” to “Raw”.',
	}),
	behind: (time: Filled) => ({
		message: `The trigger is ${time} behind: records of that age are still to be delivered`,
		hint: 'It catches up with each poll. If it does not, poll more often or raise “Max Items per Poll”.',
	}),
	checkpointRefused: () => ({
		message:
			'Proofpoint refused the stored checkpoint, so the trigger reads again from before it and skips what it already processed',
		hint: '',
	}),
	noLongerWaiting: (count: Filled) => ({
		message: `${count} events no longer wait for a value that a filter checks, because at most 2,000 events can wait`,
		hint: 'If the value is set later, these events do not start the workflow.',
	}),
	tooManyUsers: (count: Filled) => ({
		message: `${count} monitored users are not watched, because the portal has more than the trigger can watch`,
		hint: 'Use “Get Many” of User Monitoring on a schedule instead.',
	}),
	usersWithoutId: (count: Filled) => ({
		message: `${count} monitored users are not watched, because they have no ID that the trigger can remember`,
		hint: 'Everyone else is watched. Report it to Proofpoint.',
	}),
} satisfies Catalogue;
