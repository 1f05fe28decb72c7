import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test, type Editors } from './page';

/** What the Rust parser is tested with: see `src/settings/saved.rs`. */
const fixture = (name: string) =>
  JSON.parse(
    readFileSync(
      fileURLToPath(new URL(`../../../tests/fixtures/saved-settings/${name}.json`, import.meta.url)),
      'utf8',
    ),
  ) as Record<string, unknown>;

const empty = { uid: 'azuregitops', jsonData: {}, secureJsonFields: {}, readOnly: false };
const both = { managedIdentityEnabled: true, workloadIdentityEnabled: true };

const text = (editors: Editors, label: string, nth = 0) => editors.page.getByLabel(label, { exact: true }).nth(nth);

async function fill(editors: Editors, label: string, value: string, nth = 0): Promise<void> {
  await text(editors, label, nth).fill(value);
  await text(editors, label, nth).blur();
}

async function pick(editors: Editors, label: string, option: string, nth = 0): Promise<void> {
  await editors.box(label).nth(nth).click();
  await editors.page.getByRole('option').filter({ hasText: option }).first().click();
}

const flip = (editors: Editors, label: string) =>
  editors.page.getByLabel(label, { exact: true }).check({ force: true });

const unfold = (editors: Editors, title: string) =>
  editors.page.getByRole('button', { name: title, exact: true }).first().click();

test('everything that can be set is saved as the backend reads it', async ({ editors }) => {
  await editors.show({ editor: 'config', value: empty, azure: both });
  await pick(editors, 'Authentication', 'Client secret');
  await pick(editors, 'Azure cloud', 'US Government');
  await fill(editors, 'Directory (tenant) id', '22222222-2222-2222-2222-222222222222');
  await fill(editors, 'Application (client) id', '11111111-1111-1111-1111-111111111111');
  await fill(editors, 'Client secret', 'hunter2');
  await editors.choose('Subscriptions', '9e223dbe-3399-4e19-88eb-0975f02ac87f');
  await editors.choose('Management groups', 'platform');
  await flip(editors, 'Discover workspaces');

  const add = editors.page.getByRole('button', { name: 'Add endpoint' });
  await add.click();
  await fill(editors, 'Name', 'eu');
  await fill(editors, 'URL', 'https://prometheus.example.com/eu');
  await pick(editors, 'Endpoint sign-in', 'User and password');
  await fill(editors, 'User', 'reader');
  await fill(editors, 'Password', 'pw');
  await unfold(editors, 'HTTP headers, readiness metrics and labels');
  await pick(editors, 'Readiness metrics', 'Conditions of the controllers');
  await pick(editors, 'Labels', 'PodMonitor');
  await add.click();
  await fill(editors, 'Name', 'us, west', 1);
  await fill(editors, 'URL', 'http://prometheus.example.com:9090', 1);
  await pick(editors, 'Endpoint sign-in', 'Token', 1);
  await fill(editors, 'Token', 'tok');
  await add.click();
  await fill(editors, 'Name', 'workspace', 2);
  await fill(editors, 'URL', 'https://ws-ab12.westeurope.prometheus.monitor.azure.com', 2);
  await pick(editors, 'Endpoint sign-in', 'Azure', 2);

  await unfold(editors, 'TLS');
  await flip(editors, 'Own certificate authority');
  await fill(editors, 'Certificate of the authority', 'PEM');
  await flip(editors, 'Skip verification');
  await unfold(editors, 'Cache and limits');
  await fill(editors, 'Refresh after (seconds)', '60');
  await fill(editors, 'Show at most (seconds)', '7200');
  await fill(editors, 'Timeout (seconds)', '20');
  await fill(editors, 'Scrape interval (seconds)', '15');

  expect(await editors.saved()).toEqual({
    ...empty,
    jsonData: fixture('everything'),
    secureJsonData: {
      azureClientSecret: 'hunter2',
      'prometheusPassword.eu': 'pw',
      'prometheusToken.us, west': 'tok',
      tlsCACert: 'PEM',
    },
  });
  await expect(editors.page.getByRole('alert')).toHaveCount(0);
  await editors.isAccessible();
  await editors.screenshot('config-everything');
});

