import type { CoreApp, DataSourceInstanceSettings, ScopedVars } from '@grafana/data';
import { DataSourceWithBackend, getTemplateSrv } from '@grafana/runtime';
import { AnnotationEditor } from './components/QueryEditor';
import type { ValueOption } from './generated/types';
import { interpolate } from './query/interpolate';
import { defaultQuery, isComplete, purposeOf, type Params, type Query } from './query/model';
import type { Settings } from './settings';
import { Variables } from './variables';

/** Queries go to the backend as they are saved, once template variables are replaced. */
export class DataSource extends DataSourceWithBackend<Query, Settings> {
  override annotations = { QueryEditor: AnnotationEditor, getDefaultQuery: () => defaultQuery('annotation') };

  constructor(settings: DataSourceInstanceSettings<Settings>) {
    super(settings);
    this.variables = new Variables((request) => this.query(request));
  }

  override getDefaultQuery(app: CoreApp): Partial<Query> {
    return defaultQuery(purposeOf(app));
  }

  override filterQuery(query: Query): boolean {
    return !query.hide && isComplete(query);
  }

  override applyTemplateVariables(query: Query, scopedVars: ScopedVars): Query {
    return { ...query, params: this.interpolate(query.params ?? {}, scopedVars) };
  }

  /** Also used for what the editors ask: their suggestions depend on the variables' values. */
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
}
