import { readTransport } from '@nodes/shared/n8n/requestOptions';

it.each([
	[{}, {}],
	[undefined, {}],
	// What n8n's routing fills in where nothing is set; set by the user it counts.
	[{ timeout: 300_000 }, { timeout: 300_000 }],
	[{ timeout: ' 5000 ' }, { timeout: 5000 }],
	[{ allowUnauthorizedCerts: 'TRUE' }, { skipSslCertificateValidation: true }],
	[{ allowUnauthorizedCerts: false }, {}],
	[{ proxy: ' ' }, {}],
	[
		{ proxy: 'proxy.example:3128' },
		{ proxy: { host: 'proxy.example', port: 3128, protocol: 'http' } },
	],
	[{ proxy: 'https://p.example' }, { proxy: { host: 'p.example', port: 443, protocol: 'https' } }],
])('%j', (given, options) => {
	expect(readTransport(given)).toEqual(options);
});

it.each([
	[{ timeout: undefined }, 'Timeout'],
	[{ timeout: 0 }, 'Timeout'],
	[{ timeout: '' }, 'Timeout'],
	// Node takes a longer one for 1 ms.
	[{ timeout: 2_147_483_648 }, 'Timeout'],
	[{ timeout: Infinity }, 'Timeout'],
	[{ allowUnauthorizedCerts: null }, 'Ignore SSL Issues'],
	[{ proxy: null }, 'Proxy'],
	[{ proxy: 'socks5://p.example:1080' }, 'Proxy'],
	[{ batching: 'many' }, 'Batching'],
	['={{ $json.options }}', 'Request Options'],
])('%j is refused by name', (given, name) => {
	expect(() => readTransport(given)).toThrow(`“${name}”`);
});
