/** What the host of a polling trigger may be like in a test, and what may change. */
import type { IDataObject, INode, INodeParameters, IPollFunctions, Logger } from 'n8n-workflow';

import type { CredentialData } from './host.cjs';
import type { Poller } from './poller.cjs';
import type { StateStore } from './stateStore.cjs';

/**
 * Where the host keeps the trigger's state: in the workflow's static data (`default`), or in cursors of
 * their own that are committed together with the execution (`durable`). `scheduled` is the first of them with n8n's scheduler,
 * which loads the workflow anew for each poll.
 */
export type Storage = 'default' | 'scheduled' | 'durable';

/** The host's helper that sends a request. */
export type RequestHelper = IPollFunctions['helpers']['httpRequestWithAuthentication'];

/** What a host may be like; everything left out is n8n 2.x with default storage. */
export interface HostOptions {
	storage?: Storage;
	/** False for n8n 1.x, whose polls have no `getPollBudgetMs`. */
	namesBudget?: boolean;
	store?: StateStore;
	/** How long the host lets a poll take, where it names it; by default what n8n has. In milliseconds. */
	budgetMs?: number;
	/** The time in milliseconds, for the host's own time-out of a durable poll. */
	now?: () => number;
	/** False for a host that takes what a poll returns in a way of its own. */
	takes?: boolean;
	/** Stands between the node and the host's HTTP helper. */
	wrapRequest?: (send: RequestHelper) => RequestHelper;
	/** n8n's variables, `$vars` in expressions; a test may change them between polls. */
	variables?: IDataObject;
	/** Takes what the node writes to the log. */
	logger?: Logger;
	/** Node settings, such as its name or id. */
	settings?: Partial<INode>;
	/** As n8n's command line imports it; what the editor makes has 16 characters. */
	workflowId?: string;
}

/** What changes when the workflow is published again. */
export interface Republished {
	parameters?: INodeParameters;
	credential?: CredentialData;
	settings?: Partial<INode>;
	/** The time zone in the settings of the workflow. */
	timezone?: string;
	/** Another trigger of the workflow that the same publication has renewed: both have one copy of it. */
	beside?: Poller;
}
