import type { ComboboxOption } from '@grafana/ui';
import type { CatalogueParam, ValueOption } from '../generated/types';
import { findType, texts, type Params } from '../query/model';
import type { Asked, Source } from './asked';

/** How long an answer is used for further key strokes. */
const KEPT_MS = 15_000;
/** More are found by typing. */
const MOST = 1_000;

const kept = new WeakMap<Source, Map<string, { until: number; answer: Promise<ValueOption[]> }>>();

/** The values of a filter's dimension, among what passes the other filters. */
export function suggestedValues(dimension: string, param: CatalogueParam, asked: Asked): Promise<ValueOption[]> {
  return ask(asked.source, dimension, asked.source.interpolate(otherFilters(param, asked)));
}

/** All values of a dimension, whatever the other filters are. */
export function allValues(dimension: string, source: Source): Promise<ValueOption[]> {
  return ask(source, dimension, {});
}

/** The other filters of the query that the resource call `values` takes, too. */
function otherFilters(param: CatalogueParam, { catalogue, params }: Asked): Params {
  const filters = findType(catalogue, 'values')?.params.filter((known) => known.control.type === 'values') ?? [];
  const others: Params = {};
  for (const { name } of filters) {
    const values = texts(params[name]);
    if (name !== param.name && values.length > 0) {
      others[name] = values;
    }
  }
  return others;
}

function ask(source: Source, dimension: string, filters: Params): Promise<ValueOption[]> {
  const answers = kept.get(source) ?? new Map<string, { until: number; answer: Promise<ValueOption[]> }>();
  kept.set(source, answers);
  const key = JSON.stringify([dimension, filters]);
  const known = answers.get(key);
  const now = Date.now();
  if (known && known.until > now) {
    return known.answer;
  }
  const answer = source.values(dimension, filters);
  answers.set(key, { until: now + KEPT_MS, answer });
  // The next key stroke asks again.
  answer.catch(() => answers.delete(key));
  return answer;
}

/** The options for a typed text: variables first, then values. */
export function options(values: ValueOption[], variables: string[], typed: string): ComboboxOption[] {
  const wanted = typed.trim().toLowerCase();
  const fits = (text: string) => text.toLowerCase().includes(wanted);
  return [
    ...variables.filter(fits).map((name) => ({ value: name, label: name, group: 'Template variables' })),
    ...values
      .filter(({ text, value }) => fits(text) || fits(value))
      .slice(0, MOST)
      .map(({ text, value }) => ({ value, label: text, ...(variables.length > 0 && { group: 'Values' }) })),
  ];
}

/** The message of a failed resource call: the backend's own message where the reply has one. */
export function reason(error: unknown): string {
  if (typeof error === 'object' && error !== null) {
    const { data, message } = error as { data?: { error?: unknown }; message?: unknown };
    for (const text of [data?.error, message]) {
      if (typeof text === 'string' && text !== '') {
        return text;
      }
    }
  }
  return 'the data source did not answer';
}
