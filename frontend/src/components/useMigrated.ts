import { useEffect, useState } from 'react';
import { queryVersion } from '../generated/catalogue';
import type { Query } from '../query/model';
import { reason } from './suggestions';

interface Migration {
  migrate: (query: Query) => Promise<Query>;
  onChange: (query: Query) => void;
  /** The version of saved queries that this editor edits. */
  current?: number;
}

/** Migrates a query of an older version. `ready`: the query can be edited. Otherwise `problem` says why it can't be. */
export function useMigrated(query: Query, { migrate, onChange, current = queryVersion }: Migration) {
  const [problem, setProblem] = useState<string>();
  const version = query.version ?? 1;
  useEffect(() => {
    if (version >= current) {
      return;
    }
    let wanted = true;
    migrate(query).then(
      (migrated) => wanted && onChange(migrated),
      (error: unknown) =>
        wanted && setProblem(`This query could not be migrated to the current version: ${reason(error)}`),
    );
    return () => {
      wanted = false;
    };
    // A query is migrated once per version.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [version, current]);
  if (version > current) {
    return {
      ready: false,
      problem: 'This query was saved by a newer version of the plugin. Update the plugin to edit it.',
    };
  }
  return { ready: version === current, problem: version < current ? problem : undefined };
}
