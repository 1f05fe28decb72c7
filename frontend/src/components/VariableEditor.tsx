import { Alert } from '@grafana/ui';
import * as React from 'react';
import { catalogue as generated } from '../generated/catalogue';
import { findType, variableQuery, type Query } from '../query/model';
import type { Source } from './asked';
import { ParamsEditor } from './ParamsEditor';
import { useMigrated } from './useMigrated';

interface Props {
  datasource: Source;
  query: Query;
  onChange: (query: Query) => void;
}

/** Edits the query of a template variable, with the same controls as the query editor. */
export function VariableEditor({ datasource, query, onChange }: Props) {
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
