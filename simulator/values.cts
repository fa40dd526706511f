/** The values that the API really sends. Every list is open: others may come any day. */

export const logicTypes = [
	'REGEX',
	'SENSITIVE_INFORMATION',
	'KEYWORD_PATTERNS',
	'UNAUTHORISED_RECIPIENTS',
	'MSIP_KEY_VALUE',
	'RECIPIENTS',
	'ATTACHMENT_EXTENSION',
	'RECIPIENTS_EXTERNAL',
	'KEYWORDS',
	'ATTACHMENT_SIZE',
	'ATTACHMENTS_MIN_NUMBER',
	'XLSX_HIDDEN_CONTENT',
];
export const outcomes = ['SENT_WITHOUT_CHANGES', 'SENT_WITHOUT_CHANGES', 'NOT_SENT'];
export const intents = ['INVOICE', 'SUSPICIOUS_URL', 'CREDENTIALS', 'SUSPICIOUS_ATTACHMENT'];
/** A mail is made of one of these signals … */
export const firstSignals = [
	'EXTERNAL_DOMAIN_SPOOF',
	'FIRST_TIME_RECEIVED_FROM_SENDER',
	'INTERNAL_DOMAIN_SPOOF',
];
/** … and some of these. */
export const signals = [
	'DOMAIN_RECENTLY_REGISTERED',
	'UNUSUAL_DISPLAY_NAME',
	'COUNTRY_ORIGIN_ANOMALY',
	'SHORT_URL_SERVICE_ANOMALY',
	'FOLLOW_UP_MISSING_HEADERS',
	'MALICIOUS_URL_IN_ATTACHMENT',
	'SENT_EMAILS_ANOMALY',
	'ATTACHMENT_DOUBLE_EXTENSIONS',
	'SUSPICIOUS_ATTACHMENT_EXTENSION',
	'SUBJECT_LANGUAGE',
	'ENTERPRISE_IMPERSONATION_METAMODEL',
	'SUSPICIOUS_REPLY_TO',
	'UNUSUAL_IP_ADDRESS',
	'UNUSUAL_MESSAGE_ID',
	'SUSPICIOUS_INTENT',
];
/** An awareness campaign sent this mail: an ordinary event otherwise. */
export const simulationSignal = 'PHISHING_SIMULATION';
export const threats = [
	'LOOKALIKE_IMPERSONATION',
	'LOOKALIKE_IMPERSONATION',
	'LOOKALIKE_IMPERSONATION',
	'ACCOUNT_TAKEOVER',
	'OTHER_PHISHING',
	'BRAND_IMPERSONATION',
	'DIRECT_SPOOF_IMPERSONATION',
	'MATCHED_DENYLIST',
];
/** Each is as likely as it was seen; MEDIUM is documented. */
export const confidences = [
	...Array<string>(14).fill('HIGH'),
	...Array<string>(3).fill('VERY_HIGH'),
	'MEDIUM',
	'LOW',
	'LOW',
];
export const adminLabels = ['SAFE', 'MALICIOUS', 'SPAM'];
/** What users wrote: clients that build texts or expressions of it must stand every character. */
export const justifications = [
	'The client asked for it',
	'He said "send it", so I did',
	'{{ $json.id }} is our ticket',
	'${approved} by {"manager": true}',
	"It's C:\\Users\\ann\\plan.xlsx \\n",
	'<script>alert(1)</script> & <b>bold</b>',
	'ご確認済みです。問題ありません。',
	'Согласовано с юристами; ausdrücklich erwünscht',
	'مُعتمد من المدير 👍',
	'line one\nline two\ttab',
];
export const warnings = ['This recipient is not usually on this kind of e-mail', 'Are you sure?'];
