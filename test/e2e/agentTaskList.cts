/** Nine tasks of an analyst: the question, what a model does step by step, and what is really so. */
import { fieldsIn } from '@nodes/shared/core/eventRecord';
import { readPage } from '@nodes/shared/api/envelopes';
import type { ApiRecord } from '@nodes/shared/api/contract';

import { call, outputOf, some, type AgentWorld } from './agentWorld.cjs';
import type { ToolResult, Turn } from './scriptedModel.cjs';

/** What the tasks are about, as it was put into the portal. */
export interface About {
	/** Since when. */
	begin: string;
	/** A Defender event whose email is in quarantine; its recipients are the first two users. */
	quarantined: string;
	/** The portal link of an event from this sender. */
	link: string;
	sender: string;
	/** The first user, who has an anomaly. */
	leaver: string;
	users: Array<{ address: string; status: string }>;
}

/** The newest version of every event since the tests began, newest first, asked behind the nodes' back. */
async function eventsOf(
	agents: AgentWorld,
	begin: string,
	passes: (event: ApiRecord) => boolean,
): Promise<string> {
	const page = readPage(
		'events',
		await agents.portal(`/api/v1/events?limit=100&created_after=${begin}`),
	);
	const newest = some(page)
		.records.filter(passes)
		.sort((a, b) => (String(a.created_at) < String(b.created_at) ? 1 : -1));
	return newest.map(({ id }) => String(id)).join(', ');
}

const idsOf = (results: ToolResult[], tool: string) =>
	outputOf(results, tool)
		.map(({ id }) => String(id))
		.join(', ');
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
const inner = (event: ApiRecord, name: string): ApiRecord => fieldsIn(event[name]);

/** A task: what the model does, step by step, and what its answer has to be. */
export interface Task {
	question: string;
	turns: Array<Turn | ((results: ToolResult[]) => Turn)>;
	truth(): Promise<string> | string;
}

/** The tasks, for what is in the portal now. */
export async function tasksOf(agents: AgentWorld, about: About): Promise<Task[]> {
	const { begin, users } = about;
	const { groups } = await agents.simulator.state();
	const [watched, policy] = [some(groups[1]), some(groups[2])];
	const events = async (passes: (event: ApiRecord) => boolean) =>
		await eventsOf(agents, begin, passes);
	const groupId = (results: ToolResult[], wanted: string) =>
		outputOf(results, 'List_groups').find(({ name }) => name === wanted)?.id;
	const newcomer = 'new@acme.example';
	return [
		{
			question: 'Task 1: which phishing of the last minutes is dangerous?',
			turns: [
				[
					call('Search_events', {
						created_after: begin,
						types: 'defender',
						defender_confidence: 'HIGH, VERY_HIGH',
					}),
				],
				(results) => idsOf(results, 'Search_events'),
			],
			truth: async () =>
				await events(
					(event) =>
						event.type === 'defender' &&
						/^(VERY_)?HIGH$/.test(String(inner(event, 'defender_details').confidence)),
				),
		},
		{
			question: `Task 2: where is the email of ${about.quarantined} now?`,
			turns: [
				[call('Get_event', { event_id: about.quarantined, search_from: begin })],
				(results) => String(outputOf(results, 'Get_event')[0]?.status),
			],
			truth: async () => String((await agents.simple(about.quarantined)).status),
		},
		{
			question: `Task 3: who else got mail from the sender of ${about.link}?`,
			turns: [
				[call('Get_event', { event_id: about.link, search_from: begin })],
				(results) => [
					call('Search_events', {
						created_after: begin,
						sender: outputOf(results, 'Get_event')[0]?.from,
					}),
				],
				(results) => idsOf(results, 'Search_events'),
			],
			truth: async () =>
				await events((event) => inner(event, 'inbound_email_details').from === about.sender),
		},
		{
			question: `Task 4: are the recipients of ${about.quarantined} protected?`,
			turns: [
				[call('Get_event', { event_id: about.quarantined, search_from: begin })],
				(results) => [
					call('Check_users', {
						addresses: texts(outputOf(results, 'Get_event')[0]?.recipients).join(', '),
					}),
				],
				(results) =>
					outputOf(results, 'Check_users')
						.map(({ address, status }) => `${String(address)}: ${String(status)}`)
						.join(', '),
			],
			truth: () =>
				users
					.slice(0, 2)
					.map(({ address, status }) => `${address}: ${status}`)
					.join(', '),
		},
		{
			question: 'Task 5: who has not been connected for more than a week?',
			turns: [
				[
					call('Check_users', {
						statuses: 'Not connected for over 7 days, Not connected for over 1 month',
						limit: 200,
					}),
				],
				(results) =>
					outputOf(results, 'Check_users')
						.map(({ address }) => String(address))
						.join(', '),
			],
			truth: () =>
				users
					.filter(({ status }) => status.startsWith('Not connected'))
					.map(({ address }) => address)
					.join(', '),
		},
		{
			question: `Task 6: who is in the group ${watched.name}?`,
			turns: [
				[call('List_groups', { limit: 200 })],
				(results) => [
					call('List_members', { group_id: groupId(results, watched.name), limit: 200 }),
				],
				(results) =>
					outputOf(results, 'List_members')
						.map(({ address, domain }) => String(address ?? domain))
						.join(', '),
			],
			truth: () => watched.members.slice(0, 200).join(', '),
		},
		{
			question: 'Task 7: who changed permissions in the portal just now?',
			turns: [
				[call('Read_audit_trail', { created_after: begin, limit: 20 })],
				(results) =>
					outputOf(results, 'Read_audit_trail')
						.map(({ type, user }) => `${String(type)}: ${String(user)}`)
						.join(', '),
			],
			truth: () => Array(2).fill('Permissions Granted: mallory@acme.example').join(', '),
		},
		{
			question: 'Task 8: who behaves most unusually today, and in which email?',
			turns: [
				[call('List_anomalies', { limit: 20 })],
				(results) => [
					call('Search_events', {
						created_after: begin,
						types: 'guardian, architect',
						sender: outputOf(results, 'List_anomalies').find(
							({ address, severity_label: severity }) =>
								severity === 'very_high' && address === about.leaver,
						)?.address,
					}),
				],
				(results) => idsOf(results, 'Search_events'),
			],
			truth: async () =>
				await events((event) => inner(event, 'outbound_email_details').from === about.leaver),
		},
		{
			question: `Task 9: what would change if ${newcomer} came in place of the first member of ${policy.name}?`,
			turns: [
				[call('List_groups', { limit: 200 })],
				(results) => [
					call('List_members', { group_id: groupId(results, policy.name), limit: 200 }),
				],
				(results) => {
					const [, ...kept] = outputOf(results, 'List_members').map(({ address, domain }) =>
						String(address ?? domain),
					);
					return [
						call('Rehearse_sync', {
							group_id: groupId(results, policy.name),
							members: [...kept, newcomer].join(', '),
						}),
					];
				},
				(results) => {
					const [plan] = outputOf(results, 'Rehearse_sync');
					return `+${texts(plan?.added).join()} -${texts(plan?.removed).join()}`;
				},
			],
			truth: () => `+${newcomer} -${some(policy.members[0])}`,
		},
	];
}
