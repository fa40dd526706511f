/** The typed lint reads every file of code, with its rules about promises, and no comment switches one off. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { z } from 'zod';

const root = path.resolve(__dirname, '../../..');

/** A file, and what decides whether the lint reads it; severity 2 is an error. */
const fileSchema = z.object({
	name: z.string(),
	ignored: z.boolean(),
	comments: z.boolean(),
	floating: z.number(),
	misused: z.number(),
});

it('every file of code is under the typed lint', () => {
	const script = `
		import { execFileSync } from 'node:child_process';
		import { ESLint } from 'eslint';
		const eslint = new ESLint({ overrideConfigFile: 'eslint.dev.config.mjs' });
		const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' });
		const files = [];
		for (const name of listed.split('\\n').filter((file) => /\\.[cm]?[jt]s$/.test(file))) {
			const { rules = {}, linterOptions } = (await eslint.calculateConfigForFile(name)) ?? {};
			const severity = (rule) => rules['@typescript-eslint/' + rule]?.[0] ?? 0;
			files.push({
				name,
				ignored: await eslint.isPathIgnored(name),
				comments: linterOptions?.noInlineConfig !== true,
				floating: severity('no-floating-promises'),
				misused: severity('no-misused-promises'),
			});
		}
		process.stdout.write(JSON.stringify(files));
	`;
	const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
		cwd: root,
		encoding: 'utf8',
	});
	const files = z.array(fileSchema).parse(JSON.parse(printed));
	expect(files.length).toBeGreaterThan(500);
	const expected = { ignored: false, comments: false, floating: 2, misused: 2 };
	expect(files).toEqual(files.map(({ name }) => ({ name, ...expected })));
}, 60_000);
