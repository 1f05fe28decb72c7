import { CoreApp, FieldType, toDataFrame, type DataSourceInstanceSettings } from '@grafana/data';
import {
  setBackendSrv,
  setTemplateSrv,
  type BackendSrv,
  type BackendSrvRequest,
  type TemplateSrv,
} from '@grafana/runtime';
import { lastValueFrom, of } from 'rxjs';
import { beforeEach, expect, it } from 'vitest';
import { DataSource } from './datasource';
import { queryVersion } from './generated/catalogue';
import type { Query } from './query/model';
import type { Settings } from './settings';
import type { Variables } from './variables';

const settings = {
  id: 1,
  uid: 'fleet',
  type: 'fluxfleet-azuregitops-datasource',
  name: 'Fleet',
  meta: {},
  jsonData: {},
} as unknown as DataSourceInstanceSettings<Settings>;

let sent: BackendSrvRequest[] = [];

beforeEach(() => {
  sent = [];
  setTemplateSrv({
    replace: (text = '', scopedVars: Record<string, { value: unknown }> = {}, format?: (value: unknown) => string) =>
      text.replace(/\$(\w+)/g, (all, name: string) => {
        const value: unknown = scopedVars[name]?.value ?? { clusters: ['a,b', '"c"'], subscription: 'sub-1' }[name];
        return value === undefined ? all : (format?.(value) ?? JSON.stringify(value));
      }),
    getVariables: () => [],
  } as unknown as TemplateSrv);
  setBackendSrv({
    fetch: (request: BackendSrvRequest) => {
      sent.push(request);
      const frame = {
        schema: {
          fields: [
            { name: 'text', type: FieldType.string },
            { name: 'value', type: FieldType.string },
          ],
        },
        data: { values: [['Production'], ['sub-1']] },
      };
      const data = request.url.startsWith('/api/ds/query')
        ? { results: { A: { status: 200, frames: [frame] } } }
        : [{ text: 'Production', value: 'sub-1' }];
      return of({ data, status: 200, ok: true });
    },
  } as unknown as BackendSrv);
});

const query = (queryType: string, params: Query['params'], more: Partial<Query> = {}): Query => ({
  refId: 'A',
  queryType,
  params,
  ...more,
});

it('replaces variables by lists, and changes nothing else', () => {
  const saved = query('configurations', { clusters: ['$clusters', 'x'], limit: 5 }, { version: 1 });
  expect(new DataSource(settings).applyTemplateVariables(saved, {})).toEqual({
    ...saved,
    params: { clusters: ['a,b', '"c"', 'x'], limit: 5 },
  });
  const repeated = { clusters: { text: 'B', value: 'b' } };
  expect(new DataSource(settings).applyTemplateVariables(saved, repeated).params?.clusters).toEqual(['b', 'x']);
});

it('what goes to alert rules and Explore has its variables replaced, too', () => {
  const [rule] = new DataSource(settings).interpolateVariablesInQueries(
    [query('failing-objects', { clusters: '$clusters' })],
    {},
  );
  expect(rule?.params).toEqual({ clusters: ['a,b', '"c"'] });
});

it('asks only what is complete and shown', () => {
  const datasource = new DataSource(settings);
  expect(datasource.filterQuery(query('configurations', {}))).toBe(true);
  expect(datasource.filterQuery(query('configurations', {}, { hide: true }))).toBe(false);
  expect(datasource.filterQuery(query('values', {}))).toBe(false);
  expect(datasource.filterQuery(query('', {}))).toBe(false);
});

it('a new query is one that can be answered there', () => {
  const datasource = new DataSource(settings);
  expect(datasource.getDefaultQuery(CoreApp.PanelEditor)).toEqual({
    queryType: 'configurations',
    version: queryVersion,
    params: {},
  });
  expect(datasource.getDefaultQuery(CoreApp.UnifiedAlerting).queryType).toBe('failing-configurations');
  expect(datasource.annotations.getDefaultQuery().version).toBe(queryVersion);
});

it('asks the backend for suggestions with the other filters', async () => {
  const values = await new DataSource(settings).values('cluster', { subscriptions: ['sub-1'] });
  expect(values).toEqual([{ text: 'Production', value: 'sub-1' }]);
  expect(sent.map(({ method, url, data }) => [method, url, data as unknown])).toEqual([
    ['POST', '/api/datasources/uid/fleet/resources/values/cluster', { subscriptions: ['sub-1'] }],
  ]);
});

it('a variable is a query of its own, chained by other variables', async () => {
  const variables = new DataSource(settings).variables as Variables;
  const request = (target: unknown) =>
    ({ targets: [target], scopedVars: {}, intervalMs: 1, maxDataPoints: 1 }) as never;
  const chained = query('values', { dimension: 'cluster', subscriptions: ['$subscription'] });
  const answer = await lastValueFrom(variables.query(request(chained)));
  expect(toDataFrame(answer.data[0]).fields.map((field) => field.values as string[])).toEqual([
    ['Production'],
    ['sub-1'],
  ]);
  const { queries } = sent[0]?.data as { queries: Query[] };
  expect(queries[0]?.params).toEqual({ dimension: 'cluster', subscriptions: ['sub-1'] });

  const none = await lastValueFrom(variables.query(request(query('values', {}))));
  expect(none.data).toEqual([]);
  await lastValueFrom(variables.query(request('')));
  expect((sent[1]?.data as { queries: Query[] }).queries[0]).toMatchObject({ refId: 'variable', queryType: 'values' });
});
