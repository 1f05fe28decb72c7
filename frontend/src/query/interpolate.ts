import type { Params } from './model';

/** Grafana's way of replacing variables; `format` is handed each variable's value. */
export type Replace = (text: string, format: (value: unknown) => string) => string;

/** Grafana's value for "All" of a variable: no restriction. */
const ALL = '$__all';
/** Marks where the value of a variable belongs. No name in Azure or Kubernetes and no text field holds this character. */
const MARK = '\u0000';
/** The largest number of texts that one text with several multi-value variables is expanded to. */
const MOST = 10_000;

/** `params` with every variable replaced by its values; see {@link expand}. Values are never joined or split. */
export function interpolate(params: Params, replace: Replace): Params {
  const replaced: Params = {};
  for (const [name, value] of Object.entries(params)) {
    if (Array.isArray(value)) {
      const lists = value.map((text) => expand(text, replace));
      // One entry that means "All" lets everything through, whatever else is in the list.
      replaced[name] = lists.includes('all') ? [] : lists.flatMap((list) => (list === 'all' ? [] : list));
    } else if (typeof value === 'string') {
      const list = expand(value, replace);
      replaced[name] = list === 'all' ? '' : list.length === 1 ? (list[0] ?? '') : list;
    } else {
      replaced[name] = value;
    }
  }
  return replaced;
}

/**
 * Replaces the variables in a text: the result is one text for each of their values. It is `all` when "All" is chosen and
 * the variable has no values to list, or has a custom "all" value, which is no name and so can't be in a list of names.
 */
export function expand(text: string, replace: Replace): string[] | 'all' {
  if (!text.includes('$') && !text.includes('[[')) {
    return [text];
  }
  const found: string[][] = [];
  const marked = replace(text, (value) => {
    found.push((Array.isArray(value) ? value : [value]).map(String));
    return `${MARK}${String(found.length - 1)}${MARK}`;
  });
  if (found.some((values) => values.length === 0 || values.includes(ALL))) {
    return 'all';
  }
  if (found.length === 0) {
    return marked !== text && isPlainVariable(text) ? 'all' : [marked];
  }
  // Parts with an even index are text, the others are numbers of variables.
  const parts = marked.split(MARK);
  let texts = [''];
  parts.forEach((part, index) => {
    const values = index % 2 === 0 ? [part] : (found[Number(part)] ?? []);
    texts = texts.flatMap((start) => values.map((value) => start + value)).slice(0, MOST);
  });
  return texts;
}

/** `$name`, `${name}` or `[[name]]` and nothing else; with a format of its own it is what the user made of it. */
function isPlainVariable(text: string): boolean {
  return /^(\$\w+|\$\{\w+\}|\[\[\w+\]\])$/.test(text.trim());
}
