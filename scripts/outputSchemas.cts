/**
 * Writes the output schemas that n8n's editor shows before the first run, from the zod contract: one
 * file per operation under `dist/nodes/<Node>/__schema__/v1.0.0/<resource?>/<operation>.json`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import {
	anomalySchema,
	auditEntrySchema,
	eventSchema,
	groupMetadataSchema,
	monitoredUserSchema,
	remediationResultSchema,
	riskDatapointSchema,
} from '@nodes/shared/api/contract';
import { z, type ZodTypeAny } from 'zod';
import { zodToJsonSchema } from 'zod-to-json-schema';

/** An output item of "Get Page": the same envelope for every resource. */
function page(record: ZodTypeAny): ZodTypeAny {
	return z.object({
		checkpoint: z.string().nullable(),
		additional_results: z.boolean(),
		results: z.array(record),
	});
}

const member = z.object({ address: z.string(), domain: z.string() });
const membersSent = z.object({
	id: z.number(),
	requested: z.number(),
	sent: z.number(),
	requests: z.number(),
});
const remediation = z
	.object({ event_id: z.string(), action: z.string() })
	.merge(remediationResultSchema)
	.merge(z.object({ outcome: z.string() }));

/** Output of every operation, by the path of its schema file. */
const outputs: Record<string, ZodTypeAny> = {
	'SecurityEvent/get': eventSchema,
	'SecurityEvent/getAll': eventSchema,
	'SecurityEvent/getPage': page(eventSchema),
	'Group/group/create': z.object({ id: z.number(), name: z.string() }),
	'Group/group/delete': z.object({ id: z.number(), deleted: z.boolean() }),
	'Group/group/get': groupMetadataSchema.extend({ members: z.array(member) }),
	'Group/group/getAll': groupMetadataSchema,
	'Group/group/getPage': page(groupMetadataSchema),
	'Group/group/update': z.object({ id: z.number(), name: z.string() }),
	'Group/member/add': membersSent,
	'Group/member/getAll': member,
	'Group/member/remove': membersSent,
	'Group/member/sync': z.object({
		id: z.number(),
		added: z.array(z.string()),
		removed: z.array(z.string()),
		unchanged: z.number(),
	}),
	'Remediation/deleteFromInbox': remediation,
	'Remediation/deleteFromQuarantine': remediation,
	'Remediation/releaseFromQuarantine': remediation,
	'UserMonitoring/getAll': monitoredUserSchema,
	'UserMonitoring/getPage': page(monitoredUserSchema),
	'Anomaly/getAll': anomalySchema,
	'Anomaly/getPage': page(anomalySchema),
	'Audit/getAll': auditEntrySchema,
	'Audit/getPage': page(auditEntrySchema),
	'CompanyRisk/getAll': riskDatapointSchema,
	'CompanyRisk/getPage': page(riskDatapointSchema),
};

for (const [name, schema] of Object.entries(outputs)) {
	const [node = '', ...operation] = name.split('/');
	const file = join('dist', 'nodes', node, '__schema__', 'v1.0.0', `${operation.join('/')}.json`);
	const json = zodToJsonSchema(schema, { $refStrategy: 'none', target: 'jsonSchema7' });
	mkdirSync(dirname(file), { recursive: true });
	writeFileSync(file, `${JSON.stringify({ ...json, version: 1 }, null, '\t')}\n`);
}
