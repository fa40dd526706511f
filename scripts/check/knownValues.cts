/**
 * The values that the contract knows, by the path of their field. Every list is open: another value is normal, and
 * worth knowing. Only these are ever shown; of any other one only the length is.
 */
import {
	knownConnectionStatuses,
	knownDefenderConfidences,
	knownEventTypes,
	knownFinalOutcomes,
	knownGuardianTypes,
	knownSeverities,
} from '@nodes/shared/api/contract';
import type { RecordKind } from './recordKinds.cjs';

const responses = ['SEND', 'DO_NOT_SEND'];
const checks = ['PASSED', 'FAILED'];

export const knownValues: Partial<Record<RecordKind, Record<string, readonly string[]>>> = {
	events: {
		type: knownEventTypes,
		'outbound_email_details.tessian_action': ['WARN', 'BLOCK', 'SILENTLY_TRACK'],
		'outbound_email_details.subsequent_action': ['NONE'],
		'outbound_email_details.final_outcome': knownFinalOutcomes,
		'guardian_details.type': knownGuardianTypes,
		'guardian_details.final_outcome': knownFinalOutcomes,
		'guardian_details.user_responses[]': responses,
		'guardian_details.admin_action': ['SAFE'],
		'architect_details.triggered_logic_types[]': [
			'ATTACHMENTS_MIN_NUMBER',
			'ATTACHMENT_EXTENSION',
			'ATTACHMENT_SIZE',
			'KEYWORDS',
			'KEYWORD_PATTERNS',
			'MSIP_KEY_VALUE',
			'RECIPIENTS',
			'RECIPIENTS_EXTERNAL',
			'REGEX',
			'SENSITIVE_INFORMATION',
			'UNAUTHORISED_RECIPIENTS',
			'XLSX_HIDDEN_CONTENT',
		],
		'architect_details.final_outcome': knownFinalOutcomes,
		'architect_details.user_responses[]': responses,
		'defender_details.intent_types[]': [
			'BLACKMAIL',
			'CREDENTIALS',
			'INFORMATION_THEFT',
			'INVOICE',
			'SUSPICIOUS_ATTACHMENT',
			'SUSPICIOUS_URL',
			'URGENCY',
		],
		'defender_details.threat_signal_types[]': [
			'ATTACHMENT_DOUBLE_EXTENSIONS',
			'COUNTRY_ORIGIN_ANOMALY',
			'DOMAIN_RECENTLY_REGISTERED',
			'ENTERPRISE_IMPERSONATION_METAMODEL',
			'EXTERNAL_DOMAIN_SPOOF',
			'FIRST_TIME_RECEIVED_FROM_SENDER',
			'FOLLOW_UP_MISSING_HEADERS',
			'INTERNAL_DOMAIN_SPOOF',
			'MALICIOUS_URL_IN_ATTACHMENT',
			'PHISHING_SIMULATION',
			'SENT_EMAILS_ANOMALY',
			'SHORT_URL_SERVICE_ANOMALY',
			'SUBJECT_LANGUAGE',
			'SUSPICIOUS_ATTACHMENT_EXTENSION',
			'SUSPICIOUS_INTENT',
			'SUSPICIOUS_REPLY_TO',
			'UNUSUAL_DISPLAY_NAME',
			'UNUSUAL_IP_ADDRESS',
			'UNUSUAL_MESSAGE_ID',
		],
		'defender_details.threat_types[]': [
			'ACCOUNT_TAKEOVER',
			'BRAND_IMPERSONATION',
			'DIRECT_SPOOF_IMPERSONATION',
			'LOOKALIKE_IMPERSONATION',
			'MATCHED_DENYLIST',
			'OTHER_PHISHING',
		],
		'defender_details.spf_result': checks,
		'defender_details.dkim_result': checks,
		'defender_details.dmarc_result': checks,
		'defender_details.confidence': knownDefenderConfidences,
		'defender_details.impersonation_type': ['INTERNAL', 'EXTERNAL'],
	},
	monitoredUsers: {
		sync_state: ['LIVE', 'ONBOARDING', 'OUT_OF_DATE', 'QUEUED'],
		status: knownConnectionStatuses,
	},
	anomalies: { severity_label: knownSeverities },
};
