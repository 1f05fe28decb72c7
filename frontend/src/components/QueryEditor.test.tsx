import { LoadingState } from '@grafana/data';
import { setTemplateSrv, type TemplateSrv } from '@grafana/runtime';
import { fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import * as React from 'react';
import { useState } from 'react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { catalogue as generated, queryVersion } from '../generated/catalogue';
import type { Catalogue, ValueOption } from '../generated/types';
import type { Params, Query } from '../query/model';
import { sample } from '../testing/sample';
import type { Source } from './asked';
import { QueryEditor } from './QueryEditor';
import { VariableEditor } from './VariableEditor';

beforeEach(() => {
  setTemplateSrv({ getVariables: () => [{ name: 'cluster' }] } as unknown as TemplateSrv);
});

interface Stub {
  values?: (dimension: string, filters: Params) => Promise<ValueOption[]>;
  migrate?: (query: Query) => Promise<Query>;
}

interface Around {
  app?: string;
  catalogue?: Catalogue;
  stub?: Stub;
  data?: unknown;
  hasMetrics?: boolean;
}

/** Shows the editor as Grafana does: what it saves comes back. */
function open(query: Partial<Query>, { app, catalogue = sample, stub = {}, data, hasMetrics = false }: Around = {}) {
  const saved = vi.fn<(query: Query) => void>();
  const run = vi.fn();
  const datasource: Source = {
    hasMetrics,
    interpolate: (params: Params) => params,
    values: stub.values ?? (() => Promise.resolve([])),
    migrate: stub.migrate ?? ((old: Query) => Promise.resolve(old)),
  };
  function Around() {
    const [shown, setShown] = useState({ refId: 'A', ...query } as Query);
    return (
      <QueryEditor
        datasource={datasource}
        query={shown}
        onChange={(changed) => {
          saved(changed);
          setShown(changed);
        }}
        onRunQuery={run}
        app={app as never}
        data={data as never}
        catalogue={catalogue}
      />
    );
  }
  render(<Around />);
  return { saved, run };
}

const box = (name: string) => screen.getByRole<HTMLInputElement>('combobox', { name });

async function choose(name: string, option: string) {
  await userEvent.click(box(name));
  await userEvent.click(await screen.findByRole('option', { name: new RegExp(option) }));
  await userEvent.keyboard('{Escape}');
}

describe('the query type', () => {
  it('is chosen out of groups, and keeps what still applies', async () => {
    const { saved, run } = open({ queryType: 'things', params: { clusters: ['a'], namespaces: ['n'] } });
    expect(box('Query type').value).toBe('Things');
    expect(screen.getByText('Every thing.')).toBeTruthy();
    await choose('Query type', 'Thing counts');
    expect(saved).toHaveBeenLastCalledWith({
      refId: 'A',
      queryType: 'thing-counts',
      version: queryVersion,
      params: { clusters: ['a'] },
    });
    expect(run).toHaveBeenCalledTimes(1);
    expect(screen.queryByRole('combobox', { name: 'Namespaces' })).toBeNull();
  });

  it('gets back its own parameters after another type was tried', async () => {
    const { saved } = open({ queryType: 'metric', params: { metric: 'duration', groupBy: ['name'], clusters: ['a'] } });
    await choose('Query type', 'Things');
    expect(saved.mock.lastCall?.[0].params).toEqual({ clusters: ['a'] });
    await choose('Query type', 'Metric');
    expect(saved.mock.lastCall?.[0].params).toEqual({ metric: 'duration', groupBy: ['name'], clusters: ['a'] });
  });

  it.each([
    ['Explore', 'explore', undefined, 'configurations'],
    ['an alert rule', 'unified-alerting', undefined, 'failing-configurations'],
    ['a pie chart', 'panel-editor', 'piechart', 'configuration-counts'],
    ['a time series', 'panel-editor', 'timeseries', 'metric'],
  ])('that is shown in %s is saved and asked at once', (_, app, panelPluginId, queryType) => {
    const data = { state: LoadingState.Done, request: { panelPluginId } };
    const { saved, run } = open({}, { app, data, hasMetrics: true, catalogue: generated });
    expect(saved).toHaveBeenCalledTimes(1);
    expect(saved.mock.lastCall?.[0]).toMatchObject({ refId: 'A', queryType });
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('of a new panel waits for the visualisation, which comes with the first answer', () => {
    const { saved } = open({}, { app: 'panel-editor', data: { state: LoadingState.Loading } });
    expect(saved).not.toHaveBeenCalled();
  });

  it('that this plugin does not know is said, not lost', () => {
    const { saved } = open({ queryType: 'rollouts', params: { a: 'b' } });
    expect(screen.getByText(/“rollouts” is not known to this version/)).toBeTruthy();
    expect(saved).not.toHaveBeenCalled();
  });

  it.each(generated.queryTypes.map((type) => [type.id, type] as const))(
    '%s has a control for all that it takes',
    (id, type) => {
      const params = { ...(id === 'values' && { dimension: 'cluster' }) };
      open({ queryType: id, params }, { catalogue: generated });
      const more = screen.queryByRole('button', { name: /^More filters/ });
      if (more) {
        fireEvent.click(more);
      }
      for (const { label, control } of type.params.filter(({ name }) => name !== 'quantile')) {
        if (control.type === 'labels') {
          continue;
        }
        const found =
          screen.queryByRole('combobox', { name: label }) ??
          screen.queryByRole('radiogroup', { name: label }) ??
          screen.queryByRole('textbox', { name: label }) ??
          screen.queryByRole('switch', { name: label });
        expect(found, label).toBeTruthy();
      }
    },
  );
});

describe('filters', () => {
  const values = vi.fn<NonNullable<Stub['values']>>(() =>
    Promise.resolve([
      { text: 'Cluster one', value: 'c1' },
      { text: 'c2', value: 'c2' },
    ]),
  );

  it('suggest the values that pass the other filters, and variables', async () => {
    const { saved } = open(
      { queryType: 'things', params: { namespaces: ['n'], clusters: ['x'], limit: 3 } },
      { stub: { values } },
    );
    await choose('Clusters', 'Cluster one');
    expect(values).toHaveBeenLastCalledWith('cluster', { namespaces: ['n'] });
    expect(saved.mock.lastCall?.[0].params?.clusters).toEqual(['x', 'c1']);
    await choose('Clusters', '\\$cluster');
    expect(saved.mock.lastCall?.[0].params?.clusters).toEqual(['x', 'c1', '$cluster']);
  });

  const finish = { Enter: () => userEvent.keyboard('{Enter}'), Tab: () => userEvent.tab() };

  it.each(Object.entries(finish))('take over what was typed on %s', async (_, done) => {
    const { saved } = open({ queryType: 'things', params: { clusters: ['x'] } }, { stub: { values } });
    await userEvent.type(box('Clusters'), 'prod-9');
    await done();
    expect(saved.mock.lastCall?.[0].params).toEqual({ clusters: ['x', 'prod-9'] });
    expect(box('Clusters').value).toBe('');
    expect(saved).toHaveBeenCalledTimes(1);
  });

  it('take the value that a typed name belongs to', async () => {
    const { saved } = open({ queryType: 'things' }, { stub: { values } });
    await userEvent.type(box('Clusters'), 'cluster ONE');
    await screen.findByRole('option', { name: 'Cluster one' });
    await userEvent.tab();
    expect(saved.mock.lastCall?.[0].params).toEqual({ clusters: ['c1'] });
  });

  it('do not take a search for a value when an option of it was chosen', async () => {
    const { saved } = open({ queryType: 'things' }, { stub: { values } });
    await userEvent.type(box('Clusters'), 'clu');
    await userEvent.click(await screen.findByRole('option', { name: 'Cluster one' }));
    await userEvent.tab();
    expect(saved.mock.lastCall?.[0].params).toEqual({ clusters: ['c1'] });
    expect(saved).toHaveBeenCalledTimes(1);
  });

  it('take nothing over when typing is given up with Escape', async () => {
    const { saved } = open({ queryType: 'things' }, { stub: { values } });
    await userEvent.type(box('Clusters'), 'prod-9{Escape}');
    await userEvent.tab();
    expect(saved).not.toHaveBeenCalled();
    await userEvent.click(document.body);
    expect(box('Clusters').value).toBe('');
  });

  it('offer matches before the typed text', async () => {
    open({ queryType: 'things' }, { stub: { values } });
    await userEvent.type(box('Clusters'), 'c');
    await screen.findByRole('option', { name: /Use this text/ });
    expect(screen.getAllByRole('option').map((option) => option.textContent)).toEqual([
      expect.stringContaining('$cluster'),
      expect.stringContaining('Cluster one'),
      expect.stringContaining('c2'),
      expect.stringContaining('Use this text'),
    ]);
  });

  it('mark values that do not exist, and no others', async () => {
    open(
      { queryType: 'things', params: { clusters: ['C1', 'prod-9', '$cluster', 'Cluster ONE'] } },
      { stub: { values } },
    );
    expect((await screen.findByRole('status')).textContent).toBe('Not there now: prod-9');
    expect(values).toHaveBeenCalledWith('cluster', {});
  });

  it('mark nothing while the values are unknown', async () => {
    const refused = vi.fn(() => Promise.reject(new Error('refused')));
    open({ queryType: 'things', params: { clusters: ['prod-9'] } }, { stub: { values: refused } });
    await waitFor(() => expect(refused).toHaveBeenCalled());
    expect(screen.queryByRole('status')).toBeNull();
  });

  it('that are seldom wanted are folded away until they are set', async () => {
    const more = () => screen.queryByRole('button', { name: /filters/ });
    const { saved } = open({ queryType: 'things', params: { limit: 5 } });
    expect(screen.getByRole<HTMLInputElement>('textbox', { name: 'Row limit' }).value).toBe('5');
    expect(screen.queryByRole('combobox', { name: 'Namespaces' })).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'More filters (1)' }));
    await userEvent.type(box('Namespaces'), 'flux{Enter}');
    expect(saved.mock.lastCall?.[0].params).toEqual({ limit: 5, namespaces: ['flux'] });
    // All that could be folded away is in use.
    expect(more()).toBeNull();
    await userEvent.click(
      within(screen.getByTestId('azuregitops-param-namespaces')).getByRole('button', { name: /Remove/ }),
    );
    expect(saved.mock.lastCall?.[0].params).toEqual({ limit: 5 });
    expect(box('Namespaces')).toBeTruthy();
  });

  it('take free text as it is', async () => {
    const { saved } = open({ queryType: 'things' });
    await userEvent.click(box('Clusters'));
    await userEvent.type(box('Clusters'), 'new, "odd" {{x}');
    await userEvent.click(await screen.findByRole('option', { name: /new, "odd" \{x\}/ }));
    expect(saved.mock.lastCall?.[0].params).toEqual({ clusters: ['new, "odd" {x}'] });
  });

  it('offer no variables in alert rules, which have none', async () => {
    open({ queryType: 'thing-counts' }, { app: 'unified-alerting', stub: { values } });
    await userEvent.click(box('Clusters'));
    await screen.findByRole('option', { name: 'c2' });
    expect(screen.queryByRole('option', { name: /\$cluster/ })).toBeNull();
  });

  it('say why there are no suggestions, and take free text all the same', async () => {
    const refused = { data: { error: 'Resource Graph refused the request.' } };
    const { saved } = open(
      { queryType: 'things' },
      { stub: { values: () => Promise.reject(Object.assign(new Error(), refused)) } },
    );
    await userEvent.click(box('Clusters'));
    await screen.findByText('No suggestions: Resource Graph refused the request.');
    await userEvent.type(box('Clusters'), 'prod-1');
    await userEvent.click(await screen.findByRole('option', { name: /prod-1/ }));
    expect(saved.mock.lastCall?.[0].params).toEqual({ clusters: ['prod-1'] });
  });

  it('show names instead of ids once they are known', async () => {
    const id = '9e223dbe-3399-4e19-88eb-0975f02ac87f';
    open(
      { queryType: 'things', params: { clusters: [id] } },
      { stub: { values: () => Promise.resolve([{ text: 'Production', value: id }]) } },
    );
    expect(await screen.findByText('Production')).toBeTruthy();
  });
});

