// Steps that leave nothing half done.
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { say } from './command.mjs';
import { root, workFolder } from './places.mjs';

/**
 * Does a step that is begun anew if it was cut off, by whatever: npm takes half a package for a whole one.
 * @param leftovers the folder that the step fills
 */
export async function fromScratch(name, leftovers, work) {
	if (wasCutOff(name)) {
		say(`an earlier set-up did not finish ${path.relative(root, leftovers)}: it begins anew`);
		rmSync(leftovers, { recursive: true, force: true });
	}
	mkdirSync(workFolder, { recursive: true });
	writeFileSync(markOf(name), '');
	await work();
	rmSync(markOf(name));
}

const markOf = (name) => path.join(workFolder, `${name}.begun`);
/** Whether that step was begun and did not end well. */
export const wasCutOff = (name) => existsSync(markOf(name));
