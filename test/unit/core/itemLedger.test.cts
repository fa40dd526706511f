import { ItemLedger, ranges } from '@nodes/shared/core/itemLedger';

function ledgerOf(count: number): ItemLedger {
	const ledger = new ItemLedger();
	for (let item = 0; item < count; item++) ledger.enter(item);
	return ledger;
}

describe('ItemLedger', () => {
	it('reports every item once, by what became of it', () => {
		const ledger = ledgerOf(10);
		for (const item of [0, 1, 2, 7]) ledger.settle(item, 'carriedOut');
		ledger.settle(3, 'failed');
		ledger.settle(4, 'partly', { note: '100 of 250 members were sent' });
		ledger.settle(5, 'unknown');
		for (const item of [6, 8, 9]) ledger.settle(item, 'notTried');
		expect(ledger.report()).toBe(
			'Carried out: 4 items, 0-2, 7. ' +
				'Carried out in part: 1 item, 4 (item 4: 100 of 250 members were sent). ' +
				'Not known whether carried out: 1 item, 5. ' +
				'Failed: 1 item, 3. ' +
				'Not tried: 3 items, 6, 8-9.',
		);
	});

	it('lists indexes in order, in whatever order the items ended', () => {
		const ledger = ledgerOf(5);
		for (const item of [4, 0, 3, 1, 2]) ledger.settle(item, 'carriedOut');
		expect(ledger.items('carriedOut')).toEqual([0, 1, 2, 3, 4]);
	});

	it('has failed once something failed, not because something was not tried', () => {
		const ledger = ledgerOf(3);
		expect(ledger.failed).toBe(false);
		ledger.settle(0, 'carriedOut');
		ledger.settle(1, 'notTried');
		expect(ledger.failed).toBe(false);
		ledger.settle(2, 'notDone', { note: 'handled before', failed: false });
		expect(ledger.failed).toBe(false);
		ledger.settle(2, 'unknown');
		expect(ledger.failed).toBe(true);
	});

	it('knows which items were entered', () => {
		const ledger = ledgerOf(2);
		expect([ledger.has(1), ledger.has(2), ledger.entered]).toEqual([true, false, 2]);
		expect(ledger.items('waiting')).toEqual([0, 1]);
	});

	it('names five notes at most', () => {
		const ledger = ledgerOf(8);
		for (let item = 0; item < 8; item++) ledger.settle(item, 'partly', { note: 'half' });
		expect(ledger.report()).toMatch(/item 4: half; …\)\.$/);
		expect(ledger.report()).not.toContain('item 5: half');
	});
});

describe('ranges', () => {
	it.each([
		[[], ''],
		[[0], '0'],
		[[0, 1], '0-1'],
		[[0, 2, 4], '0, 2, 4'],
		[[0, 1, 2, 3, 7, 9, 10, 11], '0-3, 7, 9-11'],
	])('%p', (items, text) => {
		expect(ranges(items)).toBe(text);
	});
});
