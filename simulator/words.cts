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
	'https://parcel-track.example/p/9',
	'http://globex-billing.example/pay',
	'https://intranet.acme.example/news',
];

export const filterNames = [
	'Misdirected email',
	'Unauthorised recipient',
	'Misattached file',
	'Personal address',
];
export const policyNames = [
	'Card numbers leaving the company',
	'Client data to personal addresses',
	'Large attachments',
	'Project code names',
];
export const logicTypes = ['RECIPIENT_DOMAIN', 'KEYWORD', 'ATTACHMENT_SIZE', 'REGULAR_EXPRESSION'];
export const justifications = [
	'This is my private address',
	'The client asked for it',
	'Wrong recipient, thank you',
	'Approved by my manager',
];
export const flagReasons = [
	'The recipient is not usually on this kind of e-mail',
	'The file belongs to another client',
];
export const misattachedReasons = [
	'File name mentions another client',
	'File content mentions another client',
];

export const intents = [
	'INVOICE',
	'CREDENTIALS',
	'INFORMATION_THEFT',
	'BLACKMAIL',
	'SUSPICIOUS_URL',
	'SUSPICIOUS_ATTACHMENT',
	'URGENCY',
];
export const signals = [
	'UNUSUAL_SENDER',
	'FIRST_CONTACT',
	'SUSPICIOUS_LINK',
	'LOOKALIKE_DOMAIN',
	'REPLY_TO_MISMATCH',
];
export const threats = [
	'DIRECT_SPOOF_IMPERSONATION',
	'OTHER_PHISHING',
	'MATCHED_DENYLIST',
	'LOOKALIKE_IMPERSONATION',
	'BRAND_IMPERSONATION',
	'ACCOUNT_TAKEOVER',
];
export const places = [
	'London, United Kingdom',
	'Lagos, Nigeria',
	'Frankfurt, Germany',
	'Dallas, United States',
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
