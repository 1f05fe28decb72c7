/*
 * A small Grafana: loads the built plugin as Grafana does, through SystemJS with Grafana's own packages, and shows one
 * of its editors. `window.host` is what the tests hold it by.
 */
import * as emotion from '@emotion/css';
import * as grafanaData from '@grafana/data';
import * as grafanaRuntime from '@grafana/runtime';
import * as grafanaUi from '@grafana/ui';
import * as React from 'react';
import { createRoot } from 'react-dom/client';
import * as rxjs from 'rxjs';
import { backendSrv, type Answers, type Call } from './backend';
import { templateSrv, type Variable } from './variables';

/** What is shown, and what came of it. */
interface Host {
  calls: Call[];
  /** What the editor last saved: a query, or settings. */
  saved: unknown;
  runs: number;
  show: (what: Shown) => Promise<void>;
  /** Sends queries as a panel does; resolves with what the backend was sent. */
  send: (queries: unknown[], scopedVars?: grafanaData.ScopedVars, filters?: unknown[]) => Promise<unknown>;
  /** The query that Grafana runs for an annotation. */
  annotate: (annotation: unknown) => Promise<unknown>;
  /** Keys of ad hoc filters. */
  tagKeys: () => Promise<unknown>;
}

export interface Shown {
  editor: 'query' | 'variable' | 'annotation' | 'config' | 'help';
  theme?: 'light' | 'dark';
  app?: string;
  /** The query, or the settings of the data source. */
  value?: unknown;
  variables?: Variable[];
  answers?: Answers;
  azure?: Partial<typeof grafanaRuntime.config.azure>;
}

declare global {
  interface Window {
    host: Host;
  }
}

const shared: Record<string, object> = {
  '@emotion/css': emotion,
  '@grafana/data': grafanaData,
  '@grafana/runtime': grafanaRuntime,
  '@grafana/ui': grafanaUi,
  react: React,
  rxjs,
};
System.addImportMap({
  imports: Object.fromEntries(Object.keys(shared).map((name) => [name, `package:${name}`])),
});
for (const [name, module] of Object.entries(shared)) {
  System.set(`package:${name}`, { ...module });
}

const settings = {
  id: 1,
  uid: 'azuregitops',
  type: 'fluxfleet-azuregitops-datasource',
  name: 'Fleet',
  meta: { id: 'fluxfleet-azuregitops-datasource', info: {} },
  jsonData: {},
} as unknown as grafanaData.DataSourceInstanceSettings;

const root = createRoot(document.getElementById('grafana') ?? document.body);
type Plugin = grafanaData.DataSourcePlugin<grafanaData.DataSourceApi>;

async function loadPlugin(): Promise<Plugin> {
  const module = await System.import<{ plugin: Plugin }>('/dist/module.js');
  return module.plugin;
}

window.host = {
  calls: [],
  saved: undefined,
  runs: 0,
  async show({ editor, theme = 'dark', app, value, variables = [], answers = {}, azure }) {
    const plugin = await loadPlugin();
    Object.assign(grafanaRuntime.config.azure, azure);
    grafanaRuntime.setBackendSrv(backendSrv(window.host.calls, answers));
    grafanaRuntime.setTemplateSrv(templateSrv(variables));
    const datasource = new plugin.DataSourceClass(settings);
    const chosen = choose(plugin, datasource, editor);
    root.render(
      <Frame theme={theme}>
        <Stateful
          key={Math.random()}
          component={chosen}
          datasource={datasource}
          app={app}
          editor={editor}
          value={value}
        />
      </Frame>,
    );
  },
  async annotate(annotation) {
    const plugin = await loadPlugin();
    const { annotations } = new plugin.DataSourceClass(settings);
    return annotations?.prepareQuery?.(annotation as never);
  },
  async tagKeys() {
    const plugin = await loadPlugin();
    return new plugin.DataSourceClass(settings).getTagKeys?.({ filters: [] });
  },
  async send(queries, scopedVars = {}, filters) {
    const plugin = await loadPlugin();
    const datasource = new plugin.DataSourceClass(settings);
    const request = {
      targets: queries,
      scopedVars,
      filters,
      range: undefined,
    } as unknown as grafanaData.DataQueryRequest;
    const before = window.host.calls.length;
    await rxjs.lastValueFrom(rxjs.from(datasource.query(request)));
    return window.host.calls.slice(before);
  },
};

type Editor = React.ComponentType<Record<string, unknown>>;

function choose(plugin: Plugin, datasource: grafanaData.DataSourceApi, editor: Shown['editor']): Editor {
  const found = {
    query: plugin.components.QueryEditor,
    variable: (datasource.variables as { editor?: unknown } | undefined)?.editor,
    annotation: datasource.annotations?.QueryEditor,
    config: plugin.components.ConfigEditor,
    help: plugin.components.QueryEditorHelp,
  }[editor];
  if (!found) {
    throw new Error(`the plugin has no ${editor} editor`);
  }
  return found as Editor;
}

/** Keeps what the editor saves and hands it back, as Grafana does. */
function Stateful(props: { component: Editor; datasource: unknown; app?: string; editor: string; value: unknown }) {
  const { component: Chosen, datasource, app, editor } = props;
  const [value, setValue] = React.useState(props.value);
  const save = (changed: unknown) => {
    window.host.saved = changed;
    setValue(changed);
  };
  return editor === 'config' ? (
    <Chosen options={value} onOptionsChange={save} />
  ) : (
    <Chosen
      datasource={datasource}
      app={app}
      query={value}
      onChange={save}
      onClickExample={save}
      onRunQuery={() => {
        window.host.runs += 1;
      }}
    />
  );
}

function Frame({ theme, children }: { theme: 'light' | 'dark'; children: React.ReactNode }) {
  const grafanaTheme = grafanaData.createTheme({ colors: { mode: theme } });
  return (
    <grafanaData.ThemeContext.Provider value={grafanaTheme}>
      <grafanaUi.GlobalStyles />
      <main style={{ padding: 24, background: grafanaTheme.colors.background.primary, minHeight: '100vh' }}>
        <h1 style={{ fontSize: 16, marginBottom: 16 }}>Azure GitOps (Flux)</h1>
        {children}
      </main>
      <grafanaUi.PortalContainer />
    </grafanaData.ThemeContext.Provider>
  );
}
