import {
	eventFilterLabels,
	isFiltering,
	readEventFilters,
	type EventFilters,
} from '@nodes/shared/core/eventFilters';
import { bare, events, filtersOf, judge } from './filteredEvents.cjs';

/** Per filter: a choice that fits the events above and one that does not, and the types it applies to. */
const table: Array<{
	name: keyof EventFilters;
	fits: unknown;
	other: unknown;
	appliesTo: Array<keyof typeof events>;
}> = [
	{
		name: 'types',
		fits: ['guardian', 'ARCHITECT', 'Defender', 'sentinel'],
		other: ['oracle'],
		appliesTo: ['guardian', 'architect', 'defender', 'unheardOf'],
	},
	{ name: 'defenderConfidence', fits: ['low'], other: ['UTTER'], appliesTo: ['defender'] },
	{
		name: 'guardianTypes',
		fits: 'misdirected_email, x',
		other: ['MISATTACHED_FILE'],
		appliesTo: ['guardian'],
	},
	{
		name: 'finalOutcomes',
		fits: ['not_sent'],
		other: ['SENT_WITH_CHANGES'],
		appliesTo: ['guardian', 'architect'],
	},
	{
		name: 'quarantineStatus',
		fits: ['released', 'deleted'],
		other: ['pendingRelease'],
		appliesTo: ['defender'],
	},
	{
		name: 'sender',
		// Decomposed, in the other case, and with blanks around.
		fits: ' EKSTRO\u0308M@kunde ',
		other: 'bo@corp.example',
		appliesTo: ['guardian', 'architect', 'defender'],
	},
	{
		name: 'recipient',
		fits: 'CY@Corp',
		other: 'anna',
		appliesTo: ['guardian', 'architect', 'defender'],
	},
	{
		name: 'subject',
		fits: 'FÜR STRASSE',
		other: 'invoice',
		appliesTo: ['guardian', 'architect', 'defender'],
	},
];

describe.each(table)('the filter $name', ({ name, fits, other, appliesTo }) => {
	const applies = (type: string) => appliesTo.some((one) => one === type);

	it.each(Object.entries(events))('%s', (type, event) => {
		expect(judge({ [name]: fits }, event)).toBe('passes');
		expect(judge({ [name]: other }, event)).toBe(applies(type) ? 'fails' : 'passes');
	});

	it.each(['guardian', 'architect', 'defender', 'GUARDIAN'])('%s without any details', (type) => {
		const expected =
			name === 'types' ? 'passes' : applies(type.toLowerCase()) ? 'unknown' : 'passes';
		expect(judge({ [name]: fits }, bare(type))).toBe(expected);
		const nulls = {
			inbound_email_details: null,
			outbound_email_details: null,
			defender_details: null,
			guardian_details: null,
			architect_details: null,
		};
		expect(judge({ [name]: fits }, { ...bare(type), ...nulls })).toBe(expected);
	});

	it('empty is off', () => {
		const empty = Array.isArray(fits) ? [] : '';
		for (const event of Object.values(events)) {
			expect(judge({ [name]: empty }, event)).toBe('passes');
		}
		expect(isFiltering(filtersOf({ [name]: empty }))).toBe(false);
		expect(isFiltering(filtersOf({ [name]: fits }))).toBe(true);
	});

	it('an expression that gives nothing, or an object, is refused by name', () => {
		for (const given of [null, undefined, { a: 1 }, true, [[1]]]) {
			expect(readEventFilters({ [name]: given })).toMatchObject({
				ok: false,
				label: eventFilterLabels[name],
				given,
			});
		}
	});
});

it('the table has every filter', () => {
	expect(table.map(({ name }) => name).sort()).toEqual(Object.keys(eventFilterLabels).sort());
});

it('the collection itself: nothing chosen is no filter, another thing is refused', () => {
	for (const given of [undefined, null, {}])
		expect(isFiltering(filtersOf(given ?? {}))).toBe(false);
	for (const given of ['types', 1, ['types']]) {
		expect(readEventFilters(given)).toMatchObject({ ok: false, label: 'Filters' });
	}
	expect(filtersOf({ subject: 7 }).subject).toBe('7');
	expect(readEventFilters({ sender: ['a@x', 'b@x'] })).toMatchObject({
		ok: false,
		label: 'Sender',
	});
});
