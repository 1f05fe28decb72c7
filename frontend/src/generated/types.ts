// Made from the Rust code. To renew: UPDATE_GENERATED=1 cargo test --lib generated

/**
 * The query types and the metrics.
 */
export type Catalogue = { 
/**
 * Query types, in the order of the editor.
 */
queryTypes: Array<CatalogueType>, 
/**
 * Metrics that a control of type `metric` chooses from, in the order of the editor.
 */
metrics: Array<CatalogueMetric>, };

/**
 * One query type.
 */
export type CatalogueType = { 
/**
 * `queryType` of saved queries.
 */
id: string, 
/**
 * Name in the editor.
 */
title: string, 
/**
 * One line of explanation.
 */
description: string, 
/**
 * Heading under which the editor lists it.
 */
group: EditorGroup, 
/**
 * Types of the frames that it answers with; the first is the default.
 */
frameTypes: Array<string>, 
/**
 * Members of `params`, in the order of the editor.
 */
params: Array<CatalogueParam>, 
/**
 * Fields of its frames in the default format, labels first, in order. Those of counts depend on `groupBy`.
 */
fields: Array<CatalogueField>, 
/**
 * The other formats that it can answer in.
 */
otherFormats: Array<CatalogueFormat>, };

/**
 * One member of `params`.
 */
export type CatalogueParam = { 
/**
 * Member's name.
 */
name: string, 
/**
 * Heading in the editor.
 */
label: string, 
/**
 * What the parameter does.
 */
help: string, 
/**
 * How the parameter is entered.
 */
control: CatalogueControl, };

/**
 * How a parameter is entered; this also decides the type of its value.
 */
export type CatalogueControl = { "type": "values", 
/**
 * The dimension whose values are suggested, as in the resource call `values/{dimension}`.
 */
dimension: string, } | { "type": "dimensions", 
/**
 * The dimensions.
 */
choices: Array<Choice>, } | { "type": "dimension", 
/**
 * The dimensions.
 */
choices: Array<Choice>, } | { "type": "oneOf", 
/**
 * The values.
 */
choices: Array<Choice>, } | { "type": "number", 
/**
 * Smallest allowed.
 */
min: number, 
/**
 * Largest allowed.
 */
max: number, 
/**
 * The value when the parameter isn't given.
 */
default: number, } | { "type": "metric" } | { "type": "labels" } | { "type": "switch" };

/**
 * One value of a closed choice.
 */
export type Choice = { 
/**
 * The saved value.
 */
value: string, 
/**
 * The value as the editor shows it.
 */
label: string, };

/**
 * One field of a frame.
 */
export type CatalogueField = { 
/**
 * Name.
 */
name: string, 
/**
 * Heading in a table.
 */
title: string, 
/**
 * Type of the values.
 */
type: FieldType, 
/**
 * Grafana's unit id. Empty: none.
 */
unit: string, 
/**
 * What it holds, and what an absent value means.
 */
doc: string, 
/**
 * Whether the field is hidden. Links use its values.
 */
hidden: boolean, };

/**
 * One format that a query type can answer in.
 */
export type CatalogueFormat = { 
/**
 * The member of `params` that chooses it.
 */
param: string, 
/**
 * The value of that member.
 */
value: string, 
/**
 * Type of the frames.
 */
frameType: string, 
/**
 * Fields of the frames, labels first, in order.
 */
fields: Array<CatalogueField>, };

/**
 * Type of a field's values.
 */
export type FieldType = "string" | "number" | "boolean" | "time";

/**
 * Heading under which the editor lists a query type.
 */
export type EditorGroup = "Fleet" | "Objects" | "Metrics" | "Alerts" | "Variables";

/**
 * One metric.
 */
export type CatalogueMetric = { 
/**
 * `params.metric` of saved queries.
 */
id: string, 
/**
 * Name in the editor.
 */
title: string, 
/**
 * What it measures.
 */
description: string, 
/**
 * Grafana's unit id. Empty: none.
 */
unit: string, 
/**
 * Heading under which the editor lists it.
 */
group: MetricGroup, 
/**
 * Labels by which it can be grouped.
 */
groupBy: Array<string>, 
/**
 * The labels by which it is grouped when the query chooses none.
 */
defaultGroupBy: Array<string>, 
/**
 * Whether the metric uses `params.quantile`.
 */
quantile: boolean, 
/**
 * Whether it is measured over a window of time rather than at a point in time.
 */
ranged: boolean, };

