import {
  type DataFrame,
  CoreApp,
  FieldType,
  toDataFrame,
  type DataQueryRequest,
  type DataSourceInstanceSettings,
} from '@grafana/data';
import {
  setBackendSrv,
  setTemplateSrv,
  type BackendSrv,
  type BackendSrvRequest,
  type TemplateSrv,
} from '@grafana/runtime';
import { lastValueFrom, of } from 'rxjs';
import { beforeEach, describe, expect, it } from 'vitest';
import { DataSource } from './datasource';
import { queryVersion } from './generated/catalogue';
import { isComplete, type Query } from './query/model';
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
            { name: 'repositoryUrl', type: FieldType.string },
          ],
        },
        data: { values: [['Production'], ['sub-1'], ['https://a']] },
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
  expect(datasource.filterQuery(query('metric', {}))).toBe(false);
  // Without a type it is asked as the default query, see below.
  expect(datasource.filterQuery(query('', {}))).toBe(true);
});

const request = (targets: Query[], more: object = {}) =>
  ({ targets, scopedVars: {}, intervalMs: 1, maxDataPoints: 1, ...more }) as unknown as DataQueryRequest<Query>;

const queriesSent = () =>
  sent
    .filter(({ url }) => url.startsWith('/api/ds/query'))
    .flatMap(({ data }) => (data as { queries: Query[] }).queries);

it('a query without a type is sent as the one that the editor shows', async () => {
  const datasource = new DataSource({ ...settings, jsonData: { workspaces: 'auto' } });
  const untyped = { refId: 'A' } as Query;
  expect(datasource.filterQuery(untyped)).toBe(true);
  await lastValueFrom(datasource.query(request([untyped], { app: CoreApp.Explore })));
  await lastValueFrom(datasource.query(request([untyped], { app: CoreApp.PanelEditor, panelPluginId: 'piechart' })));
  await lastValueFrom(datasource.query(request([untyped], { app: CoreApp.PanelEditor, panelPluginId: 'timeseries' })));
  await lastValueFrom(datasource.query(request([untyped], { app: CoreApp.UnifiedAlerting })));
  expect(queriesSent().map(({ queryType }) => queryType)).toEqual([
    'configurations',
    'configuration-counts',
    'metric',
    'failing-configurations',
  ]);
});

it('a new annotation sends events before its query was touched', () => {
  const { prepareQuery } = new DataSource(settings).annotations;
  const annotation = { name: 'Flux', enable: true, iconColor: 'red' };
  const events = { queryType: 'events', version: queryVersion, params: { format: 'annotations' } };
  expect(prepareQuery(annotation)).toEqual({ refId: 'Anno', ...events });
  // What Grafana makes of it on the first run: the default query in the annotation, none in the target.
  expect(prepareQuery({ ...annotation, ...events, target: { refId: 'X' } as Query })).toEqual({
    refId: 'X',
    ...events,
  });
  const own = query('configurations', { clusters: ['a'] });
  expect(prepareQuery({ ...annotation, target: own })).toEqual(own);
});

it('a query is told in words, for collapsed rows and rule pages', () => {
  const datasource = new DataSource(settings);
  expect(datasource.getQueryDisplayText(query('configurations', { clusters: ['a'] }))).toBe(
    'Flux configurations, only clusters a.',
  );
  expect(datasource.getQueryDisplayText({ refId: 'A' } as Query)).toBe('Flux configurations, in the whole fleet.');
});

