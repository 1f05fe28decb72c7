import { expect, test } from './page';

test('a variable lists the clusters of the chosen subscription', async ({ editors }) => {
  await editors.show({
    editor: 'variable',
    value: '',
    variables: [{ name: 'subscription', value: ['sub-1', 'sub-2'] }],
    answers: { 'values/subscription': [{ text: 'Production', value: 'sub-1' }] },
  });
  await expect(editors.box('Values of')).toHaveValue('Cluster');
  await editors.choose('Subscriptions', '$subscription');
  expect(await editors.saved()).toEqual({
    refId: 'variable',
    queryType: 'values',
    version: 1,
    params: { dimension: 'cluster', subscriptions: ['$subscription'] },
  });
  await editors.choose('Values of', 'Repository');
  expect(await editors.saved()).toMatchObject({
    params: { dimension: 'repository', subscriptions: ['$subscription'] },
  });
  await editors.isAccessible();
  await editors.screenshot('variable');
  const sent = (await editors.send([await editors.saved()])) as { data: { queries: { params: unknown }[] } }[];
  expect(sent[0]?.data.queries[0]?.params).toEqual({ dimension: 'repository', subscriptions: ['sub-1', 'sub-2'] });
});
