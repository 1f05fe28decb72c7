import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, Input, SecretInput, SecretTextArea, Switch, useStyles2 } from '@grafana/ui';
import * as React from 'react';
import { useId, useState, type ReactNode } from 'react';
import { WholeNumber } from '../components/controls/WholeNumber';
import { Labelled } from '../components/Labelled';
import { useDraft } from '../components/useDraft';
import { whenDone } from '../components/whenDone';
import type { NumberSetting } from '../generated/types';
import type { Editing } from './editing';

interface SectionProps {
  title: string;
  about?: ReactNode;
  /** A part that most people leave alone is folded, unless something in it is set. */
  fold?: { isSet: boolean };
  children: ReactNode;
}

/** A part of the settings, with a heading that says what it is for. */
export function Section({ title, about, fold, children }: SectionProps) {
  const styles = useStyles2(getStyles);
  const [open, setOpen] = useState(!fold || fold.isSet);
  return (
    <fieldset className={styles.section}>
      <legend className={styles.title}>
        {fold ? (
          <button type="button" className={styles.toggle} aria-expanded={open} onClick={() => setOpen(!open)}>
            <Icon name={open ? 'angle-down' : 'angle-right'} />
            {title}
          </button>
        ) : (
          title
        )}
      </legend>
      {about !== undefined && <p className={styles.about}>{about}</p>}
      {open && <div className={styles.fields}>{children}</div>}
    </fieldset>
  );
}

/** Settings of a group that most people leave alone: folded, unless something in it is set. */
export function Fold({ title, isSet, children }: { title: string; isSet: boolean; children: ReactNode }) {
  const styles = useStyles2(getStyles);
  const [open, setOpen] = useState(isSet);
  return (
    <>
      <div className={styles.wide}>
        <button type="button" className={styles.toggle} aria-expanded={open} onClick={() => setOpen(!open)}>
          <Icon name={open ? 'angle-down' : 'angle-right'} />
          {title}
        </button>
      </div>
      {open && children}
    </>
  );
}

/** Takes the whole width of a section. */
export function Wide({ children }: { children: ReactNode }) {
  const styles = useStyles2(getStyles);
  return <div className={styles.wide}>{children}</div>;
}

interface TextProps {
  label: string;
  help?: string;
  value: string | undefined;
  placeholder?: string;
  /** Says what is wrong with a text. The message is shown after the field was left. */
  check?: (text: string) => string | undefined;
  readOnly: boolean;
  required?: boolean;
  testId: string;
  /** Called when the field is left. */
  onDone: (text: string) => void;
}

/** One line of text, taken on Enter and when the field is left. */
export function TextField(props: TextProps) {
  const { label, help, value = '', placeholder, check, readOnly, required, testId, onDone } = props;
  const id = useId();
  const [text, setText] = useDraft(value);
  const [touched, setTouched] = useState(value !== '');
  const error = touched ? check?.(text) : undefined;
  const done = () => {
    setTouched(true);
    const trimmed = text.trim();
    setText(trimmed);
    if (trimmed !== value) {
      onDone(trimmed);
    }
  };
  return (
    <Labelled id={id} label={label} help={help} error={error} required={required} testId={testId}>
      <Input
        id={id}
        aria-required={required}
        value={text}
        placeholder={placeholder}
        disabled={readOnly}
        invalid={error !== undefined}
        autoComplete="off"
        onChange={(event) => setText(event.currentTarget.value)}
        {...whenDone(done)}
      />
    </Labelled>
  );
}

interface SecretProps {
  label: string;
  help?: string;
  secret: string;
  editing: Editing;
  /** Whether it has several lines. */
  long?: boolean;
  testId: string;
}

/** A secret: written, never read; a stored one can be reset. */
export function SecretField({ label, help, secret, editing, long, testId }: SecretProps) {
  const id = useId();
  const [touched, setTouched] = useState(false);
  const stored = editing.stored(secret);
  const error = touched && !stored && editing.typed(secret) === '' ? `${label} is needed.` : undefined;
  const props = {
    id,
    isConfigured: stored,
    value: editing.typed(secret),
    invalid: error !== undefined,
    onReset: () => editing.resetSecrets(secret),
    onChange: (event: { currentTarget: { value: string } }) => editing.setSecret(secret, event.currentTarget.value),
    onBlur: () => setTouched(true),
  };
  const control = long ? (
    <SecretTextArea {...props} rows={6} cols={64} placeholder="-----BEGIN CERTIFICATE-----" />
  ) : (
    <SecretInput {...props} autoComplete="new-password" />
  );
  return (
    <Labelled id={id} label={label} help={help} error={error} required testId={testId}>
      {editing.readOnly ? <Input id={id} disabled value={stored ? 'configured' : 'not set'} /> : control}
    </Labelled>
  );
}

interface SwitchProps {
  label: string;
  help?: string;
  value: boolean;
  readOnly: boolean;
  testId: string;
  onChange: (value: boolean) => void;
}

/** Yes or no. */
export function SwitchField({ label, help, value, readOnly, testId, onChange }: SwitchProps) {
  const id = useId();
  return (
    <Labelled id={id} label={label} help={help} testId={testId}>
      <Switch id={id} value={value} disabled={readOnly} onChange={(event) => onChange(event.currentTarget.checked)} />
    </Labelled>
  );
}

interface NumberProps {
  label: string;
  help: string;
  setting: NumberSetting;
  value: unknown;
  error?: string | undefined;
  readOnly: boolean;
  /** A text where it is no number: the backend says so when the settings are tested. */
  onChange: (value: number | string | undefined) => void;
}

/** A whole number; empty is the default, which is shown. */
export function NumberField({ label, help, setting, value, error, readOnly, onChange }: NumberProps) {
  const id = useId();
  const control = { type: 'number', min: setting.min, max: setting.max, default: setting.default } as const;
  return (
    <WholeNumber
      id={id}
      param={{ name: setting.key, label, help: `${help} Default: ${String(setting.default)}.`, control }}
      control={control}
      // Provisioning files may write numbers as texts.
      value={typeof value === 'number' || typeof value === 'string' ? value : undefined}
      error={error}
      disabled={readOnly}
      handOnWrong
      onChange={(number) => onChange(typeof number === 'number' || typeof number === 'string' ? number : undefined)}
    />
  );
}

function getStyles(theme: GrafanaTheme2) {
  return {
    section: css({
      margin: theme.spacing(0, 0, 4),
      padding: 0,
      border: 0,
      minWidth: 0,
      maxWidth: theme.spacing(100),
    }),
    toggle: css({
      display: 'inline-flex',
      alignItems: 'center',
      gap: theme.spacing(0.5),
      padding: 0,
      border: 0,
      background: 'none',
      font: 'inherit',
      color: 'inherit',
    }),
    title: css({ ...theme.typography.h4, marginBottom: theme.spacing(1) }),
    about: css({ color: theme.colors.text.secondary, marginBottom: theme.spacing(2) }),
    fields: css({
      display: 'grid',
      gridTemplateColumns: `repeat(auto-fill, minmax(${theme.spacing(34)}, 1fr))`,
      gap: theme.spacing(2),
      alignItems: 'start',
    }),
    wide: css({ gridColumn: '1 / -1' }),
  };
}
