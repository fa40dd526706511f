/** Jest runs what `npm run build` compiled, so that the tests see the same types and aliases as the rest. */
module.exports = {
	rootDir: 'build',
	testEnvironment: '<rootDir>/../test/environment.mjs',
	// Nothing to translate: Babel, which Jest would take, costs seconds.
	transform: {},
	testMatch: ['<rootDir>/test/**/*.test.cjs'],
	// The host's packages load slowly; each test file says itself when it needs longer than this.
	testTimeout: 30_000,
	// As many as the two cores that we count on.
	maxWorkers: 2,
};
