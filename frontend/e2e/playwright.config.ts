import type { PluginOptions } from '@grafana/plugin-e2e';
import { defineConfig, devices } from '@playwright/test';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
/** Where `@grafana/plugin-e2e` keeps who is signed in. */
const session = path('../playwright/.auth/admin.json');

/** The plugin in a running Grafana: `docker compose up`, then `npm run e2e`. */
export default defineConfig<PluginOptions>({
  testDir: '.',
  outputDir: path('../test-results/e2e'),
  reporter: [['line']],
  forbidOnly: process.env.CI !== undefined,
  use: {
    baseURL: process.env.GRAFANA_URL ?? 'http://localhost:3000',
    provisioningRootDir: path('../../provisioning'),
    ...(process.env.CHROMIUM !== undefined && { launchOptions: { executablePath: process.env.CHROMIUM } }),
  },
  projects: [
    {
      name: 'sign-in',
      testDir: join(dirname(createRequire(import.meta.url).resolve('@grafana/plugin-e2e')), 'auth'),
      testMatch: [/.*\.js/],
    },
    {
      name: 'e2e',
      use: { ...devices['Desktop Chrome'], storageState: session },
      dependencies: ['sign-in'],
    },
  ],
});
