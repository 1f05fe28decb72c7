import { CoreApp } from '@grafana/data';
import type { DataQuery } from '@grafana/schema';
import { catalogue as generated, queryVersion } from '../generated/catalogue';
import type {
  Catalogue,
  CatalogueMetric,
  CatalogueParam,
  CatalogueType,
  EditorGroup,
  ParamValue,
  SavedQuery,
} from '../generated/types';

/** A saved query. */
export interface Query extends DataQuery, SavedQuery {
  queryType: string;
}

/** Members of `params`, as they are saved. */
export type Params = Record<string, ParamValue>;

/** What a query is for, which decides the query types that the editor offers. */
export type Purpose = 'panel' | 'alert' | 'annotation' | 'variable';

/** The value of `groupBy` that means "by no label": one series. */
export const NO_LABELS = 'none';

export function findType(catalogue: Catalogue, id: string | undefined): CatalogueType | undefined {
  return catalogue.queryTypes.find((type) => type.id === id);
}

export function purposeOf(app: string | undefined): Purpose {
  return app === CoreApp.UnifiedAlerting || app === CoreApp.CloudAlerting ? 'alert' : 'panel';
}

/** The query types for a purpose: alert rules need numbers, annotations a time, and `values` is for variables only. */
export function offered(catalogue: Catalogue, purpose: Purpose): CatalogueType[] {
  return catalogue.queryTypes.filter((type) => {
    switch (purpose) {
      case 'panel':
        return type.group !== 'Variables';
      case 'alert':
        return type.frameTypes.some((frame) => frame.startsWith('numeric') || frame.startsWith('timeseries'));
      case 'annotation':
        return type.frameTypes[0] === 'table' && type.fields.some((field) => field.type === 'time');
      case 'variable':
        return type.group === 'Variables';
    }
  });
}

interface Asking {
  queryType: string;
  params: Params;
}

/** The query of a new panel, alert rule, annotation or variable. */
const DEFAULTS: Record<Purpose, Asking> = {
  panel: { queryType: 'configurations', params: {} },
  alert: { queryType: 'failing-configurations', params: {} },
  annotation: { queryType: 'events', params: { format: 'annotations' } },
  variable: { queryType: 'values', params: { dimension: 'cluster' } },
};

/** Visualisations that draw numbers, and those that draw numbers over time. A table of names is empty in either. */
const DRAWS_NUMBERS = ['bargauge', 'barchart', 'gauge', 'piechart', 'stat'];
const DRAWS_TIME = ['graph', 'timeseries', 'trend'];
const COUNTS: Asking = { queryType: 'configuration-counts', params: {} };
const FAILING_OVER_TIME: Asking = { queryType: 'metric', params: { metric: 'objects-failing' } };

/** What decides the query of a new panel. */
export interface PanelContext {
  /** Id of the panel's plugin; unknown in Explore. */
  plugin?: string | undefined;
  /** Whether the data source has a Prometheus endpoint to ask for metrics. */
  hasMetrics?: boolean;
}

export function defaultQuery(purpose: Purpose, panel: PanelContext = {}): Omit<Query, 'refId'> {
  const { queryType, params } = purpose === 'panel' ? panelDefault(panel) : DEFAULTS[purpose];
  return { queryType, version: queryVersion, params: { ...params } };
}

function panelDefault({ plugin = '', hasMetrics }: PanelContext): Asking {
  if (DRAWS_TIME.includes(plugin)) {
    return hasMetrics ? FAILING_OVER_TIME : COUNTS;
  }
  return DRAWS_NUMBERS.includes(plugin) ? COUNTS : DEFAULTS.panel;
}

/** The query, or the default one where no query type was chosen yet. */
export function withDefaults(query: Query, purpose: Purpose, panel?: PanelContext): Query {
  return query.queryType ? query : { ...query, ...defaultQuery(purpose, panel) };
}

/** A variable starts with an empty query, or with one of the data source that it had before. */
export function variableQuery(query: Partial<Query> | string | undefined): Query {
  const refId = typeof query === 'object' && query.refId ? query.refId : 'variable';
  return typeof query === 'object' && query.queryType === 'values'
    ? { ...query, queryType: query.queryType, refId }
    : { ...defaultQuery('variable'), refId };
}

/** Filters by these are wanted often; the others are folded away until they are used. */
const OFTEN: Record<EditorGroup, string[]> = {
  Fleet: ['subscription', 'cluster', 'configuration', 'complianceState', 'reference'],
  Objects: ['cluster', 'configuration', 'namespace', 'kind', 'complianceState'],
  Metrics: ['cluster', 'namespace', 'kind'],
  Alerts: ['subscription', 'cluster', 'namespace', 'kind'],
  Variables: ['subscription', 'cluster'],
};

