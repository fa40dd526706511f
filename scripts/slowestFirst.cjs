/**
 * Jest's order of test files: the longest first, so that the last one does not run alone. Jest knows the times only on a
 * machine where it has run before.
 */
const { default: Sequencer } = require('@jest/test-sequencer');

const longest = [
	'/browser/',
	'/faults/',
	'/kill.',
	'/queue.',
	'/trigger.',
	'/releaseModes.',
	'/playbooks.',
];

module.exports = class SlowestFirst extends Sequencer {
	sort(tests) {
		const rank = ({ path }) => {
			const place = longest.findIndex((part) => path.includes(part));
			return place === -1 ? longest.length : place;
		};
		return [...tests].sort((one, other) => rank(one) - rank(other));
	}
};