/**
 * Heading under which the editor lists a metric.
 */
export type MetricGroup = "Reconciliation" | "Readiness" | "Controllers" | "Queues" | "Events" | "Fleet";

/**
 * A saved query.
 */
export type SavedQuery = { 
/**
 * Id of a query type.
 */
queryType: string, 
/**
 * The form of this query, see `queryVersion`.
 */
version?: number, 
/**
 * Members as the query type's `params` say; all texts may contain template variables.
 */
params?: Record<string, ParamValue>, };

/**
 * Value of a parameter.
 */
export type ParamValue = string | Array<string> | number | boolean;

/**
 * One entry of a list of suggestions.
 */
export type ValueOption = { 
/**
 * What to show.
 */
text: string, 
/**
 * What to filter by.
 */
value: string, };

/**
 * `jsonData` of a data source.
 */
export type SavedSettings = { 
/**
 * A simulated fleet; nothing leaves the machine.
 */
demo?: boolean, 
/**
 * Clusters of the simulated fleet.
 */
demoClusters?: number, 
/**
 * Configurations of the simulated fleet.
 */
demoConfigurations?: number, 
/**
 * Another seed, another fleet.
 */
demoSeed?: number, 
/**
 * How to sign in to Azure.
 */
azureCredentials?: SavedCredentials, 
/**
 * Ids of subscriptions; none: all that the identity sees.
 */
subscriptions?: Array<string>, 
/**
 * Names of management groups; none: all that the identity sees.
 */
managementGroups?: Array<string>, 
/**
 * Prometheus endpoints.
 */
prometheus?: Array<SavedEndpoint>, 
/**
 * Whether Azure Monitor workspaces are looked for.
 */
workspaces?: SavedWorkspaces, 
/**
 * Seconds after which a snapshot is refreshed.
 */
cacheSeconds?: number, 
/**
 * Seconds after which a snapshot isn't shown any more.
 */
maxStaleSeconds?: number, 
/**
 * Seconds that one request may take.
 */
timeoutSeconds?: number, 
/**
 * Seconds between two scrapes of the controllers.
 */
scrapeIntervalSeconds?: number, 
/**
 * Whether `secureJsonData.tlsCACert` is trusted, too.
 */
tlsAuthWithCACert?: boolean, 
/**
 * Whether certificates of Prometheus endpoints and custom clouds go unchecked.
 */
tlsSkipVerify?: boolean, };

/**
 * How to sign in to Azure, as Grafana's own Azure data sources store it.
 */
export type SavedCredentials = { authType: SavedAuthType, 
/**
 * Only with a client secret: the others are in Grafana's own cloud.
 */
azureCloud?: string, tenantId?: string, clientId?: string, };

/**
 * Ways to sign in.
 */
export type SavedAuthType = "msi" | "workloadidentity" | "clientsecret";

/**
 * A Prometheus endpoint. Its secret is in `secureJsonData` under `prometheusPassword.NAME` or `prometheusToken.NAME`.
 */
export type SavedEndpoint = { name: string, url: string, 
/**
 * How to sign in; absent: not at all.
 */
auth?: SavedAuth, 
/**
 * With `basic`.
 */
username?: string, 
/**
 * Names of the HTTP headers that every request carries; absent: none.
 */
headers?: Array<string>, 
/**
 * Which metrics tell readiness; absent: found out.
 */
generation?: SavedGeneration, 
/**
 * How labels were written when scraped; absent: found out.
 */
labels?: SavedLabels, };

/**
 * Ways to sign in to a Prometheus endpoint.
 */
export type SavedAuth = "none" | "azure" | "basic" | "bearer";

/**
 * Which metrics tell readiness.
 */
export type SavedGeneration = "auto" | "conditions" | "resourceInfo" | "none";

/**
 * How labels were written when scraped.
 */
export type SavedLabels = "auto" | "podAnnotations" | "podMonitor" | "plain";

/**
 * Whether Azure Monitor workspaces are looked for.
 */
export type SavedWorkspaces = "none" | "auto";

/**
 * A setting that is a whole number.
 */
export type NumberSetting = { 
/**
 * Its member of `jsonData`.
 */
key: string, 
/**
 * Value when the setting is absent.
 */
default: number, 
/**
 * Smallest allowed.
 */
min: number, 
/**
 * Largest allowed.
 */
max: number, };
