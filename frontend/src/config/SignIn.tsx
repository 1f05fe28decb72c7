import { config } from '@grafana/runtime';
import { Alert, Combobox, TextLink } from '@grafana/ui';
import * as React from 'react';
import { useId } from 'react';
import { Labelled, labelId } from '../components/Labelled';
import type { SavedAuthType, SavedCredentials } from '../generated/types';
import { clientProblem, tenantProblem } from './checks';
import type { Editing } from './editing';
import { Section, SecretField, TextField, Wide } from './fields';

const METHODS: { value: SavedAuthType; label: string; description: string }[] = [
  { value: 'msi', label: 'Managed identity', description: 'The identity of the machine that Grafana runs on.' },
  {
    value: 'workloadidentity',
    label: 'Workload identity',
    description: 'The identity of the pod that Grafana runs in.',
  },
  { value: 'clientsecret', label: 'Client secret', description: 'An app registration and a secret of it.' },
];

/** Where Grafana doesn't name its clouds. */
const CLOUDS = [
  { value: 'AzureCloud', label: 'Azure' },
  { value: 'AzureChinaCloud', label: 'Azure China' },
  { value: 'AzureUSGovernment', label: 'Azure US Government' },
];

const READER = 'https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/general#reader';

/** How to sign in to Azure: a method, and the fields that this method has. */
export function SignIn({ editing }: { editing: Editing }) {
  const id = useId();
  const { readOnly } = editing;
  const credentials = editing.settings.azureCredentials;
  const method = METHODS.find(({ value }) => value === credentials?.authType);
  const change = (changes: Partial<SavedCredentials>) => {
    const authType = changes.authType ?? credentials?.authType ?? 'msi';
    const all = { ...credentials, ...changes, authType };
    // What another method needs is not left behind.
    const kept: SavedCredentials =
      authType === 'msi'
        ? { authType }
        : {
            authType,
            ...(authType === 'clientsecret' && all.azureCloud && { azureCloud: all.azureCloud }),
            ...(all.tenantId && { tenantId: all.tenantId }),
            ...(all.clientId && { clientId: all.clientId }),
          };
    editing.change({ azureCredentials: kept });
  };
  return (
    <Section
      title="Sign-in to Azure"
      about={
        <>
          The identity needs the role{' '}
          <TextLink href={READER} external inline>
            Reader
          </TextLink>{' '}
          on the subscriptions or management groups of the clusters.
        </>
      }
    >
      <Labelled id={id} label="Authentication" required testId="auth-type">
        <Combobox
          id={id}
          aria-labelledby={labelId(id)}
          placeholder="Choose a method"
          options={METHODS}
          value={method?.value ?? null}
          disabled={readOnly}
          onChange={({ value }) => change({ authType: value })}
        />
      </Labelled>
      {credentials && !method && (
        <Wide>
          {' '}
          <Alert severity="error" title={`The method “${credentials.authType}” is not supported.`}>
            Refreshes and alert rules run with no user at hand. Choose another method.
          </Alert>
        </Wide>
      )}
      {method?.value === 'msi' && !config.azure.managedIdentityEnabled && <NotEnabled name="managed_identity" />}
      {method?.value === 'workloadidentity' && !config.azure.workloadIdentityEnabled && (
        <NotEnabled name="workload_identity" />
      )}
      {method?.value === 'workloadidentity' && <Ids credentials={credentials} change={change} editing={editing} />}
      {method?.value === 'clientsecret' && (
        <>
          <Cloud
            value={credentials?.azureCloud}
            readOnly={readOnly}
            onChange={(azureCloud) => change({ azureCloud })}
          />
          <Ids credentials={credentials} change={change} editing={editing} needed />
          <SecretField label="Client secret" secret="azureClientSecret" editing={editing} testId="client-secret" />
        </>
      )}
    </Section>
  );
}

interface IdsProps {
  credentials: SavedCredentials | undefined;
  change: (changes: Partial<SavedCredentials>) => void;
  editing: Editing;
  needed?: boolean;
}

function Ids({ credentials, change, editing, needed = false }: IdsProps) {
  const placeholder = needed ? 'XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX' : "Of the pod's service account";
  return (
    <>
      <TextField
        label="Directory (tenant) id"
        value={credentials?.tenantId}
        placeholder={placeholder}
        check={(id) => tenantProblem(id, needed)}
        required={needed}
        readOnly={editing.readOnly}
        testId="tenant-id"
        onDone={(tenantId) => change({ tenantId })}
      />
      <TextField
        label="Application (client) id"
        value={credentials?.clientId}
        placeholder={placeholder}
        check={(id) => clientProblem(id, needed)}
        required={needed}
        readOnly={editing.readOnly}
        testId="client-id"
        onDone={(clientId) => change({ clientId })}
      />
    </>
  );
}

interface CloudProps {
  value: string | undefined;
  readOnly: boolean;
  onChange: (cloud: string) => void;
}

function Cloud({ value, readOnly, onChange }: CloudProps) {
  const id = useId();
  const named = config.azure.clouds?.map((cloud) => ({ value: cloud.name, label: cloud.displayName })) ?? [];
  return (
    <Labelled
      id={id}
      label="Azure cloud"
      help="Custom clouds are set in section [azure] of Grafana's configuration. The other methods use Grafana's own cloud."
      testId="cloud"
    >
      <Combobox
        id={id}
        aria-labelledby={labelId(id)}
        options={named.length > 0 ? named : CLOUDS}
        value={value ?? null}
        placeholder={`Grafana's own: ${config.azure.cloud ?? 'AzureCloud'}`}
        disabled={readOnly}
        onChange={(cloud) => onChange(cloud.value)}
      />
    </Labelled>
  );
}

function NotEnabled({ name }: { name: 'managed_identity' | 'workload_identity' }) {
  return (
    <Wide>
      {' '}
      <Alert severity="warning" title="This Grafana does not allow it yet">
        Set <code>{name}_enabled = true</code> in section <code>[azure]</code> of Grafana&apos;s configuration, or{' '}
        <code>GF_AZURE_{name.toUpperCase()}_ENABLED=true</code>, and restart Grafana.
      </Alert>
    </Wide>
  );
}
