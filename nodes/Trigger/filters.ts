/** The trigger's filters: pure functions from what the user chose to a yes or no per record. */
import type { ApiRecord } from '../shared/api/contract';
import type { TriggerEvent } from './core/state';

/** The name of each filter in the editor. */
export const filterNames = {
	types: 'Types',
	defenderConfidence: 'Defender Confidence',
	guardianTypes: 'Guardian Types',
	finalOutcomes: 'Final Outcomes',
	severities: 'Severities',
	statuses: 'New Statuses',
};
export type FilterName = keyof typeof filterNames;

/** What the user chose; a filter that is absent or empty lets everything pass. Values that the API adds later work too. */
export type Filters = Partial<Record<FilterName, string[]>>;

/** The filters that an event has. */
export function filtersOf(event: TriggerEvent | 'userConnectionChanged'): readonly FilterName[] {
	switch (event) {
		case 'auditEntryCreated':
			return [];
		case 'anomalyDetected':
			return ['severities'];
		case 'userConnectionChanged':
			return ['statuses'];
		default:
			return ['types', 'defenderConfidence', 'guardianTypes', 'finalOutcomes'];
	}
}

/**
 * The test for one record. A filter on details applies to the events that have them: "Defender
 * Confidence" does not shut out Guardian events, "Types" does that.
 */
export function matcher(
	event: TriggerEvent | 'userConnectionChanged',
	filters: Filters,
): (record: ApiRecord) => boolean {
	const allows = (name: FilterName) => allowing(filters[name] ?? []);
	if (event === 'auditEntryCreated') return () => true;
	if (event === 'userConnectionChanged') {
		const allowed = allows('statuses');
		return (user) => allowed(user.status);
	}
	if (event === 'anomalyDetected') {
		const allowed = allows('severities');
		return (record) => allowed(record.severity_label);
	}
	const type = allows('types');
	const confidence = allows('defenderConfidence');
	const guardianType = allows('guardianTypes');
	const finalOutcome = allows('finalOutcomes');
	return (record) => {
		const { guardian_details: guardian, architect_details: architect } = record;
		const { outbound_email_details: outbound, defender_details: defender } = record;
		const outcome =
			field(guardian, 'final_outcome') ??
			field(architect, 'final_outcome') ??
			field(outbound, 'final_outcome');
		return (
			type(record.type) &&
			(!defender || confidence(field(defender, 'confidence'))) &&
			(!guardian || guardianType(field(guardian, 'type'))) &&
			(!outbound || finalOutcome(outcome))
		);
	};
}

/** The test for one value, without regard to case: people type these values too. */
function allowing(wanted: string[]): (value: unknown) => boolean {
	const known = new Set(wanted.map((value) => value.toLowerCase()));
	return (value) =>
		known.size === 0 || (typeof value === 'string' && known.has(value.toLowerCase()));
}

function field(details: unknown, name: string): unknown {
	if (typeof details !== 'object' || details === null) return undefined;
	return Reflect.get(details, name);
}
