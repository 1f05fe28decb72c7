import { expect, test } from './page';

const SUBSCRIPTION = '9e223dbe-3399-4e19-88eb-0975f02ac87f';
const ODD = 'with "quotes", {braces}';
const answers = {
  'values/cluster': [
    { text: 'prod-1', value: 'prod-1' },
    { text: ODD, value: ODD },
  ],
  'values/subscription': [{ text: 'Production', value: SUBSCRIPTION }],
  'values/complianceState': ['Compliant', 'Non-Compliant'].map((value) => ({ text: value, value })),
};

test('a new panel asks for configurations', async ({ editors }) => {
  await editors.show({ editor: 'query', app: 'panel-editor', value: { refId: 'A' }, answers });
  await expect(editors.box('Query type')).toHaveValue('Flux configurations');
  await editors.isAccessible();
  await editors.box('Query type').click();
  await editors.page.getByRole('option').first().waitFor();
  await editors.screenshot('query-new');
  await editors.show({ editor: 'query', app: 'panel-editor', value: { refId: 'A' }, answers, theme: 'light' });
  await editors.isAccessible();
});

test('asks by choosing, and what is chosen is saved', async ({ editors }) => {
  await editors.show({
    editor: 'query',
    app: 'panel-editor',
    value: { refId: 'A' },
    variables: [{ name: 'cluster', value: ['a'] }],
    answers,
  });
  await editors.choose('Subscriptions', 'Production', 'prod');
  await editors.choose('Clusters', ODD, 'QUOTES');
  await editors.choose('Clusters', '$cluster');
  await editors.choose('Clusters', 'typed, {as it is}');
  await editors.choose('Compliance states', 'Non-Compliant', 'non');
  await editors.page.getByRole('button', { name: /^More filters/ }).click();
  await editors.page.getByRole('textbox', { name: 'Row limit' }).fill('500');
  await editors.page.keyboard.press('Enter');
  const params = {
    subscriptions: [SUBSCRIPTION],
    clusters: [ODD, '$cluster', 'typed, {as it is}'],
    complianceStates: ['Non-Compliant'],
    limit: 500,
  };
  expect(await editors.saved()).toEqual({ refId: 'A', queryType: 'configurations', version: 1, params });
  // Suggestions are those that pass the other filters, variables replaced.
  expect(await editors.calls('values/cluster')).toContainEqual({ subscriptions: [SUBSCRIPTION] });
  expect((await editors.calls('values/complianceState')).at(-1)).toEqual({
    subscriptions: [SUBSCRIPTION],
    clusters: [ODD, 'a', 'typed, {as it is}'],
  });
  await expect(editors.page.getByText('Production', { exact: true })).toBeVisible();
  await editors.isAccessible();
  await editors.screenshot('query-filters');

  // Another query type keeps the filters that it takes, too.
  await editors.choose('Query type', 'Configuration counts');
  expect(await editors.saved()).toEqual({ refId: 'A', queryType: 'configuration-counts', version: 1, params });
  await editors.choose('Group by', 'Repository');
  await editors.choose('Group by', 'Cluster');
  await editors.page.getByRole('radio', { name: 'Rows' }).check({ force: true });
  expect(await editors.saved()).toEqual({
    refId: 'A',
    queryType: 'configuration-counts',
    version: 1,
    params: { ...params, groupBy: ['repositoryUrl', 'cluster'], format: 'long' },
  });
  await editors.isAccessible();
  await editors.screenshot('query-counts');
});

test('what is typed and left is asked, and a value that does not exist is marked', async ({ editors }) => {
  await editors.show({
    editor: 'query',
    app: 'panel-editor',
    value: { refId: 'A', queryType: 'configurations' },
    answers,
  });
  const { page } = editors;
  const params = async () => ((await editors.saved()) as { params: unknown } | undefined)?.params;
  await editors.type('Clusters', 'prod-9');
  await page.keyboard.press('Tab');
  await expect.poll(params).toEqual({ clusters: ['prod-9'] });
  await expect(editors.box('Clusters')).toHaveValue('');
  await expect(page.getByRole('status')).toHaveText('Not there now: prod-9');
  await editors.type('Configurations', 'ingress');
  await page.keyboard.press('Enter');
  await expect.poll(params).toEqual({ clusters: ['prod-9'], configurations: ['ingress'] });
  // Matches come before the typed text, and choosing one of them uses up the typed text.
  await editors.type('Clusters', 'prod');
  await expect(page.getByRole('option').last()).toContainText('Use this text');
  await page.getByRole('option', { name: 'prod-1', exact: true }).click();
  await page.keyboard.press('Tab');
  await expect.poll(params).toEqual({ clusters: ['prod-9', 'prod-1'], configurations: ['ingress'] });
  await editors.isAccessible();
  await editors.screenshot('query-typed');
});

