import type { SecurityEvent } from '@nodes/shared/api/contract';
import { defender, inbound, isSimulation } from './defender.cjs';
import type { EventSeed } from './eventSeed.cjs';
import type { JsonObject } from './json.cjs';
import { architect, guardian } from './outbound.cjs';
import { Random } from './random.cjs';
import { formatTimestamp } from './time.cjs';

export type { EventSeed } from './eventSeed.cjs';

/** Streams of random numbers, so that one kind of record does not disturb another. */
const streams = { event: 1, link: 0x11c };

const pages: Record<string, string> = {
	guardian: 'accidental_data_loss',
	defender: 'impersonation_attacks',
};
const emailTypes: Record<string, string> = {
	guardian: 'misdirected_emails_prevented',
	defender: 'all_emails',
};

/** The link to the event in the portal: its parameters come in any order, and one names the event. */
function portalLink(event: EventSeed): string | null {
	const random = new Random(event.seed, streams.link, event.index);
	if (random.chance(0.01)) return null;
	const { type, number, portal } = event;
	const log = `check_log_id=${number}`;
	const campaign = [
		'utm_source=external_api',
		'utm_medium=trigger',
		`utm_campaign=${encodeURIComponent(type)}`,
	];
	const page = `${portal}/0/events/${pages[type] ?? encodeURIComponent(type)}`;
	if (!(type in pages)) return `${page}?${[log, ...campaign].join('&')}`;
	const parameters = [
		'time_range_from=',
		'time_range_to=',
		`simulated=${isSimulation(event) && random.chance(0.5)}`,
		log,
		`email_type=${emailTypes[type]}`,
		'order_by=priority',
		...campaign,
	];
	const shift = random.chance(0.5) ? 0 : random.int(1, parameters.length - 1);
	const turned = [...parameters.slice(shift), ...parameters.slice(0, shift)];
	return `${page}?${turned.join('&')}`;
}

function detailsOf(random: Random, event: EventSeed): JsonObject {
	if (event.type === 'guardian') return guardian(random, event);
	if (event.type === 'architect') return architect(random, event);
	if (event.type === 'defender') return defender(random, event);
	return {
		inbound_email_details: inbound(random, event, true),
		[`${event.type}_details`]: { reason: 'made by the simulator' },
	};
}

/**
 * Makes one version of an event, the same one each time it is asked for.
 * @param event what is stored of it
 * @returns the record as the API shows it
 */
export function makeEvent(event: EventSeed): SecurityEvent {
	const random = new Random(event.seed, streams.event, event.index);
	return {
		id: event.id,
		type: event.type,
		created_at: formatTimestamp(event.createdAt),
		updated_at: formatTimestamp(event.updatedAt),
		portal_link: portalLink(event),
		...detailsOf(random, event),
	};
}
