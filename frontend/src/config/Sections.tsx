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

/** Whether the data source shows a simulated fleet, and how large that fleet is. */
export function Demo({ editing }: { editing: Editing }) {
  const demo = editing.settings.demo === true;
  return (
    <Section
      title="Demo mode"
      about="A simulated fleet to try the data source with. It needs no account, and nothing leaves the machine."
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

const LIMITS = [cacheSeconds, maxStaleSeconds, timeoutSeconds, scrapeIntervalSeconds];

/** How old answers may be, and how long they may take. */
export function Limits({ editing }: { editing: Editing }) {
  const { settings } = editing;
  const stale = staleProblem(
    numberOf(settings.cacheSeconds, cacheSeconds),
    numberOf(settings.maxStaleSeconds, maxStaleSeconds),
  );
  return (
    <Section
      title="Cache and limits"
      about="Optional. All panels and alert rules share one reading of the fleet."
      fold={{ isSet: LIMITS.some(({ key }) => settings[key as NumberKey] !== undefined) }}
    >
      <NumberField
        label="Refresh after (seconds)"
        help="An older reading is still shown once, while a new one is fetched in the background."
        {...numberProps(editing, cacheSeconds)}
      />
      <NumberField
        label="Show at most (seconds)"
        help="While Azure doesn't answer, the last reading is shown with a warning until it reaches this age. Then queries fail."
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

/** The certificates that connections accept. */
export function Tls({ editing }: { editing: Editing }) {
  const { settings, readOnly } = editing;
  const own = settings.tlsAuthWithCACert === true;
  return (
    <Section
      title="TLS"
      about="Optional, for Prometheus endpoints and custom clouds. Certificates of Azure's public clouds are always verified."
      fold={{ isSet: own || settings.tlsSkipVerify === true }}
    >
      <SwitchField
        label="Own certificate authority"
        help="Trusts one more authority in addition to the usual ones."
        value={own}
        readOnly={readOnly}
        testId="tls-ca"
        onChange={(on) => editing.change({ tlsAuthWithCACert: on ? true : undefined })}
      />
      <SwitchField
        label="Skip verification"
        help="Accepts any certificate. Anyone on the network path can then read the requests and forge the answers."
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
