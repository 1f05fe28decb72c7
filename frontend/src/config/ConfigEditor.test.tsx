import type { DataSourceSettings } from '@grafana/data';
import { config, setBackendSrv, type BackendSrv } from '@grafana/runtime';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import * as React from 'react';
import { useState } from 'react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Settings } from '../settings';
import { ConfigEditor } from './ConfigEditor';
import type { Secrets } from './editing';

type Options = DataSourceSettings<Settings, Secrets>;

beforeEach(() => {
  Object.assign(config.azure, { managedIdentityEnabled: false, workloadIdentityEnabled: true });
});

/** Shows the editor as Grafana does: what it saves comes back. */
function open(jsonData: Settings, more: Partial<Options> = {}) {
  const saved = vi.fn<(options: Options) => void>();
  function Around() {
    const [options, setOptions] = useState({
      uid: 'fleet',
      jsonData,
      secureJsonFields: {},
      readOnly: false,
      ...more,
    } as Options);
    return (
      <ConfigEditor
        options={options}
        onOptionsChange={(changed) => {
          saved(changed);
          setOptions(changed);
        }}
      />
    );
  }
  render(<Around />);
  return saved;
}

const text = (name: string) => screen.getByLabelText<HTMLInputElement>(name);

async function choose(name: string, option: string) {
  await userEvent.click(screen.getByRole('combobox', { name }));
  await userEvent.click(await screen.findByRole('option', { name: new RegExp(option) }));
}

describe('sign-in', () => {
  it('shows just the fields of the method, and leaves nothing of another behind', async () => {
    const saved = open({
      azureCredentials: { authType: 'clientsecret', azureCloud: 'AzureChinaCloud', tenantId: 't', clientId: 'c' },
    });
    expect(screen.getByLabelText('Client secret')).toBeTruthy();
    await choose('Authentication', 'Workload identity');
    expect(saved.mock.lastCall?.[0].jsonData).toEqual({
      azureCredentials: { authType: 'workloadidentity', tenantId: 't', clientId: 'c' },
    });
    expect(screen.queryByLabelText('Client secret')).toBeNull();
    await choose('Authentication', 'Managed identity');
    expect(saved.mock.lastCall?.[0].jsonData).toEqual({ azureCredentials: { authType: 'msi' } });
    expect(screen.queryByLabelText('Directory (tenant) id')).toBeNull();
  });

  it('says what Grafana must allow', async () => {
    open({ azureCredentials: { authType: 'msi' } });
    expect(screen.getByText('managed_identity_enabled = true')).toBeTruthy();
    await choose('Authentication', 'Workload identity');
    expect(screen.queryByText('workload_identity_enabled = true')).toBeNull();
  });

  it('says what is needed once a field was left', async () => {
    open({ azureCredentials: { authType: 'clientsecret' } });
    expect(screen.queryByText('The directory is needed.')).toBeNull();
    await userEvent.click(text('Directory (tenant) id'));
    await userEvent.tab();
    expect(screen.getByText('The directory is needed.')).toBeTruthy();
  });

  it('a method that cannot be used is said so', () => {
    open({ azureCredentials: { authType: 'currentuser' as never } });
    expect(screen.getByText('The method “currentuser” is not supported.')).toBeTruthy();
  });

  it('a stored secret is never shown, and can be reset', async () => {
    const saved = open(
      { azureCredentials: { authType: 'clientsecret', tenantId: 't', clientId: 'c' } },
      { secureJsonFields: { azureClientSecret: true, other: true } },
    );
    expect(text('Client secret').value).toBe('configured');
    await userEvent.click(screen.getByRole('button', { name: 'Reset' }));
    expect(saved.mock.lastCall?.[0]).toMatchObject({
      secureJsonFields: { other: true },
      secureJsonData: { azureClientSecret: '' },
    });
    await userEvent.type(text('Client secret'), 'hunter2');
    expect(saved.mock.lastCall?.[0].secureJsonData).toEqual({ azureClientSecret: 'hunter2' });
  });
});

