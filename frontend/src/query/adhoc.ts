import type { Catalogue, CatalogueParam, CatalogueType } from '../generated/types';
import { findType, texts, type Params } from './model';
import { sameValue } from './spelling';

/** A filter of a dashboard's ad hoc variable, as Grafana passes it to a data source. */
export interface AdHocFilter {
  key: string;
  operator: string;
  value: string;
  /** With the operator `=|` (one of). */
  values?: string[] | undefined;
}

/** Equal to a value, and to one of several. */
const OPERATORS = ['=', '=|'];
/** Different from a value, and from each of several. */
const EXCLUDING = ['!=', '!=|'];

/** A dimension by which ad hoc filters can filter. */
interface Key {
  dimension: string;
  label: string;
  /** What a panel may call it, in lower case: dimension, field names and field titles. */
  names: string[];
}

/** The values that ad hoc filters let through, by dimension. */
export type Wanted = Map<string, string[]>;

/** The keys of ad hoc filters: the dimensions that some query type has a list filter for. */
export function adHocKeys(catalogue: Catalogue): { text: string; value: string }[] {
  return keys(catalogue).map(({ dimension, label }) => ({ text: label, value: dimension }));
}

/**
 * The dimension that a filter's key means. "Filter for value" in a table passes a field's name or title, so those are
 * taken like the dimension's own name.
 */
export function dimensionOf(catalogue: Catalogue, key: string): string | undefined {
  const name = key.trim().toLowerCase();
  return keys(catalogue).find(({ names }) => names.includes(name))?.dimension;
}

/** Whether a filter has a known key and an operator that list filters can express. */
export function isApplicable(catalogue: Catalogue, { key, operator }: AdHocFilter): boolean {
  return OPERATORS.includes(operator) && dimensionOf(catalogue, key) !== undefined;
}

/** The values that the filters let through. Throws an error for people when a filter can't be applied. */
export function wantedValues(catalogue: Catalogue, filters: AdHocFilter[]): Wanted {
  const wanted: Wanted = new Map();
  for (const { key, operator, value, values } of filters) {
    const dimension = dimensionOf(catalogue, key);
    if (dimension === undefined) {
      const known = keys(catalogue).map(({ label }) => label);
      throw new Error(`The ad hoc filter “${key}” can't be applied. Filter by one of: ${known.join(', ')}.`);
    }
    if (!OPERATORS.includes(operator)) {
      throw new Error(
        `The ad hoc filter “${key} ${operator} ${value}” can't be applied. Use one of the operators =, !=, =| (one of) and !=| (none of).`,
      );
    }
    const passing = valuesOf({ key, operator, value, values });
    const before = wanted.get(dimension);
    wanted.set(dimension, before ? both(dimension, before, passing) : passing);
  }
  return wanted;
}

/** Parameters with the filters in them, and the labels of those filters that the query type doesn't have. */
export function withWanted(
  catalogue: Catalogue,
  type: CatalogueType,
  params: Params,
  wanted: Wanted,
): { params: Params; unused: string[] } {
  const filtered: Params = { ...params };
  const unused: string[] = [];
  for (const [dimension, values] of wanted) {
    const param = filterOf(type, dimension);
    if (param) {
      const own = texts(params[param.name]).filter((text) => text !== '');
      filtered[param.name] = own.length > 0 ? both(dimension, own, values) : values;
    } else {
      unused.push(keys(catalogue).find((key) => key.dimension === dimension)?.label ?? dimension);
    }
  }
  return { params: filtered, unused };
}

/**
 * A filter that lets values through in the place of one that excludes some, which "Filter out value" in a table makes:
 * query types have lists of what passes only. `all`: the values of the filter's dimension.
 */
export function asPassing(catalogue: Catalogue, filter: AdHocFilter, all: string[]): AdHocFilter {
  const dimension = dimensionOf(catalogue, filter.key);
  if (!isExcluding(filter) || dimension === undefined) {
    return filter;
  }
  const excluded = valuesOf(filter);
  const rest = all.filter((value) => !excluded.some((other) => sameValue(dimension, value, other)));
  return { ...filter, operator: '=|', value: '', values: rest.length > 0 ? rest : [nothing(dimension)] };
}

/** Whether a filter excludes values. */
export function isExcluding({ operator }: AdHocFilter): boolean {
  return EXCLUDING.includes(operator);
}

/** Whether fields of tables by this name can be filtered by. */
export function isFilterable(catalogue: Catalogue, field: string): boolean {
  return dimensionOf(catalogue, field) !== undefined;
}

/** The filters as parameters of the resource call `values`, as far as it takes them. */
export function valuesFilters(catalogue: Catalogue, wanted: Wanted): Params {
  const type = findType(catalogue, 'values');
  return type ? withWanted(catalogue, type, {}, wanted).params : {};
}

/**
 * The values that both lists let through, each in its longer spelling. An empty list would let everything through, so
 * lists without a common value become one text that no resource is called by.
 */
function both(dimension: string, own: string[], other: string[]): string[] {
  const found = own.flatMap((text) => {
    const match = other.find((candidate) => sameValue(dimension, text, candidate));
    return match === undefined ? [] : [match.length > text.length ? match : text];
  });
  return found.length > 0 ? found : [nothing(dimension)];
}

/** A text that no resource is called by. */
function nothing(dimension: string): string {
  return `nothing: no ${dimension} passes all filters`;
}

function valuesOf({ value, values }: AdHocFilter): string[] {
  return values && values.length > 0 ? values : [value];
}

function filterOf(type: CatalogueType, dimension: string): CatalogueParam | undefined {
  return type.params.find(({ control }) => control.type === 'values' && control.dimension === dimension);
}

/** Dimensions whose filters take ids as well as names; tables hold the ids in fields of their own. */
const HAVE_IDS = ['cluster', 'subscription'];

const made = new WeakMap<Catalogue, Key[]>();

function keys(catalogue: Catalogue): Key[] {
  const known = made.get(catalogue) ?? makeKeys(catalogue);
  made.set(catalogue, known);
  return known;
}

function makeKeys(catalogue: Catalogue): Key[] {
  const params = catalogue.queryTypes.flatMap((type) => type.params);
  const choices = params.flatMap(({ control }) =>
    control.type === 'dimension' || control.type === 'dimensions' ? control.choices : [],
  );
  const called = [
    ...choices.map(({ value, label }) => [value, label] as const),
    ...catalogue.queryTypes.flatMap(({ fields }) => fields.map(({ name, title }) => [name, title] as const)),
  ].map(([name, title]) => [name.toLowerCase(), title.toLowerCase()] as const);
  const found = new Map<string, Key>();
  for (const { control } of params) {
    if (control.type !== 'values' || found.has(control.dimension)) {
      continue;
    }
    const { dimension } = control;
    const label = choices.find(({ value }) => value === dimension)?.label ?? dimension;
    const own = dimension.toLowerCase();
    const names = new Set([own, label.toLowerCase()]);
    if (HAVE_IDS.includes(dimension)) {
      names.add(`${own}id`);
    }
    // A table's field is `repositoryUrl`, its title Repository.
    for (const [name, title] of called) {
      if (title === label.toLowerCase()) {
        names.add(name);
      }
    }
    for (const [name, title] of called) {
      if (names.has(name)) {
        names.add(title);
      }
    }
    found.set(dimension, { dimension, label, names: [...names] });
  }
  return [...found.values()];
}
