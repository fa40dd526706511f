/**
 * Connections that break, on real sockets through n8n's own helper: what is certainly not sent may be repeated, and
 * what broke after the request had arrived is one request and "not known".
 */
import { portOf } from '@test/listening.cjs';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type SecureVersion, type TLSSocket } from 'node:tls';

import type { IDataObject, INodeParameters, INodeType } from 'n8n-workflow';

import { ProofpointGroup } from '@nodes/Group/ProofpointGroup.node';
import { ProofpointRemediation } from '@nodes/Remediation/ProofpointRemediation.node';
import { makeCertificate } from '@simulator/certificate.cjs';
import { runNode } from './host.cjs';

/** How a connection ends once the whole request has been read. */
type Break = (socket: TLSSocket, raw: Socket) => void;

/** A TLS record of application data with a broken seal. */
const brokenRecord = Buffer.concat([
	Buffer.from([0x17, 0x03, 0x03, 0x00, 0x40]),
	Buffer.alloc(64, 7),
]);
/** The beginning of a record of a version that never was. */
const otherVersion = Buffer.from([0x17, 0x02, 0x00, 0x00, 0x02, 0x02, 0x0a]);
/** An alert in plain text: "unexpected message". */
const plainAlert = Buffer.from([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x0a]);

const breaks: Record<string, Break> = {
	'a TLS record with a broken seal': (_socket, raw) => raw.write(brokenRecord),
	'plain HTTP in the midst of TLS': (_socket, raw) => raw.write('HTTP/1.1 200 OK\r\n\r\n'),
	'a record of another version of TLS': (_socket, raw) => raw.write(otherVersion),
	'an alert in plain text': (_socket, raw) => raw.write(plainAlert),
	'a reset': (_socket, raw) => raw.resetAndDestroy(),
	'an end without an answer': (socket) => socket.end(),
	'a cut without a word': (socket) => socket.destroy(),
	'half an answer': (socket) => {
		socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"number_of');
		setTimeout(() => socket.destroy(), 20);
	},
	'an answer that is no HTTP': (socket) => socket.end('\u0000\u0001 nonsense\r\n\r\n'),
};

async function listen(server: Server): Promise<number> {
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return portOf(server);
}

/** A portal behind TLS that reads each request to its end and then breaks the connection. */
async function startPortal(breakIt: Break, maxVersion: SecureVersion = 'TLSv1.3') {
	const { cert, key } = makeCertificate();
	let requests = 0;
	const raws = new Map<number | undefined, Socket>();
	const tls = createTlsServer({ cert, key, maxVersion }, (socket) => {
		let text = '';
		socket.on('error', () => undefined);
		socket.on('data', (chunk: Buffer) => {
			text += chunk.toString('latin1');
			const [head = '', body] = text.split('\r\n\r\n');
			const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
			if (body === undefined || body.length < length) return;
			text = '';
			requests++;
			const raw = raws.get(socket.remotePort);
			if (raw) breakIt(socket, raw);
		});
	});
	tls.on('connection', (raw: Socket) => raws.set(raw.remotePort, raw));
	tls.on('tlsClientError', () => undefined);
	const port = await listen(tls);
	return {
		origin: `https://127.0.0.1:${port}`,
		requests: () => requests,
		stop() {
			for (const raw of raws.values()) raw.destroy();
			tls.close();
		},
	};
}

const eventId = `defender::inbound-${'0a'.repeat(32)}`;
const member = { __rl: true, mode: 'id', value: '1' };
const writes: Array<[string, INodeType, INodeParameters]> = [
	['release', new ProofpointRemediation(), { operation: 'releaseFromQuarantine', eventId }],
	['delete a mail', new ProofpointRemediation(), { operation: 'deleteFromInbox', eventId }],
	['create a group', new ProofpointGroup(), { resource: 'group', operation: 'create', name: 'x' }],
	[
		'delete a group',
		new ProofpointGroup(),
		{ resource: 'group', operation: 'delete', groupId: member },
	],
	[
		'add a member',
		new ProofpointGroup(),
		{ resource: 'member', operation: 'add', groupId: member, members: 'a@example.com' },
	],
];

interface Told {
	message: string;
	description: string;
}

async function failureOf(
	portalUrl: string,
	[, nodeType, parameters]: (typeof writes)[number],
	requestOptions: IDataObject = { allowUnauthorizedCerts: true },
): Promise<Told> {
	const credential = { portalUrl, apiToken: 't0ken-of-the-test', allowCustomHost: true };
	try {
		await runNode({ nodeType, parameters, credential, requestOptions });
	} catch (error) {
		if (error instanceof Error && 'description' in error) {
			return { message: error.message, description: String(error.description) };
		}
		throw error;
	}
	throw new Error('it did not fail');
}

describe.each(Object.entries(breaks))('after the request was read: %s', (_name, breakIt) => {
	it.each(writes)('%s: one request, and "not known"', async (...write) => {
		for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
			const portal = await startPortal(breakIt, version);
			try {
				const { description } = await failureOf(portal.origin, write);
				expect(portal.requests()).toBe(1);
				expect(description).toMatch(/It is not known whether the action was carried out/);
			} finally {
				portal.stop();
			}
		}
	});
});

describe('before anything was sent', () => {
	const anyWrite = writes[0] ?? writes[1];
	if (!anyWrite) throw new Error('no write to try');
	const notDone = ({ description }: Told) =>
		expect(description).not.toMatch(/not known whether the action was carried out/);

	it('a name that does not exist', async () => {
		const told = await failureOf('https://no-such-host.invalid', anyWrite);
		expect(told.message).toMatch(/could not be found|could not be reached/);
		notDone(told);
	});

	it('nobody listens; tried again, since it may be a restart', async () => {
		const server = createServer();
		const port = await listen(server);
		server.close();
		const told = await failureOf(`http://127.0.0.1:${port}`, anyWrite);
		expect(told.message).toMatch(/refused the connection/);
		notDone(told);
	});

	it('nobody listens at any address of the name', async () => {
		const server = createServer();
		const port = await listen(server);
		server.close();
		const told = await failureOf(`http://localhost:${port}`, anyWrite);
		expect(told.message).toMatch(/refused the connection/);
		notDone(told);
	});

	it('a certificate that nobody trusts', async () => {
		const portal = await startPortal((socket) => socket.destroy());
		try {
			const told = await failureOf(portal.origin, anyWrite, {});
			expect(told.message).toMatch(/its certificate is not accepted$/);
			expect(portal.requests()).toBe(0);
			notDone(told);
		} finally {
			portal.stop();
		}
	});

	it('a port that does not speak TLS: the code tells no phase, so it is not known', async () => {
		const plain = createServer((socket) => {
			socket.on('error', () => undefined);
			socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
		});
		const port = await listen(plain);
		try {
			const told = await failureOf(`https://127.0.0.1:${port}`, anyWrite);
			expect(told.message).toMatch(/^The secure connection to 127\.0\.0\.1:\d+ failed/);
			expect(told.description).toMatch(/not known whether/);
		} finally {
			plain.close();
		}
	});
});
