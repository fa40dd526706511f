import {
	anomalySchema,
	auditEntrySchema,
	eventSchema,
	groupRequestSchema,
	memberSchema,
	membersRequestSchema,
	remediationRequestSchema,
	remediationResultSchema,
} from '@nodes/shared/api/contract';

const email = {
	message_id: null,
	tessian_id: 't',
	from: '/C=GB/O=Acme/S=Smith',
	transmitter: null,
	reply_to: [],
	recipients: { to: [], cc: [], bcc: [], all: [], count: 0 },
	subject: null,
	attachments: { names: [], count: 0, bytes: 0 },
};
const event = {
	id: 'e',
	type: 'sentinel',
	created_at: '2026-01-31T12:00:00Z',
	updated_at: '2026-01-31T12:00:00.000001Z',
	portal_link: null,
	inbound_email_details: {
		...email,
		received_time: '2026-01-31T12:00:00Z',
		urls: [],
	},
};

describe('answers: fields and values that the vendor adds pass through untouched', () => {
	it('an event of a new type, with new fields on every level', () => {
		const odd = {
			...event,
			sentinel_details: { level: 11 },
			inbound_email_details: {
				...event.inbound_email_details,
				mood: 'bad',
				recipients: { ...email.recipients, hidden: 1 },
			},
		};
		expect(eventSchema.parse(odd)).toEqual(odd);
	});

	it('what an event must have', () => {
		expect(eventSchema.safeParse({ ...event, id: 7 }).success).toBe(false);
		expect(eventSchema.safeParse({ ...event, updated_at: undefined }).success).toBe(false);
	});

	it('anomalies and audits with open values', () => {
		const anomaly = {
			id: 'a',
			links: {},
			address: 'x',
			severity_label: 'apocalyptic',
			anomalous_period_start: '2026-01-31T12:00:00Z',
			anomalous_period_end: '2026-01-31T12:00:00Z',
			attachment_count: 0,
			trigger_ids: [],
			checkpoint: 'c',
			extra: true,
		};
		expect(anomalySchema.parse(anomaly)).toEqual(anomaly);
		const unlinked = { ...anomaly, links: { portal_url: null } };
		expect(anomalySchema.parse(unlinked)).toEqual(unlinked);
		const entry = {
			timestamp: 't',
			type: 'New',
			category: 'New',
			details: 'd',
			user: null,
		};
		expect(auditEntrySchema.parse(entry)).toEqual(entry);
	});

	it('a remediation result, whatever of it is missing or null', () => {
		const result = {
			number_of_actions_attempted: 2,
			number_of_actions_succeeded: 1,
			results: [
				{ user_address: 'a@x' },
				{ user_address: 'b@x', error: null },
				{ user_address: 'c@x', error: 'EMAIL_ALREADY_REMEDIATED' },
				{ user_address: 'd@x', error: 'NEW_ERROR', more: 1 },
			],
			queued: true,
		};
		const { results } = result;
		const { number_of_actions_attempted, number_of_actions_succeeded } = result;
		for (const good of [
			result,
			{ results },
			{ results: null, number_of_actions_attempted, number_of_actions_succeeded },
			{ number_of_actions_attempted, number_of_actions_succeeded },
			{ results, number_of_actions_attempted: null, number_of_actions_succeeded: null },
		]) {
			expect(remediationResultSchema.parse(good)).toEqual(good);
		}
		for (const bad of [
			'',
			[],
			{ ...result, results: {} },
			{ ...result, results: [7] },
			{ ...result, number_of_actions_attempted: '2' },
		]) {
			expect(remediationResultSchema.safeParse(bad).success).toBe(false);
		}
	});
});

describe('requests', () => {
	it('a member is an address or a domain, exactly one', () => {
		const accepts = (member: unknown) => memberSchema.safeParse(member).success;
		expect(accepts({ address: 'a@x.example' })).toBe(true);
		expect(accepts({ domain: '@x.example' })).toBe(true);
		expect(accepts({ address: '@x.example' })).toBe(false);
		expect(accepts({ address: 'nobody' })).toBe(false);
		expect(accepts({ domain: 'x.example' })).toBe(false);
		expect(accepts({ domain: '@' })).toBe(false);
		expect(accepts({ address: 'a@x.example', domain: '@x.example' })).toBe(false);
		expect(accepts({})).toBe(false);
	});

	it('1 to 100 members at a time', () => {
		const of = (count: number) => ({
			members: Array.from({ length: count }, () => ({ address: 'a@x' })),
		});
		const accepts = (count: number) => membersRequestSchema.safeParse(of(count)).success;
		expect([accepts(0), accepts(1), accepts(100), accepts(101)]).toEqual([
			false,
			true,
			true,
			false,
		]);
	});

	it('nothing is sent that the API does not know', () => {
		expect(groupRequestSchema.safeParse({ name: 'x', id: 1 }).success).toBe(false);
		expect(groupRequestSchema.safeParse({ name: '' }).success).toBe(false);
		expect(remediationRequestSchema.safeParse({ event_id: 'e', force: true }).success).toBe(false);
		expect(remediationRequestSchema.safeParse({ event_id: '' }).success).toBe(false);
	});
});
