import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import * as React from 'react';
import type { Endpoint } from '../settings';
import { headerProblem } from './checks';
import type { Editing, Secrets } from './editing';
import { SecretField, TextField, Wide } from './fields';
import { headerSecret, renamedSecrets } from './secrets';

interface Props {
  endpoint: Endpoint;
  editing: Editing;
  onChange: (endpoint: Endpoint, secrets?: Secrets) => void;
}

/** HTTP headers that every request to an endpoint carries: their names are settings, their values are secrets. */
export function Headers({ endpoint, editing, onChange }: Props) {
  const styles = useStyles2(getStyles);
  const { name, headers = [] } = endpoint;
  const { readOnly } = editing;
  const change = (changed: string[], secrets?: Secrets) =>
    onChange({ ...endpoint, headers: changed.length > 0 ? changed : undefined }, secrets);
  const rename = (index: number, renamed: string) => {
    const changed = headers.map((header, at) => (at === index ? renamed : header));
    change(changed, renamedSecrets(endpoint, { ...endpoint, headers: changed }, editing));
  };
  const remove = (index: number) => {
    const secret = headerSecret(name, headers[index] ?? '');
    const known = editing.stored(secret) || editing.typed(secret) !== '';
    change(
      headers.filter((_, at) => at !== index),
      known ? { [secret]: '' } : {},
    );
  };
  return (
    <>
      {headers.map((header, index) => (
        // Two new headers differ by their position only.
        <div key={index} className={styles.header}>
          <TextField
            label="Header"
            value={header}
            placeholder="X-Scope-OrgID"
            check={(text) => headerProblem(endpoint, index, text)}
            required
            readOnly={readOnly}
            testId="endpoint-header"
            onDone={(renamed) => rename(index, renamed)}
          />
          <SecretField
            label="Value"
            secret={headerSecret(name, header)}
            editing={editing}
            testId="endpoint-header-value"
          />
          <Button
            className={styles.remove}
            variant="secondary"
            fill="text"
            icon="trash-alt"
            disabled={readOnly}
            onClick={() => remove(index)}
            aria-label={`Remove header ${header || 'without a name'}`}
          >
            Remove header
          </Button>
        </div>
      ))}
      <Wide>
        <Button variant="secondary" size="sm" icon="plus" disabled={readOnly} onClick={() => change([...headers, ''])}>
          Add header
        </Button>
      </Wide>
    </>
  );
}

function getStyles(theme: GrafanaTheme2) {
  return {
    header: css({
      gridColumn: '1 / -1',
      display: 'grid',
      gridTemplateColumns: `repeat(auto-fill, minmax(${theme.spacing(30)}, 1fr))`,
      gap: theme.spacing(2),
      alignItems: 'start',
    }),
    // The inputs start below their labels, and the button is as high as the inputs.
    remove: css({ marginTop: theme.spacing(3), justifySelf: 'start' }),
  };
}
