// Completes dist/, the folder that Grafana loads. The editors have already been built into it.

import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { changed, given, manifest, root, version } from './project.mjs';

const EDITORS = ['module.js', 'module.js.map'];
const COPIED = ['CHANGELOG.md', 'LICENSE', 'img', 'dashboards'];

const dist = join(root, 'dist');
const asked = given();
const binary = asked.binary ?? build(asked);

mkdirSync(dist, { recursive: true });
for (const name of readdirSync(dist)) {
  if (!EDITORS.includes(name)) {
    rmSync(join(dist, name), { recursive: true });
  }
}
for (const name of EDITORS) {
  if (!existsSync(join(dist, name))) {
    throw new Error(`dist/${name} is missing: run "make frontend"`);
  }
}
for (const name of COPIED) {
  cpSync(join(root, name), join(dist, name), { recursive: true });
}
// Grafana shows it on the plugin's page, to people who have the plugin and not the repository.
copyFileSync(join(root, 'packaging/README.md'), join(dist, 'README.md'));
manifest.info.version = version();
manifest.info.updated = changed().toISOString().slice(0, 10);
writeFileSync(join(dist, 'plugin.json'), `${JSON.stringify(manifest, null, 2)}\n`);
copyFileSync(binary, join(dist, asked.executable));
chmodSync(join(dist, asked.executable), 0o755);
console.log(`dist: ${manifest.info.version} of ${manifest.info.updated} for ${asked.platform}`);