describe('a metric', () => {
  const metric = (params: Params) => ({ queryType: 'metric', params });

  it('is chosen with its unit, and brings its own parameters', async () => {
    const { saved } = open(metric({}));
    expect(screen.queryByRole('combobox', { name: 'Group by' })).toBeNull();
    await userEvent.click(box('Metric'));
    expect(await screen.findByText('How long it takes. In seconds (s).')).toBeTruthy();
    await userEvent.click(screen.getByRole('option', { name: /Reconcile duration/ }));
    expect(saved.mock.lastCall?.[0].params).toEqual({ metric: 'duration' });
    expect(box('Group by').placeholder).toBe('kind');
    await choose('Quantile', '0.99');
    expect(saved.mock.lastCall?.[0].params).toEqual({ metric: 'duration', quantile: '0.99' });
  });

  it('is grouped by its labels, or by none of them', async () => {
    const { saved } = open(metric({ metric: 'duration' }));
    await choose('Group by', 'cluster');
    await choose('Group by', 'name');
    expect(saved.mock.lastCall?.[0].params?.groupBy).toEqual(['cluster', 'name']);
    await choose('Group by', 'None: one series');
    expect(saved.mock.lastCall?.[0].params?.groupBy).toEqual(['none']);
    await choose('Group by', 'kind');
    expect(saved.mock.lastCall?.[0].params?.groupBy).toEqual(['kind']);
  });

  it('is instant or over time', async () => {
    const { saved } = open(metric({ metric: 'up' }));
    await userEvent.click(screen.getByRole('switch', { name: 'Instant' }));
    expect(saved.mock.lastCall?.[0].params).toEqual({ metric: 'up', instant: true });
    await userEvent.click(screen.getByRole('switch', { name: 'Instant' }));
    expect(saved.mock.lastCall?.[0].params).toEqual({ metric: 'up' });
  });
});

