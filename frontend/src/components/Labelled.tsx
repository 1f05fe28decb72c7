import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { IconButton, useStyles2 } from '@grafana/ui';
import * as React from 'react';
import type { ReactNode } from 'react';

interface Props {
  /** Id of the control. */
  id: string;
  label: string;
  help?: string | undefined;
  error?: string | undefined;
  /** What may be wrong with the value, without keeping it from being used. */
  warning?: string | undefined;
  /** Whether a value is needed, which is shown by a star. */
  required?: boolean | undefined;
  /** Whether the control is several, such as radio buttons, and has its name from the label's id. */
  group?: boolean;
  /** For end-to-end tests. */
  testId: string;
  children: ReactNode;
}

/** A control under its label, with help on demand and with what is wrong with its value. */
export function Labelled({ id, label, help, error, warning, required, group, testId, children }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.field} data-testid={`azuregitops-${testId}`}>
      <div className={styles.head}>
        {group ? (
          <span id={labelId(id)} className={styles.label}>
            {label}
          </span>
        ) : (
          <label id={labelId(id)} htmlFor={id} className={styles.label}>
            {label}
          </label>
        )}
        {required && (
          <span aria-hidden className={styles.star}>
            *
          </span>
        )}
        {help !== undefined && help !== '' && <IconButton name="info-circle" size="sm" tooltip={help} />}
      </div>
      {children}
      {error && (
        <div role="alert" className={styles.error}>
          {error}
        </div>
      )}
      {!error && warning && (
        <div role="status" className={styles.warning}>
          {warning}
        </div>
      )}
    </div>
  );
}

/** Id of the label of the control with that id. */
export function labelId(id: string): string {
  return `${id}-label`;
}

function getStyles(theme: GrafanaTheme2) {
  return {
    field: css({ display: 'flex', flexDirection: 'column', minWidth: 0 }),
    head: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(0.5), minHeight: theme.spacing(3) }),
    label: css({
      fontSize: theme.typography.bodySmall.fontSize,
      fontWeight: theme.typography.fontWeightMedium,
      color: theme.colors.text.primary,
    }),
    error: css({
      marginTop: theme.spacing(0.5),
      fontSize: theme.typography.bodySmall.fontSize,
      color: theme.colors.error.text,
    }),
    warning: css({
      marginTop: theme.spacing(0.5),
      fontSize: theme.typography.bodySmall.fontSize,
      color: theme.colors.warning.text,
      overflowWrap: 'anywhere',
    }),
    star: css({ color: theme.colors.error.text }),
  };
}