describe('Prometheus endpoints', () => {
  const endpoints = [
    { name: 'eu', url: 'https://eu', auth: 'basic' as const, username: 'u' },
    { name: 'us', url: 'https://us', auth: 'bearer' as const },
  ];

  it('are added and removed, with their secrets', async () => {
    const saved = open(
      { prometheus: endpoints },
      { secureJsonFields: { 'prometheusPassword.eu': true, 'prometheusToken.us': true } },
    );
    expect(screen.queryByRole('combobox', { name: 'Readiness metrics' })).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'Remove endpoint eu' }));
    expect(saved.mock.lastCall?.[0]).toMatchObject({
      jsonData: { prometheus: [endpoints[1]] },
      secureJsonFields: { 'prometheusToken.us': true },
      secureJsonData: { 'prometheusPassword.eu': '' },
    });
    await userEvent.click(screen.getByRole('button', { name: 'Remove endpoint us' }));
    expect(saved.mock.lastCall?.[0].jsonData).toEqual({});
    await userEvent.click(screen.getByRole('button', { name: 'Add endpoint' }));
    expect(saved.mock.lastCall?.[0].jsonData).toEqual({ prometheus: [{ name: '', url: '' }] });
  });

  it('take a typed secret along when renamed, and ask for a stored one again', async () => {
    const saved = open({ prometheus: endpoints }, { secureJsonFields: { 'prometheusToken.us': true } });
    await userEvent.type(text('Password'), 'pw');
    const [eu, us] = screen.getAllByLabelText<HTMLInputElement>('Name');
    await userEvent.clear(eu as HTMLElement);
    await userEvent.type(eu as HTMLElement, 'europe{Enter}');
    expect(saved.mock.lastCall?.[0].secureJsonData).toEqual({
      'prometheusPassword.eu': '',
      'prometheusPassword.europe': 'pw',
    });
    await userEvent.clear(us as HTMLElement);
    await userEvent.type(us as HTMLElement, 'america{Enter}');
    expect(saved.mock.lastCall?.[0].secureJsonFields).toEqual({});
    expect(saved.mock.lastCall?.[0].jsonData.prometheus?.map(({ name }) => name)).toEqual(['europe', 'america']);
    expect(text('Token').value).toBe('');
  });

  const folded = 'HTTP headers, readiness metrics and labels';

  it('have HTTP headers, whose values are secrets', async () => {
    const saved = open({ prometheus: [endpoints[0] ?? { name: '', url: '' }] });
    await userEvent.click(screen.getByRole('button', { name: folded }));
    await userEvent.click(screen.getByRole('button', { name: 'Add header' }));
    await userEvent.type(text('Header'), 'X-Scope-OrgID{Enter}');
    await userEvent.type(text('Value'), 'tenant');
    expect(saved.mock.lastCall?.[0]).toMatchObject({
      jsonData: { prometheus: [{ ...endpoints[0], headers: ['X-Scope-OrgID'] }] },
      secureJsonData: { 'prometheusHeader.eu.X-Scope-OrgID': 'tenant' },
    });
    // A typed value moves along with the names of header and endpoint.
    await userEvent.clear(text('Header'));
    await userEvent.type(text('Header'), 'X-Other{Enter}');
    await userEvent.clear(text('Name'));
    await userEvent.type(text('Name'), 'europe{Enter}');
    expect(saved.mock.lastCall?.[0].secureJsonData).toEqual({
      'prometheusHeader.eu.X-Scope-OrgID': '',
      'prometheusHeader.eu.X-Other': '',
      'prometheusHeader.europe.X-Other': 'tenant',
    });
    await userEvent.click(screen.getByRole('button', { name: 'Remove header X-Other' }));
    expect(saved.mock.lastCall?.[0]).toMatchObject({
      jsonData: { prometheus: [{ ...endpoints[0], name: 'europe', headers: undefined }] },
      secureJsonData: { 'prometheusHeader.europe.X-Other': '' },
    });
  });

  it('forget the stored values of their headers when they are removed', async () => {
    const saved = open(
      { prometheus: [{ name: 'eu', url: 'https://eu', headers: ['X-A'] }] },
      { secureJsonFields: { 'prometheusHeader.eu.X-A': true } },
    );
    // Set, so it is not folded away.
    expect(text('Header').value).toBe('X-A');
    await userEvent.click(screen.getByRole('button', { name: 'Remove endpoint eu' }));
    expect(saved.mock.lastCall?.[0]).toMatchObject({
      secureJsonFields: {},
      secureJsonData: { 'prometheusHeader.eu.X-A': '' },
    });
  });

  it('are checked field by field', async () => {
    open({ prometheus: [...endpoints, { name: 'EU', url: 'http://plain', auth: 'azure' }] });
    expect(screen.getAllByText('Another endpoint has this name.').length).toBeTruthy();
    expect(screen.getByText(/Sign-in with Azure needs https/)).toBeTruthy();
    await userEvent.click(screen.getByRole('button', { name: 'Add endpoint' }));
    const urls = screen.getAllByLabelText<HTMLInputElement>('URL');
    await userEvent.click(urls.at(-1) as HTMLElement);
    await userEvent.tab();
    expect(screen.getByText(/An http or https URL is needed/)).toBeTruthy();
  });
});

