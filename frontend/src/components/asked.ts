import type { Catalogue, CatalogueMetric, ValueOption } from '../generated/types';
import type { Params } from '../query/model';

/** What the editors need of the data source. */
export interface Source {
  interpolate(params: Params): Params;
  values(dimension: string, filters: Params): Promise<ValueOption[]>;
}

/** What is asked around a control. */
export interface Asked {
  catalogue: Catalogue;
  source: Source;
  params: Params;
  metric: CatalogueMetric | undefined;
  /** Template variables that can stand in for values, such as `$cluster`. */
  variables: string[];
}