/** Whether people want a parameter often enough to see it at once. */
export function isOften(type: CatalogueType, { name, control }: CatalogueParam): boolean {
  return control.type === 'values' ? OFTEN[type.group].includes(control.dimension) : name !== 'limit';
}

export function findMetric(catalogue: Catalogue, params: Params): CatalogueMetric | undefined {
  return catalogue.metrics.find((metric) => metric.id === params.metric);
}

/** The parameters to show: some depend on the metric. */
export function shownParams(catalogue: Catalogue, type: CatalogueType, params: Params): CatalogueParam[] {
  const byMetric = type.params.some((param) => param.control.type === 'metric');
  const metric = findMetric(catalogue, params);
  return type.params.filter((param) => {
    if (param.control.type === 'labels') {
      return metric !== undefined && metric.groupBy.length > 0;
    }
    return !byMetric || param.name !== 'quantile' || metric?.quantile === true;
  });
}

/** Whether it can be asked: a query in the making is not an error yet. */
export function isComplete(query: Partial<Query>, catalogue: Catalogue = generated): boolean {
  const type = findType(catalogue, query.queryType);
  // A type that this editor doesn't know is for the backend to judge.
  return type ? type.params.every((param) => !isMissing(param, query.params ?? {})) : Boolean(query.queryType);
}

function isMissing(param: CatalogueParam, params: Params): boolean {
  return (param.control.type === 'dimension' || param.control.type === 'metric') && !params[param.name];
}

/** With one parameter changed; `undefined` is the default, which isn't saved. */
export function withParam(query: Query, name: string, value: ParamValue | undefined, catalogue: Catalogue): Query {
  const params: Params = { ...query.params };
  if (value === undefined) {
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- `params` is a record
    delete params[name];
  } else {
    params[name] = value;
  }
  const type = findType(catalogue, query.queryType);
  return { ...query, version: queryVersion, params: type ? fitting(catalogue, type, params) : params };
}

/** The parameters that a query had when its type was changed, by that type. */
export type Remembered = Record<string, Params>;

/**
 * The same query of another type. It keeps the parameters that both types take, and gets back the parameters of the last
 * time it was of this type, except those that were removed meanwhile.
 */
export function withType(query: Query, type: CatalogueType, catalogue: Catalogue, remembered: Remembered = {}): Query {
  const current = query.params ?? {};
  const before = findType(catalogue, query.queryType);
  const restored = Object.entries(remembered[type.id] ?? {}).filter(([name, value]) => {
    const param = before?.params.find((other) => other.name === name);
    return !param || fit(param, value, findMetric(catalogue, current)) === undefined;
  });
  const old = Object.fromEntries(restored);
  const kept = fitting(catalogue, type, { ...old, ...current });
  return { ...query, queryType: type.id, version: queryVersion, params: fitting(catalogue, type, { ...old, ...kept }) };
}

function fitting(catalogue: Catalogue, type: CatalogueType, params: Params): Params {
  const kept: Params = {};
  for (const param of shownParams(catalogue, type, params)) {
    const value = fit(param, params[param.name], findMetric(catalogue, params));
    if (value !== undefined) {
      kept[param.name] = value;
    }
  }
  return kept;
}

/** The value as far as the parameter takes it. Texts with variables are kept: only the backend sees their values. */
function fit(
  param: CatalogueParam,
  value: ParamValue | undefined,
  metric: CatalogueMetric | undefined,
): ParamValue | undefined {
  const allowed = (choices: readonly string[]) => {
    const fits = (text: string) => choices.includes(text) || text.includes('$');
    if (Array.isArray(value)) {
      const some = value.filter(fits);
      return some.length > 0 ? some : undefined;
    }
    return typeof value === 'string' && fits(value) ? value : undefined;
  };
  switch (param.control.type) {
    case 'dimension':
    case 'dimensions':
    case 'oneOf':
      return allowed(param.control.choices.map((choice) => choice.value));
    case 'labels':
      return allowed([...(metric?.groupBy ?? []), NO_LABELS]);
    case 'switch':
      return typeof value === 'boolean' ? value : undefined;
    case 'values':
    case 'number':
    case 'metric':
      return value;
  }
}

/** A list parameter's values, however it was saved. */
export function texts(value: ParamValue | undefined): string[] {
  if (Array.isArray(value)) {
    return value;
  }
  return value === undefined || value === '' ? [] : [String(value)];
}
