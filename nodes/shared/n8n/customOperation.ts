/**
 * An operation as one function over all input items, for nodes that are run with very many of them.
 *
 * n8n's routing evaluates each expression of a node four times per item and looks at every property twice:
 * for 1,000 releases that is most of the CPU time (bench/README.md). Here each parameter is read once. Checks,
 * reports, item links and request options are the same as in `run`.
 */
import {
	NodeConnectionTypes,
	NodeOperationError,
	type DeclarativeRestApiSettings,
	type IExecuteFunctions,
	type INodeExecutionData,
	type NodeOutput,
} from 'n8n-workflow';
import { z } from 'zod';

import { endpoints, type EndpointName } from '../api/endpoints';
import { carryOut, NodeRun, type Work } from './run';

/** "Request Options", which n8n adds to every declarative node. */
const requestOptionsSchema = z.object({
	batching: z
		.object({ batch: z.object({ batchSize: z.number(), batchInterval: z.number() }).partial() })
		.optional(),
	allowUnauthorizedCerts: z.boolean().optional(),
	proxy: z.string().optional(),
	timeout: z.number().optional(),
});

type RequestOptions = z.infer<typeof requestOptionsSchema>;

/** Makes the function of an operation, for `INodeType.customOperations`. */
export function customOperation(endpoint: EndpointName, work: Work) {
	return async function (this: IExecuteFunctions): Promise<NodeOutput> {
		const items = inputOf(this);
		const options = readRequestOptions(this);
		const request = transportOf(this, options);
		const { batchSize = 1, batchInterval = 0 } = options.batching?.batch ?? {};
		const inBatches = batchInterval > 0 && items.length > 1;
		const checksFirst = !this.continueOnFail() && !inBatches;
		const run = new NodeRun(this, checksFirst ? items.length : 0);
		const writes = endpoints[endpoint].method !== 'GET';

		const outputs: Array<Promise<INodeExecutionData[]>> = [];
		for (let index = 0; index < items.length; index++) {
			if (inBatches && index > 0 && index % Math.max(1, batchSize) === 0) {
				if (await run.clock.wait(batchInterval)) break;
			}
			const output = carryOut(
				{
					context: this,
					index,
					// The host throws for a missing parameter unless there is something to fall back on.
					read: (name, how) => this.getNodeParameter(name, index, null, how),
					request,
				},
				run,
				work,
				{ writes },
			);
			// It is awaited below; this keeps Node.js from reporting a failure while a batch waits.
			output.catch(() => undefined);
			outputs.push(output);
		}
		return [(await Promise.all(outputs)).flat()];
	};
}

/** The input of an ordinary node, or of one that an agent uses as a tool. */
function inputOf(context: IExecuteFunctions): INodeExecutionData[] {
	const items = context.getInputData();
	return items.length > 0 ? items : context.getInputData(0, NodeConnectionTypes.AiTool);
}

function readRequestOptions(context: IExecuteFunctions): RequestOptions {
	const { data } = requestOptionsSchema.safeParse(
		context.getNodeParameter('requestOptions', 0, {}),
	);
	return data ?? {};
}

/** @throws NodeOperationError for a proxy that is no address, before anything is sent */
function transportOf(
	context: IExecuteFunctions,
	{ allowUnauthorizedCerts, proxy, timeout }: RequestOptions,
): DeclarativeRestApiSettings.HttpRequestOptions {
	return {
		...(timeout === undefined ? {} : { timeout }),
		...(allowUnauthorizedCerts === true ? { skipSslCertificateValidation: true } : {}),
		...(proxy === undefined || proxy.trim() === '' ? {} : { proxy: readProxy(context, proxy) }),
	};
}

function readProxy(context: IExecuteFunctions, text: string) {
	const address = /^[a-z]+:\/\//i.test(text) ? text.trim() : `http://${text.trim()}`;
	if (!URL.canParse(address)) {
		throw new NodeOperationError(context.getNode(), 'The option “Proxy” is not an address', {
			description: 'Use for example http://user:password@proxy.example.com:3128. Nothing was sent.',
		});
	}
	const { protocol, hostname, port, username, password } = new URL(address);
	return {
		host: hostname,
		port: Number(port || (protocol === 'https:' ? 443 : 80)),
		protocol: protocol.replace(/:$/, ''),
		...(username === ''
			? {}
			: {
					auth: {
						username: decodeURIComponent(username),
						password: decodeURIComponent(password),
					},
				}),
	};
}
