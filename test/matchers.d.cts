export {};

declare global {
	// Jest's own types of these are `any`, which would switch the compiler off around each of them.
	namespace jest {
		interface Expect {
			anything(): unknown;
			any(kind: unknown): unknown;
			arrayContaining(list: readonly unknown[]): unknown;
			closeTo(number: number, digits?: number): unknown;
			objectContaining(fields: object): unknown;
			stringContaining(text: string): unknown;
			stringMatching(text: string | RegExp): unknown;
		}
		interface InverseAsymmetricMatchers {
			arrayContaining(list: readonly unknown[]): unknown;
			objectContaining(fields: object): unknown;
			stringContaining(text: string): unknown;
			stringMatching(text: string | RegExp): unknown;
		}
	}
}
