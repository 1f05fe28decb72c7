// Microsoft's parser, told of the tables that Resource Graph has and that we ask.

import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
// Both put themselves on the global object.
require('@kusto/language-service-next/bridge.js');
require('@kusto/language-service-next/Kusto.Language.Bridge.js');
const { Symbols, GlobalState, KustoCode } = globalThis.Kusto.Language;

// Every table of resources has these columns; in brackets, as some of the names are words of the language.
const TEXTS = [
  'id', 'name', 'type', 'tenantId', 'kind', 'location', 'resourceGroup', 'subscriptionId', 'managedBy',
];
const TREES = ['sku', 'plan', 'properties', 'tags', 'identity', 'zones', 'extendedLocation'];
const COLUMNS = [...TEXTS.map((name) => `['${name}']:string`), ...TREES.map((name) => `['${name}']:dynamic`)];
const TABLES = ['kubernetesconfigurationresources', 'resources', 'resourcecontainers'];

const tables = TABLES.map((name) => Symbols.TableSymbol.From(`(${COLUMNS.join(', ')})`).WithName(name));
const globals = GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.ctor('arg', tables));

// What Resource Graph lacks of the language that the parser knows.
const MOST = { join: 3, union: 3, 'mv-expand': 2 };
// Joins of different tables, and elements of a list that become rows.
const MOST_CROSSED = 1;
const MOST_EXPANDED = 400;

/** What is wrong with a query, in words; nothing where all is well. */
export function problems(kql) {
  const found = [];
  const diagnostics = KustoCode.ParseAndAnalyze(kql, globals).GetDiagnostics();
  for (let index = 0; index < diagnostics.Count; index += 1) {
    found.push(diagnostics.getItem(index).Message);
  }
  // Texts aren't code.
  const code = kql.replaceAll(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/gu, "''");
  if (/\blet\b/u.test(code)) {
    found.push('Resource Graph has no let');
  }
  for (const [operator, most] of Object.entries(MOST)) {
    const times = code.match(new RegExp(`\\|\\s*${operator}\\b`, 'gu'))?.length ?? 0;
    if (times > most) {
      found.push(`Resource Graph takes ${operator} at most ${most} times`);
    }
  }
  const table = code.match(/\w+/u)?.[0];
  const joined = [...code.matchAll(/\|\s*join\s+kind=\w+\s*\(\s*(\w+)/gu)];
  if (joined.filter(([, other]) => other !== table).length > MOST_CROSSED) {
    found.push('Resource Graph joins one other table at most');
  }
  for (const [, rows] of code.matchAll(/\|\s*mv-expand\b[^|]*\blimit (\d+)/gu)) {
    if (Number(rows) > MOST_EXPANDED) {
      found.push(`Resource Graph expands at most ${MOST_EXPANDED} elements`);
    }
  }
  // Two texts side by side: the parser takes them, and they mean something else.
  if (code.includes("''''")) {
    found.push('two texts side by side');
  }
  return found;
}
