import { css } from '@emotion/css';
import {
  CoreApp,
  LoadingState,
  type AnnotationSupport,
  type DataSourceApi,
  type GrafanaTheme2,
  type QueryEditorProps,
} from '@grafana/data';
import { Alert, Combobox, useStyles2 } from '@grafana/ui';
import * as React from 'react';
import { useEffect, useId, useState, type ComponentProps } from 'react';
import { catalogue as generated } from '../generated/catalogue';
import type { Catalogue } from '../generated/types';
import {
  defaultQuery,
  findType,
  offered,
  purposeOf,
  withDefaults,
  withType,
  type PanelContext,
  type Purpose,
  type Query,
  type Remembered,
} from '../query/model';
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

/** A query is made by choices: first its type, then the parameters of that type. */
export function QueryEditor(props: Props) {
  const { datasource, query, onChange, onRunQuery, app, data, purpose, catalogue = generated } = props;
  const styles = useStyles2(getStyles);
  const id = useId();
  const [remembered, setRemembered] = useState<Remembered>({});
  const place = purpose ?? purposeOf(app);
  const panel: PanelContext = { plugin: data?.request?.panelPluginId, hasMetrics: datasource.hasMetrics };
  const shown = withDefaults(query, place, panel);
  const type = findType(catalogue, shown.queryType);

  // What is shown is what is asked: Explore sends no query without content, an alert rule saves what it was handed. The
  // visualisation of a panel is known with its first answer.
  const answered = data?.state === LoadingState.Done || data?.state === LoadingState.Error;
  const undecided = !query.queryType && (app !== CoreApp.PanelEditor || answered);
  useEffect(() => {
    if (undecided) {
      onChange(shown);
      onRunQuery();
    }
    // Once is enough: the query then has a type.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [undecided]);
  const { ready, problem } = useMigrated(shown, { migrate: (old) => datasource.migrate(old), onChange });
  if (!ready) {
    return problem ? <Alert severity="error" title={problem} /> : null;
  }
  const change = (changed: Query) => {
    onChange(changed);
    onRunQuery();
  };
  const types = offered(catalogue, place);
  const known = type && !types.includes(type) ? [...types, type] : types;
  return (
    <div className={styles.editor} data-testid="azuregitops-query-editor">
      <div className={styles.type}>
        <Labelled id={id} label="Query type" testId="query-type">
          <Combobox
            id={id}
            aria-labelledby={labelId(id)}
            placeholder="Choose a query type"
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
                setRemembered({ ...remembered, [shown.queryType]: shown.params ?? {} });
                change(withType(shown, chosen, catalogue, remembered));
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
          title={`The query type “${shown.queryType}” is not known to this version of the plugin. Choose another one, or update the plugin.`}
        />
      )}
    </div>
  );
}

type AnnotationProps = ComponentProps<NonNullable<AnnotationSupport<Query>['QueryEditor']>>;

/** The query editor for annotations of dashboards; a new annotation has no query yet. */
export function AnnotationEditor({ query, ...props }: AnnotationProps) {
  const asked = (query as Query | undefined) ?? { ...defaultQuery('annotation'), refId: 'Anno' };
  return <QueryEditor {...(props as unknown as Omit<Props, 'query'>)} query={asked} purpose="annotation" />;
}

function getStyles(theme: GrafanaTheme2) {
  return {
    editor: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
    type: css({
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
