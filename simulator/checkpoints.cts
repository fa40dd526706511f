import { hash } from './random.cjs';

/** The lists that have checkpoints; one of another list is refused. */
const checkpointKinds = [
	'events',
	'groups',
	'group',
	'monitoredUsers',
	'anomalies',
	'audits',
	'companyRisk',
] as const;
export type CheckpointKind = (typeof checkpointKinds)[number];

/** What a checkpoint stands for. `part` is the group's id or the anomalies' day, else 0. */
export interface Place {
	kind: CheckpointKind;
	part: number;
	position: number;
}

/** Endings that break a client which puts the checkpoint into a URL without encoding it. */
const endings = ['', '', '', '=', '==', '+', '/+', '%', '%2B', '&limit=1', '&', '#', '%&=+'];
const size = 18;
const text = Math.ceil(size / 3) * 4;

/**
 * Makes and reads checkpoints: opaque texts with a check sum, so that invented, foreign and expired
 * ones are told from good ones without a table of those handed out.
 */
export class Checkpoints {
	private generation = 0;
	private nonce = 0;
	private readonly numbers = new Map<string, Place>();

	constructor(private readonly seed: number) {}

	/**
	 * @param fresh true makes a text that differs from the usual one of the same place
	 * @returns the checkpoint of a place
	 */
	encode(place: Place, fresh = false): string {
		if (fresh) this.nonce++;
		return this.write(place, this.generation, fresh ? this.nonce : 0);
	}

	/** @returns a checkpoint of the place that is a JSON number; its digits are accepted later */
	encodeNumber(place: Place): number {
		const number = 4_000_000_000 + this.numbers.size;
		this.numbers.set(String(number), place);
		return number;
	}

	/**
	 * @returns the position behind a checkpoint, or undefined when it is invented, expired or of
	 * another list
	 */
	decode(kind: CheckpointKind, part: number, checkpoint: string): number | undefined {
		const number = this.numbers.get(checkpoint);
		if (number) return number.kind === kind && number.part === part ? number.position : undefined;
		const bytes = Buffer.from(checkpoint.slice(0, text), 'base64');
		if (bytes.length !== size) return undefined;
		this.mask(bytes);
		const place = {
			kind,
			part: bytes.readUInt32BE(11),
			position: bytes.readUIntBE(5, 6),
		};
		const written = this.write(place, this.generation, bytes.readUInt16BE(3));
		return place.part === part && written === checkpoint ? place.position : undefined;
	}

	/** @returns the day or group that a checkpoint of the list belongs to, or undefined */
	partOf(kind: CheckpointKind, checkpoint: string): number | undefined {
		const bytes = Buffer.from(checkpoint.slice(0, text), 'base64');
		if (bytes.length !== size) return this.numbers.get(checkpoint)?.part;
		this.mask(bytes);
		const part = bytes.readUInt32BE(11);
		return this.decode(kind, part, checkpoint) === undefined ? undefined : part;
	}

	/** From now on every checkpoint handed out before is refused. */
	expire(): void {
		this.generation = (this.generation + 1) % 65536;
		this.numbers.clear();
	}

	private write(place: Place, generation: number, nonce: number): string {
		const bytes = Buffer.alloc(size);
		const kind = checkpointKinds.indexOf(place.kind);
		bytes.writeUInt8(kind, 0);
		bytes.writeUInt16BE(generation, 1);
		bytes.writeUInt16BE(nonce % 65536, 3);
		bytes.writeUIntBE(place.position, 5, 6);
		bytes.writeUInt32BE(place.part, 11);
		const sum = hash(this.seed, ...bytes.subarray(0, 15));
		bytes.writeUIntBE(sum & 0xffffff, 15, 3);
		this.mask(bytes);
		return bytes.toString('base64') + (endings[(sum & 0xffffff) % endings.length] ?? '');
	}

	/** Covers the bytes with a stream that the check sum starts; doing it twice uncovers them. */
	private mask(bytes: Buffer): void {
		const start = hash(this.seed, bytes.readUIntBE(15, 3));
		for (let at = 0; at < 15; at++) {
			bytes.writeUInt8(bytes.readUInt8(at) ^ (hash(start, at) & 0xff), at);
		}
	}
}
