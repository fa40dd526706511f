import type { Case } from './case.cjs';
import { few, growth, many } from './getMany.cjs';
import { members } from './members.cjs';
import { memory } from './memory.cjs';
import { processes } from './processes.cjs';
import { limited, remediation } from './remediation.cjs';
import { slowLine } from './slowLine.cjs';
import { backlog, emptyPoll } from './trigger.cjs';

/** Every case, in the order of the table. */
export const cases: readonly Case[] = [
	many,
	few,
	slowLine,
	backlog,
	emptyPoll,
	remediation,
	limited,
	processes,
	members,
	memory,
	growth,
];
