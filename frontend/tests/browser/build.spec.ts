import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, test } from './page';

const read = (name: string) => readFileSync(fileURLToPath(new URL(`../../../dist/${name}`, import.meta.url)));

/** Of everything that Grafana loads for the editors, gzipped. */
const MOST_BYTES = 60_000;

test('the built plugin is small, has a source map, and brings nothing that Grafana has', ({ grafana }) => {
  test.skip(grafana === 'oldest', 'There is one build for all.');
  const module = read('module.js');
  expect(gzipSync(module).length).toBeLessThan(MOST_BYTES);
  expect(module.toString()).toContain('//# sourceMappingURL=module.js.map');
  const { sources } = JSON.parse(read('module.js.map').toString()) as { sources: string[] };
  expect(sources.filter((source) => source.includes('node_modules'))).toEqual([]);
  const [, imports = ''] = /^System\.register\((\[[^\]]*\])/.exec(module.toString()) ?? [];
  expect((JSON.parse(imports) as string[]).sort()).toEqual([
    '@emotion/css',
    '@grafana/data',
    '@grafana/runtime',
    '@grafana/ui',
    'react',
    'rxjs',
  ]);
});
