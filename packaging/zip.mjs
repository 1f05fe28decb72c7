// Packs dist/ into an archive for one platform, and writes checksums. The same dist/ gives the same bytes: entries are
// sorted, and have the time of the last change and fixed modes.

import { strToU8, zipSync } from 'fflate';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { changed, given, manifest, root, version } from './project.mjs';

const FILE = 0o100644;
const EXECUTABLE = 0o100755;
/** The archive format's number of the system whose file modes the entries have (Unix). */
const UNIX = 3;

const dist = join(root, 'dist');
const { platform, executable, to: folder = join(root, 'packages') } = given();
// The archive format stores local times without a time zone.
process.env.TZ = 'UTC';
const mtime = changed();

const files = readdirSync(dist, { recursive: true })
  .map((name) => join(dist, name))
  .filter((path) => statSync(path).isFile())
  .map((path) => [relative(dist, path).split(sep).join('/'), readFileSync(path)]);
if (!files.some(([name]) => name === executable)) {
  throw new Error(`dist/${executable} is missing: run "make dist"`);
}
files.sort(([one], [other]) => (one < other ? -1 : 1));

const entries = files.map(([name, content]) => {
  const mode = name === executable ? EXECUTABLE : FILE;
  return [`${manifest.id}/${name}`, [content, { level: 9, mtime, os: UNIX, attrs: mode * 0x10000 }]];
});
const archive = `${manifest.id}-${version()}.${platform}.zip`;
const bytes = zipSync(Object.fromEntries(entries));

mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, archive), bytes);
// Grafana's plugin catalogue requires the SHA-1 of a submitted archive.
for (const algorithm of ['sha1', 'sha256']) {
  const sum = createHash(algorithm).update(bytes).digest('hex');
  writeFileSync(join(folder, `${archive}.${algorithm}`), strToU8(`${sum}  ${archive}\n`));
}
console.log(`${join(folder, archive)}: ${(bytes.length / 1e6).toFixed(1)} MB`);
