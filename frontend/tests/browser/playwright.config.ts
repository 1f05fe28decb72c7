import { defineConfig } from '@playwright/test';
import { fileURLToPath } from 'node:url';
import { GRAFANAS, type Grafana } from './build';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** The editors as they are built, in a real browser. */
export default defineConfig<{ grafana: Grafana }>({
  testDir: '.',
  outputDir: path('../../test-results/browser'),
  globalSetup: path('build.ts'),
  fullyParallel: true,
  workers: 2,
  forbidOnly: process.env.CI !== undefined,
  // A busy machine is no failure.
  timeout: 90_000,
  expect: { timeout: 20_000 },
  reporter: [['line'], [path('../summary.ts'), { name: 'browser' }]],
  use: {
    viewport: { width: 1280, height: 900 },
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: GRAFANAS.map((grafana) => ({ name: grafana, use: { grafana } })),
});
