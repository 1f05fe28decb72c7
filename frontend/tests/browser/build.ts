import { build, type Plugin } from 'esbuild';
import { existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The Grafana releases whose packages the editors are tried with. */
export const GRAFANAS = ['oldest', 'newest'] as const;
export type Grafana = (typeof GRAFANAS)[number];

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Where the packages of that Grafana are installed. */
export const packages = (grafana: Grafana) =>
  path(grafana === 'oldest' ? '../../oldest/node_modules' : '../../node_modules');
/** Where the host page for it is built. */
export const built = (grafana: Grafana) => path(`../../test-results/host-${grafana}`);

/** Builds the host pages, before all tests. */
export default async function setup(): Promise<void> {
  if (!existsSync(path('../../../dist/module.js'))) {
    throw new Error('dist/module.js is missing. Run: make frontend');
  }
  await Promise.all(GRAFANAS.map(host));
}

async function host(grafana: Grafana): Promise<void> {
  const outdir = built(grafana);
  rmSync(outdir, { recursive: true, force: true });
  await build({
    entryPoints: { host: path('host/host.tsx') },
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'chrome110',
    jsx: 'transform',
    logLevel: 'error',
    plugins: [packagesOf(grafana)],
    define: { 'process.env.NODE_ENV': '"production"', 'process.env': '{}', global: 'globalThis' },
    loader: { '.svg': 'dataurl', '.png': 'dataurl', '.ttf': 'dataurl', '.woff': 'dataurl', '.woff2': 'dataurl' },
  });
}

/** What the host page imports comes from that Grafana; what those packages import, from beside them. */
function packagesOf(grafana: Grafana): Plugin {
  return {
    name: 'packages',
    setup(build) {
      if (grafana === 'oldest') {
        // Its .mjs files take CommonJS modules for what only Grafana's own bundler makes of them.
        build.onResolve({ filter: /^@grafana\/(data|runtime|schema|ui|e2e-selectors)$/ }, ({ path: name }) => ({
          path: `${packages(grafana)}/${name}/dist/cjs/index.cjs`,
        }));
      }
      build.onResolve({ filter: /^[^.]/ }, ({ path: name, importer, kind }) =>
        importer.startsWith(path('host/')) ? build.resolve(name, { kind, resolveDir: packages(grafana) }) : undefined,
      );
    },
  };
}
