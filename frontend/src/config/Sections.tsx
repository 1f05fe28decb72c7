import * as React from 'react';
import {
  cacheSeconds,
  demoClusters,
  demoConfigurations,
  demoSeed,
  maxStaleSeconds,
  scrapeIntervalSeconds,
  timeoutSeconds,
} from '../generated/settings';
import type { NumberSetting } from '../generated/types';
import { staleProblem } from './checks';
import type { Editing } from './editing';
import { NumberField, SecretField, Section, SwitchField } from './fields';

type NumberKey =
  | 'cacheSeconds'
  | 'maxStaleSeconds'
  | 'timeoutSeconds'
  | 'scrapeIntervalSeconds'
  | 'demoClusters'
  | 'demoConfigurations'
  | 'demoSeed';

function numberProps(editing: Editing, setting: NumberSetting) {
  const key = setting.key as NumberKey;
  return {
    setting,
    value: editing.settings[key],
    readOnly: editing.readOnly,
    onChange: (value: number | string | undefined) => editing.change({ [key]: value }),
  };
}

/** Whether there is an Azure at all, and if not, how large the simulated one is. */
export function Demo({ editing }: { editing: Editing }) {
  const demo = editing.settings.demo === true;
  return (
    <Section
      title="Demo mode"
      about="A simulated fleet, to look around: no account is needed and nothing leaves the machine."
    >
      <SwitchField
        label="Show a simulated fleet"
        value={demo}
        readOnly={editing.readOnly}
        testId="demo"
        onChange={(on) => editing.change({ demo: on ? true : undefined })}
      />
      {demo && (
        <>
          <NumberField label="Clusters" help="How many there are." {...numberProps(editing, demoClusters)} />
          <NumberField
            label="Configurations"
            help="How many Flux configurations they have together."
            {...numberProps(editing, demoConfigurations)}
          />
          <NumberField label="Seed" help="Another seed, another fleet." {...numberProps(editing, demoSeed)} />
        </>
      )}
    </Section>
  );
}

/** Provisioning files may write numbers as texts. */
function numberOf(value: unknown, setting: NumberSetting): number {
  const number = value === undefined || value === '' ? setting.default : Number(value);
  return Number.isFinite(number) ? number : setting.default;
}

/** How old and how late answers may be. */
export function Limits({ editing }: { editing: Editing }) {
  const { settings } = editing;
  const stale = staleProblem(
    numberOf(settings.cacheSeconds, cacheSeconds),
    numberOf(settings.maxStaleSeconds, maxStaleSeconds),
  );
  return (
    <Section title="Cache and limits" about="All panels and alert rules share one reading of the fleet.">
      <NumberField
        label="Refresh after (seconds)"
        help="A reading that is older is served once more, and renewed behind it."
        {...numberProps(editing, cacheSeconds)}
      />
      <NumberField
        label="Show at most (seconds)"
        help="While Azure doesn't answer, the last reading is shown with a warning up to this age; then queries fail."
        error={stale}
        {...numberProps(editing, maxStaleSeconds)}
      />
      <NumberField
        label="Timeout (seconds)"
        help="How long one request may take."
        {...numberProps(editing, timeoutSeconds)}
      />
      <NumberField
        label="Scrape interval (seconds)"
        help="How often Prometheus scrapes the Flux controllers."
        {...numberProps(editing, scrapeIntervalSeconds)}
      />
    </Section>
  );
}

/** Whom to trust. */
export function Tls({ editing }: { editing: Editing }) {
  const { settings, readOnly } = editing;
  const own = settings.tlsAuthWithCACert === true;
  return (
    <Section title="TLS" about="For Prometheus endpoints and custom clouds. Azure's public clouds are always verified.">
      <SwitchField
        label="Own certificate authority"
        help="Trusts one more authority beside the usual ones."
        value={own}
        readOnly={readOnly}
        testId="tls-ca"
        onChange={(on) => editing.change({ tlsAuthWithCACert: on ? true : undefined })}
      />
      <SwitchField
        label="Skip verification"
        help="Takes any certificate: whoever is in between can read along and answer in its place."
        value={settings.tlsSkipVerify === true}
        readOnly={readOnly}
        testId="tls-skip"
        onChange={(on) => editing.change({ tlsSkipVerify: on ? true : undefined })}
      />
      {own && (
        <SecretField
          label="Certificate of the authority"
          help="In PEM form."
          secret="tlsCACert"
          editing={editing}
          long
          testId="tls-ca-cert"
        />
      )}
    </Section>
  );
}