describe('ad hoc filters', () => {
  const filters = [{ key: 'cluster', operator: '=', value: 'a,b' }];

  it('are offered with the values that pass the other ones', async () => {
    const datasource = new DataSource(settings);
    expect(await datasource.getTagKeys()).toContainEqual({ text: 'Cluster', value: 'cluster' });
    const others = [
      ...filters,
      { key: 'namespace', operator: '!=', value: 'x' },
      { key: 'other', operator: '=', value: 'x' },
    ];
    expect(await datasource.getTagValues({ key: 'Kind', filters: others })).toEqual([
      { text: 'Production', value: 'sub-1' },
    ]);
    expect(sent[0]?.url).toContain('values/kind');
    expect(sent[0]?.data).toEqual({ clusters: ['a,b'] });
    expect(await datasource.getTagValues({ key: 'message', filters: [] })).toEqual([]);
  });

  it('narrow what the query asks', async () => {
    const saved = query('configurations', { clusters: ['$clusters', 'x'] });
    await lastValueFrom(new DataSource(settings).query(request([saved], { filters })));
    expect(queriesSent()[0]?.params).toEqual({ clusters: ['a,b'] });
    const [rule] = new DataSource(settings).interpolateVariablesInQueries([saved], {}, filters);
    expect(rule?.params).toEqual({ clusters: ['a,b'] });
  });

  it('on a subscription’s name meet the ids that variables hold', async () => {
    const saved = query('configurations', { subscriptions: ['$subscription'] });
    const named = [{ key: 'Subscription', operator: '=', value: 'production' }];
    await lastValueFrom(new DataSource(settings).query(request([saved], { filters: named })));
    expect(queriesSent()[0]?.params).toEqual({ subscriptions: ['sub-1'] });
  });

  it('that exclude a value let the other values through', async () => {
    const out = [{ key: 'cluster', operator: '!=', value: 'production' }];
    await lastValueFrom(new DataSource(settings).query(request([query('configurations', {})], { filters: out })));
    expect(sent[0]?.url).toContain('values/cluster');
    expect(queriesSent()[0]?.params).toEqual({ clusters: ['nothing: no cluster passes all filters'] });
  });

  it('can be set from the cells of dashboards’ tables', async () => {
    const answered = async (app: CoreApp) => {
      const answer = await lastValueFrom(
        new DataSource(settings).query(request([query('configurations', {})], { app })),
      );
      return (answer.data as DataFrame[])[0]?.fields.map(({ name, config }) => [name, config.filterable]);
    };
    expect(await answered(CoreApp.Dashboard)).toEqual([
      ['text', undefined],
      ['value', undefined],
      ['repositoryUrl', true],
    ]);
    expect((await answered(CoreApp.Explore))?.at(-1)).toEqual(['repositoryUrl', undefined]);
  });

  it('that can’t be applied fail the query with a reason', async () => {
    const refused = [{ key: 'cluster', operator: '=~', value: 'a' }];
    const answer = lastValueFrom(
      new DataSource(settings).query(request([query('configurations', {})], { filters: refused })),
    );
    await expect(answer).rejects.toThrow("“cluster =~ a” can't be applied");
    expect(queriesSent()).toEqual([]);
  });

  it('that a query type doesn’t have are a warning on its answer', async () => {
    const unknown = [{ key: 'controller', operator: '=', value: 'x' }];
    const answer = await lastValueFrom(
      new DataSource(settings).query(request([query('configurations', {})], { filters: unknown })),
    );
    const [frame] = answer.data as { meta?: { notices?: { severity: string; text: string }[] } }[];
    expect(frame?.meta?.notices).toEqual([
      { severity: 'warning', text: expect.stringContaining('ad hoc filter on Controller is not applied') as string },
    ]);
  });
});

it('a new query is one that can be answered there', () => {
  const datasource = new DataSource(settings);
  expect(datasource.getDefaultQuery(CoreApp.PanelEditor)).toEqual({});
  expect(datasource.getDefaultQuery(CoreApp.Explore)).toEqual({
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
  expect(isComplete(variables.getDefaultQuery())).toBe(true);
  const request = (target: unknown) =>
    ({ targets: [target], scopedVars: {}, intervalMs: 1, maxDataPoints: 1 }) as never;
  const chained = query('values', { dimension: 'cluster', subscriptions: ['$subscription'] });
  const answer = await lastValueFrom(variables.query(request(chained)));
  expect(toDataFrame(answer.data[0]).fields.map((field) => field.values as string[])).toEqual([
    ['Production'],
    ['sub-1'],
    ['https://a'],
  ]);
  const { queries } = sent[0]?.data as { queries: Query[] };
  expect(queries[0]?.params).toEqual({ dimension: 'cluster', subscriptions: ['sub-1'] });

  const none = await lastValueFrom(variables.query(request(query('values', {}))));
  expect(none.data).toEqual([]);
  await lastValueFrom(variables.query(request('')));
  expect((sent[1]?.data as { queries: Query[] }).queries[0]).toMatchObject({ refId: 'variable', queryType: 'values' });
});
