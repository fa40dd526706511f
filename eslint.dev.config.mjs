// The typed lint of everything that we write: scripts/lint.mjs runs it beside n8n's official lint, which stays as n8n made it.
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig(
	globalIgnores(['**/dist/', '**/build/', '**/node_modules/', '.n8n-host/']),
	{
		files: ['**/*.{ts,cts,mts,js,cjs,mjs}'],
		extends: [tseslint.configs.strictTypeChecked],
		// A comment switches no rule off, in no file.
		linterOptions: { noInlineConfig: true },
		languageOptions: {
			parserOptions: {
				project: ['tsconfig.dev.json', 'tsconfig.modules.json'],
				tsconfigRootDir: import.meta.dirname,
			},
		},
		rules: {
			'@typescript-eslint/switch-exhaustiveness-check': [
				'error',
				{ considerDefaultExhaustiveForUnions: true },
			],
			'@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
			'@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
			// A number or a boolean reads as it is; what may be undefined or an object must be said.
			'@typescript-eslint/restrict-template-expressions': [
				'error',
				{ allowNumber: true, allowBoolean: true },
			],
			// `return reply(…)` and a pause in the head of a loop say what they mean.
			'@typescript-eslint/no-confusing-void-expression': 'off',
			// The keys of stored objects are names that people chose.
			'@typescript-eslint/no-dynamic-delete': 'off',
			// There is no enum, and no class stands in for another: seconds of work for nothing.
			'@typescript-eslint/no-unsafe-enum-assignment': 'off',
			'@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
			// Who owes a promise is asynchronous even where nothing has to be waited for: what it throws rejects.
			'@typescript-eslint/require-await': 'off',
			// Our objects are closures made by functions, which may be taken apart: none of them reads `this`.
			'@typescript-eslint/unbound-method': 'off',
		},
	},
	{
		files: ['**/*.cts'],
		ignores: ['host/steadyFetch.cts'],
		rules: {
			'no-restricted-globals': [
				'error',
				{
					name: 'fetch',
					message:
						'A server may close a kept connection just then: host/steadyFetch.cts sends again.',
				},
			],
		},
	},
	{
		files: ['test/**'],
		rules: {
			// Records come as unknown JSON. An expectation that gets an object where a text should be fails by itself.
			'@typescript-eslint/no-base-to-string': 'off',
			'no-restricted-syntax': [
				'error',
				{
					selector:
						'CallExpression[callee.property.name=/^toBeLessThan/] > MemberExpression > CallExpression[callee.name="expect"] CallExpression[callee.property.name="now"][callee.object.name=/^(Date|performance)$/]',
					message: 'A busy machine would fail this: test/withoutWaiting.cts bounds real time.',
				},
			],
		},
	},
	{
		// Each start evaluates the package anew, in the realm of the tests.
		files: ['test/faults/freshPackage.cts'],
		rules: { '@typescript-eslint/no-implied-eval': 'off' },
	},
	{
		// Plain JavaScript runs before anything is installed, and has no types to be unsafe about.
		files: ['**/*.{js,cjs,mjs}'],
		rules: {
			'@typescript-eslint/no-unsafe-argument': 'off',
			'@typescript-eslint/no-unsafe-assignment': 'off',
			'@typescript-eslint/no-unsafe-call': 'off',
			'@typescript-eslint/no-unsafe-member-access': 'off',
			'@typescript-eslint/no-unsafe-return': 'off',
			'@typescript-eslint/restrict-plus-operands': 'off',
			'@typescript-eslint/restrict-template-expressions': 'off',
			'@typescript-eslint/no-require-imports': 'off',
		},
	},
);
