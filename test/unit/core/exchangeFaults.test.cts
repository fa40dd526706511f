import type { Reply } from '@nodes/shared/core/exchange';
import { askOnce, ok, refusal } from './scriptedApi.cjs';

describe('faults', () => {
	const cut: Reply = { networkCode: 'ECONNRESET' };
	const noWay: Reply = { networkCode: 'EAI_AGAIN' };

	it.each([500, 502, 503, 504, 408])('%i is repeated for a GET', async (status) => {
		const failing: Reply = { status, headers: {}, body: '' };
		const { answer, sentAt } = await askOnce([failing, failing, ok]);
		expect(answer.ok).toBe(true);
		expect(sentAt).toHaveLength(3);
	});

	it.each([500, 502, 503, 504, 408])('%i is never repeated for a write', async (status) => {
		const { answer, sentAt } = await askOnce([{ status, headers: {}, body: '' }, ok], {
			secrets: [],
			readOnly: false,
		});
		expect(answer).toMatchObject({ ok: false, fault: { status } });
		expect(sentAt).toHaveLength(1);
	});

	it('a cut connection is repeated for a GET, never for a write', async () => {
		expect((await askOnce([cut, ok])).sentAt).toHaveLength(2);
		const write = await askOnce([cut, ok], { readOnly: false });
		expect(write.sentAt).toHaveLength(1);
		expect(write.answer).toMatchObject({
			ok: false,
			fault: { kind: 'network', sent: true },
		});
	});

	it('a write is repeated where the request certainly never left', async () => {
		const { answer, sentAt } = await askOnce([noWay, ok], { readOnly: false });
		expect(answer.ok).toBe(true);
		expect(sentAt).toHaveLength(2);
	});

	it('four tries, then the fault, with the time that it took', async () => {
		const { answer, sentAt, time } = await askOnce([{ status: 503, headers: {}, body: '' }]);
		expect(sentAt).toHaveLength(4);
		expect(answer).toMatchObject({
			ok: false,
			fault: { status: 503, waitedMs: time.passed },
		});
	});

	it('a 503 with Retry-After is left alone for that long', async () => {
		const { sentAt } = await askOnce([
			{ status: 503, headers: { 'retry-after': '20' }, body: '' },
			ok,
		]);
		expect(sentAt[1]).toBe(20_050);
	});

	it('does not wait past the patience of the caller', async () => {
		const { answer, time } = await askOnce([{ status: 503, headers: {}, body: '' }], {
			patienceMs: 1_600,
		});
		expect(answer.ok).toBe(false);
		expect(time.passed).toBeLessThanOrEqual(1_600 + 100);
		const none = await askOnce([refusal({ 'retry-after': '1' }), ok], {
			patienceMs: 0,
		});
		expect(none.answer).toMatchObject({
			ok: false,
			fault: { status: 429, retryAfterMs: 1000 },
		});
		expect(none.sentAt).toHaveLength(1);
	});

	it.each([400, 401, 403, 404, 410, 301, 302])('%i is final', async (status) => {
		const { answer, sentAt } = await askOnce([{ status, headers: {}, body: '' }, ok]);
		expect(sentAt).toHaveLength(1);
		expect(answer).toMatchObject({ ok: false, fault: { status } });
	});

	it.each(['ENOTFOUND', 'CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT'])(
		'%s is not waited for',
		async (networkCode) => {
			expect((await askOnce([{ networkCode }, ok])).sentAt).toHaveLength(1);
		},
	);

	it.each([
		['a web page', '<!DOCTYPE html><html>', 'html', 1],
		['cut-off JSON', '{"results": [{"id', 'truncated', 4],
		['plain text', 'OK', 'text', 1],
		['another envelope', { items: [] }, 'envelope', 1],
		['nothing', '', 'text', 1],
	])('%s with status 200 is a fault', async (_name, body, what, tries) => {
		const { answer, sentAt } = await askOnce([{ status: 200, headers: {}, body }], {
			read: () => undefined,
		});
		expect(answer).toMatchObject({
			ok: false,
			fault: { kind: 'unreadable', what },
		});
		expect(sentAt).toHaveLength(tries);
	});

	it('keeps what the API said when it is readable, never HTML', async () => {
		const said = async (body: unknown) => {
			const { answer } = await askOnce([{ status: 400, headers: {}, body }]);
			return !answer.ok && answer.fault.kind === 'status' ? answer.fault.detail : 'no fault';
		};
		expect(await said({ detail: 'limit  must be\nat least 2' })).toBe('limit must be at least 2');
		expect(await said('plain words')).toBe('plain words');
		expect(await said('<html><body>nginx</body></html>')).toBeUndefined();
		expect(await said({ message: '<b>no</b>' })).toBeUndefined();
		expect(await said({})).toBeUndefined();
		expect(await said(null)).toBeUndefined();
		expect((await said('x'.repeat(5000)))?.length).toBe(200);
		expect(
			await said({
				type: 'about:blank',
				title: 'Bad Request',
				status: 400,
				detail: 'field {"limit": 1} is "too" small',
			}),
		).toBe('field {"limit": 1} is "too" small');
		expect(await said({ title: 'Forbidden', status: 403 })).toBe('Forbidden');
		expect(
			await said({ detail: [{ loc: ['body', 'name'], msg: 'is missing' }, { msg: 'is long' }] }),
		).toBe('is missing; is long');
		expect(await said({ error: { message: 'nested' } })).toBe('nested');
		expect(await said({ errors: [{ detail: 'listed' }] })).toBe('listed');
		expect(await said('no member <a@example.com> here')).toBe('no member <a@example.com> here');
		expect(await said('it said: <!DOCTYPE html><p>x')).toBeUndefined();
		expect(await said('<img src=x onerror=alert(1)')).toBeUndefined();
		expect(await said('{"detail": "cut of')).toBeUndefined();
		expect(await said({ detail: '<script>x</script>', title: 'Bad Request' })).toBe('Bad Request');
		expect(await said(`${'x'.repeat(198)}😀 and more`)).toBe(`${'x'.repeat(198)}…`);
	});

	it('hands on the time of the server', async () => {
		const headers = { date: 'Sat, 31 Jan 2026 12:10:00 GMT' };
		const { answer } = await askOnce([{ status: 200, headers, body: {} }]);
		expect(answer).toMatchObject({
			ok: true,
			serverTime: Date.parse('2026-01-31T12:10:00Z'),
		});
	});
});
