import type { DataSourceJsonData } from '@grafana/data';
import type { SavedSettings } from './generated/types';

/** Settings as they are saved. */
export type Settings = DataSourceJsonData & SavedSettings;
