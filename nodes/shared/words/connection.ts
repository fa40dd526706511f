/** Messages about the way to the portal: the network, proxies and firewalls, and what was not sent at all. */
import type { Catalogue, Filled } from './words';

/** `ending` is empty, or says how long the request was retried. */
export const connectionMessages = {
	notFound: (host: Filled) => ({
		message: `The portal ${host} could not be found`,
		hint: 'Check the Portal URL in the credential for typos, and check that n8n can resolve host names. If n8n uses a proxy, check its name too.',
	}),
	refused: (host: Filled) => ({
		message: `The portal ${host} refused the connection`,
		hint: 'Check the Portal URL in the credential (host and port), and that no firewall blocks it. If n8n uses a proxy, check that it is running.',
	}),
	timeout: (host: Filled, ending: Filled) => ({
		message: `The portal ${host} did not respond in time${ending}`,
		again: 'Try again later.',
		hint: 'If it keeps happening, check the network between n8n and the portal.',
	}),
	noNetwork: (host: Filled, ending: Filled) => ({
		message: `The portal ${host} could not be reached: n8n has no network connection${ending}`,
		hint: 'Check the network and the DNS server of the machine that n8n runs on.',
	}),
	interrupted: (host: Filled, ending: Filled) => ({
		message: `The connection to the portal ${host} was interrupted${ending}`,
		again: 'Try again.',
		hint: 'If it keeps happening, check proxies and firewalls between n8n and the portal.',
	}),
	certificate: (host: Filled) => ({
		message: `The secure connection to ${host} was not made: its certificate is not accepted`,
		hint: 'The certificate is not trusted, was issued for another name, or has expired. If a gateway inspects TLS traffic, add its certificate authority to n8n (NODE_EXTRA_CA_CERTS).',
	}),
	tls: (host: Filled, ending: Filled) => ({
		message: `The secure connection to ${host} failed${ending}`,
		again: 'Try again.',
		hint: 'If it keeps happening, check that the host uses TLS on this port, and check proxies and firewalls between n8n and the portal.',
	}),
	invalidAddress: (host: Filled) => ({
		message: `The request to ${host} could not be made: it contains an invalid address`,
		hint: 'Check the Portal URL in the credential, and “Proxy” under “Request Options”. Nothing was sent.',
	}),
	ssrfProtection: (target: Filled, said: Filled) => ({
		message: `The SSRF protection of n8n blocks requests to ${target}`,
		hint: `n8n said: “${said}” An administrator can allow the host (N8N_SSRF_ALLOWED_HOSTNAMES) or its address (N8N_SSRF_ALLOWED_IP_RANGES). Nothing was sent.`,
	}),
	proxyNotFound: (host: Filled) => ({
		message: `The proxy for requests to ${host} could not be found`,
		hint: 'Check the host and port of “Proxy” under “Request Options”. Nothing was sent.',
	}),
	proxyRefused: (host: Filled) => ({
		message: `The proxy for requests to ${host} refused the connection`,
		hint: 'Check the host and port of “Proxy” under “Request Options”. Nothing was sent.',
	}),
	proxyPassword: (host: Filled) => ({
		message: `A proxy between n8n and ${host} requires a username and password (407)`,
		hint: 'Enter them in “Proxy” under “Request Options”, for example http://user:password@proxy.example.com:3128, or in n8n’s proxy settings (HTTPS_PROXY). The request did not reach Proofpoint.',
	}),
	webPage: (host: Filled, wanted: Filled, status: Filled, ending: Filled) => ({
		message: `${host} returned a web page instead of ${wanted} (${status})${ending}`,
		hint: `A proxy, firewall or maintenance page between n8n and the portal responded, or the Portal URL in the credential is not the host of the API. The page says nothing about the API token or the parameters. Ask your network administrators to allow requests to ${host}.`,
	}),
	webPageAsSuccess: (host: Filled, wanted: Filled) => ({
		message: `${host} returned a web page instead of ${wanted}`,
		hint: 'A sign-in page, proxy, firewall or maintenance page responded, or the Portal URL in the credential is not the host of the API.',
	}),
	errorAsSuccess: (host: Filled, wanted: Filled) => ({
		message: `${host} returned an error instead of ${wanted}`,
		hint: 'Its status means success. Check the Portal URL in the credential, and any gateways between n8n and the portal.',
	}),
	undocumented: (host: Filled) => ({
		message: `${host} returned a response that the Proofpoint API does not document`,
		hint: 'Check the Portal URL in the credential. If it is correct, the API may have changed: report it to the authors of this node.',
	}),
	truncated: (host: Filled, ending: Filled) => ({
		message: `The response from ${host} was incomplete${ending}`,
		again: 'Try again.',
		hint: 'If it keeps happening, check proxies between n8n and the portal.',
	}),
	busy: (host: Filled, time: Filled) => ({
		message: `This request was not sent: other requests to ${host} used all connections for ${time}`,
		hint: 'Each n8n process sends at most four requests to a portal at the same time. Run it again later, or run fewer workflows at the same time.',
	}),
	cancelled: () => ({
		message: 'The execution was cancelled',
		hint: 'Nothing more was sent.',
	}),
} satisfies Catalogue;

/** How long a request was retried, as the ending of a message. */
export function retriedFor(time: string): string {
	return `, even after retrying for ${time}`;
}

/** Sentences that follow the description of a fault. */
export const faultNotes = {
	tryInMinutes: 'Try again in a few minutes.',
	nothingSent: 'Nothing was sent.',
	pauseOf: (time: string) => `Proofpoint asks for a pause of another ${time}.`,
	said: (who: string, detail: string) => `${who} said: “${detail}”`,
	inDoubt:
		'It is not known whether the action was carried out, so it was not repeated. Check the portal before you run it again.',
	ofAnotherItem:
		'This was the response to another item of this run. Nothing was sent for this item.',
};
