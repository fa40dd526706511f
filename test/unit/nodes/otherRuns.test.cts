/** Whom another run of a node gave out, by what its rows say. */
import { listedInOtherRun } from '@nodes/Group/member/otherRuns';
import { RunData } from '@nodes/Group/member/runData';

const member = (address: string) => ({ address });
const ann = 'ann@acme.example';

/** What is found when the last run has Ann, the one before a text, and Sync would remove someone. */
function foundIn(text: string, removed: string) {
	const runs = [text, ann].map((email) => ({ data: { main: [[{ json: { email } }]] } }));
	const data = new RunData({ runExecutionData: { resultData: { runData: { Page: runs } } } });
	const runsOf = () => ({ here: new Set([1]), from: 0 });
	const pages = new Set(['Page']);
	return listedInOtherRun(data, pages, runsOf, [member(ann)], [member(removed)])?.members;
}

it.each([
	['bob@acme.example', 'bob@acme.example'],
	['Bob <bob@acme.example>, "Kim" <kim@acme.example>', 'kim@acme.example'],
	["sean.o'brien@acme.example", "sean.o'brien@acme.example"],
	["'bob@acme.example','kim@acme.example'", 'kim@acme.example'],
	['BOB@Acme.Example', 'bob@acme.example'],
	['mailto:bob@acme.example?subject=x', 'bob@acme.example'],
])('a row with %j names %s', (text, removed) => {
	expect(foundIn(text, removed)).toEqual([member(removed)]);
});

it('somebody who is in no row is not found', () => {
	expect(foundIn('kim@acme.example', 'bob@acme.example')).toBeUndefined();
	expect(foundIn('', 'bob@acme.example')).toBeUndefined();
});
