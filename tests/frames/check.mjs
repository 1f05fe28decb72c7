// Reads the frames of tests/fixtures/frames, which tests/it/golden.rs writes, with Arrow's own reader, and checks what
// Grafana expects of them. Then checks that this check finds errors. Prints the number of passed and failed checks.

import { readdirSync, readFileSync } from 'node:fs';
import { problems, read } from './grafana.mjs';

const folder = new URL('../fixtures/frames/', import.meta.url);
let passed = 0;
let failed = 0;

function verdict(name, ok, detail) {
  if (ok) {
    passed += 1;
  } else {
    failed += 1;
    console.error(`frames: ${name}: ${detail}`);
  }
}

function frame(name) {
  return read(readFileSync(new URL(name, folder)));
}

function found(frameOf, queryType) {
  try {
    return problems(frameOf(), { queryType, refId: 'A' });
  } catch (error) {
    return [String(error)];
  }
}

const names = readdirSync(folder).filter((name) => name.endsWith('.arrow'));
for (const name of names) {
  const wrong = found(() => frame(name), name.split('.')[0]);
  verdict(name, wrong.length === 0, wrong.join('; '));
}
verdict('files', names.length > 0, 'there are none');

// The simulated fleet has 6 clusters with Flux and 40 configurations; the time is that of tests/it/golden.rs.
const now = 1_790_000_000_000n * 1_000_000n;
const hour = 3_600n * 10n ** 9n;
const column = (name, field) => frame(name).fields.find((other) => other.name === field);
for (const [what, actual, expected] of [
  ['rows of configurations', frame('configurations.arrow').rows, 40],
  ['rows of extensions', frame('extensions.arrow').rows, 6],
  [
    'configurations by compliance state',
    frame('configuration-counts.arrow').fields.reduce((sum, field) => sum + Number(field.values[0]), 0),
    40,
  ],
  ['points of a metric', column('metric.metric-objects.arrow', 'time').values.length, 7],
  ['last point of a metric', column('metric.metric-objects.arrow', 'time').values.at(-1), now - (now % hour)],
  [
    'failing and other extensions as numbers',
    [...new Set(column('failing-extensions.include-all.arrow', 'value').values)].sort().join(),
    '0,1',
  ],
  ['a cluster of values', column('values.dimension-cluster.arrow', 'value').values.includes('aks-dub-001'), true],
]) {
  verdict(what, actual === expected, `${String(actual)} instead of ${String(expected)}`);
}

// Frames with one error each, and words that the reported problem must contain.
const SERIES = 'metric.metric-objects.arrow';
const LONG = 'configuration-counts.format-long.arrow';
for (const [what, name, spoil, words] of [
  ['another name', 'versions.arrow', (it) => (it.name = 'version'), 'name and refId'],
  ['another version', 'versions.arrow', (it) => (it.meta.typeVersion = [0, 0]), 'typeVersion'],
  ['an unknown kind', 'versions.arrow', (it) => (it.meta.type = 'tables'), 'none of the data plane'],
  ['a severity', 'versions.arrow', (it) => (it.meta.notices = [{ severity: 'bad', text: 'x' }]), 'severity bad'],
  ['an unknown member of meta', 'versions.arrow', (it) => (it.meta.notice = []), 'meta has notice'],
  ['an unknown member of config', 'versions.arrow', (it) => (it.fields[0].config.displayname = 'x'), 'config has'],
  ['a mapping', 'versions.arrow', (it) => (it.fields[0].config.mappings = [{ type: 'regex' }]), 'type regex'],
  ['labels of numbers', 'versions.arrow', (it) => (it.fields[0].labels = { a: 1 }), 'texts by name'],
  ['milliseconds', SERIES, (it) => (it.fields[0].values[0] /= 1_000_000n), 'nanoseconds'],
  ['another unit of time', SERIES, (it) => (it.fields[0].type = 'Timestamp<MILLISECOND>'), 'its type is'],
  ['a null', SERIES, (it) => (it.fields[0].values[0] = null), 'has a null'],
  ['times that fall', SERIES, (it) => it.fields[0].values.reverse(), 'do not rise'],
  ['a nullable time', SERIES, (it) => (it.fields[0].nullable = true), 'may be null'],
  ['labels in a long frame', LONG, (it) => (it.fields[1].labels = { a: 'b' }), 'with labels'],
  ['two rows of one kind', LONG, (it) => it.fields[0].values.fill('x'), 'the same texts'],
  ['two series of one kind', 'configuration-counts.arrow', (it) => it.fields.push(it.fields[0]), 'same name'],
  ['a wide frame of texts', 'configuration-counts.arrow', (it) => (it.fields[0].type = 'text'), 'no number'],
]) {
  const spoilt = () => {
    const it = frame(name);
    spoil(it);
    return it;
  };
  const noticed = found(spoilt, name.split('.')[0]);
  const ok = noticed.some((text) => text.includes(words));
  verdict(`a frame with ${what}`, ok, `not noticed: ${noticed.join('; ')}`);
}
for (const [what, bytes, words] of [
  ['no Arrow', Buffer.from('ARROW1 and then nothing'), 'no Arrow file'],
  ['half a file', readFileSync(new URL(SERIES, folder)).subarray(0, 1_000), 'no Arrow file'],
]) {
  const noticed = found(() => read(bytes), 'metric');
  verdict(what, noticed.some((text) => text.includes(words)), `not noticed: ${noticed.join('; ')}`);
}

console.log(`frames: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
