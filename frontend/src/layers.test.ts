import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';

const source = resolve('src');
/** A folder or file of `src` imports only from those before it, and from its own folder. */
const ORDER = ['generated', 'query', 'settings', 'components', 'config', 'variables', 'datasource', 'module'];

const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
  (file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file) && !file.startsWith('testing/'),
);

/** The files of `src` that a file imports, for values or for types. */
function imports(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(join(source, file), 'utf8'));
  return importedFiles
    .filter(({ fileName }) => fileName.startsWith('.'))
    .map(({ fileName }) => {
      const path = relative(source, join(source, file, '..', fileName));
      const found = files.find((known) =>
        [`${path}.ts`, `${path}.tsx`, `${path}/index.ts`, `${path}/index.tsx`].includes(known),
      );
      if (found === undefined) {
        throw new Error(`${file} imports ${fileName}, which is not a file of src`);
      }
      return found;
    });
}

/** The first circle that can be reached from a file, as the files along it. */
function circle(file: string, path: string[], cleared: Set<string>): string[] | undefined {
  if (path.includes(file)) {
    return [...path.slice(path.indexOf(file)), file];
  }
  if (cleared.has(file)) {
    return undefined;
  }
  for (const imported of imports(file)) {
    const found = circle(imported, [...path, file], cleared);
    if (found) {
      return found;
    }
  }
  cleared.add(file);
  return undefined;
}

it('no file imports itself through other files, not even for types', () => {
  expect(files.length).toBeGreaterThan(30);
  const cleared = new Set<string>();
  for (const file of files) {
    expect(circle(file, [], cleared)?.join(' → ')).toBeUndefined();
  }
});

it('imports follow the order of the folders', () => {
  const place = (file: string) => ORDER.indexOf(file.split(/[/.]/)[0] ?? '');
  for (const file of files) {
    expect(place(file), `${file} has a place in the order`).not.toBe(-1);
    for (const imported of imports(file)) {
      expect(place(imported), `${file} imports ${imported}`).toBeLessThanOrEqual(place(file));
    }
  }
});
