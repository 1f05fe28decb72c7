import type { Catalogue, CatalogueMetric, ValueOption } from '../generated/types';
import type { Params, Query } from '../query/model';

/** The methods of the data source that the editors call. */
export interface Source {
  /** Whether queries for metrics can be answered. */
  readonly hasMetrics?: boolean;
  interpolate(params: Params): Params;
  values(dimension: string, filters: Params): Promise<ValueOption[]>;
  migrate(query: Query): Promise<Query>;
}

/** The query that a control belongs to, and what the control needs to know about it. */
export interface Asked {
  catalogue: Catalogue;
  source: Source;
  params: Params;
  metric: CatalogueMetric | undefined;
  /** Template variables that a filter may hold instead of a value, such as `$cluster`. */
  variables: string[];
}
