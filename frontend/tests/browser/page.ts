import AxeBuilder from '@axe-core/playwright';
import { test as base, expect, type Locator, type Page } from '@playwright/test';
import { fileURLToPath } from 'node:url';
import type { Grafana } from './build';
import type { Shown } from './host/host';
import { serve } from './serve';

export { expect };

const shots = fileURLToPath(new URL('../../test-results/screenshots/', import.meta.url));

/** Grafana 11.6's own fault: a part of its MultiCombobox has attributes without a role. */
const NOT_OURS = '[id^="downshift-"][id$="-toggle-button"]';

/** The host page, as people use it. */
export class Editors {
  constructor(
    readonly page: Page,
    readonly grafana: Grafana,
    private readonly url: string,
  ) {}

  async show(shown: Shown): Promise<void> {
    await this.page.goto(this.url);
    await this.page.waitForFunction(() => 'host' in window);
    await this.page.evaluate((what) => window.host.show(what), shown);
  }

  /** What the editor saved last. */
  saved(): Promise<unknown> {
    return this.page.evaluate(() => window.host.saved);
  }

  calls(end: string): Promise<unknown[]> {
    return this.page.evaluate(
      (end) => window.host.calls.filter(({ url }) => url.split('?')[0]?.endsWith(end)).map(({ data }) => data),
      end,
    );
  }

  send(queries: unknown[], scopedVars: Record<string, { value: unknown }> = {}, filters?: unknown[]): Promise<unknown> {
    return this.page.evaluate(([queries, scopedVars, filters]) => window.host.send(queries, scopedVars, filters), [
      queries,
      scopedVars,
      filters,
    ] as const);
  }

  /** A control by its label. */
  box(label: string): Locator {
    return this.page.getByRole('combobox', { name: label, exact: true });
  }

  /** Types, which opens the list, and takes the option. */
  async choose(label: string, option: string, typed = option): Promise<void> {
    await this.box(label).fill(typed);
    await this.page.getByRole('option').filter({ hasText: option }).first().click();
    await this.box(label).blur();
    await expect(this.page.getByRole('option')).toHaveCount(0);
  }

  /** Types as people do: Grafana 11.6 loses keys that follow each other at once. */
  async type(label: string, text: string): Promise<void> {
    await this.box(label).pressSequentially(text, { delay: 80 });
    await expect(this.box(label)).toHaveValue(text);
  }

  async screenshot(name: string): Promise<void> {
    await this.page.screenshot({ path: `${shots}${name}-${this.grafana}.png`, fullPage: true });
  }

  /** No control without a name, no text without contrast, and so on. */
  async isAccessible(): Promise<void> {
    const found = await new AxeBuilder({ page: this.page }).include('#grafana').exclude(NOT_OURS).analyze();
    expect(found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
  }
}

interface Fixtures {
  editors: Editors;
}

interface WorkerFixtures {
  grafana: Grafana;
  url: string;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  grafana: ['newest', { option: true, scope: 'worker' }],
  url: [
    async ({ grafana }, use) => {
      const server = await serve(grafana);
      await use(server.url);
      server.close();
    },
    { scope: 'worker' },
  ],
  editors: async ({ page, grafana, url }, use) => {
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      // Fonts and some icons are not in the packages.
      if (message.type() === 'error' && !/\/(fonts|icons)\//.test(message.location().url)) {
        problems.push(`${message.text()} ${message.location().url}`);
      }
    });
    await use(new Editors(page, grafana, url));
    expect(problems).toEqual([]);
  },
});