test('each method has just its fields', async ({ editors }) => {
  await editors.show({ editor: 'config', value: empty, azure: both, theme: 'light' });
  await pick(editors, 'Authentication', 'Managed identity');
  expect(await editors.saved()).toMatchObject({ jsonData: fixture('managed-identity') });
  await expect(text(editors, 'Directory (tenant) id')).toHaveCount(0);
  await editors.isAccessible();
  await editors.screenshot('config-light');
  await pick(editors, 'Authentication', 'Workload identity');
  await fill(editors, 'Directory (tenant) id', '22222222-2222-2222-2222-222222222222');
  await fill(editors, 'Application (client) id', '11111111-1111-1111-1111-111111111111');
  const { workspaces, ...workload } = fixture('workload-identity');
  expect(workspaces).toBe('none');
  expect(await editors.saved()).toMatchObject({ jsonData: workload });
});

test('HTTP headers are saved with their values as secrets', async ({ editors }) => {
  await editors.show({ editor: 'config', value: empty, azure: both, theme: 'light' });
  await editors.page.getByRole('button', { name: 'Add endpoint' }).click();
  await fill(editors, 'Name', 'eu');
  await fill(editors, 'URL', 'https://prometheus.example.com');
  await unfold(editors, 'HTTP headers, readiness metrics and labels');
  await editors.page.getByRole('button', { name: 'Add header' }).click();
  await fill(editors, 'Header', 'X-Scope-OrgID');
  await fill(editors, 'Value', 'tenant');
  expect(await editors.saved()).toMatchObject({
    jsonData: { prometheus: [{ name: 'eu', headers: ['X-Scope-OrgID'] }] },
    secureJsonData: { 'prometheusHeader.eu.X-Scope-OrgID': 'tenant' },
  });
  await editors.isAccessible();
  await editors.screenshot('config-headers');
});

test('what is typed and left is saved, and what is no number is not left out', async ({ editors }) => {
  await editors.show({ editor: 'config', value: empty, azure: both });
  await editors.type('Management groups', 'platform');
  await editors.page.keyboard.press('Tab');
  await unfold(editors, 'Cache and limits');
  await fill(editors, 'Refresh after (seconds)', 'abc');
  await expect(editors.page.getByRole('alert')).toHaveText('A whole number from 5 to 3600.');
  expect(await editors.saved()).toMatchObject({ jsonData: { managementGroups: ['platform'], cacheSeconds: 'abc' } });
});

test('demo mode needs no account', async ({ editors }) => {
  await editors.show({ editor: 'config', value: empty });
  await flip(editors, 'Show a simulated fleet');
  await fill(editors, 'Clusters', '12');
  await fill(editors, 'Configurations', '60');
  await fill(editors, 'Seed', '7');
  expect(await editors.saved()).toMatchObject({ jsonData: fixture('demo') });
  await editors.isAccessible();
  await editors.screenshot('config-demo');
});

test('says what is wrong, field by field', async ({ editors }) => {
  await editors.show({ editor: 'config', value: empty, azure: { managedIdentityEnabled: false } });
  await pick(editors, 'Authentication', 'Managed identity');
  await expect(editors.page.getByText('managed_identity_enabled = true')).toBeVisible();
  await editors.choose('Subscriptions', 'Production');
  await editors.page.getByRole('button', { name: 'Add endpoint' }).click();
  await fill(editors, 'Name', '');
  await fill(editors, 'URL', 'http://plain.example.com');
  await pick(editors, 'Endpoint sign-in', 'Azure');
  await unfold(editors, 'Cache and limits');
  await fill(editors, 'Timeout (seconds)', '0');
  await fill(editors, 'Show at most (seconds)', '30');
  await fill(editors, 'Refresh after (seconds)', '60');
  for (const problem of [
    '“Production” is not the id (GUID) of a subscription.',
    'A name is needed',
    'Sign-in with Azure needs https',
    'A whole number from 1 to 600.',
    'Must not be less than the refresh interval.',
  ]) {
    await expect(editors.page.getByRole('alert').filter({ hasText: problem })).toBeVisible();
  }
  await editors.isAccessible();
  await editors.screenshot('config-problems');
});

test('a provisioned data source is read-only', async ({ editors }) => {
  const value = {
    ...empty,
    jsonData: fixture('everything'),
    secureJsonFields: { azureClientSecret: true, 'prometheusPassword.eu': true, tlsCACert: true },
    readOnly: true,
  };
  await editors.show({ editor: 'config', value, azure: both });
  await expect(text(editors, 'Client secret')).toHaveValue('configured');
  const enabled = editors.page.locator('main').locator('input:enabled, textarea:enabled');
  await expect(enabled).toHaveCount(0);
  await expect(editors.page.getByRole('button', { name: 'Add endpoint' })).toBeDisabled();
  await expect(editors.page.getByRole('button', { name: 'Reset' })).toHaveCount(0);
  await editors.screenshot('config-read-only');
});
