/** docs/trigger.md: each cell of the table of the guarantee has a test that plays it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { cases } from '@test/faults/cases.cjs';
import { runsOf } from '@test/faults/play.cjs';
import { triggerEvents as inFaultSuite } from '@test/faults/setting.cjs';
import { triggerEvents } from '@nodes/Trigger/events/all';

const root = path.resolve(__dirname, '../../..');
const columns = [
	'securityEventCreated',
	'securityEventCreatedOrUpdated',
	'auditEntryCreated',
	'anomalyDetected',
	'userConnectionChanged',
] as const;

/** What plays a row: cases of the fault suite by their name, for the users and beside them tests by file and title. */
interface Proof {
	row: RegExp;
	faults?: RegExp;
	hosts?: ReadonlyArray<'default' | 'durable'>;
	tests: Array<[file: string, title: string]>;
}

const histories: [string, string] = [
	'test/unit/trigger/drain.property.test.cts',
	'nothing lost, nothing doubled, nothing replayed',
];
const users: [string, string] = [
	'test/unit/trigger/users.property.test.cts',
	'every difference that stands when its page is read comes once',
];
const kills: [string, string] = [
	'test/e2e/kill.test.cts',
	'loses and doubles nothing with durable cursors',
];
const proofs: Proof[] = [
	{ row: /^Answers fail/, faults: /lasting|^empty page|^short page/, tests: [histories, users] },
	{ row: /^A poll ends early/, faults: /^at most|^budget over/, tests: [histories, users] },
	{
		row: /^Proofpoint refuses the stored checkpoint/,
		faults: /^checkpoint refused/,
		tests: [
			['test/unit/trigger/backlog.property.test.cts', 'wherever a checkpoint is refused'],
			users,
		],
	},
	{
		row: /^Records show up late/,
		tests: [
			histories,
			['test/unit/trigger/lateAudits.property.test.cts', 'none is lost and none comes twice'],
			users,
		],
	},
	{ row: /^The clock of n8n/, faults: /Date/, tests: [histories, users] },
	{
		row: /^n8n is stopped and started/,
		faults: /^restart/,
		tests: [['test/unit/trigger/restarts.test.cts', 'phase'], users],
	},
	{
		row: /killed, \*\*default storage/,
		faults: /^n8n killed in the middle/,
		hosts: ['default'],
		tests: [kills, users],
	},
	{
		row: /killed, \*\*durable cursors/,
		faults: /^n8n killed in the middle/,
		hosts: ['durable'],
		tests: [kills, users],
	},
	{
		row: /killed right after you published/,
		faults: /^n8n killed between the activation/,
		tests: [
			['test/integration/triggerStorage.test.cts', 'loses nothing'],
			['test/e2e/killPublishing.test.cts', 'when n8n is killed right after publishing'],
		],
	},
];

const page = readFileSync(path.join(root, 'docs/trigger.md'), 'utf8');
const table = page.slice(page.indexOf('| What goes wrong |')).split('\n\n')[0] ?? '';
const rows = table
	.split('\n')
	.slice(2)
	.map((line) =>
		line
			.split('|')
			.slice(1, -1)
			.map((cell) => cell.trim()),
	);

it('the table has a column for each event of the trigger', () => {
	expect([...columns].sort()).toEqual(Object.keys(triggerEvents).sort());
	expect(rows.length).toBeGreaterThan(5);
	for (const row of rows) expect(row).toHaveLength(columns.length + 1);
});

it('each row is played, and nothing else', () => {
	const played = rows.map(([row = '']) => proofs.filter((proof) => proof.row.test(row)).length);
	expect(played).toEqual(rows.map(() => 1));
	expect(proofs).toHaveLength(rows.length);
});

it.each(proofs)(
	'$row: the tests are there',
	({ faults, hosts = ['default', 'durable'], tests }) => {
		for (const [file, title] of tests) {
			expect(readFileSync(path.join(root, file), 'utf8')).toContain(title);
		}
		if (faults === undefined) return;
		const runs = runsOf(cases).filter(({ fault }) => faults.test(fault.name));
		for (const event of inFaultSuite) {
			for (const host of hosts) {
				expect(runs.filter((run) => run.event === event && run.host === host)).not.toEqual([]);
			}
		}
	},
);
