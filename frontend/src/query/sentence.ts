import type { Catalogue, CatalogueParam, Choice, ParamValue } from '../generated/types';
import { findMetric, findType, NO_LABELS, shownParams, texts, type Params, type Query } from './model';

/** More are counted. */
const NAMED = 3;

/** What a query asks, in words. */
export function sentence(query: Query, catalogue: Catalogue): string {
  const type = findType(catalogue, query.queryType);
  if (!type) {
    return query.queryType ? `The question “${query.queryType}” is not known here.` : 'No question is chosen.';
  }
  const params = query.params ?? {};
  const metric = findMetric(catalogue, params);
  const shown = shownParams(catalogue, type, params);
  const phrases = shown.flatMap((param) => phrase(param, params, metric?.defaultGroupBy ?? []));
  const filters = shown.filter((param) => param.control.type === 'values');
  if (filters.length > 0 && filters.every((param) => texts(params[param.name]).length === 0)) {
    phrases.unshift(' of the whole fleet');
  }
  return `${metric?.title ?? type.title}${phrases.join('')}.`;
}

function phrase(param: CatalogueParam, params: Params, defaultLabels: string[]): string[] {
  const value = params[param.name];
  const label = param.label.toLowerCase();
  switch (param.control.type) {
    case 'values': {
      const list = texts(value);
      return list.length > 0 ? [`, only ${label} ${join(list, 'or')}`] : [];
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
