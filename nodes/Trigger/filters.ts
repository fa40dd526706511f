/** The trigger's filters: pure functions from what the user chose to a yes or no per record. */
import type { ApiRecord } from '../shared/api/contract';
import type { TriggerEvent } from './core/state';

/** What the user chose; an empty list lets everything pass. Values that the API adds later work too. */
export interface Filters {
	types: string[];
	defenderConfidence: string[];
	guardianTypes: string[];
	finalOutcomes: string[];
	severities: string[];
	statuses: string[];
}

/** Reads the "Filters" collection; what is not a list of texts counts as not chosen. */
export function readFilters(value: unknown): Filters {
	const chosen: Record<string, unknown> =
		typeof value === 'object' && value !== null ? { ...value } : {};
	return {
		types: texts(chosen.types),
		defenderConfidence: texts(chosen.defenderConfidence),
		guardianTypes: texts(chosen.guardianTypes),
		finalOutcomes: texts(chosen.finalOutcomes),
		severities: texts(chosen.severities),
		statuses: texts(chosen.statuses),
	};
}

/**
 * The test for one record. A filter on details applies to the events that have them: "Defender
 * Confidence" does not shut out Guardian events, "Types" does that.
 */
export function matcher(
	event: TriggerEvent | 'userConnectionChanged',
	filters: Filters,
): (record: ApiRecord) => boolean {
	if (event === 'auditEntryCreated') return () => true;
	if (event === 'userConnectionChanged') return (user) => allows(filters.statuses, user.status);
	if (event === 'anomalyDetected')
		return (record) => allows(filters.severities, record.severity_label);
	return (record) => {
		const { guardian_details: guardian, architect_details: architect } = record;
		const { outbound_email_details: outbound, defender_details: defender } = record;
		const outcome =
			field(guardian, 'final_outcome') ??
			field(architect, 'final_outcome') ??
			field(outbound, 'final_outcome');
		return (
			allows(filters.types, record.type) &&
			(!defender || allows(filters.defenderConfidence, field(defender, 'confidence'))) &&
			(!guardian || allows(filters.guardianTypes, field(guardian, 'type'))) &&
			(!outbound || allows(filters.finalOutcomes, outcome))
		);
	};
}

function allows(wanted: string[], value: unknown): boolean {
	return wanted.length === 0 || (typeof value === 'string' && wanted.includes(value));
}

function field(details: unknown, name: string): unknown {
	if (typeof details !== 'object' || details === null) return undefined;
	return Reflect.get(details, name);
}

function texts(value: unknown): string[] {
	const list: unknown[] = Array.isArray(value) ? value : [];
	return list.filter((entry): entry is string => typeof entry === 'string');
}
