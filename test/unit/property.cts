/**
 * fast-check with a fixed seed, so that a test run says the same each time. `PROPERTY_SEED=random` looks for new
 * counterexamples, `PROPERTY_SEED=<number>` plays a run again; fast-check prints the seed of a failure.
 */
import * as fc from 'fast-check';

const { PROPERTY_SEED: given = '20261128' } = process.env;
export const seed = given === 'random' ? Date.now() % 2_147_483_647 : Number(given);

fc.configureGlobal({ seed });

export { fc };
