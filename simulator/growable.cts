/** A growing list of numbers in one flat buffer: a million of them cost 8 MB. */
export class Numbers {
	private values = new Float64Array(1024);
	private used = 0;

	get length(): number {
		return this.used;
	}

	/** @returns the number at an index; throws outside of the list */
	at(index: number): number {
		const value = index < this.used ? this.values[index] : undefined;
		if (value === undefined) throw new RangeError(`No number at ${index}`);
		return value;
	}

	/** Replaces the number at an existing index. */
	set(index: number, value: number): void {
		if (index >= this.used) throw new RangeError(`No number at ${index}`);
		this.values[index] = value;
	}

	/** Adds a number at the end. */
	push(value: number): void {
		if (this.used === this.values.length) {
			const larger = new Float64Array(this.values.length * 2);
			larger.set(this.values);
			this.values = larger;
		}
		this.values[this.used++] = value;
	}
}
