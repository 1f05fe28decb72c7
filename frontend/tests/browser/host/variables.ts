import type { ScopedVars, TypedVariableModel } from '@grafana/data';
import type { TemplateSrv } from '@grafana/runtime';

/** A variable of the dashboard around; several values are a multi-value one. */
export interface Variable {
  name: string;
  value: string | string[];
}

/** Replaces `$name` and `${name}`, as Grafana does with a format function. */
export function templateSrv(variables: Variable[]): TemplateSrv {
  const replace = (text = '', scopedVars: ScopedVars = {}, format?: unknown) =>
    text.replace(/\$(\w+)|\$\{(\w+)\}/g, (all: string, plain?: string, braced?: string) => {
      const name = plain ?? braced ?? '';
      const value: unknown = scopedVars[name]?.value ?? variables.find((variable) => variable.name === name)?.value;
      if (value === undefined) {
        return all;
      }
      return typeof format === 'function' ? (format as (value: unknown) => string)(value) : JSON.stringify(value);
    });
  return {
    replace,
    getVariables: () => variables as unknown as TypedVariableModel[],
    containsTemplate: (text = '') => text.includes('$'),
    updateTimeRange: () => undefined,
  };
}
