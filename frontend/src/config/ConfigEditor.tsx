import * as React from 'react';
import { editing, type ConfigProps } from './editing';
import { Demo, Limits, Tls } from './Sections';
import { Prometheus } from './Prometheus';
import { Scope } from './Scope';
import { SignIn } from './SignIn';

/** The data source's settings. In demo mode, what is about Azure is out of sight, and kept. */
export function ConfigEditor(props: ConfigProps) {
  const shared = editing(props);
  return (
    <div data-testid="azuregitops-config-editor">
      <Demo editing={shared} />
      {shared.settings.demo !== true && (
        <>
          <SignIn editing={shared} />
          <Scope editing={shared} uid={props.options.uid} />
          <Prometheus editing={shared} />
          <Tls editing={shared} />
        </>
      )}
      <Limits editing={shared} />
    </div>
  );
}
