/**
 * The compiled modules of the private n8n that its own `execute` command and its polls are made of. They
 * are loaded from n8n's folder, so that it is n8n's one copy of everything that runs; the types name
 * what we call of them.
 */
import { z } from 'zod';
import { n8nPackageFolder } from '@host/places.cjs';
import type { ExecutionLifecycleHooks, PollContext, WorkflowExecute } from 'n8n-core';
import type {
	INode,
	INodeTypes,
	IPollFunctions,
	IWorkflowBase,
	IWorkflowExecuteAdditionalData,
	Workflow,
	WorkflowActivateMode,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { createRequire } from 'node:module';
import path from 'node:path';

const hostRequire = createRequire(path.join(n8nPackageFolder, 'package.json'));

/** A class that n8n's container makes. */
type Injectable<T> = abstract new (...args: never[]) => T;

interface Container {
	get<T>(type: Injectable<T>): T;
}

/** The command `n8n execute`. */
interface ExecuteCommand {
	flags: Record<string, unknown>;
	init(): Promise<void>;
}

interface AdditionalDataModule {
	getBase(options: {
		userId?: string;
		workflowId?: string;
		workflowSettings?: object;
	}): Promise<IWorkflowExecuteAdditionalData>;
}

/** n8n's maker of poll contexts, with the cursor handling of both storage modes. */
interface TriggerExecutionContextFactory {
	getExecutePollFunctions(
		workflowData: IWorkflowBase,
		additionalData: IWorkflowExecuteAdditionalData,
		mode: WorkflowExecuteMode,
		activation: WorkflowActivateMode,
		resolveWorkflowData: () => Promise<IWorkflowBase>,
	): (workflow: Workflow, node: INode) => PollContext;
}

/** Carries out one tick of a polling trigger. */
interface PollTriggerExecutor {
	create(
		workflow: Workflow,
		node: INode,
		pollFunctions: IPollFunctions,
		isCurrent: () => boolean,
	): (testingTrigger?: boolean) => Promise<void>;
}

const isModule = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** A module of n8n, which has no types here: the schema says what we call of it. */
function load<Module>(schema: z.ZodType<Module>, name: string): Module {
	return schema.parse(hostRequire(name));
}

/** n8n as `n8n execute` has it after its start-up. */
export interface Host {
	additionalData(workflowId: string): Promise<IWorkflowExecuteAdditionalData>;
	nodeTypes: INodeTypes;
	workflowClass: typeof Workflow;
	workflowExecute: typeof WorkflowExecute;
	hooks: typeof ExecutionLifecycleHooks;
	pollContexts: TriggerExecutionContextFactory;
	pollTriggers: PollTriggerExecutor;
}

/**
 * Starts n8n up in this process, with the steps of its `bin/n8n` and of the command `execute`: nodes
 * and credential types loaded, database open, expression engine and task runner ready.
 */
export async function bootHost(): Promise<Host> {
	process.env.NODE_CONFIG_DIR ??= path.join(n8nPackageFolder, 'bin/config');
	hostRequire('reflect-metadata');
	hostRequire('./dist/config');
	load(
		z.custom<{ setDefaultAutoSelectFamily(on: boolean): void }>(isModule),
		'net',
	).setDefaultAutoSelectFamily(false);
	const { Container: container } = load(z.custom<{ Container: Container }>(isModule), '@n8n/di');
	const { Execute } = load(
		z.custom<{ Execute: Injectable<ExecuteCommand> }>(isModule),
		'./dist/commands/execute.js',
	);
	const { ModuleRegistry } = load(
		z.custom<{
			ModuleRegistry: Injectable<{ loadModules(): Promise<void> }>;
		}>(isModule),
		'@n8n/backend-common',
	);
	await container.get(ModuleRegistry).loadModules();
	const command = container.get(Execute);
	command.flags = {};
	await command.init();

	const additionalData = load(
		z.custom<AdditionalDataModule>(isModule),
		'./dist/workflow-execute-additional-data.js',
	);
	const { OwnershipService } = load(
		z.custom<{
			OwnershipService: Injectable<{ getInstanceOwner(): Promise<{ id: string }> }>;
		}>(isModule),
		'./dist/services/ownership.service.js',
	);
	const { NodeTypes } = load(
		z.custom<{ NodeTypes: Injectable<INodeTypes> }>(isModule),
		'./dist/node-types.js',
	);
	const core = load(
		z.custom<{
			WorkflowExecute: typeof WorkflowExecute;
			ExecutionLifecycleHooks: typeof ExecutionLifecycleHooks;
			PollTriggerExecutor: Injectable<PollTriggerExecutor>;
		}>(isModule),
		'n8n-core',
	);
	const factory = load(
		z.custom<{
			TriggerExecutionContextFactory: Injectable<TriggerExecutionContextFactory>;
		}>(isModule),
		'./dist/workflows/triggers/trigger-execution-context.factory.js',
	);
	return {
		async additionalData(workflowId) {
			const { id: userId } = await container.get(OwnershipService).getInstanceOwner();
			return await additionalData.getBase({ userId, workflowId, workflowSettings: {} });
		},
		nodeTypes: container.get(NodeTypes),
		workflowClass: load(z.custom<{ Workflow: typeof Workflow }>(isModule), 'n8n-workflow').Workflow,
		workflowExecute: core.WorkflowExecute,
		hooks: core.ExecutionLifecycleHooks,
		pollContexts: container.get(factory.TriggerExecutionContextFactory),
		pollTriggers: container.get(core.PollTriggerExecutor),
	};
}
