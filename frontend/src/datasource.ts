import {
  CoreApp,
  type AnnotationQuery,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceGetTagValuesOptions,
  type DataSourceInstanceSettings,
  type MetricFindValue,
  type ScopedVars,
} from '@grafana/data';
import { DataSourceWithBackend, getTemplateSrv } from '@grafana/runtime';
import { defer, map, switchMap, type Observable } from 'rxjs';
import { AnnotationEditor } from './components/QueryEditor';
import { catalogue } from './generated/catalogue';
import type { ValueOption } from './generated/types';
import {
  adHocKeys,
  asPassing,
  dimensionOf,
  isApplicable,
  isExcluding,
  isFilterable,
  valuesFilters,
  wantedValues,
  withWanted,
  type AdHocFilter,
} from './query/adhoc';
import { interpolate } from './query/interpolate';
import {
  defaultQuery,
  findType,
  isComplete,
  purposeOf,
  withDefaults,
  type Params,
  type PanelContext,
  type Query,
} from './query/model';
import { sentence } from './query/sentence';
import { sameValue } from './query/spelling';
import type { Settings } from './settings';
import { Variables } from './variables';

/** As requests spell it. */
const EXPLORE: string = CoreApp.Explore;

type AdHocRequest = DataQueryRequest<Query> & { filters?: AdHocFilter[] };

/** Sends queries to the backend as they are saved, with template variables replaced and ad hoc filters merged in. */
export class DataSource extends DataSourceWithBackend<Query, Settings> {
  override annotations = {
    QueryEditor: AnnotationEditor,
    getDefaultQuery: () => defaultQuery('annotation'),
    // Grafana merges the default query into the annotation and not into its target, which is what is sent.
    prepareQuery: ({ target }: AnnotationQuery<Query>): Query =>
      withDefaults({ ...target, refId: target?.refId ?? 'Anno', queryType: target?.queryType ?? '' }, 'annotation'),
  };

  /** Whether queries for metrics can be answered. */
  readonly hasMetrics: boolean;

  constructor(settings: DataSourceInstanceSettings<Settings>) {
    super(settings);
    const { demo, prometheus = [], workspaces } = settings.jsonData;
    this.hasMetrics = demo === true || prometheus.length > 0 || workspaces === 'auto';
    this.variables = new Variables((request) => this.query(request));
  }

  override getDefaultQuery(app: CoreApp): Partial<Query> {
    // The query of a new panel depends on its visualisation, which only the request and the editor know.
    return app === CoreApp.PanelEditor ? {} : defaultQuery(purposeOf(app));
  }

  override getQueryDisplayText(query: Query): string {
    return sentence(withDefaults(query, 'panel'), catalogue);
  }

  override filterQuery(query: Query): boolean {
    return !query.hide && isComplete(withDefaults(query, 'panel'));
  }

  override query(request: AdHocRequest): Observable<DataQueryResponse> {
    const panel: PanelContext = { plugin: request.panelPluginId, hasMetrics: this.hasMetrics };
    const targets = request.targets.map((query) => withDefaults(query, purposeOf(request.app), panel));
    const { filters = [] } = request;
    // Only dashboards have ad hoc filters for "Filter for value" to set.
    const shown = (response: DataQueryResponse) =>
      purposeOf(request.app) === 'panel' && request.app !== EXPLORE ? withFilterableFields(response) : response;
    if (filters.length === 0) {
      return super.query({ ...request, targets }).pipe(map(shown));
    }
    // Deferred, so that a filter that can't be applied fails the request rather than Grafana's code around it.
    return defer(() => this.resolved(filters)).pipe(
      switchMap((resolved) =>
        super
          .query({ ...request, targets, filters: resolved })
          .pipe(map((response) => withUnusedFilters(response, targets, resolved))),
      ),
      map(shown),
    );
  }

