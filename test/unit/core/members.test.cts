import { memberSchema } from '@nodes/shared/api/contract';
import { batches, readMembers } from '@nodes/shared/core/members';

describe('readMembers', () => {
	const three = [
		{ address: 'alice@example.com' },
		{ domain: '@partner.example' },
		{ address: 'b@c.d' },
	];

	it.each([
		['commas', 'alice@example.com,@partner.example,b@c.d'],
		['semicolons and blanks', ' alice@example.com ; @partner.example  b@c.d '],
		['new lines', 'alice@example.com\n@partner.example\r\nb@c.d\n'],
		['empty pieces', ',,alice@example.com,\n\n,@partner.example,;b@c.d,'],
		['an array', ['alice@example.com', '@partner.example', 'b@c.d']],
		['an array of lists', ['alice@example.com, @partner.example', ['b@c.d', '']]],
		['the API’s own objects', three],
		[
			'repeated ones',
			'alice@example.com @partner.example b@c.d alice@example.com @partner.example',
		],
	])('%s', (_name, given) => {
		expect(readMembers(given)).toEqual({ ok: true, members: three });
	});

	it('what it accepts, the API’s schema accepts', () => {
		const list = readMembers('alice@example.com @partner.example "odd@local"@x.example');
		expect(list.ok).toBe(true);
		for (const member of list.ok ? list.members : [])
			expect(memberSchema.safeParse(member).success).toBe(true);
	});

	it.each(['', '  ', ',;\n', [], [''], null, undefined])('%p is an empty list', (given) => {
		expect(readMembers(given)).toEqual({ ok: true, members: [] });
	});

	it.each([
		['no @', 'alice', ['alice']],
		['only an @', '@', ['@']],
		['nothing behind it', 'alice@', ['alice@']],
		['two @ at the front', '@@example.com', ['@@example.com']],
		['a number', [42], ['42']],
		['true', [true], ['true']],
		['an object of another shape', [{ name: 'x' }], ['{"name":"x"}']],
		['one bad among good', 'alice@example.com bob @partner.example eve', ['bob', 'eve']],
	])('%s refuses the whole list', (_name, given, bad) => {
		expect(readMembers(given)).toEqual({ ok: false, bad });
	});
});

describe('batches', () => {
	it.each([
		[0, []],
		[1, [1]],
		[100, [100]],
		[101, [100, 1]],
		[250, [100, 100, 50]],
	])('%i members', (count, sizes) => {
		const list = Array.from({ length: count }, (_, index) => index);
		const parts = batches(list);
		expect(parts.map((part) => part.length)).toEqual(sizes);
		expect(parts.flat()).toEqual(list);
	});
});
