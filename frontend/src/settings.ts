import type { DataSourceJsonData } from '@grafana/data';
import type { SavedEndpoint, SavedSettings } from './generated/types';

/** A Prometheus endpoint, with the names of its HTTP headers. Their values are secrets, see `headerSecret`. */
export type Endpoint = SavedEndpoint & { headers?: string[] };

/** Settings as they are saved. */
export type Settings = DataSourceJsonData & Omit<SavedSettings, 'prometheus'> & { prometheus?: Endpoint[] };
