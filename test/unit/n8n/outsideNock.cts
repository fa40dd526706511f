/** nock for tests that go through the host's real request helper. Importing it keeps the test file off the network. */
import { fieldsIn } from '@nodes/shared/core/eventRecord';
import { z } from 'zod';
import { runInThisContext } from 'node:vm';

import type Nock from 'nock';

// nock is an ES module, which Jest's own loader does not load; outside of Jest's sandbox Node.js does.
const isCallable = (value: unknown): boolean => typeof value === 'function';
const outside = z
	.custom<NodeJS.Process>((value) => typeof value === 'object')
	.parse(runInThisContext('process'));
const loaded: unknown = outside.getBuiltinModule('module').createRequire(__filename)('nock');
export const nock = z.custom<typeof Nock>(isCallable).parse(fieldsIn(loaded).default);

/** What nock takes for an error; one of the sandbox is not. */
export const OutsideError = z.custom<ErrorConstructor>(isCallable).parse(runInThisContext('Error'));

beforeAll(() => {
	// There is one nock per Jest worker: the test file before this one has switched it off.
	if (!nock.isActive()) nock.activate();
	nock.disableNetConnect();
});
afterEach(() => nock.cleanAll());
afterAll(() => {
	nock.enableNetConnect();
	nock.restore();
});
