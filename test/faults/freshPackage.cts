/**
 * The package as a process that has just started has it: every compiled file of `nodes/` evaluated anew, so
 * nothing that it kept in memory is left (a running poll, a governor's pause). It lives in {@link SkippedTime}.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';

import * as hostPackage from 'n8n-workflow';
import type { INodeType } from 'n8n-workflow';

import type { SkippedTime } from './skippedTime.cjs';

const root = path.resolve(__dirname, '../../nodes');
/** A compiled file: it fills its exports. */
type Factory = (
	exports: object,
	require: (name: string) => unknown,
	module: { exports: object },
	date: DateConstructor,
	performance: Performance,
) => void;
const isFactory = (value: unknown): value is Factory => typeof value === 'function';

/** Compiled once per process; evaluated once per start. */
const factories = new Map<string, Factory>();

function factoryOf(file: string): Factory {
	let factory = factories.get(file);
	if (!factory) {
		const text = `${readFileSync(file, 'utf8')}\n//# sourceURL=${file}`;
		const made: unknown = new Function('exports', 'require', 'module', 'Date', 'performance', text);
		if (!isFactory(made)) throw new Error('It cannot be called');
		factory = made;
		factories.set(file, factory);
	}
	return factory;
}

function isNodeClass(value: unknown): value is new () => INodeType {
	return typeof value === 'function' && 'prototype' in value;
}

/** One start of the package. */
export class FreshPackage {
	private readonly modules = new Map<string, { exports: object }>();
	private readonly host: object;

	constructor(private readonly time: SkippedTime) {
		this.host = { ...hostPackage, sleep: time.sleep };
	}

	/** @param file below `nodes/`, such as `Trigger/ProofpointTrigger.node`; throws when it exports no class */
	node(file: string): INodeType {
		const exported = this.load(path.join(root, `${file}.js`));
		const found: unknown = Object.values(exported).find(isNodeClass);
		if (!isNodeClass(found)) throw new Error(`${file} exports no node`);
		return new found();
	}

	private load(file: string): object {
		const known = this.modules.get(file);
		if (known) return known.exports;
		const module: { exports: object } = { exports: {} };
		this.modules.set(file, module);
		const outside = createRequire(file);
		const inside = (name: string): unknown => {
			if (name.startsWith('.')) return this.load(`${path.resolve(path.dirname(file), name)}.js`);
			return name === 'n8n-workflow' ? this.host : outside(name);
		};
		factoryOf(file)(module.exports, inside, module, this.time.Date, this.time.performance);
		return module.exports;
	}
}