test('a metric survives a look at another query type', async ({ editors }) => {
  const metric = { metric: 'reconcile-duration', groupBy: ['cluster'], clusters: ['prod-1'] };
  await editors.show({ editor: 'query', value: { refId: 'A', queryType: 'metric', params: metric }, answers });
  await editors.choose('Query type', 'Flux configurations');
  expect(await editors.saved()).toMatchObject({ params: { clusters: ['prod-1'] } });
  await editors.choose('Query type', 'A metric of the Flux controllers', 'Metric');
  expect(await editors.saved()).toMatchObject({ queryType: 'metric', params: metric });
});

test('Explore asks what it shows, before anything is chosen', async ({ editors }) => {
  await editors.show({ editor: 'query', app: 'explore', value: { refId: 'A' }, answers });
  await expect(editors.box('Query type')).toHaveValue('Flux configurations');
  expect(await editors.saved()).toMatchObject({ refId: 'A', queryType: 'configurations' });
  expect(await editors.page.evaluate(() => window.host.runs)).toBe(1);
});

test('a new annotation sends events, before anything is chosen', async ({ editors }) => {
  await editors.show({ editor: 'annotation', value: undefined, answers });
  await expect(editors.box('Query type')).toHaveValue('Events');
  const sent = await editors.page.evaluate(() => window.host.annotate({ name: 'Flux' }));
  expect(sent).toMatchObject({ refId: 'Anno', queryType: 'events', params: { format: 'annotations' } });
});

test('ad hoc filters are offered, and narrow what is sent', async ({ editors }) => {
  await editors.show({ editor: 'query', value: { refId: 'A' }, answers });
  const keys = await editors.page.evaluate(() => window.host.tagKeys());
  expect(keys).toContainEqual({ text: 'Cluster', value: 'cluster' });
  const query = { refId: 'A', queryType: 'configurations', params: { clusters: ['prod-1', 'prod-2'] } };
  const filters = [{ key: 'cluster', operator: '=', value: 'prod-2' }];
  const sent = (await editors.send([query], {}, filters)) as { data: { queries: { params: unknown }[] } }[];
  expect(sent[0]?.data.queries[0]?.params).toEqual({ clusters: ['prod-2'] });
  const refused = [{ key: 'cluster', operator: '=~', value: 'prod' }];
  await expect(editors.send([query], {}, refused)).rejects.toThrow("can't be applied");
});

test('the cheat sheet hands over a query', async ({ editors }) => {
  await editors.show({ editor: 'help' });
  await editors.isAccessible();
  await editors.screenshot('cheat-sheet');
  await editors.page.getByRole('button', { name: 'What are the most frequent errors?' }).click();
  expect(await editors.saved()).toMatchObject({ queryType: 'top-errors' });
});

