import type { Endpoint } from '../settings';
import type { Editing, Secrets } from './editing';

/*
 * The members of `secureJsonData` that hold the secrets of a Prometheus endpoint. They are found by the endpoint's name,
 * so a renamed endpoint needs its stored secrets again.
 */

export const passwordSecret = (endpoint: string) => `prometheusPassword.${endpoint}`;
export const tokenSecret = (endpoint: string) => `prometheusToken.${endpoint}`;
/** The value of an HTTP header. */
export const headerSecret = (endpoint: string, header: string) => `prometheusHeader.${endpoint}.${header}`;

/** All secrets that an endpoint can have. */
export function endpointSecrets({ name, headers = [] }: Endpoint): string[] {
  return [passwordSecret(name), tokenSecret(name), ...headers.map((header) => headerSecret(name, header))];
}

/**
 * Changes to the secrets for an endpoint that was renamed, or whose headers were. A secret that was typed moves to its new
 * name; one that the server has can't be read, and is forgotten.
 */
export function renamedSecrets(before: Endpoint, after: Endpoint, editing: Editing): Secrets {
  const changes: Secrets = {};
  const names = endpointSecrets(after);
  endpointSecrets(before).forEach((old, index) => {
    const renamed = names[index];
    const typed = editing.typed(old);
    if (renamed === undefined || renamed === old) {
      return;
    }
    if (typed !== '') {
      changes[renamed] = typed;
    }
    if (typed !== '' || editing.stored(old)) {
      changes[old] = '';
    }
  });
  return changes;
}
