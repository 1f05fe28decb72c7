// The executable of a package: optimised, needing nothing of the system that it runs on, and without a trace of the
// folder that it was built in.

import { execFileSync } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import { root } from './project.mjs';

/** Paths that compilers write down, and what they are to write instead. */
function renamed() {
  const cargo = env.CARGO_HOME || join(homedir(), '.cargo');
  return [
    [root.replace(/[\\/]$/u, ''), '/azuregitops'],
    [cargo, '/cargo'],
  ];
}

/** Builds an executable, of the plugin unless another package is named, and says where it is. */
export function build({ target, built, crate = 'azuregitops', bin = 'gpx_azuregitops' }) {
  const rust = renamed().flatMap(([from, to]) => ['--remap-path-prefix', `${from}=${to}`]);
  // Grafana's own image has another C library than most systems, and Windows may lack the compiler's.
  if (!target.includes('apple')) {
    rust.push('-C', 'target-feature=+crt-static');
  }
  // Otherwise the C library's own is looked for while the program runs, which finds nothing in a static one.
  if (target.includes('linux')) {
    rust.push('--cfg', 'getrandom_backend="linux_getrandom"');
  }
  const settings = {
    ...env,
    // Whatever flags are set for other builds, packages are alike.
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
