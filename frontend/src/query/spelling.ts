/** A commit at the end of a text, as a bare hash or as Azure spells it: `main@sha1:…`. */
const COMMIT = /(?:^|[@:/])([0-9a-f]{7,64})$/i;

/**
 * Whether two texts name the same value of a dimension. Azure doesn't distinguish upper and lower case, a commit may be
 * written by the first seven digits of its hash, and a cluster by its name or by its ARM id.
 */
export function sameValue(dimension: string, one: string, other: string): boolean {
  const [a, b] = [one.trim().toLowerCase(), other.trim().toLowerCase()];
  if (a === b) {
    return true;
  }
  if (dimension === 'commit') {
    const [short = '', long = ''] = [COMMIT.exec(a)?.[1], COMMIT.exec(b)?.[1]].sort(
      (x = '', y = '') => x.length - y.length,
    );
    return short !== '' && long.startsWith(short);
  }
  if (dimension === 'cluster') {
    return (a.startsWith('/') && a.endsWith(`/${b}`)) || (b.startsWith('/') && b.endsWith(`/${a}`));
  }
  return false;
}

/** Whether a text holds a template variable, whose values only the dashboard knows. */
export function hasVariable(text: string): boolean {
  return text.includes('$') || text.includes('[[');
}
