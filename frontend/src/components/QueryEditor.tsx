import { css } from '@emotion/css';
import type { AnnotationSupport, DataSourceApi, GrafanaTheme2, QueryEditorProps } from '@grafana/data';
import { Alert, Combobox, useStyles2 } from '@grafana/ui';
import * as React from 'react';
import { useId, type ComponentProps } from 'react';
import { catalogue as generated } from '../generated/catalogue';
import type { Catalogue } from '../generated/types';
import { defaultQuery, findType, offered, purposeOf, withType, type Purpose, type Query } from '../query/model';
import type { Settings } from '../settings';
import type { Source } from './asked';
import { Labelled, labelId } from './Labelled';
import { ParamsEditor } from './ParamsEditor';
import { useMigrated } from './useMigrated';

type Props = Omit<QueryEditorProps<DataSourceApi<Query, Settings>, Query, Settings>, 'datasource'> & {
  datasource: Source;
  purpose?: Purpose;
  catalogue?: Catalogue;
};

/** Asks by choosing: the question, then what it takes. */
export function QueryEditor({ datasource, query, onChange, onRunQuery, app, purpose, catalogue = generated }: Props) {
  const styles = useStyles2(getStyles);
  const id = useId();
  const place = purpose ?? purposeOf(app);
  const shown: Query = query.queryType ? query : { ...query, ...defaultQuery(place) };
  const type = findType(catalogue, shown.queryType);
  const { ready, problem } = useMigrated(shown, { migrate: (old) => datasource.migrate(old), onChange });
  if (!ready) {
    return problem ? <Alert severity="error" title={problem} /> : null;
  }
  const change = (changed: Query) => {
    onChange(changed);
    onRunQuery();
  };
  const questions = offered(catalogue, place);
  const known = type && !questions.includes(type) ? [...questions, type] : questions;
  return (
    <div className={styles.editor} data-testid="azuregitops-query-editor">
      <div className={styles.question}>
        <Labelled id={id} label="Question" testId="question">
          <Combobox
            id={id}
            aria-labelledby={labelId(id)}
            placeholder="Choose a question"
            options={known.map(({ id, title, description, group }) => ({
              value: id,
              label: title,
              description,
              group,
            }))}
            value={type?.id ?? null}
            onChange={({ value }) => {
              const chosen = findType(catalogue, value);
              if (chosen) {
                change(withType(shown, chosen, catalogue));
              }
            }}
          />
        </Labelled>
        <p className={styles.description}>{type?.description}</p>
      </div>
      {type ? (
        <ParamsEditor
          catalogue={catalogue}
          type={type}
          query={shown}
          source={datasource}
          purpose={place}
          onChange={change}
        />
      ) : (
        <Alert
          severity="warning"
          title={`The question “${shown.queryType}” is not known to this version of the plugin. Choose another, or update it.`}
        />
      )}
    </div>
  );
}

type AnnotationProps = ComponentProps<NonNullable<AnnotationSupport<Query>['QueryEditor']>>;

/** The same for annotations of dashboards; a new one has no query yet. */
export function AnnotationEditor({ query, ...props }: AnnotationProps) {
  const asked = (query as Query | undefined) ?? { ...defaultQuery('annotation'), refId: 'Anno' };
  return <QueryEditor {...(props as unknown as Omit<Props, 'query'>)} query={asked} purpose="annotation" />;
}

function getStyles(theme: GrafanaTheme2) {
  return {
    editor: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
    question: css({
      display: 'grid',
      gridTemplateColumns: `minmax(${theme.spacing(26)}, ${theme.spacing(45)}) minmax(0, 1fr)`,
      gap: theme.spacing(0, 2),
      alignItems: 'end',
    }),
    description: css({
      margin: 0,
      minHeight: theme.spacing(4),
      display: 'flex',
      alignItems: 'center',
      color: theme.colors.text.secondary,
    }),
  };
}
