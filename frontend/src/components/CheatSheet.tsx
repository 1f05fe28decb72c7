import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import * as React from 'react';
import { queryVersion } from '../generated/catalogue';
import { examples } from '../query/examples';
import type { Query } from '../query/model';

interface Props {
  onClickExample: (query: Query) => void;
}

/** Help of the query editor: queries to start from, by what people want to know. */
export function CheatSheet({ onClickExample }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <div data-testid="azuregitops-cheat-sheet">
      <h2>Azure GitOps (Flux) cheat sheet</h2>
      <ul className={styles.list}>
        {examples.map(({ question, queryType, params, note }) => (
          <li key={question}>
            <button
              type="button"
              className={styles.example}
              onClick={() => onClickExample({ refId: 'A', queryType, version: queryVersion, params })}
            >
              {question}
            </button>
            <div className={styles.note}>{note}</div>
          </li>
        ))}
      </ul>
      <p className={styles.hint}>
        Filters take several values, template variables such as $cluster, and text that isn&apos;t in the list. With no
        value a filter lets everything through. A dashboard&apos;s ad hoc filters apply to every query that has such a
        filter.
      </p>
    </div>
  );
}

function getStyles(theme: GrafanaTheme2) {
  return {
    list: css({ listStyle: 'none', display: 'flex', flexDirection: 'column', gap: theme.spacing(1.5) }),
    example: css({
      padding: 0,
      border: 0,
      background: 'none',
      color: theme.colors.text.link,
      textAlign: 'left',
      '&:hover': { textDecoration: 'underline' },
    }),
    note: css({ color: theme.colors.text.secondary }),
    hint: css({ color: theme.colors.text.secondary, margin: theme.spacing(2, 0, 0) }),
  };
}
