/**
 * The playbooks "connection health report" and "audit trail to a SIEM", as users import them, in one real n8n: with a
 * real mail server and with a collector that refuses, loses answers and never answers.
 */
import { stopAll } from '@test/stopAll.cjs';
import { auditTrailTests } from './auditTrail.cjs';
import { connectionHealthTests } from './connectionHealth.cjs';
import { makeReportsWorld, playbooks, type ReportsWorld } from './reportsWorld.cjs';

let world: ReportsWorld;

beforeAll(async () => {
	world = await makeReportsWorld();
}, 360_000);

afterAll(async () => await stopAll(world), 120_000);

test('their ids are short enough for n8n to keep what their triggers store, and no key is inside', () => {
	for (const playbook of Object.values(playbooks)) {
		expect(playbook.id).toMatch(/^[A-Za-z0-9]{1,16}$/);
		expect(JSON.stringify(playbook)).not.toMatch(/API-Token|"password"/);
	}
});

describe('connection health report', () => connectionHealthTests(() => world));

describe('audit trail to a SIEM', () => auditTrailTests(() => world));