  override applyTemplateVariables(query: Query, scopedVars: ScopedVars, filters: AdHocFilter[] = []): Query {
    const params = this.interpolate(query.params ?? {}, scopedVars);
    const type = findType(catalogue, query.queryType);
    const filtered =
      type && filters.length > 0 && withWanted(catalogue, type, params, wantedValues(catalogue, filters));
    return { ...query, params: filtered ? filtered.params : params };
  }

  /** Keys of ad hoc filters: the dimensions that queries filter by. */
  override getTagKeys(): Promise<MetricFindValue[]> {
    return Promise.resolve(adHocKeys(catalogue));
  }

  /** Values of a key, among what passes the other ad hoc filters. */
  override async getTagValues({ key, filters }: DataSourceGetTagValuesOptions<Query>): Promise<MetricFindValue[]> {
    const dimension = dimensionOf(catalogue, key);
    if (dimension === undefined) {
      return [];
    }
    const others = filters.filter((filter) => filter.key !== key && isApplicable(catalogue, filter));
    return this.values(dimension, valuesFilters(catalogue, wantedValues(catalogue, others)));
  }

  /** Replaces template variables. The editors' suggestions depend on their values, too. */
  interpolate(params: Params, scopedVars: ScopedVars = {}): Params {
    return interpolate(params, (text, format) => getTemplateSrv().replace(text, scopedVars, format));
  }

  /** The values of a dimension among what passes the filters. */
  values(dimension: string, filters: Params): Promise<ValueOption[]> {
    return this.postResource(`values/${encodeURIComponent(dimension)}`, filters);
  }

  /** A saved query in today's form; the backend knows the way. */
  migrate(query: Query): Promise<Query> {
    return this.postResource('migrate', query);
  }

  /**
   * The filters as lists of what passes, with ids in the place of subscriptions' names: tables show names, variables hold
   * ids, and only texts in one spelling can be compared.
   */
  private resolved(filters: AdHocFilter[]): Promise<AdHocFilter[]> {
    return Promise.all(
      filters.map(async (filter) => {
        const dimension = dimensionOf(catalogue, filter.key);
        if (dimension === undefined || !(dimension === 'subscription' || isExcluding(filter))) {
          return filter;
        }
        const known = await this.values(dimension, {});
        const valueOf = (name: string) =>
          known.find(({ text, value }) => [text, value].some((spelling) => sameValue(dimension, spelling, name)))
            ?.value ?? name;
        const spelled = { ...filter, value: valueOf(filter.value), values: filter.values?.map(valueOf) };
        return asPassing(
          catalogue,
          spelled,
          known.map(({ value }) => value),
        );
      }),
    );
  }
}

interface Frame {
  refId?: string;
  meta?: { notices?: unknown[] };
  fields?: { name: string; config?: object }[];
}

/** The response, with "Filter for value" on the fields that ad hoc filters can filter by. */
function withFilterableFields(response: DataQueryResponse): DataQueryResponse {
  const data = response.data.map((frame: Frame): unknown => ({
    ...frame,
    fields: frame.fields?.map((field) =>
      isFilterable(catalogue, field.name) ? { ...field, config: { ...field.config, filterable: true } } : field,
    ),
  }));
  return { ...response, data };
}

/** The response, with a warning on each query that has no such filter: its numbers are those of the whole fleet. */
function withUnusedFilters(response: DataQueryResponse, targets: Query[], filters: AdHocFilter[]): DataQueryResponse {
  const wanted = wantedValues(catalogue, filters);
  const warned = new Set<string>();
  const data = response.data.map((frame: Frame): unknown => {
    const query = targets.find(({ refId }) => refId === frame.refId);
    const type = findType(catalogue, query?.queryType);
    const unused = type ? withWanted(catalogue, type, {}, wanted).unused : [];
    if (!query || unused.length === 0 || warned.has(query.refId)) {
      return frame;
    }
    warned.add(query.refId);
    const notice = {
      severity: 'warning',
      text: `The ad hoc filter on ${unused.join(' and ')} is not applied: this query type has no such filter.`,
    };
    return { ...frame, meta: { ...frame.meta, notices: [...(frame.meta?.notices ?? []), notice] } };
  });
  return { ...response, data };
}
