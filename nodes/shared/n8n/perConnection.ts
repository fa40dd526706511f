import type { Item } from './client';
import type { Connection } from './connection';

/**
 * Things that the items of one run share when they go to the same portal with the same token. Items of another
 * portal or token never get them: they would read another customer's list.
 */
export class PerConnection<T> {
	private readonly runs = new WeakMap<object, Map<Connection, Map<string, T>>>();

	/** @param key tells apart what the items of one portal and token do not share */
	get(item: Item, key: string, make: () => T): T {
		const connections = this.runs.get(item.run) ?? new Map<Connection, Map<string, T>>();
		this.runs.set(item.run, connections);
		const things = connections.get(item.connection) ?? new Map<string, T>();
		connections.set(item.connection, things);
		const known = things.get(key);
		if (known !== undefined) return known;
		const made = make();
		things.set(key, made);
		return made;
	}
}
