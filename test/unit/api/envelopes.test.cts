import type { ListEndpointName } from '@nodes/shared/api/endpoints';
import { readGroupMetadata, readPage } from '@nodes/shared/api/envelopes';

const records = [{ id: 1, anything: { goes: ['through'] } }, { id: 2 }];
const plain: ListEndpointName[] = ['events', 'monitoredUsers', 'audits', 'companyRisk'];
const group = (more = {}) => ({
	checkpoint: 'c',
	additional_results: true,
	results: { metadata: { id: 7, name: 'Leavers' }, members: records },
	...more,
});

describe('readPage', () => {
	it.each(plain)('%s wraps its records in "results"', (endpoint) => {
		const body = {
			checkpoint: 'c',
			additional_results: true,
			results: records,
			status: 'new field',
		};
		expect(readPage(endpoint, body)).toEqual({
			records,
			checkpoint: 'c',
			more: true,
		});
	});

	it('groups are under "groups"', () => {
		const body = {
			checkpoint: 'c',
			additional_results: false,
			groups: records,
		};
		expect(readPage('groups', body)).toEqual({
			records,
			checkpoint: 'c',
			more: false,
		});
		expect(
			readPage('groups', {
				checkpoint: 'c',
				additional_results: false,
				results: records,
			}),
		).toBeUndefined();
	});

	it('members are within the group, beside its metadata', () => {
		expect(readPage('group', group())).toEqual({
			records,
			checkpoint: 'c',
			more: true,
		});
		expect(readGroupMetadata(group())).toEqual({ id: 7, name: 'Leavers' });
		expect(readGroupMetadata({ results: [] })).toBeUndefined();
		expect(readPage('group', { ...group(), results: records })).toBeUndefined();
	});

	const about = (id: unknown) => group({ results: { metadata: { id }, members: records } });

	it.each([
		['7', 7],
		['7', '7'],
		['07', ' 007 '],
		['7', undefined],
		['7', null],
		['9007199254740993', '9007199254740993'],
		['9007199254740993', Number('9007199254740993')],
	])('the group %s is the one with the ID %j', (id, other) => {
		expect(readPage('group', about(other), id)).toMatchObject({ records });
	});

	it.each([
		['7', 8],
		['7', '77'],
		['7', 7.5],
		['7', ''],
		['7', 'x'],
		['7', {}],
		['9007199254740993', '9007199254740992'],
		['9007199254740993', 1e20],
	])('the group %s is not the one with the ID %j', (id, other) => {
		expect(readPage('group', about(other), id)).toBeUndefined();
		expect(readPage('group', { ...about(7), id: other }, id)).toBeUndefined();
	});

	it('anomalies: "data", "has_more", and the checkpoint of the last one', () => {
		const data = [
			{ id: 'a', checkpoint: 'c1' },
			{ id: 'b', checkpoint: 'c2' },
		];
		expect(readPage('anomalies', { status: 200, has_more: true, data })).toEqual({
			records: data,
			checkpoint: 'c2',
			more: true,
		});
		expect(readPage('anomalies', { status: 200, has_more: false, data: [] })).toEqual({
			records: [],
			more: false,
		});
		// A quiet day: the list is missing, or null.
		for (const quiet of [{ status: 200 }, { status: 200, data: null }]) {
			expect(readPage('anomalies', { ...quiet, has_more: false })).toEqual({
				records: [],
				more: false,
			});
		}
		expect(readPage('anomalies', { has_more: false, data: [{ id: 'a' }] })).toEqual({
			records: [{ id: 'a' }],
			more: false,
		});
	});

	it.each([
		['missing', undefined, undefined],
		['null', null, undefined],
		['empty', '', undefined],
		['a number', 17, '17'],
		['nought', 0, '0'],
		['odd characters', '+/=%& ', '+/=%& '],
	])('a checkpoint that is %s', (_name, checkpoint, expected) => {
		const page = readPage('events', {
			checkpoint,
			additional_results: false,
			results: [],
		});
		expect(page?.checkpoint).toBe(expected);
		expect(page && 'checkpoint' in page).toBe(expected !== undefined);
	});

	it.each([
		['undefined', undefined],
		['nothing', ''],
		['HTML', '<html></html>'],
		['cut-off JSON', '{"results": ['],
		['a list', records],
		['null', null],
		['no flag', { checkpoint: 'c', results: [], groups: [], data: [] }],
		[
			'a flag that is text',
			{
				checkpoint: 'c',
				additional_results: 'false',
				has_more: 'false',
				results: [],
				groups: [],
				data: [],
			},
		],
		[
			'records that are no list',
			{
				additional_results: false,
				has_more: false,
				results: {},
				groups: {},
				data: {},
			},
		],
		[
			'records that are no objects',
			{
				additional_results: false,
				has_more: false,
				results: ['a'],
				groups: [1],
				data: [null],
			},
		],
		[
			'a checkpoint that is an object',
			{ checkpoint: {}, additional_results: false, results: [], groups: [] },
		],
	])('%s is no page of any list', (_name, body) => {
		for (const endpoint of [...plain, 'groups' as const, 'group' as const, 'anomalies' as const]) {
			expect(readPage(endpoint, body)).toBeUndefined();
		}
	});

	it('records pass through untouched: the very same objects', () => {
		const page = readPage('events', {
			additional_results: false,
			results: records,
		});
		expect(page?.records[0]).toBe(records[0]);
	});
});
