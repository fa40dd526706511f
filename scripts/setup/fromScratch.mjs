// Steps that leave nothing half done.
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { say } from './command.mjs';
import { workFolder } from './places.mjs';

/**
 * Does a step that is begun anew if it was cut off, by whatever: npm takes half a package for a whole one.
 * @param leftovers the folder that the step fills
 */
export async function fromScratch(name, leftovers, work) {
	if (wasCutOff(name)) {
		say(`${name}: an earlier set-up did not finish this, so it begins anew`);
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
