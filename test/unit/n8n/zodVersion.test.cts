/** Which zod the nodes meet here: npm test runs these tests twice, on the zod of n8n 2 and on the next major version. */
import { z } from 'zod';

it('is the one that was asked for', () => {
	const isNext = '_zod' in z.string();
	expect(isNext).toBe(process.env.PROOFPOINT_ZOD === '4');
});
