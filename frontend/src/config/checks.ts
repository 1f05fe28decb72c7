import type { SavedEndpoint } from '../generated/types';

/*
 * What is wrong with a field, said while it is filled in. The backend checks all of it again: what it refuses is refused
 * for alert rules, too.
 */

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const MANAGEMENT_GROUP = /^[\p{L}\p{N}\-_().]{1,90}$/u;

export function subscriptionsProblem(ids: string[]): string | undefined {
  const wrong = ids.find((id) => !GUID.test(id.trim()));
  return wrong === undefined ? undefined : `“${wrong}” is not the id (GUID) of a subscription.`;
}

export function managementGroupsProblem(names: string[]): string | undefined {
  const wrong = names.find((name) => !MANAGEMENT_GROUP.test(name.trim()));
  return wrong === undefined ? undefined : `“${wrong}” is not the id of a management group.`;
}

export function endpointNameProblem(endpoints: SavedEndpoint[], index: number, name: string): string | undefined {
  if (name.trim() === '') {
    return 'A name is needed; errors and notices call the endpoint by it.';
  }
  const same = (other: SavedEndpoint, at: number) =>
    at !== index && other.name.trim().toLowerCase() === name.trim().toLowerCase();
  return endpoints.some(same) ? 'Another endpoint has this name.' : undefined;
}

export function urlProblem(text: string, auth: SavedEndpoint['auth']): string | undefined {
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
