/** The action nodes under the same trouble as the trigger: all their cases. */
import type { ActionCase } from './actionPlay.cjs';
import { listCases } from './listCases.cjs';
import { remediationCases } from './remediationCases.cjs';

/** Every case of the action nodes. */
export const actionCases: readonly ActionCase[] = [...listCases, ...remediationCases];
