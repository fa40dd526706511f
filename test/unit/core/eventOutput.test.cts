import { fieldsIn } from '@nodes/shared/core/eventRecord';
import type { ApiRecord } from '@nodes/shared/api/contract';
import { fieldsOf, hasField, outputModes, readOutput } from '@nodes/shared/core/eventOutput';
import { simpleEvent } from '@nodes/shared/core/simpleEvent';

const event: ApiRecord = {
	id: 'e1',
	subject: null,
	details: { from: 'a@x', recipients: { to: ['b@x'], all: ['b@x', 'c@x'] } },
	results: [{ user: 'a', error: null, more: 1 }, { user: 'b' }, null],
	flag: false,
	...fieldsIn(JSON.parse('{"__proto__": {"polluted": true}, "list": {"__proto__": 1}}')),
};

function read(output: unknown, fields?: unknown) {
	return readOutput(output, () => fields);
}

describe('fieldsOf', () => {
	it('keeps the nesting and the order that was asked for', () => {
		const fields = fieldsOf(event, ['details.recipients.to', 'flag', 'id', 'details.from']);
		expect(fields).toEqual({
			details: { recipients: { to: ['b@x'] }, from: 'a@x' },
			flag: false,
			id: 'e1',
		});
		expect(Object.keys(fields)).toEqual(['details', 'flag', 'id']);
	});

	it('takes the field of each entry of a list', () => {
		expect(fieldsOf(event, ['results.error', 'results.user'])).toEqual({
			results: [
				{ error: null, user: 'a' },
				{ error: null, user: 'b' },
				{ error: null, user: null },
			],
		});
	});

	it('a whole value beside a part of it is the whole value, in either order', () => {
		const whole = { details: event.details };
		expect(fieldsOf(event, ['details', 'details.from'])).toEqual(whole);
		expect(fieldsOf(event, ['details.from', 'details'])).toEqual(whole);
	});

	it('what the event does not have is null, so that all items have the same fields', () => {
		const paths = [
			'subject',
			'nowhere',
			'no.where',
			'id.deeper',
			'toString',
			'details.constructor',
		];
		expect(fieldsOf(event, paths)).toEqual({
			subject: null,
			nowhere: null,
			no: { where: null },
			id: { deeper: null },
			toString: null,
			details: { constructor: null },
		});
	});

	it('a field of any name is only a field', () => {
		const fields = fieldsOf(event, ['__proto__.polluted', 'list.__proto__']);
		expect(Object.getPrototypeOf(fields)).toBe(Object.prototype);
		expect(Object.keys(fields)).toEqual(['__proto__', 'list']);
		expect(Reflect.get({}, 'polluted')).toBeUndefined();
	});
});

describe('hasField', () => {
	it.each([
		['id', true],
		['subject', true],
		['details.recipients.all', true],
		['results.error', true],
		['results.nowhere', false],
		['details.nowhere', false],
		['subjct', false],
		['toString', false],
		['id.length', false],
	])('%s: %s', (path, expected) => {
		expect(hasField(event, path)).toBe(expected);
	});
});

describe('readOutput', () => {
	it('shapes as the mode says', () => {
		const shaped = (output: unknown, fields?: unknown) => {
			const mode = read(output, fields);
			if (!mode.ok) throw new Error(`refused: ${mode.label}`);
			return mode.shape(event);
		};
		expect(shaped('raw')).toBe(event);
		expect(shaped('simple')).toEqual(simpleEvent(event));
		expect(shaped(' Simple ')).toEqual(simpleEvent(event));
		expect(shaped('fields', 'id, details.from')).toEqual({ id: 'e1', details: { from: 'a@x' } });
		expect(shaped('fields', ['id', ' flag '])).toEqual({ id: 'e1', flag: false });
	});

	it('asks for the fields only where they are shown', () => {
		for (const mode of outputModes) {
			const asked = jest.fn(() => 'id');
			readOutput(mode, asked);
			expect(asked).toHaveBeenCalledTimes(mode === 'fields' ? 1 : 0);
		}
	});

	it('names the paths, each once', () => {
		expect(read('fields', 'id, a . b,id')).toMatchObject({ paths: ['id', 'a.b'] });
	});

	it.each([undefined, null, '', true, 'simplify', ['raw']])('refuses the output %j', (given) => {
		expect(read(given)).toMatchObject({ ok: false, label: 'Output', given });
	});

	it.each([undefined, null, '', [], {}, 'a..b', '.a', 'a.', true])(
		'refuses the fields %j',
		(given) => {
			expect(read('fields', given)).toMatchObject({ ok: false, label: 'Fields', given });
		},
	);
});
