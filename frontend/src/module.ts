import { DataSourcePlugin } from '@grafana/data';
import { CheatSheet } from './components/CheatSheet';
import { QueryEditor } from './components/QueryEditor';
import { ConfigEditor } from './config/ConfigEditor';
import { DataSource } from './datasource';

export const plugin = new DataSourcePlugin(DataSource)
  .setConfigEditor(ConfigEditor)
  .setQueryEditor(QueryEditor)
  .setQueryEditorHelp(CheatSheet);
