import type { BackendSrv, BackendSrvRequest, FetchResponse } from '@grafana/runtime';
import { of, throwError, type Observable } from 'rxjs';

/** A request that the plugin sent. */
export interface Call {
  url: string;
  method: string;
  data: unknown;
}

/** Answers by the end of the URL; `{ error }` is a refusal. */
export type Answers = Record<string, unknown>;

/** Answers what the tests say, and nothing else with an empty list. */
export function backendSrv(calls: Call[], answers: Answers): BackendSrv {
  const fetch = <T>({ url, method = 'GET', data }: BackendSrvRequest): Observable<FetchResponse<T>> => {
    calls.push({ url, method, data: data as unknown });
    const found = Object.entries(answers).find(([end]) => url.split('?')[0]?.endsWith(end));
    const answer = found ? found[1] : url.startsWith('/api/ds/query') ? { results: {} } : [];
    if (typeof answer === 'object' && answer !== null && 'error' in answer) {
      return throwError(() => ({ status: 502, data: answer, config: { url } }));
    }
    return of({ data: answer as T, status: 200, ok: true, url, config: { url } } as FetchResponse<T>);
  };
  const post = (url: string, data?: unknown) =>
    new Promise((resolve, reject) => {
      fetch({ url, method: 'POST', data }).subscribe({ next: (response) => resolve(response.data), error: reject });
    });
  return { fetch, post } as unknown as BackendSrv;
}
