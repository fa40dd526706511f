/** A mail server for tests: real SMTP on loopback, with a login, that keeps what it receives. */
import { once } from 'node:events';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';

/** One mail as a recipient would read it. */
export interface ReceivedMail {
	/** The addresses of the SMTP envelope. */
	sender: string;
	recipients: string[];
	subject: string;
	html: string;
}

/** The running server. */
export interface MailServer {
	host: string;
	port: number;
	user: string;
	password: string;
	/** Accepted mails, oldest first. */
	mails: ReceivedMail[];
	/** How many mails were refused. */
	refused: number;
	/** Refuses the next `count` mails as a server that is out of order (451). */
	refuse(count: number): void;
	/** Takes the next `count` mails in and never answers: nobody reads them. */
	hang(count: number): void;
	/** How many mails wait so. */
	hanging: number;
	/** Ends it. */
	stop(): Promise<void>;
}

/** Starts the server on a free port of loopback. Only who logs in may send. */
export async function startMailServer(): Promise<MailServer> {
	const user = 'report';
	const password = 'loopback only';
	let toRefuse = 0;
	let toHang = 0;
	const mails: ReceivedMail[] = [];
	const server = new SMTPServer({
		disabledCommands: ['STARTTLS'],
		allowInsecureAuth: true,
		onAuth(auth, _session, done) {
			const isRight = auth.username === user && auth.password === password;
			done(isRight ? null : new Error('Wrong login'), isRight ? { user } : undefined);
		},
		onData(stream, session, done) {
			const chunks: Buffer[] = [];
			stream.on('data', (chunk: Buffer) => chunks.push(chunk));
			stream.on('end', () => {
				if (toHang > 0) {
					toHang--;
					running.hanging++;
					return;
				}
				if (toRefuse > 0) {
					toRefuse--;
					running.refused++;
					done(Object.assign(new Error('Try again later'), { responseCode: 451 }));
					return;
				}
				PostalMime.parse(Buffer.concat(chunks)).then(({ subject = '', html = '' }) => {
					const { mailFrom, rcptTo } = session.envelope;
					mails.push({
						sender: mailFrom === false ? '' : mailFrom.address,
						recipients: rcptTo.map(({ address }) => address),
						subject,
						html,
					});
					done();
				}, done);
			});
		},
	});
	server.listen(0, '127.0.0.1');
	await once(server.server, 'listening');
	const address = server.server.address();
	if (address === null || typeof address === 'string')
		throw new Error('The mail server has no port');
	const running: MailServer = {
		host: '127.0.0.1',
		port: address.port,
		user,
		password,
		mails,
		refused: 0,
		refuse(count) {
			toRefuse = count;
		},
		hanging: 0,
		hang(count) {
			toHang = count;
		},
		async stop() {
			await new Promise<void>((resolve) => server.close(() => resolve()));
		},
	};
	return running;
}
