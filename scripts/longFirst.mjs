// Jest's order of the tests that run n8n: the longest files first, so that no lane works alone at the end.
// Without this a fresh clone, which knows no durations yet, would go by the files' sizes.
import Sequencer from '@jest/test-sequencer';
import path from 'node:path';

/** By how long they take; where a file is not named, it takes less than a minute. */
const longest = [
	...['work', 'browser', 'jiraTickets', 'faults', 'userResponses', 'queue', 'kill', 'hostileTexts'],
	...[
		'manyPortals',
		'agentInjections',
		'errorWorkflow',
		'syncRestart',
		'killPublishing',
		'playbooks',
	],
	...['burstPlaybook', 'teamsAlerts', 'siemEvents', 'agent'],
];

export default class LongFirst extends Sequencer {
	sort(tests) {
		const place = (test) => {
			const at = longest.indexOf(path.basename(test.path, '.test.cjs'));
			return at < 0 ? longest.length : at;
		};
		// `toSorted` keeps Jest's own order of what has the same place.
		return super.sort(tests).toSorted((one, other) => place(one) - place(other));
	}
}
