import type { DataSourcePluginOptionsEditorProps } from '@grafana/data';
import type { Settings } from '../settings';

/** Secrets by their member of `secureJsonData`; they go to the server and never come back. */
export type Secrets = Record<string, string>;

export type ConfigProps = DataSourcePluginOptionsEditorProps<Settings, Secrets>;

/** What the sections of the settings editor share. */
export interface Editing {
  settings: Settings;
  readOnly: boolean;
  /** Changes members; those that become `undefined` or empty lists aren't saved. */
  change: (changes: Partial<Settings>, secrets?: Secrets) => void;
  /** The text that was typed for a secret and isn't saved yet. */
  typed: (secret: string) => string;
  /** Whether the server has the secret. */
  stored: (secret: string) => boolean;
  setSecret: (secret: string, value: string) => void;
  /** Removes secrets, in the editor and from the server when the settings are saved. */
  resetSecrets: (...secrets: string[]) => void;
}

export function editing({ options, onOptionsChange }: ConfigProps): Editing {
  const stored = (secret: string) => Boolean(options.secureJsonFields[secret]);
  const change: Editing['change'] = (changes, secrets = {}) => {
    const all: [string, unknown][] = Object.entries({ ...options.jsonData, ...changes });
    const members = all.filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0));
    const fields = Object.fromEntries(Object.entries(options.secureJsonFields).filter(([name]) => !(name in secrets)));
    onOptionsChange({
      ...options,
      jsonData: Object.fromEntries(members),
      secureJsonFields: fields,
      secureJsonData: { ...options.secureJsonData, ...secrets },
    });
  };
  return {
    settings: options.jsonData,
    readOnly: options.readOnly,
    change,
    typed: (secret) => options.secureJsonData?.[secret] ?? '',
    stored,
    setSecret: (secret, value) => change({}, { [secret]: value }),
    resetSecrets: (...secrets) => change({}, Object.fromEntries(secrets.map((secret) => [secret, '']))),
  };
}
