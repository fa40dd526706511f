/** The tests' own eyes: what they call lost, doubled and replayed. */
import { compare, isExact } from '@test/endurance/compare.cjs';

const right = { lost: [], doubled: [], replayed: [] };

it('all of it once is right, in any order', () => {
	const found = compare(['a', 'b'], ['b', 'a']);
	expect(found).toEqual({ ...right, expected: 2, delivered: 2 });
	expect(isExact(found)).toBe(true);
});

it('what is missing is lost, what comes again is doubled, as often as it is', () => {
	const found = compare(['a', 'b', 'c', 'c'], ['a', 'a', 'a', 'c']);
	expect(found).toMatchObject({ lost: ['b', 'c'], doubled: ['a', 'a'], replayed: [] });
	expect(isExact(found)).toBe(false);
});

it('what stands in the list twice has to come twice', () => {
	expect(compare(['a', 'a'], ['a', 'a'])).toMatchObject(right);
	expect(compare(['a', 'a'], ['a'])).toMatchObject({ ...right, lost: ['a'] });
});

it('what nobody waits for is replayed, and doubled too when it comes again', () => {
	expect(compare([], ['x', 'x'])).toMatchObject({ lost: [], doubled: ['x'], replayed: ['x'] });
});

it('what may come need not, and not more often than it may', () => {
	expect(compare(['a'], ['a'], ['b'])).toMatchObject(right);
	expect(compare(['a'], ['a', 'b'], ['b'])).toMatchObject(right);
	expect(compare(['a'], ['a', 'b', 'b'], ['b'])).toMatchObject({ ...right, doubled: ['b'] });
	expect(compare(['a'], ['a', 'a'], ['a'])).toMatchObject(right);
});