test('works by keyboard alone', async ({ editors }) => {
  await editors.show({ editor: 'query', app: 'explore', value: { refId: 'A' }, answers });
  const { page } = editors;
  await editors.box('Query type').focus();
  // Opens the list and makes room for typing.
  await page.keyboard.press('ArrowDown');
  await page.keyboard.type('extension counts');
  await page.getByRole('option', { name: /Extension counts/ }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(editors.box('Group by')).toBeVisible();
  // From control to control, past the help of each.
  const reach = async (name: string) => {
    for (let presses = 0; presses < 40; presses += 1) {
      await page.keyboard.press('Tab');
      if (await editors.box(name).evaluate((input) => input === document.activeElement)) {
        return;
      }
    }
    throw new Error(`${name} is not reached by Tab`);
  };
  await reach('Clusters');
  await page.keyboard.press('ArrowDown');
  await page.getByRole('option', { name: 'prod-1' }).waitFor();
  // Grafana 11.6 loses letters that follow each other at once: what was lost is typed again.
  await expect(async () => {
    await page.keyboard.press('Control+A');
    await page.keyboard.type('prod', { delay: 120 });
    await expect(editors.box('Clusters')).toHaveValue('prod', { timeout: 1_000 });
  }).toPass({ timeout: 15_000 });
  // The list is filtered once it offers the typed text, behind the matches.
  await page.getByRole('option', { name: /Use this text/ }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect
    .poll(() => editors.saved())
    .toMatchObject({ queryType: 'extension-counts', params: { clusters: ['prod-1'] } });
});

test('alert rules are offered what they can use, and no variables', async ({ editors }) => {
  await editors.show({
    editor: 'query',
    app: 'unified-alerting',
    value: { refId: 'A' },
    variables: [{ name: 'cluster', value: 'a' }],
    answers,
  });
  await expect(editors.box('Query type')).toHaveValue('Failing configurations');
  await editors.box('Query type').fill('Flux');
  await expect(editors.page.getByText('No options found')).toBeVisible();
  await editors.box('Query type').fill('Failing');
  await expect(editors.page.getByRole('option', { name: /Failing objects/ })).toBeVisible();
  await editors.page.keyboard.press('Escape');
  await editors.box('Clusters').click();
  await expect(editors.page.getByRole('option', { name: 'prod-1' })).toBeVisible();
  await expect(editors.page.getByRole('option', { name: /\$cluster/ })).toHaveCount(0);
  await editors.screenshot('query-alert');
});

test('annotations ask for events, and are offered what has a time', async ({ editors }) => {
  await editors.show({ editor: 'annotation', value: undefined, answers });
  await expect(editors.box('Query type')).toHaveValue('Events');
  await editors.choose('Clusters', 'prod-1');
  expect(await editors.saved()).toMatchObject({
    queryType: 'events',
    params: { format: 'annotations', clusters: ['prod-1'] },
  });
  await editors.isAccessible();
  await editors.box('Query type').click();
  await expect(editors.page.getByRole('option').first()).toBeVisible();
  await expect(editors.page.getByRole('option', { name: /^Configuration counts/ })).toHaveCount(0);
});

test('a metric is chosen with its unit, and brings its own parameters', async ({ editors }) => {
  await editors.show({ editor: 'query', app: 'panel-editor', value: { refId: 'A', queryType: 'metric' }, answers });
  await expect(editors.box('Group by')).toHaveCount(0);
  await editors.box('Metric').fill('duration, quant');
  await expect(editors.page.getByRole('option', { name: /In seconds \(s\)/ }).first()).toBeVisible();
  await editors.screenshot('query-metrics');
  await editors.choose('Metric', 'Reconcile duration, quantile');
  await editors.choose('Group by', 'cluster');
  await editors.choose('Group by', 'name');
  await editors.choose('Quantile', 'P90');
  await editors.choose('Clusters', 'prod-1');
  await editors.page.getByRole('switch', { name: 'Instant' }).check({ force: true });
  const params = {
    metric: 'reconcile-duration-quantile',
    groupBy: ['cluster', 'name'],
    quantile: '0.9',
    clusters: ['prod-1'],
    instant: true,
  };
  expect(await editors.saved()).toMatchObject({ queryType: 'metric', params });
  await expect(editors.page.getByTestId('azuregitops-sentence')).toHaveText(
    'Reconcile duration, quantile by cluster and name, only clusters prod-1; quantile: P90; instant.',
  );
  await editors.isAccessible();
  await editors.screenshot('query-metric');
  // Another metric drops what it doesn't take.
  await editors.choose('Metric', 'Memory, working set');
  expect(await editors.saved()).toMatchObject({
    params: { groupBy: ['cluster'], clusters: ['prod-1'], instant: true },
  });
  await expect(editors.box('Quantile')).toHaveCount(0);
});

test('says why there are no suggestions', async ({ editors }) => {
  await editors.show({
    editor: 'query',
    value: { refId: 'A', queryType: 'configurations' },
    answers: { 'values/cluster': { error: 'Resource Graph refused the request (403).' } },
  });
  await editors.box('Clusters').click();
  await expect(editors.page.getByRole('alert')).toHaveText('No suggestions: Resource Graph refused the request (403).');
  await editors.box('Clusters').blur();
  await editors.isAccessible();
});

test('a query of a newer plugin is not touched', async ({ editors }) => {
  await editors.show({ editor: 'query', value: { refId: 'A', queryType: 'configurations', version: 99 } });
  await expect(editors.page.getByText(/saved by a newer version/)).toBeVisible();
  expect(await editors.saved()).toBeUndefined();
});

test('queries go to the backend with lists for variables, in repeated panels, too', async ({ editors }) => {
  await editors.show({
    editor: 'query',
    value: { refId: 'A' },
    variables: [{ name: 'cluster', value: ['a,b', ODD, "it's"] }],
  });
  const query = { refId: 'A', queryType: 'configurations', params: { clusters: ['$cluster', 'x'] } };
  const params = (sent: unknown) =>
    (sent as { data: { queries: { params: unknown }[] } }[]).map(({ data }) =>
      data.queries.map(({ params }) => params),
    );
  expect(params(await editors.send([query]))).toEqual([[{ clusters: ['a,b', ODD, "it's", 'x'] }]]);
  expect(params(await editors.send([query], { cluster: { value: 'a,b' } }))).toEqual([[{ clusters: ['a,b', 'x'] }]]);
});
