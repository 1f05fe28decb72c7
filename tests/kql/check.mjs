// Checks the queries on standard input, a JSON list of { name, kql } as `gpx_azuregitops export kql` writes it. Then checks
// that this check finds errors. Prints the number of passed and failed checks.

import { readFileSync } from 'node:fs';
import { problems } from './parser.mjs';

const queries = JSON.parse(readFileSync(0, 'utf8'));
let passed = 0;
let failed = 0;

function verdict(name, ok, detail) {
  if (ok) {
    passed += 1;
  } else {
    failed += 1;
    console.error(`kql: ${name}: ${detail}`);
  }
}

for (const { name, kql } of queries) {
  const found = problems(kql);
  verdict(name, found.length === 0, `${found.join('; ')}\n${kql}`);
}
verdict('queries', queries.length > 0, 'there are none');

// Each of our queries with a misspelt column, and other queries that must fail.
const wrong = queries.map(({ name, kql }) => [
  `${name} with a wrong column`,
  kql.replace(/\bproperties\b/u.test(kql) ? /\bproperties\b/u : /\bsubscriptionId\b/u, '$&s'),
  'does not refer to any known',
]);
wrong.push(
  ['a wrong table', 'resource | project id', 'does not refer to any known'],
  ['a wrong operator', 'resources | projct id', ''],
  ['a text that does not end', "resources | where type =~ 'x", ''],
  ['let', 'let x = 1; resources | where 1 == x', 'no let'],
  ['four unions', `resources ${'| union resources '.repeat(4)}`, 'at most 3 times'],
  ['three expansions', `resources ${'| mv-expand properties '.repeat(3)}`, 'at most 2 times'],
  ['an expansion that is too long', 'resources | mv-expand properties limit 401', 'at most 400'],
  [
    'two other tables joined',
    `resources ${'| join kind=leftouter (resourcecontainers | project id) on id '.repeat(2)}`,
    'one other table',
  ],
  ['a quote written twice', "resources | where name == 'it''s'", 'side by side'],
);
for (const [name, kql, words] of wrong) {
  const found = problems(kql);
  const ok = found.length > 0 && found.some((text) => text.includes(words));
  verdict(name, ok, `not noticed: ${found.join('; ')}\n${kql}`);
}

console.log(`kql: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
