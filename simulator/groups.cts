import type { GroupMetadata, Member } from '@nodes/shared/api/contract';
import type { Audits } from './audits.cjs';
import type { Slice } from './list.cjs';
import { Random } from './random.cjs';
import { day, formatTimestamp, type Clock } from './time.cjs';
import { firstNames, groupNames, lastNames, ownDomain, partnerDomains } from './words.cjs';

interface StoredMember {
	key: string;
	member: Member;
	/** Its own number: a listing goes on behind it even when members are removed in between. */
	order: number;
}

interface Group {
	metadata: GroupMetadata;
	members: Map<string, StoredMember>;
}

/** One carried-out write on a group. */
export interface GroupWrite {
	action: 'create' | 'rename' | 'delete' | 'add' | 'remove';
	id: number;
	name: string;
	members: string[];
	at: string;
}

function keyOf(member: Member): string {
	return ('address' in member ? member.address : member.domain).toLowerCase();
}

/** The groups and their members. Every change also writes an audit entry. */
export class Groups {
	private readonly groups = new Map<number, Group>();
	private nextId = 101;
	private nextOrder = 0;
	/** Every write that was carried out, in order. */
	readonly writes: GroupWrite[] = [];

	constructor(
		seed: number,
		private readonly clock: Clock,
		private readonly audits: Audits,
		count: number,
	) {
		const now = clock.now();
		for (let index = 0; index < count; index++) {
			const random = new Random(seed, 0x6209, index);
			const name = groupNames[index] ?? `Group ${index + 1}`;
			const group = this.insert(name, formatTimestamp(now - random.int(1, 300) * day));
			for (let wanted = random.int(0, 12); wanted > 0; wanted--) {
				const address = `${random.pick(firstNames)}.${random.pick(lastNames)}@${ownDomain}`;
				this.put(group, { address });
			}
			if (random.chance(0.4)) this.put(group, { domain: `@${random.pick(partnerDomains)}` });
		}
	}

	/** @returns the metadata of a group, or undefined when there is none with that id */
	get(id: number): GroupMetadata | undefined {
		return this.groups.get(id)?.metadata;
	}

	/** Makes an empty group. @returns its metadata */
	create(name: string): GroupMetadata {
		const { metadata } = this.insert(name, formatTimestamp(this.clock.stamp()));
		this.note('create', metadata);
		return metadata;
	}

	/** Gives a group a new name. @returns false when there is no such group */
	rename(id: number, name: string): boolean {
		const group = this.groups.get(id);
		if (!group) return false;
		group.metadata = { ...group.metadata, name };
		this.touch(group);
		this.note('rename', group.metadata);
		return true;
	}

	/** Deletes a group for good. @returns false when there is no such group */
	delete(id: number): boolean {
		const group = this.groups.get(id);
		if (!group) return false;
		this.groups.delete(id);
		this.note('delete', group.metadata);
		return true;
	}

	/** Adds or removes members; those already there, or not there, change nothing. @returns false when there is no such group */
	change(id: number, action: 'add' | 'remove', members: readonly Member[]): boolean {
		const group = this.groups.get(id);
		if (!group) return false;
		for (const member of members) {
			if (action === 'add') this.put(group, member);
			else group.members.delete(keyOf(member));
		}
		this.touch(group);
		this.note(action, group.metadata, members.map(keyOf));
		return true;
	}

	/** A run of groups by id. */
	slice(from: number, limit: number): Slice {
		const rest = [...this.groups.keys()].filter((id) => id >= from);
		const ids = rest.slice(0, limit);
		const last = ids.at(-1);
		return {
			items: ids.map((id) => JSON.stringify(this.get(id))),
			next: last === undefined ? from : last + 1,
			more: rest.length > ids.length,
		};
	}

	/** A run of one group's members; empty when there is no such group. */
	memberSlice(id: number, from: number, limit: number): Slice {
		const members = [...(this.groups.get(id)?.members.values() ?? [])];
		const rest = members.filter(({ order }) => order >= from);
		const run = rest.slice(0, limit);
		const last = run.at(-1);
		return {
			items: run.map(({ member }) => JSON.stringify(member)),
			next: last === undefined ? from : last.order + 1,
			more: rest.length > run.length,
		};
	}

	/** @returns all groups with their members' addresses and domains, in the order of listing */
	snapshot(): Array<{ id: number; name: string; members: string[] }> {
		return [...this.groups.values()].map(({ metadata, members }) => ({
			id: metadata.id,
			name: metadata.name,
			members: [...members.keys()],
		}));
	}

	private insert(name: string, at: string): Group {
		const metadata = { name, id: this.nextId++, created_at: at, updated_at: at };
		const group: Group = { metadata, members: new Map() };
		this.groups.set(metadata.id, group);
		return group;
	}

	private put(group: Group, member: Member): void {
		const key = keyOf(member);
		if (!group.members.has(key)) {
			group.members.set(key, { key, member, order: this.nextOrder++ });
		}
	}

	private touch(group: Group): void {
		group.metadata = { ...group.metadata, updated_at: formatTimestamp(this.clock.stamp()) };
	}

	private note(action: GroupWrite['action'], { id, name }: GroupMetadata, members: string[] = []) {
		const words = {
			create: 'Group Created',
			rename: 'Group Renamed',
			delete: 'Group Deleted',
			add: 'Group Members Added',
			remove: 'Group Members Removed',
		};
		const details =
			members.length > 0
				? `Group "${name}" (${id}): ${members.length} members`
				: `Group "${name}" (${id})`;
		const { timestamp } = this.audits.add({
			type: words[action],
			category: 'Group Management',
			details,
			user: `api@${ownDomain}`,
		});
		this.writes.push({ action, id, name, members, at: timestamp });
	}
}
