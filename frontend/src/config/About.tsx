import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { config } from '@grafana/runtime';
import { TextLink, useStyles2 } from '@grafana/ui';
import * as React from 'react';

const PLUGIN = 'fluxfleet-azuregitops-datasource';

/** What to do on this page, and where it is explained. */
export function About() {
  const styles = useStyles2(getStyles);
  return (
    <p className={styles.about}>
      Choose how Grafana signs in to Azure, or show a simulated fleet. The{' '}
      <TextLink href={`${config.appSubUrl}/plugins/${PLUGIN}`} external inline>
        documentation
      </TextLink>{' '}
      has the steps for each way to sign in. Fields marked with <span className={styles.star}>*</span> are required.
    </p>
  );
}

function getStyles(theme: GrafanaTheme2) {
  return {
    about: css({ color: theme.colors.text.secondary, marginBottom: theme.spacing(3), maxWidth: theme.spacing(100) }),
    star: css({ color: theme.colors.error.text }),
  };
}
