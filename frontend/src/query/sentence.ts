import type { Catalogue, CatalogueControl, CatalogueParam, Choice, ParamValue } from '../generated/types';
import { findMetric, findType, NO_LABELS, shownParams, texts, type Params, type Query } from './model';

/** More are counted. */
const NAMED = 3;

/** What a query asks, in words. */
export function sentence(query: Query, catalogue: Catalogue): string {
  const type = findType(catalogue, query.queryType);
  if (!type) {
    return query.queryType ? `The query type “${query.queryType}” is not known here.` : 'No query type is chosen.';
  }
  const params = query.params ?? {};
  const metric = findMetric(catalogue, params);
  const shown = shownParams(catalogue, type, params);
  const say = (kinds: CatalogueControl['type'][]) =>
    shown
      .filter((param) => kinds.includes(param.control.type))
      .flatMap((param) => phrase(param, params, metric?.defaultGroupBy ?? []));
  const filters = say(['values']);
  const fleet = filters.length === 0 && type.params.some((param) => param.control.type === 'values');
  return [
    metric?.title ?? type.title,
    ...say(['dimension', 'dimensions', 'labels']),
    ...(fleet ? [', in the whole fleet'] : filters),
    ...say(['oneOf', 'number', 'switch']),
    '.',
  ].join('');
}

function phrase(param: CatalogueParam, params: Params, defaultLabels: string[]): string[] {
  const value = params[param.name];
  const label = param.label.toLowerCase();
  switch (param.control.type) {
    case 'values': {
      const list = texts(value);
      return list.length > 0 ? [`, only ${label} ${join(list.map(quoted), 'or')}`] : [];
    }
    case 'dimension':
    case 'dimensions': {
      const { choices, type } = param.control;
      const chosen = texts(value);
      const first = type === 'dimensions' && choices[0] ? [choices[0].value] : [];
      const names = (chosen.length > 0 ? chosen : first).map((name) => title(choices, name).toLowerCase());
      return names.length > 0 ? [`${type === 'dimensions' ? ' by' : ' of'} ${join(names, 'and')}`] : [];
    }
    case 'labels': {
      const chosen = texts(value);
      const names = chosen.length > 0 ? chosen : defaultLabels;
      return names.includes(NO_LABELS) || names.length === 0 ? [' as one series'] : [` by ${join(names, 'and')}`];
    }
    case 'oneOf':
      return typeof value === 'string' && value !== '' ? [`; ${label}: ${title(param.control.choices, value)}`] : [];
    case 'number':
      return isSet(value) ? [`; ${label}: ${String(value)}`] : [];
    case 'switch':
      return value === true ? [`; ${label}`] : [];
    case 'metric':
      return [];
  }
}

/** Values that could be taken for several, or for a part of the sentence. */
function quoted(value: string): string {
  return /[\s,;]/.test(value) ? `“${value}”` : value;
}

function isSet(value: ParamValue | undefined): boolean {
  return value !== undefined && value !== '';
}

function title(choices: Choice[], value: string): string {
  return choices.find((choice) => choice.value === value)?.label ?? value;
}

function join(list: string[], word: 'and' | 'or'): string {
  const named = list.slice(0, NAMED);
  const rest = list.length - named.length;
  const all = rest > 0 ? [...named, `${String(rest)} more`] : named;
  const last = all.at(-1) ?? '';
  return all.length > 1 ? `${all.slice(0, -1).join(', ')} ${word} ${last}` : last;
}
