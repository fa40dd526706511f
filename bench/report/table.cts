import { rounded, type Unit } from '../targets.cjs';
import type { CaseReport, Row } from './report.cjs';

/** @returns a number as people read it: `1.82`, `0`, `2.5 %` */
export function shown(value: number, unit: Unit): string {
	if (unit === 'share') return `${Number((rounded(value, unit) * 100).toFixed(1))} %`;
	return unit === 'count' ? String(rounded(value, unit)) : rounded(value, unit).toFixed(2);
}

const header = ['reach', 'dream', 'median', 'min', 'max', 'verdict'];
const widths = [8, 8, 8, 8, 8, 8];
const titleWidth = 84;

function line(title: string, cells: string[]): string {
	const padded = cells.map((cell, index) => cell.padStart(widths[index] ?? 8));
	return `${title.padEnd(titleWidth)}${padded.join(' ')}`;
}

function rowLine({ title, unit, reach, dream, measured, verdict }: Row): string {
	const { median, min, max } = measured;
	const numbers = [reach, dream, median, min, max].map((value) => shown(value, unit));
	return line(title, [...numbers, verdict]);
}

/** @returns the head of the table */
export function tableHead(): string {
	return line('', header);
}

/** @returns the lines of one case: its rows, then what was measured */
export function caseLines({
	name,
	rows,
	series,
	load,
	rounds,
	seconds,
	refused,
}: CaseReport): string {
	const about = `${name}: ${rounds} rounds, ${seconds.toFixed(0)} s, load ${load.before.toFixed(1)} to ${load.after.toFixed(1)}`;
	if (refused !== undefined) return `${about}\n    NOT REPORTED: ${refused}`;
	const details = Object.entries(series).map(([label, { median, min, max }]) => {
		const [low, middle, high] = [min, median, max].map((value) => value.toPrecision(3));
		return `    ${label}: ${middle} (${low} to ${high})`;
	});
	return [...rows.map(rowLine), `  ${about}`, ...details].join('\n');
}
