// Builds the simulated Azure of `make grafana` into target/lab. It is static like the plugin, because it runs in Grafana's
// container.

import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from '../../packaging/build.mjs';
import { given, root } from '../../packaging/project.mjs';

const { target, platform } = given();
const built = platform.startsWith('windows_') ? 'lab.exe' : 'lab';
const folder = join(root, 'target', 'lab');

mkdirSync(folder, { recursive: true });
copyFileSync(build({ target, built, crate: 'lab', bin: 'lab' }), join(folder, built));
