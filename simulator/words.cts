/** Plausible words for made-up records. Every name and domain is invented or reserved for examples. */
export const firstNames = [
	'alice',
	'bruno',
	'chen',
	'dana',
	'emeka',
	'farah',
	'george',
	'hanna',
	'ivan',
	'julia',
	'kofi',
	'lena',
	'marta',
	'nils',
	'olga',
	'priya',
];
export const lastNames = [
	'adams',
	'baker',
	'costa',
	'dietrich',
	'evans',
	'fischer',
	'garcia',
	'hughes',
	'ito',
	'jensen',
	'khan',
	'lopez',
	'moreau',
	'novak',
	'okafor',
	'patel',
];
export const ownDomain = 'acme.example';
export const partnerDomains = [
	'northwind.example',
	'globex.example',
	'initech.example',
	'umbrella.example',
	'contoso.example',
];
export const personalDomains = ['mail.example', 'webpost.example', 'freemail.example'];
export const attackerDomains = [
	'acrne.example',
	'globex-billing.example',
	'secure-login.example',
	'initech-hr.example',
	'parcel-track.example',
];

export const outboundSubjects = [
	'Q3 forecast',
	'Contract draft v2',
	'Board pack',
	'Re: onboarding documents',
	'Payroll file',
	'Project Falcon – pricing',
	'Fwd: meeting notes',
	'Client list',
	'Zusammenfassung für Müller',
	'契約書の件',
];
export const inboundSubjects = [
	'Invoice overdue',
	'Your password expires today',
	'Urgent: wire transfer',
	'Shared document',
	'Parcel waiting',
	'Updated bank details',
	'Voice message (0:42)',
	'Action required: benefits enrolment',
	'Re: purchase order 4471',
];
export const harmlessSubjects = [
	'Newsletter: what is new in October',
	'Invoice 20417 for your order',
	'Invitation: supplier day',
	'Minutes of our call',
	'Your subscription renews next month',
	'Re: delivery on Thursday',
	'Survey: how did we do?',
	'Training dates',
	'Price list 2026',
];
export const attachmentNames = [
	'forecast.xlsx',
	'contract-v2.docx',
	'board-pack.pdf',
	'payroll.csv',
	'invoice 4471.pdf',
	'scan.html',
	'notes.txt',
	'Préavis.pdf',
];

export const urls = [
	'https://secure-login.example/reset?u=1',
	'parcel-track.example/p/9?q=acme.example',
	'http://globex-billing.example/pay',
	'intranet.acme.example/news',
	'https://initech-hr.example/benefits',
];

export const places = [
	'London, England, GB',
	'Lagos, Lagos, NG',
	'Frankfurt, Hesse, DE',
	'Dallas, Texas, US',
	'Recife, Pernambuco, BR',
];

export const policyNames = [
	'Card numbers leaving the company',
	'Client data to personal addresses',
	'Large attachments',
	'Project code names',
];
/** In the order of the names. */
export const policyIds = [
	'0f3c9d52-6a1b-4c77-9a42-1d1f6e0b7a10',
	'5b7f2f0e-0d55-4d0b-8f39-7a6c2b9e4c31',
	'a2d86c14-93fe-4b68-b1c5-e0f4837d5926',
	'c91e4b7a-2f08-4e13-8d6a-54b0c7f3e982',
];
export const flagReasons = [
	'The recipient is not usually on this kind of e-mail',
	'The file belongs to another client',
];
export const misattachedReasons = [
	'File name mentions another client',
	'File content mentions another client',
];

export const groupNames = [
	'Finance',
	'Executives',
	'Legal',
	'Contractors',
	'Human Resources',
	'Denylist',
	'Trusted partners',
	'VIP',
];
export const syncStates = ['LIVE', 'LIVE', 'LIVE', 'ONBOARDING', 'QUEUED', 'OUT_OF_DATE'];
export const connectionStates = [
	'Good connection',
	'Good connection',
	'Good connection',
	'Connection issues',
	'Not connected for over 7 days',
	'Not connected for over 1 month',
];
export const auditTypes = [
	{
		type: 'Permissions Granted',
		category: 'User Management',
		details: 'Permission Security Events granted',
	},
	{
		type: 'Permissions Revoked',
		category: 'User Management',
		details: 'Permission Groups revoked',
	},
	{ type: 'User Logged In', category: 'Authentication', details: 'Logged in to the portal' },
	{
		type: 'Filter Updated',
		category: 'Configuration',
		details: 'Filter "Misdirected email" set to warn',
	},
];
