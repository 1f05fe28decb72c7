// The name, version, time and platform of a package.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, platform } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

export const root = fileURLToPath(new URL('..', import.meta.url));

export const manifest = JSON.parse(readFileSync(`${root}plugin.json`, 'utf8'));

/** Grafana's names of platforms, with the compiler's names. */
const TARGETS = {
  linux_amd64: 'x86_64-unknown-linux-gnu',
  linux_arm64: 'aarch64-unknown-linux-gnu',
  darwin_amd64: 'x86_64-apple-darwin',
  darwin_arm64: 'aarch64-apple-darwin',
  windows_amd64: 'x86_64-pc-windows-msvc',
};

function platformOfThisMachine() {
  const system = platform === 'win32' ? 'windows' : platform;
  return `${system}_${arch === 'x64' ? 'amd64' : arch}`;
}

/**
 * The command line: `--platform linux_arm64`, by default this machine's platform; `--binary PATH`, an executable that
 * has already been built; `--to FOLDER`, the folder for archives.
 */
export function given() {
  const text = { type: 'string' };
  const { values } = parseArgs({ options: { platform: text, binary: text, to: text } });
  const name = values.platform || platformOfThisMachine();
  const target = TARGETS[name];
  if (target === undefined) {
    throw new Error(`no package is made for ${name}; there are ${Object.keys(TARGETS).join(', ')}`);
  }
  const suffix = name.startsWith('windows_') ? '.exe' : '';
  return {
    platform: name,
    target,
    binary: values.binary || undefined,
    to: values.to,
    /** Cargo's file name. */
    built: `${manifest.executable}${suffix}`,
    /** The file name that Grafana looks for. */
    executable: `${manifest.executable}_${name}${suffix}`,
  };
}

/** The version of the package, from Cargo.toml. */
export function version() {
  const found = /^\[workspace\.package\][^[]*?^version = "([^"]+)"/mu.exec(readFileSync(`${root}Cargo.toml`, 'utf8'));
  if (found === null) {
    throw new Error('Cargo.toml has no version');
  }
  return found[1];
}

/** Time of the last change of the packed files, so that packing them again later gives the same bytes. */
export function changed() {
  const seconds =
    process.env.SOURCE_DATE_EPOCH || git('log', '-1', '--format=%ct') || fail('set SOURCE_DATE_EPOCH: this is no clone');
  return new Date(Number(seconds) * 1000);
}

function git(...args) {
  try {
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return '';
  }
}

function fail(message) {
  throw new Error(message);
}
