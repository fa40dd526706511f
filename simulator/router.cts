import { endpoints, type EndpointName } from '@nodes/shared/api/endpoints';

/** An endpoint found for a request. */
export interface Route {
	endpoint: EndpointName;
	/** What stands in the path for `{id}`, decoded; empty where the path has none. */
	id: string;
}

/** Tells the names of the endpoint table from other texts. */
export function isEndpointName(name: unknown): name is EndpointName {
	return typeof name === 'string' && Object.hasOwn(endpoints, name);
}

const routes = Object.keys(endpoints)
	.filter(isEndpointName)
	.map((endpoint) => {
		const { method, path } = endpoints[endpoint];
		return { endpoint, method, pattern: new RegExp(`^${path.replace('{id}', '([^/]+)')}$`) };
	});

/** @returns the endpoint behind a method and a path, or the status that says why there is none */
export function findRoute(method: string, path: string): Route | 404 | 405 {
	const known = routes.filter(({ pattern }) => pattern.test(path));
	const route = known.find((candidate) => candidate.method === method);
	if (!route) return known.length > 0 ? 405 : 404;
	const id = route.pattern.exec(path)?.[1] ?? '';
	return { endpoint: route.endpoint, id: decode(id) };
}

function decode(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