describe('other parameters', () => {
  it('a choice that is the default isn’t saved', async () => {
    const { saved } = open({ queryType: 'thing-counts' });
    const format = within(screen.getByRole('radiogroup', { name: 'Format' }));
    await userEvent.click(format.getByRole('radio', { name: 'Rows' }));
    expect(saved.mock.lastCall?.[0].params).toEqual({ format: 'long' });
    await userEvent.click(format.getByRole('radio', { name: 'Series' }));
    expect(saved.mock.lastCall?.[0].params).toEqual({});
  });

  it('a number is taken when it is done and within bounds', async () => {
    const { saved } = open({ queryType: 'things' });
    await userEvent.click(screen.getByRole('button', { name: 'More filters (2)' }));
    const limit = screen.getByRole('textbox', { name: 'Row limit' });
    await userEvent.type(limit, '1000');
    await userEvent.tab();
    expect(screen.getByRole('alert').textContent).toBe('A whole number from 1 to 100. The query still uses 10.');
    expect(saved).not.toHaveBeenCalled();
    await userEvent.clear(limit);
    await userEvent.type(limit, '50{Enter}');
    expect(saved.mock.lastCall?.[0].params).toEqual({ limit: 50 });
    await userEvent.clear(limit);
    await userEvent.tab();
    expect(saved.mock.lastCall?.[0].params).toEqual({});
  });

  it('the query is told in words', () => {
    open({ queryType: 'things', params: { clusters: ['a'] } });
    expect(screen.getByText('Things, only clusters a.')).toBeTruthy();
  });
});

describe('the version', () => {
  it('of a newer plugin is not edited', () => {
    const { saved } = open({ queryType: 'things', version: queryVersion + 1 });
    expect(screen.getByText(/saved by a newer version/)).toBeTruthy();
    expect(screen.queryByRole('combobox')).toBeNull();
    expect(saved).not.toHaveBeenCalled();
  });
});

it('the variable editor asks for values', async () => {
  const saved = vi.fn<(query: Query) => void>();
  const datasource: Source = {
    interpolate: (params: Params) => params,
    values: () => Promise.resolve([]),
    migrate: (old: Query) => Promise.resolve(old),
  };
  render(<VariableEditor datasource={datasource} query={'' as never} onChange={saved} />);
  expect(box('Values of').value).toBe('Cluster');
  await choose('Values of', 'Repository');
  await waitFor(() => expect(saved).toHaveBeenCalled());
  expect(saved.mock.lastCall?.[0]).toEqual({
    refId: 'variable',
    queryType: 'values',
    version: queryVersion,
    params: { dimension: 'repository' },
  });
});
