import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** What Grafana shares with plugins: loaded by it, never bundled. */
const external = ['react', 'rxjs', '@emotion/css', '@grafana/data', '@grafana/runtime', '@grafana/ui'];

export default defineConfig({
  build: {
    // The plugin's folder, which holds the executable, too.
    outDir: fileURLToPath(new URL('../dist', import.meta.url)),
    emptyOutDir: false,
    sourcemap: true,
    target: 'es2022',
    lib: { entry: 'src/module.ts', formats: ['system'], fileName: () => 'module.js' },
    rollupOptions: { external },
  },
  // The JSX of React 18 and 19 alike.
  esbuild: { jsx: 'transform' },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/testing/setup.ts'],
    reporters: ['default', './tests/summary.ts'],
    testTimeout: 60_000,
    server: { deps: { inline: [/@grafana/] } },
  },
});