describe('cache and limits', () => {
  it('show their defaults, save what differs, and hold their bounds', async () => {
    const saved = open({});
    await userEvent.click(screen.getByRole('button', { name: 'Cache and limits' }));
    const cache = text('Refresh after (seconds)');
    expect(cache.placeholder).toBe('30');
    await userEvent.type(cache, '4{Enter}');
    expect(screen.getByText('A whole number from 5 to 3600.')).toBeTruthy();
    await userEvent.type(cache, '5{Enter}');
    expect(saved.mock.lastCall?.[0].jsonData).toEqual({ cacheSeconds: 45 });
    await userEvent.type(text('Show at most (seconds)'), '40{Enter}');
    expect(screen.getByText('Must not be less than the refresh interval.')).toBeTruthy();
  });

  it('hand on what is no number, so that "Save & test" fails instead of leaving it out', async () => {
    const saved = open({ cacheSeconds: 60 });
    const cache = text('Refresh after (seconds)');
    await userEvent.clear(cache);
    await userEvent.type(cache, 'abc');
    await userEvent.tab();
    expect(screen.getByRole('alert').textContent).toBe('A whole number from 5 to 3600.');
    expect(cache.value).toBe('abc');
    expect(saved.mock.lastCall?.[0].jsonData).toEqual({ cacheSeconds: 'abc' });
  });

  it('numbers of provisioning files may be texts', () => {
    open({ cacheSeconds: '60' as never, maxStaleSeconds: '50' as never });
    expect(text('Refresh after (seconds)').value).toBe('60');
    expect(screen.getByText('Must not be less than the refresh interval.')).toBeTruthy();
  });
});

it('demo mode needs nothing else, and forgets nothing', async () => {
  const credentials = { authType: 'msi' as const };
  const saved = open({ azureCredentials: credentials });
  await userEvent.click(screen.getByRole('switch', { name: 'Show a simulated fleet' }));
  expect(screen.queryByRole('combobox', { name: 'Authentication' })).toBeNull();
  await userEvent.type(text('Clusters'), '12{Enter}');
  expect(saved.mock.lastCall?.[0].jsonData).toEqual({ azureCredentials: credentials, demo: true, demoClusters: 12 });
  await userEvent.click(screen.getByRole('switch', { name: 'Show a simulated fleet' }));
  expect(saved.mock.lastCall?.[0].jsonData).toEqual({ azureCredentials: credentials, demoClusters: 12 });
});

it('a provisioned data source is read-only', () => {
  open(
    {
      azureCredentials: { authType: 'clientsecret' },
      subscriptions: ['9e223dbe-3399-4e19-88eb-0975f02ac87f'],
      prometheus: [{ name: 'eu', url: 'https://eu', auth: 'basic' }],
      tlsAuthWithCACert: true,
    },
    { readOnly: true, secureJsonFields: { 'prometheusPassword.eu': true } },
  );
  const controls = [
    ...screen.getAllByRole('combobox'),
    ...screen.getAllByRole('textbox'),
    ...screen.getAllByRole('switch'),
    ...screen.getAllByRole('button', { name: /^(Add|Remove) endpoint|^Reset/ }),
  ];
  expect(controls.length).toBeGreaterThan(15);
  for (const control of controls) {
    expect((control as HTMLInputElement).disabled, control.outerHTML).toBe(true);
  }
});

it('links to the documentation and to the roles that are needed', () => {
  open({});
  const links = screen.getAllByRole<HTMLAnchorElement>('link');
  expect(links.map((link) => link.textContent)).toEqual(['documentation', 'Reader', 'Monitoring Data Reader']);
  expect(links[0]?.getAttribute('href')).toBe('/plugins/fluxfleet-azuregitops-datasource');
});

it('marks required fields, and checks ids while they are filled in', async () => {
  open({ azureCredentials: { authType: 'clientsecret', tenantId: 'Contoso', clientId: 'my app' } });
  for (const label of ['Directory (tenant) id', 'Application (client) id']) {
    expect(text(label).getAttribute('aria-required')).toBe('true');
  }
  expect(screen.getByText(/The id of a directory is a GUID/)).toBeTruthy();
  expect(screen.getByText(/The id of an application is a GUID/)).toBeTruthy();
  await choose('Authentication', 'Workload identity');
  expect(text('Directory (tenant) id').getAttribute('aria-required')).toBe('false');
});

it('folds away what is optional, unless it is set', async () => {
  open({ tlsSkipVerify: true });
  expect(screen.getByRole('switch', { name: 'Skip verification' })).toBeTruthy();
  expect(screen.queryByLabelText('Timeout (seconds)')).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: 'Cache and limits' }));
  expect(text('Timeout (seconds)').placeholder).toBe('30');
});

it('takes over a subscription that was typed and left, and says when suggestions come', async () => {
  setBackendSrv({
    post: () => Promise.reject(Object.assign(new Error(), { data: { error: 'No sign-in is configured.' } })),
  } as unknown as BackendSrv);
  const saved = open({});
  const subscription = '9e223dbe-3399-4e19-88eb-0975f02ac87f';
  await userEvent.type(screen.getByRole('combobox', { name: 'Subscriptions' }), subscription);
  await screen.findByText(/after "Save & test" has succeeded. Until then: No sign-in is configured./);
  await userEvent.tab();
  expect(saved.mock.lastCall?.[0].jsonData).toEqual({ subscriptions: [subscription] });
  await userEvent.type(screen.getByRole('combobox', { name: 'Management groups' }), 'platform{Enter}');
  expect(saved.mock.lastCall?.[0].jsonData).toEqual({ subscriptions: [subscription], managementGroups: ['platform'] });
});
