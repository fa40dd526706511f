/**
 * For Jest's `--resolver`: whatever is ours gets zod 4, as from an n8n that brings it; n8n's own packages keep what they have. zod
 * 3.25 holds both.
 */
import path from 'node:path';

interface Options {
	basedir: string;
	defaultResolver(request: string, options: Options): string;
}

const ours = path.resolve(__dirname, '../..') + path.sep;

module.exports = (request: string, options: Options): string => {
	const isOurs = (options.basedir + path.sep).startsWith(ours);
	return options.defaultResolver(request === 'zod' && isOurs ? 'zod/v4' : request, options);
};
