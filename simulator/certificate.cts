import { createSign, generateKeyPairSync } from 'node:crypto';

/** A certificate for 127.0.0.1 that signs itself, and its key, both as PEM. */
export interface Certificate {
	cert: string;
	key: string;
}

const tag = { integer: 2, bits: 3, octets: 4, oid: 6, utf8: 12, sequence: 48, set: 49, time: 23 };
const oids = {
	ecdsaWithSha256: [42, 134, 72, 206, 61, 4, 3, 2],
	commonName: [85, 4, 3],
	subjectAltName: [85, 29, 17],
	basicConstraints: [85, 29, 19],
};
const year = 365 * 86_400_000;

/** One DER element: tag, length, content. */
function der(type: number, ...content: Array<Buffer | number[]>): Buffer {
	const body = Buffer.concat(content.map((part) => Buffer.from(part)));
	const long = body.length > 255 ? [130, body.length >> 8, body.length & 255] : [129, body.length];
	const length = body.length < 128 ? [body.length] : long;
	return Buffer.concat([Buffer.from([type, ...length]), body]);
}

function utcTime(millis: number): Buffer {
	const text = new Date(millis).toISOString().replace(/[-:T]/g, '').slice(2, 14);
	return der(tag.time, Buffer.from(`${text}Z`));
}

/**
 * Makes a certificate for 127.0.0.1, valid for a year. Node.js can sign but not issue, so the few
 * DER elements are put together here; that spares benchmark and tests a need for openssl.
 */
export function makeCertificate(): Certificate {
	const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
	const algorithm = der(tag.sequence, der(tag.oid, oids.ecdsaWithSha256));
	const attribute = der(
		tag.sequence,
		der(tag.oid, oids.commonName),
		der(tag.utf8, Buffer.from('Proofpoint bench')),
	);
	const name = der(tag.sequence, der(tag.set, attribute));
	const altNames = der(tag.sequence, der(0x87, [127, 0, 0, 1]));
	const extensions = der(
		tag.sequence,
		der(tag.sequence, der(tag.oid, oids.subjectAltName), der(tag.octets, altNames)),
		der(
			tag.sequence,
			der(tag.oid, oids.basicConstraints),
			der(1, [255]),
			der(tag.octets, der(tag.sequence, der(1, [255]))),
		),
	);
	const now = Date.now();
	const body = der(
		tag.sequence,
		der(0xa0, der(tag.integer, [2])),
		der(tag.integer, [1, ...Buffer.from(now.toString(16).padStart(12, '0'), 'hex')]),
		algorithm,
		name,
		der(tag.sequence, utcTime(now - 86_400_000), utcTime(now + year)),
		name,
		publicKey.export({ type: 'spki', format: 'der' }),
		der(0xa3, extensions),
	);
	const signature = createSign('sha256').update(body).sign(privateKey);
	const certificate = der(tag.sequence, body, algorithm, der(tag.bits, [0], signature));
	const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
	return {
		cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
		key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
	};
}
