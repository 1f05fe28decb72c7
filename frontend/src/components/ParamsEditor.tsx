import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { getTemplateSrv } from '@grafana/runtime';
import { Button, useStyles2 } from '@grafana/ui';
import * as React from 'react';
import { useId, useState } from 'react';
import type { Catalogue, CatalogueParam, CatalogueType } from '../generated/types';
import { findMetric, isOften, shownParams, withParam, type Purpose, type Query } from '../query/model';
import { sentence } from '../query/sentence';
import type { Asked, Source } from './asked';
import { Control } from './controls';

interface Props {
  catalogue: Catalogue;
  type: CatalogueType;
  query: Query;
  source: Source;
  purpose: Purpose;
  onChange: (query: Query) => void;
}

/** The parameters of a query: those of its type alone, then its filters and limits, then the query in words. */
export function ParamsEditor({ catalogue, type, query, source, purpose, onChange }: Props) {
  const styles = useStyles2(getStyles);
  const prefix = useId();
  const params = query.params ?? {};
  const shown = shownParams(catalogue, type, params);
  const own = shown.filter(({ control }) => control.type !== 'values' && control.type !== 'number');
  const filters = shown.filter(({ control }) => control.type === 'values');
  const bounds = shown.filter(({ control }) => control.type === 'number');
  const [open, setOpen] = useState(false);
  const [used, setUsed] = useState<string[]>([]);
  const isUsed = ({ name }: CatalogueParam) => params[name] !== undefined || used.includes(name);
  const others = [...filters, ...bounds];
  // A filter that is set is never folded away, nor one that was just emptied.
  const unfolded = others.filter((param) => open || isOften(type, param) || isUsed(param));
  const seldom = others.filter((param) => !isOften(type, param) && !isUsed(param)).length;
  const asked: Asked = {
    catalogue,
    source,
    params,
    metric: findMetric(catalogue, params),
    // Alert rules are evaluated with no dashboard around.
    variables:
      purpose === 'alert'
        ? []
        : getTemplateSrv()
            .getVariables()
            .map(({ name }) => `$${name}`),
  };
  const control = (param: CatalogueParam) => (
    <Control
      key={`${type.id} ${param.name}`}
      id={`${prefix}${param.name}`}
      param={param}
      value={params[param.name]}
      onChange={(value) => {
        setUsed([...used, param.name]);
        onChange(withParam(query, param.name, value, catalogue));
      }}
      asked={asked}
    />
  );
  return (
    <div className={styles.params}>
      {own.length > 0 && <div className={styles.row}>{own.map(control)}</div>}
      <div role="group" aria-label="Filters and limits" className={styles.row}>
        {unfolded.map(control)}
      </div>
      {seldom > 0 && (
        <div>
          <Button
            variant="secondary"
            fill="text"
            size="sm"
            icon={open ? 'angle-down' : 'angle-right'}
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            {open ? 'Fewer filters' : `More filters (${String(seldom)})`}
          </Button>
        </div>
      )}
      <p className={styles.sentence} aria-live="polite" data-testid="azuregitops-sentence">
        {sentence(query, catalogue)}
      </p>
    </div>
  );
}

function getStyles(theme: GrafanaTheme2) {
  return {
    params: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
    row: css({
      display: 'grid',
      gridTemplateColumns: `repeat(auto-fill, minmax(${theme.spacing(26)}, 1fr))`,
      gap: theme.spacing(1, 2),
      alignItems: 'start',
    }),
    sentence: css({ margin: 0, color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  };
}
