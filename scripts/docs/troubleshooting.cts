/** `docs/troubleshooting.md`: every message of the package, made from the catalogues that the nodes take them from. */
import { groupMessages } from '@nodes/Group/words';
import { confirmationMessages, remediationMessages } from '@nodes/Remediation/words';
import { triggerLog, triggerMessages } from '@nodes/Trigger/words';
import { answerMessages } from '@nodes/shared/words/answers';
import { connectionMessages, faultNotes } from '@nodes/shared/words/connection';
import { credentialMessages, credentialTestMessages } from '@nodes/shared/words/credential';
import { n8nMessages } from '@nodes/shared/words/n8n';
import { eventIdMessages, outputHints, parameterMessages } from '@nodes/shared/words/parameters';
import { inOneText, settled, type Catalogue, type Words } from '@nodes/shared/words/words';

import * as about from './explanations.cjs';
import { cell, table } from './markdown.cjs';
import { documentedNodes } from './nodes.cjs';

/** Stands for what is filled in when a message is made. */
const GAP = '…';

/** One part of the page: a catalogue under a heading. */
interface Section {
	title: string;
	intro: string;
	rows: string[][];
	head: string[];
}

function section<Messages extends Catalogue>(
	title: string,
	intro: string,
	messages: Messages,
	explanations: Record<keyof Messages, string>,
	head = ['message', 'what to do', 'more'],
): Section {
	const rows = Object.keys(messages).map((name) => {
		const { message, hint } = withGaps(messages[name]);
		const cells = head.length === 2 ? [inOneText({ message, hint })] : [message, hint];
		return [...cells.map(plain), cell(explanations[name] ?? '')];
	});
	return { title, intro, rows, head };
}

/** A message as the page shows it: with gaps where something is filled in. */
export function withGaps(make: Catalogue[string] | undefined): Words {
	const gaps = Array.from({ length: make?.length ?? 0 }, () => GAP);
	const { message, hint } = settled(make?.(...gaps) ?? { message: '', hint: '' });
	return { message: onePerPlace(message), hint: onePerPlace(hint) };
}

/** Two gaps with nothing between them are one. */
function onePerPlace(text: string): string {
	return text.replace(/…(?:\s?…)+/g, GAP);
}

/** A text that Markdown shows as it is, in a cell. */
function plain(text: string): string {
	return cell(text).replace(/[*[\]]/g, (sign) => `\\${sign}`);
}

function sections(): Section[] {
	const inLog = ['line, after “Proofpoint Trigger: ”', 'more'];
	return [
		section(
			'Credential',
			'When a node or the HTTP Request node uses the credential, and in its test.',
			credentialMessages,
			about.aboutCredential,
		),
		section(
			'Credential test',
			'What n8n shows when you save the credential. If the portal does not respond at all, n8n shows a bare code instead: [what each code means](credential.md#a-bare-code).',
			credentialTestMessages,
			about.aboutCredentialTest,
		),
		section(
			'Reaching the portal',
			`After a write, the description can add: *${faultNotes.inDoubt}* [Why](rate-limits-and-failures.md#writes).`,
			connectionMessages,
			about.aboutConnection,
		),
		section(
			'What Proofpoint answered',
			'If Proofpoint gives a reason, the description ends with *Proofpoint said: “…”*.',
			answerMessages,
			about.aboutAnswers,
		),
		section(
			'Parameters',
			'A parameter that cannot be used is refused by its name, before anything is sent.',
			parameterMessages,
			about.aboutParameters,
		),
		section(
			'Event ID',
			'In *Get* of security events and in Remediation.',
			eventIdMessages,
			about.aboutEventId,
		),
		section(
			'Remediation',
			'When one of several items fails, the description also lists which items were carried out, which failed, which were not tried and which are unknown.',
			remediationMessages,
			about.aboutRemediation,
		),
		section(
			'Confirmation',
			'What the output field `confirmation_detail` says with *Wait for Confirmation*.',
			confirmationMessages,
			about.aboutConfirmation,
			['`confirmation_detail`', '`confirmation`'],
		),
		section('Groups', '', groupMessages, about.aboutGroups),
		section(
			'Trigger',
			'Errors in the editor and in the list of executions.',
			triggerMessages,
			about.aboutTrigger,
		),
		section('Loading the nodes', '', n8nMessages, about.aboutN8n),
		section('Trigger log', 'Lines in n8n’s log.', triggerLog, about.aboutTriggerLog, inLog),
		section(
			'Hints beside the output',
			'Not errors. If *Limit* cuts a list, n8n itself says so: “Limit of 50 items reached. There may be more items that aren’t being returned.”',
			outputHints,
			about.aboutHints,
			['hint', 'more'],
		),
		{
			title: 'Hints before the run',
			intro: 'Not errors either. n8n shows them in the output panel of a node.',
			head: ['node', 'hint'],
			rows: documentedNodes.flatMap(({ description }) =>
				(description.hints ?? []).map(({ message }) => [description.displayName, plain(message)]),
			),
		},
	];
}

/** The page. */
export function troubleshooting(): string {
	const parts = sections();
	const slug = (title: string) => title.toLowerCase().replace(/ /g, '-');
	const titles = [...parts.map(({ title }) => title), 'No message at all'];
	return [
		'<!-- Made by "npm run docs" from the messages of the nodes and scripts/docs/explanations.cts. Change it there. -->',
		'# Troubleshooting, by message',
		'Search this page for the text on your screen. “…” stands for what differs: a host, an ID, a number.',
		'In n8n each error has a short **message** and, below it, a **description** that says what to do. Here they are the first and the second column. No message contains the token, and none shows raw HTML.',
		titles.map((title) => `[${title}](#${slug(title)})`).join(' · '),
		...parts.flatMap(({ title, intro, head, rows }) => [
			`## ${title}`,
			...(intro === '' ? [] : [intro]),
			table(head, rows),
		]),
		'## No message at all',
		withoutMessage.map(([what, way]) => `- **${what}** ${way}`).join('\n'),
		'',
	].join('\n\n');
}

/** What goes wrong without a word. */
const withoutMessage = [
	[
		'The workflow is published and nothing starts.',
		'Check the list of executions for failed polls: publishing succeeds even if the token is refused, and nobody is notified unless the workflow has an *Error Workflow*. Then check *Poll Times*, which n8n lets you leave empty: then nothing is ever polled; and *Start From*: *Now* delivers only what happens after you publish. A filter is applied when an event is first seen ([trigger](trigger.md#filters)).',
	],
	[
		'n8n was once started without this package',
		'and its log says *Unrecognized node type: n8n-nodes-proofpoint.proofpointTrigger*. From then on its triggers do not run, although n8n shows their workflows as active. Unpublish each workflow and publish it again: nothing is lost.',
	],
	[
		'The node is not in the nodes panel.',
		'Search for *proofpoint* or *tessian*. An administrator may have excluded it with `NODES_EXCLUDE`, or n8n was not restarted after the package was installed.',
	],
	[
		'An execution is marked *crashed*.',
		'n8n was killed while it ran, and does not run it again on its own. *Retry* it in the list of executions ([what to watch for](trigger.md)).',
	],
	[
		'*Get Many* returns nothing and the workflow ends.',
		'No record passed the filters. Turn on *Settings > Always Output Data* if the workflow should continue.',
	],
	[
		'Events are delivered twice after you rename the trigger.',
		'n8n’s default storage belongs to the node’s name ([what depends on n8n](trigger.md#what-depends-on-n8n)).',
	],
];
