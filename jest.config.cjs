/** Jest runs what `npm run build` compiled, so that the tests see the same types and aliases as the rest. */
module.exports = {
	rootDir: 'build',
	testEnvironment: 'node',
	// Nothing to translate: Babel, which Jest would take, costs seconds.
	transform: {},
	// In Jest's sandbox each look-up of a global is slow: these come as parameters of each module, and the tests take a third of the
	// time. Not what tests replace (`Date`, timers), and not what a package declares for itself (`Buffer`, `TypeError`).
	sandboxInjectedGlobals: [
		'Array',
		'BigInt',
		'Boolean',
		'Error',
		'Int32Array',
		'Intl',
		'JSON',
		'Map',
		'Math',
		'Number',
		'Object',
		'Promise',
		'Proxy',
		'Reflect',
		'RegExp',
		'Set',
		'String',
		'Symbol',
		'Uint8Array',
		'WeakMap',
		'WeakSet',
		'decodeURIComponent',
		'encodeURIComponent',
		'isFinite',
		'isNaN',
		'parseFloat',
		'parseInt',
	],
	testMatch: ['<rootDir>/test/**/*.test.cjs'],
	// The host's packages load slowly; each test file says itself when it needs longer than this.
	testTimeout: 30_000,
	// As many as the two cores that we count on.
	maxWorkers: 2,
};
