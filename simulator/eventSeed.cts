import type { Micros } from './time.cjs';

/** What the generator needs to make one version of an event. */
export interface EventSeed {
	seed: number;
	index: number;
	id: string;
	type: string;
	/** Number in the platform's log, which the portal link carries. */
	number: number;
	/** Where the portal is, such as `https://acme.tessian-platform.com`. */
	portal: string;
	/** A Defender event that the auto-release playbook lets go: in quarantine, safe for those who answered … */
	releasable: boolean;
	/** ID of the Defender event's burst. */
	burst: string;
	/** The campaign that the mail belongs to, undefined for a mail of its own. */
	campaign: number | undefined;
	createdAt: Micros;
	updatedAt: Micros;
	/** 0 = as created; each update counts one up. */
	version: number;
}
