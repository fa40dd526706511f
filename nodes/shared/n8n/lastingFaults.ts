/** Why further requests of a run cannot succeed either: they are not sent (docs/rate-limits-and-failures.md). */
import { endpoints, type EndpointName } from '../api/endpoints';
import { isRateLimited, isRefusedBy, type Fault } from '../core/fault';
import type { Connection } from './connection';

export class LastingFaults {
	/** With the permission that may be missing: such a fault says nothing of requests that need another. */
	private readonly known = new Map<Connection, Array<{ fault: Fault; permission?: string }>>();

	/** Why no further request of a connection to an endpoint can succeed; `undefined` while it can. */
	of(connection: Connection, endpoint: EndpointName): Fault | undefined {
		const { permission } = endpoints[endpoint];
		const known = this.known.get(connection) ?? [];
		return known.find((one) => (one.permission ?? permission) === permission)?.fault;
	}

	/** Learns from a fault that the connection's other requests could only wait as long, or be refused, again. */
	note(connection: Connection, endpoint: EndpointName, fault: Fault): void {
		if (!isLasting(fault) || this.of(connection, endpoint)) return;
		const { permission } = endpoints[endpoint];
		const known = this.known.get(connection) ?? [];
		known.push(isRefusedBy(fault, [403]) ? { fault, permission } : { fault });
		this.known.set(connection, known);
	}
}

function isLasting(fault: Fault): boolean {
	if (fault.kind === 'refused') return true;
	if (fault.kind === 'network') return !fault.sent;
	return isRateLimited(fault) || isRefusedBy(fault, [401, 403]);
}
