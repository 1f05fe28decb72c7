import type { QueryEditorProps } from '@grafana/data';
import { Alert } from '@grafana/ui';
import * as React from 'react';
import type { DataSource, Settings } from '../datasource';
import { catalogue as generated } from '../generated/catalogue';
import { findType, variableQuery, type Query } from '../query/model';
import { ParamsEditor } from './ParamsEditor';
import { useMigrated } from './useMigrated';

/** Values for a template variable, on the controls of the query editor. */
export function VariableEditor({ datasource, query, onChange }: QueryEditorProps<DataSource, Query, Settings, Query>) {
  const asked = variableQuery(query);
  const { ready, problem } = useMigrated(asked, { migrate: (old) => datasource.migrate(old), onChange });
  const type = findType(generated, asked.queryType);
  if (!ready || !type) {
    return problem ? <Alert severity="error" title={problem} /> : null;
  }
  return (
    <div data-testid="azuregitops-variable-editor">
      <ParamsEditor
        catalogue={generated}
        type={type}
        query={asked}
        source={datasource}
        purpose="variable"
        onChange={onChange}
      />
    </div>
  );
}
