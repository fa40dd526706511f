/** Events that filters are tried on. */
import type { ApiRecord } from '@nodes/shared/api/contract';
import { eventJudge, readEventFilters, type EventFilters } from '@nodes/shared/core/eventFilters';

/** The filters that these choices make. */
export function filtersOf(chosen: object): EventFilters {
	const read = readEventFilters(chosen);
	if (!read.ok) throw new Error(`refused: ${read.label}`);
	return read.filters;
}

/** What the filters say of an event. */
export const judge = (chosen: object, event: ApiRecord) => eventJudge(filtersOf(chosen))(event);

/** What all mails of the events have. */
export const email = {
	from: 'Anna.Ekström@Kunde.example',
	recipients: {
		all: ['bo@corp.example', 'cy@corp.example'],
		to: ['bo@corp.example'],
		cc: ['cy@corp.example'],
		bcc: [],
		count: 2,
	},
	subject: 'Rechnung für Straße 7',
};

/** Mails in no place at all. */
export const counts = {
	not_quarantined: 0,
	quarantined: 0,
	released: 0,
	deleted: 0,
	pending_release: 0,
};

/** One event of each type, and one of a type that nobody knows. */
export const guardian: ApiRecord = {
	id: 'guardian::outbound-1',
	type: 'guardian',
	outbound_email_details: { ...email, final_outcome: 'SENT_WITH_CHANGES' },
	guardian_details: { type: 'MISDIRECTED_EMAIL', final_outcome: 'NOT_SENT' },
};
export const architect: ApiRecord = {
	id: 'architect::outbound-2',
	type: 'architect',
	outbound_email_details: email,
	architect_details: { final_outcome: 'NOT_SENT' },
};
export const defender: ApiRecord = {
	id: 'defender::inbound-3',
	type: 'defender',
	inbound_email_details: email,
	defender_details: {
		confidence: 'LOW',
		quarantine_status_count: {
			admin_quarantine_status_count: { ...counts, quarantined: 1 },
			user_quarantine_status_count: { ...counts, released: 2 },
		},
		deletion_status_count: { deleted: 0, deletion_pending: 0, not_deleted: 3 },
	},
};
export const unheardOf: ApiRecord = {
	id: 'sentinel::1',
	type: 'sentinel',
	sentinel_details: { level: 3 },
};

/** An event without any details. */
export const bare = (type: string): ApiRecord => ({ id: type, type });

/** All of them. */
export const events = { guardian, architect, defender, unheardOf };
