import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Combobox, TextLink, useStyles2 } from '@grafana/ui';
import * as React from 'react';
import { useId } from 'react';
import { Labelled, labelId } from '../components/Labelled';
import type { SavedAuth, SavedGeneration, SavedLabels } from '../generated/types';
import type { Endpoint as SavedEndpoint } from '../settings';
import { endpointNameProblem, urlProblem } from './checks';
import type { Editing, Secrets } from './editing';
import { Fold, Section, SecretField, SwitchField, TextField, Wide } from './fields';
import { Headers } from './Headers';
import { endpointSecrets, passwordSecret, renamedSecrets, tokenSecret } from './secrets';

const READER =
  'https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/monitor#monitoring-data-reader';

const AUTHS: { value: SavedAuth; label: string; description: string }[] = [
  { value: 'none', label: 'None', description: 'The endpoint needs no sign-in.' },
  { value: 'azure', label: 'Azure', description: 'The identity of this data source, for Azure Monitor workspaces.' },
  { value: 'basic', label: 'User and password', description: 'Basic authentication.' },
  { value: 'bearer', label: 'Token', description: 'A fixed bearer token.' },
];

const GENERATIONS: { value: SavedGeneration; label: string; description: string }[] = [
  { value: 'auto', label: 'Automatic', description: 'Found out from the metrics that the endpoint has.' },
  {
    value: 'conditions',
    label: 'Conditions of the controllers',
    description: 'gotk_reconcile_condition: up to Flux 2.4, for HelmReleases up to Flux 2.1.',
  },
  { value: 'resourceInfo', label: 'kube-state-metrics', description: 'gotk_resource_info.' },
  { value: 'none', label: 'None', description: 'Readiness comes from Azure.' },
];

const LABELS: { value: SavedLabels; label: string; description: string }[] = [
  { value: 'auto', label: 'Automatic', description: 'Found out from the labels of the series.' },
  { value: 'podAnnotations', label: 'Pod annotations', description: 'Azure managed Prometheus.' },
  { value: 'podMonitor', label: 'PodMonitor', description: "The object's namespace is in exported_namespace." },
  { value: 'plain', label: 'As exposed', description: 'Scraped with honorLabels.' },
];

/** The Prometheus endpoints that metrics are read from. */
export function Prometheus({ editing }: { editing: Editing }) {
  const { readOnly, settings } = editing;
  const endpoints = settings.prometheus ?? [];
  const replace = (index: number, endpoint: SavedEndpoint, secrets?: Secrets) =>
    editing.change({ prometheus: endpoints.map((other, at) => (at === index ? endpoint : other)) }, secrets);
  const remove = (index: number) => {
    const endpoint = endpoints[index];
    const gone = (endpoint ? endpointSecrets(endpoint) : []).filter(
      (secret) => editing.stored(secret) || editing.typed(secret) !== '',
    );
    editing.change(
      { prometheus: endpoints.filter((_, at) => at !== index) },
      Object.fromEntries(gone.map((secret) => [secret, ''])),
    );
  };
  return (
    <Section
      title="Prometheus"
      about={
        <>
          Optional: durations, queues and other metrics of the Flux controllers. For an Azure Monitor workspace, the
          identity needs the role{' '}
          <TextLink href={READER} external inline>
            Monitoring Data Reader
          </TextLink>{' '}
          on it.
        </>
      }
    >
      <SwitchField
        label="Discover workspaces"
        help="Also queries every Azure Monitor workspace that the identity can see."
        value={settings.workspaces === 'auto'}
        readOnly={readOnly}
        testId="workspaces"
        onChange={(auto) => editing.change({ workspaces: auto ? 'auto' : undefined })}
      />
      <Wide>
        {endpoints.map((endpoint, index) => (
          <Endpoint
            // Two new endpoints differ by their position only.
            key={index}
            endpoint={endpoint}
            editing={editing}
            nameProblem={(name) => endpointNameProblem(endpoints, index, name)}
            onChange={(changed, secrets) => replace(index, changed, secrets)}
            onRemove={() => remove(index)}
          />
        ))}
        <Button
          variant="secondary"
          icon="plus"
          disabled={readOnly}
          onClick={() => editing.change({ prometheus: [...endpoints, { name: '', url: '' }] })}
        >
          Add endpoint
        </Button>
      </Wide>
    </Section>
  );
}

interface EndpointProps {
  endpoint: SavedEndpoint;
  editing: Editing;
  nameProblem: (name: string) => string | undefined;
  onChange: (endpoint: SavedEndpoint, secrets?: Secrets) => void;
  onRemove: () => void;
}

