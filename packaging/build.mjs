// Builds the executable of a package: optimised, static, and without the path of the folder in which it was built.

import { execFileSync } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import { root } from './project.mjs';

/** Paths that compilers write into the executable, and their replacements. */
function renamed() {
  const cargo = env.CARGO_HOME || join(homedir(), '.cargo');
  return [
    [root.replace(/[\\/]$/u, ''), '/azuregitops'],
    [cargo, '/cargo'],
  ];
}

/** Builds the executable of the plugin or of another package, and returns its path. */
export function build({ target, built, crate = 'azuregitops', bin = 'gpx_azuregitops' }) {
  const rust = renamed().flatMap(([from, to]) => ['--remap-path-prefix', `${from}=${to}`]);
  // Linked statically: Grafana's own image has another C library than most systems, and Windows may lack the compiler's.
  if (!target.includes('apple')) {
    rust.push('-C', 'target-feature=+crt-static');
  }
  // Otherwise the program looks for the C library's own one at run time, which doesn't exist in a static executable.
  if (target.includes('linux')) {
    rust.push('--cfg', 'getrandom_backend="linux_getrandom"');
  }
  const settings = {
    ...env,
    // Flags of other builds must not change the package.
    CARGO_ENCODED_RUSTFLAGS: rust.join('\x1f'),
    CARGO_TARGET_DIR: join(root, 'target'),
  };
  if (!target.includes('windows')) {
    const c = renamed().map(([from, to]) => `-ffile-prefix-map=${from}=${to}`);
    settings[`CFLAGS_${target.replaceAll('-', '_')}`] = c.join(' ');
  }
  const args = ['build', '--locked', '--profile', 'dist', '--target', target, '--package', crate, '--bin', bin];
  execFileSync(env.CARGO || 'cargo', args, { cwd: root, env: settings, stdio: 'inherit' });
  return join(root, 'target', target, 'dist', built);
}
