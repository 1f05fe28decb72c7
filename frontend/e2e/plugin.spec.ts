import { expect, test } from '@grafana/plugin-e2e';

/** The data source with a simulated fleet of `provisioning/datasources`. */
const FILE = { fileName: 'azuregitops.yaml' };
const EDITOR = 'azuregitops-query-editor';

test('"Save & test" says what is visible', async ({ readProvisionedDataSource, gotoDataSourceConfigPage, page }) => {
  const source = await readProvisionedDataSource(FILE);
  const config = await gotoDataSourceConfigPage(source.uid);
  await expect(page.getByTestId('azuregitops-config-editor')).toBeVisible();
  await expect(config.saveAndTest()).toBeOK();
  await expect(config).toHaveAlert('success', { hasText: '60 Flux configurations' });
});

test('a data source is configured and saved', async ({ createDataSourceConfigPage, page }) => {
  const config = await createDataSourceConfigPage({ type: 'fluxfleet-azuregitops-datasource' });
  await page.getByRole('switch', { name: 'Show a simulated fleet' }).check({ force: true });
  await page.getByRole('textbox', { name: 'Clusters' }).fill('3');
  await page.getByRole('textbox', { name: 'Configurations' }).fill('9');
  await expect(config.saveAndTest()).toBeOK();
  await expect(config).toHaveAlert('success', { hasText: '9 Flux configurations' });
});

test('a panel shows configurations', async ({ panelEditPage, readProvisionedDataSource }) => {
  const source = await readProvisionedDataSource(FILE);
  await panelEditPage.datasource.set(source.name);
  await panelEditPage.setVisualization('Table');
  await expect(panelEditPage.refreshPanel()).toBeOK();
  await expect(panelEditPage.panel.fieldNames).toContainText(['Subscription', 'Cluster', 'Configuration']);
});

test('filters suggest what there is', async ({ panelEditPage, readProvisionedDataSource, page }) => {
  const source = await readProvisionedDataSource(FILE);
  await panelEditPage.datasource.set(source.name);
  const row = panelEditPage.getQueryEditorRow('A');
  await row.getByTestId(EDITOR).waitFor();
  await row.getByRole('combobox', { name: 'Compliance states' }).click();
  await page.getByRole('option', { name: 'Non-Compliant' }).click();
  await expect(row.getByTestId('azuregitops-sentence')).toContainText('only compliance states Non-Compliant');
});

test('Explore asks, too', async ({ explorePage, readProvisionedDataSource, page }) => {
  const source = await readProvisionedDataSource(FILE);
  await explorePage.datasource.set(source.name);
  await explorePage.getQueryEditorRow('A').getByRole('combobox', { name: 'Query type' }).click();
  await page.getByRole('option', { name: 'Flux extensions' }).click();
  await expect(explorePage.runQuery()).toBeOK();
});

test('a variable lists clusters', async ({ variableEditPage, readProvisionedDataSource, page }) => {
  const source = await readProvisionedDataSource(FILE);
  await variableEditPage.setVariableType('Query');
  await variableEditPage.datasource.set(source.name);
  await expect(page.getByRole('combobox', { name: 'Values of' })).toHaveValue('Cluster');
  await variableEditPage.runQuery();
  await expect(variableEditPage).toDisplayPreviews([/.+/]);
});

test('annotations come from what has a time', async ({ annotationEditPage, readProvisionedDataSource, page }) => {
  const source = await readProvisionedDataSource(FILE);
  await annotationEditPage.datasource.set(source.name);
  await expect(page.getByTestId(EDITOR)).toBeVisible();
  await expect(annotationEditPage.runQuery()).toBeOK();
});

test('an alert rule evaluates failing configurations', async ({ alertRuleEditPage, readProvisionedDataSource }) => {
  const source = await readProvisionedDataSource(FILE);
  const query = await alertRuleEditPage.getQueryRow();
  await query.datasource.set(source.name);
  await expect(query.locator.getByRole('combobox', { name: 'Query type' })).toHaveValue('Failing configurations');
  await expect(alertRuleEditPage.evaluate()).toBeOK();
});
