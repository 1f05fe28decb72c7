import type { Endpoint } from '../settings';

/*
 * Checks of fields while they are filled in. The backend checks everything again, for alert rules and provisioning files.
 */

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const DOMAIN = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/i;
/** What RFC 9110 calls a token. */
const HEADER = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/i;
const MANAGEMENT_GROUP = /^[\p{L}\p{N}\-_().]{1,90}$/u;

export function subscriptionsProblem(ids: string[]): string | undefined {
  const wrong = ids.find((id) => !GUID.test(id.trim()));
  return wrong === undefined ? undefined : `“${wrong}” is not the id (GUID) of a subscription.`;
}

/** `undefined` where the id may be left out and is. */
export function clientProblem(id: string, required: boolean): string | undefined {
  const text = id.trim();
  if (text === '') {
    return required ? 'The application is needed.' : undefined;
  }
  return GUID.test(text)
    ? undefined
    : 'The id of an application is a GUID, such as 11111111-2222-3333-4444-555555555555.';
}

/** A directory also goes by its domain. */
export function tenantProblem(id: string, required: boolean): string | undefined {
  const text = id.trim();
  if (text === '') {
    return required ? 'The directory is needed.' : undefined;
  }
  return GUID.test(text) || DOMAIN.test(text)
    ? undefined
    : 'The id of a directory is a GUID, such as 11111111-2222-3333-4444-555555555555, or its domain.';
}

export function headerProblem(endpoint: Endpoint, index: number, name: string): string | undefined {
  const text = name.trim();
  if (!HEADER.test(text)) {
    return 'The name of an HTTP header is needed: letters, digits and hyphens.';
  }
  const same = (other: string, at: number) => at !== index && other.trim().toLowerCase() === text.toLowerCase();
  if (endpoint.headers?.some(same)) {
    return 'This endpoint has the header already.';
  }
  return text.toLowerCase() === 'authorization' && (endpoint.auth ?? 'none') !== 'none'
    ? 'The endpoint sign-in sets this header.'
    : undefined;
}

export function managementGroupsProblem(names: string[]): string | undefined {
  const wrong = names.find((name) => !MANAGEMENT_GROUP.test(name.trim()));
  return wrong === undefined ? undefined : `“${wrong}” is not the id of a management group.`;
}

export function endpointNameProblem(endpoints: Endpoint[], index: number, name: string): string | undefined {
  if (name.trim() === '') {
    return 'A name is needed; errors and notices call the endpoint by it.';
  }
  const same = (other: Endpoint, at: number) =>
    at !== index && other.name.trim().toLowerCase() === name.trim().toLowerCase();
  return endpoints.some(same) ? 'Another endpoint has this name.' : undefined;
}

export function urlProblem(text: string, auth: Endpoint['auth']): string | undefined {
  const trimmed = text.trim();
  const url = URL.canParse(trimmed) ? new URL(trimmed) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    return 'An http or https URL is needed, without user, password, query and fragment.';
  }
  const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  return auth === 'azure' && url.protocol !== 'https:' && !loopback
    ? 'Sign-in with Azure needs https: its token is never sent over plain http.'
    : undefined;
}

export function staleProblem(cacheSeconds: number, maxStaleSeconds: number): string | undefined {
  return maxStaleSeconds < cacheSeconds ? 'Must not be less than the refresh interval.' : undefined;
}
