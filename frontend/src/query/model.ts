import { CoreApp } from '@grafana/data';
import type { DataQuery } from '@grafana/schema';
import { catalogue as generated, queryVersion } from '../generated/catalogue';
import type {
  Catalogue,
  CatalogueMetric,
  CatalogueParam,
  CatalogueType,
  ParamValue,
  SavedQuery,
} from '../generated/types';

/** A saved query. */
export interface Query extends DataQuery, SavedQuery {
  queryType: string;
}

/** Members of `params`, as they are saved. */
export type Params = Record<string, ParamValue>;

/** Where an editor stands, which says what can be asked there. */
export type Purpose = 'panel' | 'alert' | 'annotation' | 'variable';

/** The label that stands for "no labels": one series. */
export const NO_LABELS = 'none';

export function findType(catalogue: Catalogue, id: string | undefined): CatalogueType | undefined {
  return catalogue.queryTypes.find((type) => type.id === id);
}

export function purposeOf(app: string | undefined): Purpose {
  return app === CoreApp.UnifiedAlerting || app === CoreApp.CloudAlerting ? 'alert' : 'panel';
}

/** What can be asked there: alert rules need numbers, annotations a time, and `values` is for variables alone. */
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

/** What a new query asks. */
const DEFAULTS: Record<Purpose, { queryType: string; params: Params }> = {
  panel: { queryType: 'configurations', params: {} },
  alert: { queryType: 'failing-configurations', params: {} },
  annotation: { queryType: 'events', params: { format: 'annotations' } },
  variable: { queryType: 'values', params: { dimension: 'cluster' } },
};

export function defaultQuery(purpose: Purpose): Omit<Query, 'refId'> {
  const { queryType, params } = DEFAULTS[purpose];
  return { queryType, version: queryVersion, params: { ...params } };
}

/** A variable starts with an empty query, or with one of the data source that it had before. */
export function variableQuery(query: Partial<Query> | string | undefined): Query {
  const refId = typeof query === 'object' && query.refId ? query.refId : 'variable';
  return typeof query === 'object' && query.queryType === 'values'
    ? { ...query, queryType: query.queryType, refId }
    : { ...defaultQuery('variable'), refId };
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

/** The same query of another type, with those parameters that this type takes, too. */
export function withType(query: Query, type: CatalogueType, catalogue: Catalogue): Query {
  return { ...query, queryType: type.id, version: queryVersion, params: fitting(catalogue, type, query.params ?? {}) };
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
