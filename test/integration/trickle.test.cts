/**
 * An answer whose body trickles in, a byte at a time, and never ends: gateways that scan do that, and the time-out of
 * n8n's helper, which counts silence only, never comes. Every request ends all the same.
 */
import { portOf } from '@test/listening.cjs';
import { everyOperation, type Operation } from '@test/unit/nodes/everyNode.cjs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { z } from 'zod';

import { ProofpointAudit } from '@nodes/Audit/ProofpointAudit.node';
import { ProofpointTrigger } from '@nodes/Trigger/ProofpointTrigger.node';

import { runNode, type CredentialData } from './host.cjs';
import { Poller } from './poller.cjs';

const pageOf = (results: unknown[]) =>
	JSON.stringify({ checkpoint: 'c', additional_results: false, results });

/** A portal that trickles until it `heals`. */
async function startPortal(page = pageOf([])) {
	let trickles = true;
	let requests = 0;
	const server = createServer((request, response) => {
		request.resume();
		requests++;
		response.writeHead(200, { 'content-type': 'application/json' });
		if (!trickles) return response.end(page);
		const timer = setInterval(() => response.write(' '), 50);
		return response.on('close', () => clearInterval(timer));
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const credential: CredentialData = {
		portalUrl: `http://127.0.0.1:${portOf(server)}`,
		apiToken: 't0ken-of-the-test',
		allowCustomHost: true,
	};
	return {
		credential,
		requests: () => requests,
		heal: () => (trickles = false),
		stop() {
			server.closeAllConnections();
			server.close();
		},
	};
}

/** What the node says when it fails; fails itself when the node does not end in time. */
async function saidBy(running: Promise<unknown>, withinMs: number): Promise<string> {
	const failed = running.then(
		() => 'it succeeded',
		(error: unknown) =>
			error instanceof Error
				? `${error.message}. ${'description' in error ? String(error.description) : ''}`
				: 'no error',
	);
	return await Promise.race([failed, delay(withinMs, 'it has not ended', { ref: false })]);
}

async function play({ node, resource, option }: Operation) {
	const portal = await startPortal();
	const operation = String(option.value);
	try {
		const running = runNode({
			nodeType: node,
			parameters: {
				resource,
				operation,
				eventId: `defender::inbound-${'0a'.repeat(32)}`,
				groupId: { __rl: true, mode: 'id', value: '1' },
				name: 'A group',
				members: 'one@acme.example',
				createdAfter: '2026-01-01T00:00:00Z',
				...(operation === 'deleteFromInbox' ? { options: { fromQuarantineToo: true } } : {}),
			},
			credential: portal.credential,
			// Long enough for a request to arrive on a busy machine.
			requestOptions: { timeout: 3_000 },
		});
		return { said: await saidBy(running, 60_000), requests: portal.requests() };
	} finally {
		portal.stop();
	}
}

test('every operation: a read is tried again and gives up, a write is sent once and is "not known"', async () => {
	const played = await Promise.all(
		everyOperation().map(async (operation) => [operation, await play(operation)] as const),
	);
	for (const [{ folder, option }, { said, requests }] of played) {
		const name = `${folder}, ${String(option.value)}`;
		expect([name, said]).toEqual([name, expect.stringMatching(/did not respond in time/)]);
		expect([name, requests]).toEqual([name, /not known whether/.test(said) ? 1 : 4]);
	}
	expect(played.filter(([, { requests }]) => requests === 1).length).toBeGreaterThan(5);
}, 90_000);

test('the places of a portal are free again', async () => {
	const portal = await startPortal();
	const list = (timeout: number) =>
		runNode({
			nodeType: new ProofpointAudit(),
			parameters: { operation: 'getPage' },
			credential: portal.credential,
			requestOptions: { timeout },
		});
	try {
		const stuck = Array.from({ length: 4 }, () => saidBy(list(300), 60_000));
		while (portal.requests() < 4) await delay(20);
		portal.heal();
		expect(await saidBy(list(5_000), 30_000)).toBe('it succeeded');
		expect(await Promise.all(stuck)).toEqual(Array(4).fill('it succeeded'));
	} finally {
		portal.stop();
	}
}, 90_000);

test('a poll ends within its budget, and the next one polls', async () => {
	const portal = await startPortal();
	const trigger = new Poller(
		new ProofpointTrigger(),
		{ event: 'auditEntryCreated', startFrom: 'beginning' },
		portal.credential,
		{ budgetMs: 2_000 },
	);
	try {
		// Publishing goes on without its first poll.
		expect(await saidBy(trigger.poll(), 30_000)).toBe('it succeeded');
		expect(await saidBy(trigger.poll(), 30_000)).toMatch(/did not respond in time/);
		portal.heal();
		const before = portal.requests();
		expect(await trigger.poll()).toEqual([]);
		expect(portal.requests()).toBeGreaterThan(before);
	} finally {
		portal.stop();
	}
}, 90_000);

test('what was answered in time is not kept until the time-out', async () => {
	const entries = Array.from({ length: 100 }, (_, id) => ({
		id: String(id),
		created_at: '2026-01-01T00:00:00Z',
		notes: Array.from({ length: 800 }, (_note, at) => `${id} ${at} abcdef`),
	}));
	const portal = await startPortal(pageOf(entries));
	portal.heal();
	setFlagsFromString('--expose-gc');
	const collect = z.custom<() => void>().parse(runInNewContext('gc'));
	const usedMb = () => {
		collect();
		return process.memoryUsage().heapUsed / 1e6;
	};
	const list = async () =>
		await runNode({
			nodeType: new ProofpointAudit(),
			parameters: { operation: 'getPage' },
			credential: portal.credential,
		});
	try {
		await list();
		const before = usedMb();
		for (let request = 0; request < 15; request++) await list();
		// Kept, they would be 45.
		expect(usedMb() - before).toBeLessThan(15);
	} finally {
		portal.stop();
	}
}, 60_000);
