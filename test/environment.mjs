// Jest's Node environment with a global object as Node itself has one. Jest's own is a proxy behind interceptors, so that it can
// clean up after itself: each look-up of a global (`Math`, `Buffer`, `Date`) goes through both, and the tests take a third longer.
import { TestEnvironment } from 'jest-environment-node';
import vm from 'node:vm';

const { createContext } = vm;

export default class PlainGlobals extends TestEnvironment {
	constructor(...about) {
		vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY);
		try {
			super(...about);
		} finally {
			vm.createContext = createContext;
		}
	}
}
