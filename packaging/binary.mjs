// Builds the executable into the folder of `--to`, for a package that is made on another machine.

import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { given, root } from './project.mjs';

const asked = given();
const folder = asked.to ?? join(root, 'packages');
const built = build(asked);
mkdirSync(folder, { recursive: true });
copyFileSync(built, join(folder, asked.executable));