function Endpoint({ endpoint, editing, nameProblem, onChange, onRemove }: EndpointProps) {
  const styles = useStyles2(getStyles);
  const { readOnly } = editing;
  const { name, auth = 'none' } = endpoint;
  const rename = (renamed: string) =>
    onChange({ ...endpoint, name: renamed }, renamedSecrets(endpoint, { ...endpoint, name: renamed }, editing));
  const withAuth = (value: SavedAuth) => {
    const changed: SavedEndpoint = { ...endpoint, auth: value };
    if (value !== 'basic') {
      delete changed.username;
    }
    onChange(changed);
  };
  const keeps = endpointSecrets(endpoint).some(editing.stored);
  return (
    <div role="group" aria-label={`Endpoint ${name || 'without a name'}`} className={styles.endpoint}>
      <TextField
        label="Name"
        help={
          keeps
            ? 'With another name, the secrets of the endpoint have to be entered again.'
            : 'Errors and notices call it by this.'
        }
        value={name}
        check={nameProblem}
        required
        readOnly={readOnly}
        testId="endpoint-name"
        onDone={rename}
      />
      <div className={styles.url}>
        <TextField
          label="URL"
          help="Without /api/v1. An Azure Monitor workspace shows it as its query endpoint."
          value={endpoint.url}
          placeholder="https://…"
          check={(text) => urlProblem(text, auth)}
          required
          readOnly={readOnly}
          testId="endpoint-url"
          onDone={(url) => onChange({ ...endpoint, url })}
        />
      </div>
      <Choose
        label="Endpoint sign-in"
        options={AUTHS}
        value={auth}
        readOnly={readOnly}
        testId="endpoint-auth"
        onChange={withAuth}
      />
      {auth === 'basic' && (
        <>
          <TextField
            label="User"
            value={endpoint.username}
            check={(text) => (text.trim() === '' ? 'A user is needed.' : undefined)}
            required
            readOnly={readOnly}
            testId="endpoint-user"
            onDone={(username) => onChange({ ...endpoint, username })}
          />
          <SecretField label="Password" secret={passwordSecret(name)} editing={editing} testId="endpoint-password" />
        </>
      )}
      {auth === 'bearer' && (
        <SecretField label="Token" secret={tokenSecret(name)} editing={editing} testId="endpoint-token" />
      )}
      <Fold
        title="HTTP headers, readiness metrics and labels"
        isSet={
          endpoint.generation !== undefined || endpoint.labels !== undefined || (endpoint.headers ?? []).length > 0
        }
      >
        <Choose
          label="Readiness metrics"
          options={GENERATIONS}
          value={endpoint.generation ?? 'auto'}
          readOnly={readOnly}
          testId="endpoint-generation"
          onChange={(generation) =>
            onChange({ ...endpoint, generation: generation === 'auto' ? undefined : generation })
          }
        />
        <Choose
          label="Labels"
          options={LABELS}
          value={endpoint.labels ?? 'auto'}
          readOnly={readOnly}
          testId="endpoint-labels"
          onChange={(labels) => onChange({ ...endpoint, labels: labels === 'auto' ? undefined : labels })}
        />
        <Headers endpoint={endpoint} editing={editing} onChange={onChange} />
      </Fold>
      <div className={styles.remove}>
        <Button
          variant="destructive"
          fill="text"
          icon="trash-alt"
          disabled={readOnly}
          onClick={onRemove}
          aria-label={`Remove endpoint ${name || 'without a name'}`}
        >
          Remove
        </Button>
      </div>
    </div>
  );
}

interface ChooseProps<T extends string> {
  label: string;
  options: { value: T; label: string; description: string }[];
  value: T;
  readOnly: boolean;
  testId: string;
  onChange: (value: T) => void;
}

function Choose<T extends string>({ label, options, value, readOnly, testId, onChange }: ChooseProps<T>) {
  const id = useId();
  return (
    <Labelled id={id} label={label} testId={testId}>
      <Combobox
        id={id}
        aria-labelledby={labelId(id)}
        options={options}
        value={value}
        disabled={readOnly}
        onChange={(choice) => onChange(choice.value)}
      />
    </Labelled>
  );
}

function getStyles(theme: GrafanaTheme2) {
  return {
    endpoint: css({
      display: 'grid',
      gridTemplateColumns: `repeat(auto-fill, minmax(${theme.spacing(30)}, 1fr))`,
      gap: theme.spacing(2),
      alignItems: 'start',
      marginBottom: theme.spacing(2),
      padding: theme.spacing(2),
      background: theme.colors.background.secondary,
      borderRadius: theme.shape.radius.default,
    }),
    url: css({ gridColumn: 'span 2', [theme.breakpoints.down('md')]: { gridColumn: 'auto' } }),
    remove: css({ gridColumn: '1 / -1', display: 'flex', justifyContent: 'flex-end' }),
  };
}
