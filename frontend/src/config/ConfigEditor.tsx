import * as React from 'react';
import { About } from './About';
import { editing, type ConfigProps } from './editing';
import { Demo, Limits, Tls } from './Sections';
import { Prometheus } from './Prometheus';
import { Scope } from './Scope';
import { SignIn } from './SignIn';

/** The data source's settings. In demo mode the settings of Azure are kept and not shown. */
export function ConfigEditor(props: ConfigProps) {
  const shared = editing(props);
  return (
    <div data-testid="azuregitops-config-editor">
      <About />
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
