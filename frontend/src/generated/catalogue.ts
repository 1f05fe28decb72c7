// Made from the Rust code. To renew: UPDATE_GENERATED=1 cargo test --lib generated

import type { Catalogue } from './types';

/** Version of the form in which queries are saved. */
export const queryVersion = 1;

export const catalogue: Catalogue = {
  "metrics": [
    {
      "defaultGroupBy": [
        "kind"
      ],
      "description": "Flux objects that are reconciled, in any state.",
      "group": "Readiness",
      "groupBy": [
        "cluster",
        "kind",
        "namespace"
      ],
      "id": "objects",
      "quantile": false,
      "ranged": false,
      "title": "Objects",
      "unit": "short"
    },
    {
      "defaultGroupBy": [
        "kind"
      ],
      "description": "Flux objects whose Ready condition is True and that aren't suspended.",
      "group": "Readiness",
      "groupBy": [
        "cluster",
        "kind",
        "namespace"
      ],
      "id": "objects-ready",
      "quantile": false,
      "ranged": false,
      "title": "Objects, ready",
      "unit": "short"
    },
    {
      "defaultGroupBy": [
        "kind"
      ],
      "description": "Flux objects whose Ready condition is False and that aren't suspended.",
      "group": "Readiness",
      "groupBy": [
        "cluster",
        "kind",
        "namespace"
      ],
      "id": "objects-failing",
      "quantile": false,
      "ranged": false,
      "title": "Objects, failing",
      "unit": "short"
    },
    {
      "defaultGroupBy": [
        "kind"
      ],
      "description": "Flux objects whose Ready condition is Unknown and that aren't suspended.",
      "group": "Readiness",
      "groupBy": [
        "cluster",
        "kind",
        "namespace"
      ],
      "id": "objects-unknown",
      "quantile": false,
      "ranged": false,
      "title": "Objects, in progress",
      "unit": "short"
    },
    {
      "defaultGroupBy": [
        "kind"
      ],
      "description": "Flux objects whose reconciliation is switched off.",
      "group": "Readiness",
      "groupBy": [
        "cluster",
        "kind",
        "namespace"
      ],
      "id": "objects-suspended",
      "quantile": false,
      "ranged": false,
      "title": "Objects, suspended",
      "unit": "short"
    },
    {
      "defaultGroupBy": [
        "kind"
      ],
      "description": "Flux objects that were never reconciled; only kube-state-metrics knows them.",
      "group": "Readiness",
      "groupBy": [
        "cluster",
        "kind",
        "namespace"
      ],
      "id": "objects-new",
      "quantile": false,
      "ranged": false,
      "title": "Objects, new",
      "unit": "short"
    },
    {
      "defaultGroupBy": [
        "kind"
      ],
      "description": "Mean time of a reconciliation. Absent while nothing was reconciled.",
      "group": "Reconciliation",
      "groupBy": [
        "cluster",
        "kind",
        "namespace",
        "name"
      ],
      "id": "reconcile-duration",
      "quantile": false,
      "ranged": true,
      "title": "Reconcile duration, average",
      "unit": "s"
    },
    {
      "defaultGroupBy": [
        "kind"
      ],
      "description": "Time within which a share of the reconciliations ended. Absent while nothing was reconciled.",
      "group": "Reconciliation",
      "groupBy": [
        "cluster",
        "kind",
        "namespace",
        "name"
      ],
      "id": "reconcile-duration-quantile",
      "quantile": true,
      "ranged": true,
      "title": "Reconcile duration, quantile",
      "unit": "s"
    },
    {
      "defaultGroupBy": [
        "cluster",
        "kind"
      ],
      "description": "How many times as long reconciliations take as in the day that ended a day ago; 0 while they take a minute at most. Absent while nothing is reconciled, and where nothing was then.",
      "group": "Reconciliation",
      "groupBy": [
        "cluster",
        "kind",
        "namespace",
        "name"
      ],
      "id": "reconcile-slowdown",
      "quantile": false,
      "ranged": true,
      "title": "Reconcile duration, against a day ago",
      "unit": "none"
    },
    {
      "defaultGroupBy": [],
      "description": "Time within which a share of the reconciliations of Helm releases ended. Absent while none was reconciled.",
      "group": "Reconciliation",
      "groupBy": [
        "cluster",
        "namespace",
        "name"
      ],
      "id": "helm-duration-quantile",
      "quantile": true,
      "ranged": true,
      "title": "Helm operation duration, quantile",
      "unit": "s"
    },
    {
      "defaultGroupBy": [
        "kind"
      ],
      "description": "How often objects are reconciled, per minute.",
      "group": "Reconciliation",
      "groupBy": [
        "cluster",
        "kind",
        "namespace",
        "name"
      ],
      "id": "reconciles",
      "quantile": false,
      "ranged": true,
      "title": "Reconciliations of objects",
      "unit": "opm"
    },
    {
      "defaultGroupBy": [
        "controller"
      ],
      "description": "Reconciliations that controllers ended, well or not, per minute.",
      "group": "Reconciliation",
      "groupBy": [
        "cluster",
        "controller",
        "namespace",
        "pod",
        "result"
      ],
      "id": "operations",
      "quantile": false,
      "ranged": true,
      "title": "Operations",
      "unit": "opm"
    },
    {
      "defaultGroupBy": [
        "controller"
      ],
      "description": "Reconciliations that ended without an error, per minute.",
      "group": "Reconciliation",
      "groupBy": [
        "cluster",
        "controller",
        "namespace",
        "pod"
      ],
      "id": "operations-succeeded",
      "quantile": false,
      "ranged": true,
      "title": "Operations, succeeded",
      "unit": "opm"
    },
    {
      "defaultGroupBy": [
        "controller"
      ],
      "description": "Reconciliations that ended with an error, per minute.",
      "group": "Reconciliation",
      "groupBy": [
        "cluster",
        "controller",
        "namespace",
        "pod"
      ],
      "id": "operations-failed",
      "quantile": false,
      "ranged": true,
      "title": "Operations, failed",
      "unit": "opm"
    },
    {
      "defaultGroupBy": [
        "controller"
      ],
      "description": "Share of the reconciliations that ended with an error. Absent while nothing was reconciled.",
      "group": "Reconciliation",
      "groupBy": [
        "cluster",
        "controller",
        "namespace",
        "pod"
      ],
      "id": "operations-failed-share",
      "quantile": false,
      "ranged": true,
      "title": "Operations, share that failed",
      "unit": "percentunit"
    },
    {
      "defaultGroupBy": [
        "controller"
      ],
      "description": "Reconciliations that panicked, per minute; known of Flux 2.4 and later.",
      "group": "Reconciliation",
      "groupBy": [
        "cluster",
        "controller",
        "namespace",
        "pod"
      ],
      "id": "reconcile-panics",
      "quantile": false,
      "ranged": true,
      "title": "Panics while reconciling",
      "unit": "opm"
    },
    {
      "defaultGroupBy": [
        "cluster"
      ],
      "description": "Pods of Flux that answer when they are scraped.",
      "group": "Controllers",
      "groupBy": [
        "cluster",
        "namespace",
        "pod"
      ],
      "id": "controllers-up",
      "quantile": false,
      "ranged": false,
      "title": "Controllers, up",
      "unit": "short"
    },
    {
      "defaultGroupBy": [
        "cluster"
      ],
      "description": "Pods of Flux that don't answer when they are scraped.",
      "group": "Controllers",
      "groupBy": [
        "cluster",
        "namespace",
        "pod"
      ],
      "id": "controllers-down",
      "quantile": false,
      "ranged": false,
      "title": "Controllers, down",
      "unit": "short"
    },
    {
      "defaultGroupBy": [
        "cluster"
      ],
      "description": "Pods of Flux that hold their controller's lease; one per controller is right.",
      "group": "Controllers",
      "groupBy": [
        "cluster",
        "namespace",
        "pod"
      ],
      "id": "controllers-leading",
      "quantile": false,
      "ranged": false,
      "title": "Controllers, leading",
      "unit": "short"
    },
    {
      "defaultGroupBy": [
        "pod"
      ],
      "description": "Processor cores that controllers use.",
      "group": "Controllers",
      "groupBy": [
        "cluster",
        "namespace",
        "pod"
      ],
      "id": "cpu",
      "quantile": false,
      "ranged": true,
      "title": "CPU",
      "unit": "short"
    },
    {
      "defaultGroupBy": [
        "pod"
      ],
      "description": "Memory that controllers have allocated and not freed.",
      "group": "Controllers",
      "groupBy": [
        "cluster",
        "namespace",
        "pod"
      ],
      "id": "memory-heap",
      "quantile": false,
      "ranged": false,
      "title": "Memory, allocated heap",
      "unit": "bytes"
    },
    {
      "defaultGroupBy": [
        "pod"
      ],
      "description": "Memory of the controllers' processes that is resident.",
      "group": "Controllers",
      "groupBy": [
        "cluster",
        "namespace",
        "pod"
      ],
      "id": "memory-resident",
      "quantile": false,
      "ranged": false,
      "title": "Memory, resident",
      "unit": "bytes"
    },
    {
      "defaultGroupBy": [
        "pod"
      ],
      "description": "Memory of the controllers' containers that can't be evicted, as cAdvisor measures it.",
      "group": "Controllers",
      "groupBy": [
        "cluster",
        "namespace",
        "pod"
      ],
      "id": "memory-working-set",
      "quantile": false,
      "ranged": false,
      "title": "Memory, working set",
      "unit": "bytes"
    },
    {
      "defaultGroupBy": [
        "controller"
      ],
      "description": "Reconciliations that are under way.",
      "group": "Controllers",
      "groupBy": [
        "cluster",
        "controller",
        "namespace",
        "pod"
      ],
      "id": "workers-active",
      "quantile": false,
      "ranged": false,
      "title": "Workers, active",
      "unit": "short"
    },
    {
      "defaultGroupBy": [
        "controller"
      ],
      "description": "Reconciliations that may be under way at the same time.",
      "group": "Controllers",
      "groupBy": [
        "cluster",
        "controller",
        "namespace",
        "pod"
      ],
      "id": "workers-limit",
      "quantile": false,
      "ranged": false,
      "title": "Workers, limit",
      "unit": "short"
    },
    {
      "defaultGroupBy": [
        "code"
      ],
      "description": "Requests that controllers make of the Kubernetes API, per second.",
      "group": "Controllers",
      "groupBy": [
        "cluster",
        "namespace",
        "pod",
        "code",
        "method"
      ],
      "id": "api-requests",
      "quantile": false,
      "ranged": true,
      "title": "Kubernetes API requests",
      "unit": "reqps"
    },
    {
      "defaultGroupBy": [
        "cluster"
      ],
      "description": "Requests of the Kubernetes API that were answered with 4xx or 5xx, or not at all, per second.",
      "group": "Controllers",
      "groupBy": [
        "cluster",
        "namespace",
        "pod"
      ],
      "id": "api-errors",
      "quantile": false,
      "ranged": true,
      "title": "Kubernetes API requests, failed",
      "unit": "reqps"
    },
    {
      "defaultGroupBy": [
        "cluster"
      ],
      "description": "Share of the requests that were answered with 4xx or 5xx, or not at all. Absent while there are none.",
      "group": "Controllers",
      "groupBy": [
        "cluster",
        "namespace",
        "pod"
      ],
      "id": "api-error-share",
      "quantile": false,
      "ranged": true,
      "title": "Kubernetes API requests, share that failed",
      "unit": "percentunit"
    },
    {
      "defaultGroupBy": [
        "controller"
      ],
      "description": "Time within which a share of all reconciliations of a controller ended, as controller-runtime measures it. Absent while there are none.",
      "group": "Controllers",
      "groupBy": [
        "cluster",
        "controller",
        "namespace",
        "pod"
      ],
      "id": "controller-duration-quantile",
      "quantile": true,
      "ranged": true,
      "title": "Controllers' reconcile time, quantile",
      "unit": "s"
    },
    {
      "defaultGroupBy": [
        "controller"
      ],
      "description": "Objects that wait for their reconciliation.",
      "group": "Queues",
      "groupBy": [
        "cluster",
        "controller",
        "namespace",
        "pod"
      ],
      "id": "queue-depth",
      "quantile": false,
      "ranged": false,
      "title": "Queue depth",
      "unit": "short"
    },
    {
      "defaultGroupBy": [
        "controller"
      ],
      "description": "How long the oldest reconciliation under way has been running.",
      "group": "Queues",
      "groupBy": [
        "cluster",
        "controller",
        "namespace",
        "pod"
      ],
      "id": "queue-longest-running",
      "quantile": false,
      "ranged": false,
      "title": "Longest running reconciliation",
      "unit": "s"
    },
    {
      "defaultGroupBy": [
        "controller"
      ],
      "description": "How long all reconciliations under way have been running, added up.",
      "group": "Queues",
      "groupBy": [
        "cluster",
        "controller",
        "namespace",
        "pod"
      ],
      "id": "queue-unfinished",
      "quantile": false,
      "ranged": false,
      "title": "Unfinished work",
      "unit": "s"
    },
    {
      "defaultGroupBy": [
        "controller"
      ],
      "description": "Objects that are added to the queue, per minute.",
      "group": "Queues",
      "groupBy": [
        "cluster",
        "controller",
        "namespace",
        "pod"
      ],
      "id": "queue-adds",
      "quantile": false,
      "ranged": true,
      "title": "Objects queued",
      "unit": "opm"
    },
    {
      "defaultGroupBy": [
        "controller"
      ],
      "description": "Objects that are put back into the queue, per minute: after an error, and to be reconciled again after their interval.",
      "group": "Queues",
      "groupBy": [
        "cluster",
        "controller",
        "namespace",
        "pod"
      ],
      "id": "queue-retries",
      "quantile": false,
      "ranged": true,
      "title": "Objects queued again",
      "unit": "opm"
    },
    {
      "defaultGroupBy": [
        "controller"
      ],
      "description": "Mean time from queueing to the beginning of the reconciliation. Absent while nothing was queued.",
      "group": "Queues",
      "groupBy": [
        "cluster",
        "controller",
        "namespace",
        "pod"
      ],
      "id": "queue-wait",
      "quantile": false,
      "ranged": true,
      "title": "Time in the queue, average",
      "unit": "s"
    },
    {
      "defaultGroupBy": [
        "controller"
      ],
      "description": "Time within which a share of the queued objects came up. Absent while nothing was queued.",
      "group": "Queues",
      "groupBy": [
        "cluster",
        "controller",
        "namespace",
        "pod"
      ],
      "id": "queue-wait-quantile",
      "quantile": true,
      "ranged": true,
      "title": "Time in the queue, quantile",
      "unit": "s"
    },
    {
      "defaultGroupBy": [
        "controller"
      ],
      "description": "Mean time from the beginning to the end of what was queued. Absent while nothing ended.",
      "group": "Queues",
      "groupBy": [
        "cluster",
        "controller",
        "namespace",
        "pod"
      ],
      "id": "queue-work",
      "quantile": false,
      "ranged": true,
      "title": "Time of work, average",
      "unit": "s"
    },
    {
      "defaultGroupBy": [
        "controller"
      ],
      "description": "Time within which a share of what was queued ended. Absent while nothing ended.",
      "group": "Queues",
      "groupBy": [
        "cluster",
        "controller",
        "namespace",
        "pod"
      ],
      "id": "queue-work-quantile",
      "quantile": true,
      "ranged": true,
      "title": "Time of work, quantile",
      "unit": "s"
    },
    {
      "defaultGroupBy": [
        "event_type"
      ],
      "description": "Look-ups in source-controller's cache of Helm indexes, hits and misses, per minute.",
      "group": "Events",
      "groupBy": [
        "cluster",
        "namespace",
        "name",
        "event_type"
      ],
      "id": "source-cache-events",
      "quantile": false,
      "ranged": true,
      "title": "Source cache, look-ups",
      "unit": "opm"
    },
    {
      "defaultGroupBy": [
        "cluster"
      ],
      "description": "Share of the look-ups in source-controller's cache that found something. Absent while there are none.",
      "group": "Events",
      "groupBy": [
        "cluster",
        "namespace",
        "name"
      ],
      "id": "source-cache-hit-share",
      "quantile": false,
      "ranged": true,
      "title": "Source cache, share of hits",
      "unit": "percentunit"
    },
    {
      "defaultGroupBy": [
        "event_type"
      ],
      "description": "Look-ups in the controllers' caches of sign-ins, hits and misses, per minute; known of Flux 2.6 and later.",
      "group": "Events",
      "groupBy": [
        "cluster",
        "kind",
        "namespace",
        "name",
        "event_type",
        "operation"
      ],
      "id": "token-cache-events",
      "quantile": false,
      "ranged": true,
      "title": "Token cache, look-ups",
      "unit": "opm"
    },
    {
      "defaultGroupBy": [
        "cluster"
      ],
      "description": "Share of the look-ups in the caches of sign-ins that found something. Absent while there are none.",
      "group": "Events",
      "groupBy": [
        "cluster",
        "kind",
        "namespace",
        "name"
      ],
      "id": "token-cache-hit-share",
      "quantile": false,
      "ranged": true,
      "title": "Token cache, share of hits",
      "unit": "percentunit"
    },
    {
      "defaultGroupBy": [
        "status"
      ],
      "description": "Requests of the caches of sign-ins by status, per minute; known of Flux 2.6 and later.",
      "group": "Events",
      "groupBy": [
        "cluster",
        "namespace",
        "pod",
        "status"
      ],
      "id": "token-cache-requests",
      "quantile": false,
      "ranged": true,
      "title": "Token cache, requests",
      "unit": "opm"
    },
    {
      "defaultGroupBy": [
        "pod"
      ],
      "description": "Sign-ins that the controllers' caches hold; known of Flux 2.6 and later.",
      "group": "Events",
      "groupBy": [
        "cluster",
        "namespace",
        "pod"
      ],
      "id": "token-cache-items",
      "quantile": false,
      "ranged": false,
      "title": "Token cache, items",
      "unit": "short"
    },
    {
      "defaultGroupBy": [
        "pod"
      ],
      "description": "Sign-ins that were dropped for want of room, per minute; known of Flux 2.6 and later.",
      "group": "Events",
      "groupBy": [
        "cluster",
        "namespace",
        "pod"
      ],
      "id": "token-cache-evictions",
      "quantile": false,
      "ranged": true,
      "title": "Token cache, evictions",
      "unit": "opm"
    },
    {
      "defaultGroupBy": [
        "code"
      ],
      "description": "Events that notification-controller received from other controllers, by HTTP status, per minute.",
      "group": "Events",
      "groupBy": [
        "cluster",
        "namespace",
        "pod",
        "code"
      ],
      "id": "event-requests",
      "quantile": false,
      "ranged": true,
      "title": "Events received",
      "unit": "opm"
    },
    {
      "defaultGroupBy": [
        "pod"
      ],
      "description": "Events that notification-controller is working on.",
      "group": "Events",
      "groupBy": [
        "cluster",
        "namespace",
        "pod"
      ],
      "id": "event-requests-inflight",
      "quantile": false,
      "ranged": false,
      "title": "Events in work",
      "unit": "short"
    },
    {
      "defaultGroupBy": [
        "cluster"
      ],
      "description": "Mean time that notification-controller took to answer an event. Absent while there are none.",
      "group": "Events",
      "groupBy": [
        "cluster",
        "namespace",
        "pod",
        "code"
      ],
      "id": "event-duration",
      "quantile": false,
      "ranged": true,
      "title": "Time per event, average",
      "unit": "s"
    },
    {
      "defaultGroupBy": [
        "cluster"
      ],
      "description": "Time within which a share of the events was answered. Absent while there are none.",
      "group": "Events",
      "groupBy": [
        "cluster",
        "namespace",
        "pod",
        "code"
      ],
      "id": "event-duration-quantile",
      "quantile": true,
      "ranged": true,
      "title": "Time per event, quantile",
      "unit": "s"
    },
    {
      "defaultGroupBy": [
        "cluster"
      ],
      "description": "Mean size of notification-controller's answers to events. Absent while there are none.",
      "group": "Events",
      "groupBy": [
        "cluster",
        "namespace",
        "pod",
        "code"
      ],
      "id": "event-response-size",
      "quantile": false,
      "ranged": true,
      "title": "Size of answers to events, average",
      "unit": "bytes"
    },
    {
      "defaultGroupBy": [
        "code"
      ],
      "description": "Webhooks that notification-controller received, by HTTP status, per minute.",
      "group": "Events",
      "groupBy": [
        "cluster",
        "namespace",
        "pod",
        "code"
      ],
      "id": "receiver-requests",
      "quantile": false,
      "ranged": true,
      "title": "Webhooks received",
      "unit": "opm"
    },
    {
      "defaultGroupBy": [
        "cluster"
      ],
      "description": "Time within which a share of the webhooks was answered. Absent while there are none.",
      "group": "Events",
      "groupBy": [
        "cluster",
        "namespace",
        "pod",
        "code"
      ],
      "id": "receiver-duration-quantile",
      "quantile": true,
      "ranged": true,
      "title": "Time per webhook, quantile",
      "unit": "s"
    },
    {
      "defaultGroupBy": [
        "complianceState"
      ],
      "description": "Flux configurations by compliance state, as this plugin's own gauges kept them; small clusters of a large fleet are one called other. Absent unless a Prometheus scrapes Grafana's /metrics/plugins/fluxfleet-azuregitops-datasource.",
      "group": "Fleet",
      "groupBy": [
        "complianceState",
        "cluster",
        "clusterType",
        "resourceGroup",
        "subscriptionId",
        "orgId",
        "datasourceUid"
      ],
      "id": "fleet-configurations",
      "quantile": false,
      "ranged": false,
      "title": "Configurations",
      "unit": "short"
    },
    {
      "defaultGroupBy": [
        "provisioningState"
      ],
      "description": "Flux extensions by provisioning state, as this plugin's own gauges kept them, over all clusters. Absent unless a Prometheus scrapes Grafana's /metrics/plugins/fluxfleet-azuregitops-datasource.",
      "group": "Fleet",
      "groupBy": [
        "provisioningState",
        "orgId",
        "datasourceUid"
      ],
      "id": "fleet-extensions",
      "quantile": false,
      "ranged": false,
      "title": "Extensions",
      "unit": "short"
    },
    {
      "defaultGroupBy": [
        "datasourceUid"
      ],
      "description": "Flux objects that are Non-Compliant or not ready, suspended ones aside, as this plugin's own gauges kept them, over all clusters. Absent unless a Prometheus scrapes Grafana's /metrics/plugins/fluxfleet-azuregitops-datasource.",
      "group": "Fleet",
      "groupBy": [
        "orgId",
        "datasourceUid"
      ],
      "id": "fleet-objects-not-ready",
      "quantile": false,
      "ranged": false,
      "title": "Objects, not ready",
      "unit": "short"
    },
    {
      "defaultGroupBy": [
        "datasourceUid"
      ],
      "description": "How old what queries are answered from was, of a data source the oldest. Absent unless a Prometheus scrapes Grafana's /metrics/plugins/fluxfleet-azuregitops-datasource.",
      "group": "Fleet",
      "groupBy": [
        "orgId",
        "datasourceUid"
      ],
      "id": "fleet-snapshot-age",
      "quantile": false,
      "ranged": false,
      "title": "Age of the snapshot",
      "unit": "s"
    }
  ],
  "queryTypes": [
    {
      "description": "Every microsoft.flux extension with its version, provisioning state and error.",
      "fields": [
        {
          "doc": "Id of the subscription.",
          "hidden": true,
          "name": "subscriptionId",
          "title": "Subscription id",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Display name of the subscription; its id where the name isn't known.",
          "hidden": false,
          "name": "subscription",
          "title": "Subscription",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Resource group of the cluster.",
          "hidden": false,
          "name": "resourceGroup",
          "title": "Resource group",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Name of the cluster.",
          "hidden": false,
          "name": "cluster",
          "title": "Cluster",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "AKS, Arc, AKS Arc, Fleet, Appliance, or another resource type as Azure spells it.",
          "hidden": false,
          "name": "clusterType",
          "title": "Cluster type",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Version of the extension that runs, else the requested version; empty while it is being installed.",
          "hidden": false,
          "name": "version",
          "title": "Version",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Stable or Preview; empty where it isn't reported.",
          "hidden": false,
          "name": "releaseTrain",
          "title": "Release train",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Whether Azure upgrades it by itself; empty where it isn't reported.",
          "hidden": false,
          "name": "autoUpgrade",
          "title": "Auto-upgrade",
          "type": "boolean",
          "unit": ""
        },
        {
          "doc": "How far Azure has come with installing or upgrading it; empty where it isn't reported.",
          "hidden": false,
          "name": "provisioningState",
          "title": "State",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "The most severe status or error of the extension, cut at 2,048 bytes; empty when there is none.",
          "hidden": false,
          "name": "statusMessage",
          "title": "Status message",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "ARM id of the cluster.",
          "hidden": true,
          "name": "clusterId",
          "title": "Cluster id",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "ARM id of the extension.",
          "hidden": true,
          "name": "id",
          "title": "Id",
          "type": "string",
          "unit": ""
        }
      ],
      "frameTypes": [
        "table"
      ],
      "group": "Fleet",
      "id": "extensions",
      "otherFormats": [],
      "params": [
        {
          "control": {
            "dimension": "subscription",
            "type": "values"
          },
          "help": "Ids or display names of subscriptions; none: all.",
          "label": "Subscriptions",
          "name": "subscriptions"
        },
        {
          "control": {
            "dimension": "resourceGroup",
            "type": "values"
          },
          "help": "Names of resource groups; none: all.",
          "label": "Resource groups",
          "name": "resourceGroups"
        },
        {
          "control": {
            "dimension": "cluster",
            "type": "values"
          },
          "help": "Names or ARM ids of clusters; none: all.",
          "label": "Clusters",
          "name": "clusters"
        },
        {
          "control": {
            "dimension": "configuration",
            "type": "values"
          },
          "help": "Names of Flux configurations; none: all.",
          "label": "Configurations",
          "name": "configurations"
        },
        {
          "control": {
            "dimension": "namespace",
            "type": "values"
          },
          "help": "Namespaces of configurations, or of objects where rows are objects; none: all.",
          "label": "Namespaces",
          "name": "namespaces"
        },
        {
          "control": {
            "dimension": "kind",
            "type": "values"
          },
          "help": "Kinds of Flux objects; a configuration passes with at least one such object; none: all.",
          "label": "Kinds",
          "name": "kinds"
        },
        {
          "control": {
            "dimension": "complianceState",
            "type": "values"
          },
          "help": "Compliance states, of objects where rows are objects; none: all.",
          "label": "Compliance states",
          "name": "complianceStates"
        },
        {
          "control": {
            "dimension": "commit",
            "type": "values"
          },
          "help": "Commits that were synchronised last: as Azure spells them, the bare hash, or at least seven digits of it; none: all.",
          "label": "Commits",
          "name": "commits"
        },
        {
          "control": {
            "dimension": "repository",
            "type": "values"
          },
          "help": "URLs of repositories, buckets or registries; none: all.",
          "label": "Repositories",
          "name": "repositories"
        },
        {
          "control": {
            "default": 10000,
            "max": 1000000,
            "min": 1,
            "type": "number"
          },
          "help": "Most rows to show; a notice says when rows were left out.",
          "label": "Row limit",
          "name": "limit"
        }
      ],
      "title": "Flux extensions"
    },
    {
      "description": "Number of Flux extensions by provisioning state, version, cluster type and so on.",
      "fields": [
        {
          "doc": "What the counted rows have in common; empty: they have none.",
          "hidden": false,
          "name": "provisioningState",
          "title": "Provisioning state",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Number of Flux extensions.",
          "hidden": false,
          "name": "count",
          "title": "Count",
          "type": "number",
          "unit": "short"
        }
      ],
      "frameTypes": [
        "numeric-wide",
        "numeric-long"
      ],
      "group": "Fleet",
      "id": "extension-counts",
      "otherFormats": [
        {
          "fields": [
            {
              "doc": "What the counted rows have in common; empty: they have none.",
              "hidden": false,
              "name": "provisioningState",
              "title": "Provisioning state",
              "type": "string",
              "unit": ""
            },
            {
              "doc": "Number of Flux extensions.",
              "hidden": false,
              "name": "count",
              "title": "Count",
              "type": "number",
              "unit": "short"
            }
          ],
          "frameType": "numeric-long",
          "param": "format",
          "value": "long"
        }
      ],
      "params": [
        {
          "control": {
            "choices": [
              {
                "label": "Provisioning state",
                "value": "provisioningState"
              },
              {
                "label": "Version",
                "value": "version"
              },
              {
                "label": "Release train",
                "value": "releaseTrain"
              },
              {
                "label": "Cluster type",
                "value": "clusterType"
              },
              {
                "label": "Subscription",
                "value": "subscription"
              },
              {
                "label": "Resource group",
                "value": "resourceGroup"
              },
              {
                "label": "Cluster",
                "value": "cluster"
              }
            ],
            "type": "dimensions"
          },
          "help": "What rows are counted by; groups by a single state hold every known state, with 0 where no row has it.",
          "label": "Group by",
          "name": "groupBy"
        },
        {
          "control": {
            "choices": [
              {
                "label": "Series",
                "value": "wide"
              },
              {
                "label": "Rows",
                "value": "long"
              }
            ],
            "type": "oneOf"
          },
          "help": "Series: one field per group, as pies, stats and bar gauges need. Rows: one row per group, for tables and alert rules.",
          "label": "Format",
          "name": "format"
        },
        {
          "control": {
            "dimension": "subscription",
            "type": "values"
          },
          "help": "Ids or display names of subscriptions; none: all.",
          "label": "Subscriptions",
          "name": "subscriptions"
        },
        {
          "control": {
            "dimension": "resourceGroup",
            "type": "values"
          },
          "help": "Names of resource groups; none: all.",
          "label": "Resource groups",
          "name": "resourceGroups"
        },
        {
          "control": {
            "dimension": "cluster",
            "type": "values"
          },
          "help": "Names or ARM ids of clusters; none: all.",
          "label": "Clusters",
          "name": "clusters"
        },
        {
          "control": {
            "dimension": "configuration",
            "type": "values"
          },
          "help": "Names of Flux configurations; none: all.",
          "label": "Configurations",
          "name": "configurations"
        },
        {
          "control": {
            "dimension": "namespace",
            "type": "values"
          },
          "help": "Namespaces of configurations, or of objects where rows are objects; none: all.",
          "label": "Namespaces",
          "name": "namespaces"
        },
        {
          "control": {
            "dimension": "kind",
            "type": "values"
          },
          "help": "Kinds of Flux objects; a configuration passes with at least one such object; none: all.",
          "label": "Kinds",
          "name": "kinds"
        },
        {
          "control": {
            "dimension": "complianceState",
            "type": "values"
          },
          "help": "Compliance states, of objects where rows are objects; none: all.",
          "label": "Compliance states",
          "name": "complianceStates"
        },
        {
          "control": {
            "dimension": "commit",
            "type": "values"
          },
          "help": "Commits that were synchronised last: as Azure spells them, the bare hash, or at least seven digits of it; none: all.",
          "label": "Commits",
          "name": "commits"
        },
        {
          "control": {
            "dimension": "repository",
            "type": "values"
          },
          "help": "URLs of repositories, buckets or registries; none: all.",
          "label": "Repositories",
          "name": "repositories"
        },
        {
          "control": {
            "default": 10000,
            "max": 1000000,
            "min": 1,
            "type": "number"
          },
          "help": "Most rows to show; a notice says when rows were left out.",
          "label": "Row limit",
          "name": "limit"
        }
      ],
      "title": "Extension counts"
    },
    {
      "description": "Versions of the Flux extension over the fleet, the Flux in each, whether Azure still supports it, and the clusters on it.",
      "fields": [
        {
          "doc": "Version of the extension that runs, else the requested version; empty while it is being installed.",
          "hidden": false,
          "name": "version",
          "title": "Extension version",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Version of Flux in the extension; empty where it isn't known.",
          "hidden": false,
          "name": "fluxVersion",
          "title": "Flux version",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Month of the extension's release, or the months between which it was released; empty where it isn't known.",
          "hidden": false,
          "name": "released",
          "title": "Released",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "newest: the newest minor version; supported: one of the two before it; unsupported: older; unknown: no version is reported. The newest is that of the release notes or of the fleet's stable release train.",
          "hidden": false,
          "name": "supported",
          "title": "Support",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Whether no newer version is known, patches included; empty where no version is reported.",
          "hidden": false,
          "name": "newest",
          "title": "Newest",
          "type": "boolean",
          "unit": ""
        },
        {
          "doc": "Number of clusters on this version.",
          "hidden": false,
          "name": "clusters",
          "title": "Clusters",
          "type": "number",
          "unit": "short"
        },
        {
          "doc": "Share of the clusters with the Flux extension that are on this version, in 0 to 1.",
          "hidden": false,
          "name": "share",
          "title": "Share",
          "type": "number",
          "unit": "percentunit"
        },
        {
          "doc": "Number of its clusters where Azure upgrades the extension by itself.",
          "hidden": false,
          "name": "autoUpgradeOn",
          "title": "Auto-upgrade on",
          "type": "number",
          "unit": "short"
        },
        {
          "doc": "Number of its clusters where the extension has to be upgraded by hand.",
          "hidden": false,
          "name": "autoUpgradeOff",
          "title": "Auto-upgrade off",
          "type": "number",
          "unit": "short"
        },
        {
          "doc": "Release trains of its clusters with their number; empty where none is reported.",
          "hidden": false,
          "name": "releaseTrains",
          "title": "Release trains",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Names of up to 20 of its clusters, and how many more there are.",
          "hidden": false,
          "name": "clusterNames",
          "title": "Cluster names",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Number of clusters on this version when Azure no longer supports it, else 0.",
          "hidden": true,
          "name": "unsupported",
          "title": "Unsupported",
          "type": "number",
          "unit": "short"
        }
      ],
      "frameTypes": [
        "table"
      ],
      "group": "Fleet",
      "id": "versions",
      "otherFormats": [],
      "params": [
        {
          "control": {
            "dimension": "subscription",
            "type": "values"
          },
          "help": "Ids or display names of subscriptions; none: all.",
          "label": "Subscriptions",
          "name": "subscriptions"
        },
        {
          "control": {
            "dimension": "resourceGroup",
            "type": "values"
          },
          "help": "Names of resource groups; none: all.",
          "label": "Resource groups",
          "name": "resourceGroups"
        },
        {
          "control": {
            "dimension": "cluster",
            "type": "values"
          },
          "help": "Names or ARM ids of clusters; none: all.",
          "label": "Clusters",
          "name": "clusters"
        },
        {
          "control": {
            "dimension": "configuration",
            "type": "values"
          },
          "help": "Names of Flux configurations; none: all.",
          "label": "Configurations",
          "name": "configurations"
        },
        {
          "control": {
            "dimension": "namespace",
            "type": "values"
          },
          "help": "Namespaces of configurations, or of objects where rows are objects; none: all.",
          "label": "Namespaces",
          "name": "namespaces"
        },
        {
          "control": {
            "dimension": "kind",
            "type": "values"
          },
          "help": "Kinds of Flux objects; a configuration passes with at least one such object; none: all.",
          "label": "Kinds",
          "name": "kinds"
        },
        {
          "control": {
            "dimension": "complianceState",
            "type": "values"
          },
          "help": "Compliance states, of objects where rows are objects; none: all.",
          "label": "Compliance states",
          "name": "complianceStates"
        },
        {
          "control": {
            "dimension": "commit",
            "type": "values"
          },
          "help": "Commits that were synchronised last: as Azure spells them, the bare hash, or at least seven digits of it; none: all.",
          "label": "Commits",
          "name": "commits"
        },
        {
          "control": {
            "dimension": "repository",
            "type": "values"
          },
          "help": "URLs of repositories, buckets or registries; none: all.",
          "label": "Repositories",
          "name": "repositories"
        },
        {
          "control": {
            "default": 10000,
            "max": 1000000,
            "min": 1,
            "type": "number"
          },
          "help": "Most rows to show; a notice says when rows were left out.",
          "label": "Row limit",
          "name": "limit"
        }
      ],
      "title": "Extension versions"
    },
    {
      "description": "Every Flux configuration with its source, last synchronised commit and compliance state.",
      "fields": [
        {
          "doc": "Id of the subscription.",
          "hidden": true,
          "name": "subscriptionId",
          "title": "Subscription id",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Display name of the subscription; its id where the name isn't known.",
          "hidden": false,
          "name": "subscription",
          "title": "Subscription",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Resource group of the cluster.",
          "hidden": false,
          "name": "resourceGroup",
          "title": "Resource group",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Name of the cluster.",
          "hidden": false,
          "name": "cluster",
          "title": "Cluster",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "AKS, Arc, AKS Arc, Fleet, Appliance, or another resource type as Azure spells it.",
          "hidden": false,
          "name": "clusterType",
          "title": "Cluster type",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Name of the Flux configuration.",
          "hidden": false,
          "name": "configuration",
          "title": "Configuration",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Namespace of its Flux objects; empty where it isn't reported.",
          "hidden": false,
          "name": "namespace",
          "title": "Namespace",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "cluster or namespace; empty where it isn't reported.",
          "hidden": false,
          "name": "scope",
          "title": "Scope",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "GitRepository, Bucket, AzureBlob or OCIRepository; empty where it isn't reported.",
          "hidden": false,
          "name": "sourceKind",
          "title": "Source kind",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "URL of repository or registry, or of a bucket or container with its name, without user name and password; empty where it isn't reported.",
          "hidden": false,
          "name": "repositoryUrl",
          "title": "Repository",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "What the source follows: name of the branch or tag, range of versions, commit or digest; empty where none is named.",
          "hidden": false,
          "name": "reference",
          "title": "Reference",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "branch, tag, semver, commit or digest.",
          "hidden": true,
          "name": "referenceType",
          "title": "Reference type",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Commit or digest that was synchronised last, as Azure spells it; empty before the first time.",
          "hidden": false,
          "name": "sourceSyncedCommitId",
          "title": "Last synced commit",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "When the source last changed; empty before the first synchronisation.",
          "hidden": false,
          "name": "sourceUpdatedAt",
          "title": "Source updated",
          "type": "time",
          "unit": "dateTimeFromNow"
        },
        {
          "doc": "When the cluster's agent last reported; empty before the first time.",
          "hidden": false,
          "name": "statusUpdatedAt",
          "title": "Status updated",
          "type": "time",
          "unit": "dateTimeFromNow"
        },
        {
          "doc": "How far Azure has come with creating or changing it; empty where it isn't reported.",
          "hidden": false,
          "name": "provisioningState",
          "title": "Provisioning",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Whether the cluster is as the source says; Pending also where nothing is reported yet.",
          "hidden": false,
          "name": "complianceState",
          "title": "Compliance",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Whether reconciliation is switched off.",
          "hidden": false,
          "name": "suspended",
          "title": "Suspended",
          "type": "boolean",
          "unit": ""
        },
        {
          "doc": "Azure's error text, cut at 2,048 bytes; empty when there is none.",
          "hidden": false,
          "name": "errorMessage",
          "title": "Error",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Number of declared kustomizations.",
          "hidden": false,
          "name": "kustomizations",
          "title": "Kustomizations",
          "type": "number",
          "unit": "short"
        },
        {
          "doc": "Number of its objects that are Non-Compliant or whose Ready condition is False, suspended ones aside.",
          "hidden": false,
          "name": "objectsNotReady",
          "title": "Objects not ready",
          "type": "number",
          "unit": "short"
        },
        {
          "doc": "ARM id of the cluster.",
          "hidden": true,
          "name": "clusterId",
          "title": "Cluster id",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "ARM id of the configuration.",
          "hidden": true,
          "name": "id",
          "title": "Id",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Owner and name of the repository, without host; empty where no URL is reported.",
          "hidden": true,
          "name": "repositoryShort",
          "title": "Repository, short",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "First seven digits of the last synchronised commit or digest; empty before the first time.",
          "hidden": true,
          "name": "commitShort",
          "title": "Commit, short",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Web page of the repository; the configuration in the portal where it has none.",
          "hidden": true,
          "name": "repositoryLink",
          "title": "Repository page",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Web page of the last synchronised commit; the configuration in the portal where that page isn't known.",
          "hidden": true,
          "name": "commitLink",
          "title": "Commit page",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Bare hash of the last synchronised commit or digest; empty before the first time.",
          "hidden": true,
          "name": "commit",
          "title": "Commit",
          "type": "string",
          "unit": ""
        }
      ],
      "frameTypes": [
        "table"
      ],
      "group": "Fleet",
      "id": "configurations",
      "otherFormats": [],
      "params": [
        {
          "control": {
            "dimension": "subscription",
            "type": "values"
          },
          "help": "Ids or display names of subscriptions; none: all.",
          "label": "Subscriptions",
          "name": "subscriptions"
        },
        {
          "control": {
            "dimension": "resourceGroup",
            "type": "values"
          },
          "help": "Names of resource groups; none: all.",
          "label": "Resource groups",
          "name": "resourceGroups"
        },
        {
          "control": {
            "dimension": "cluster",
            "type": "values"
          },
          "help": "Names or ARM ids of clusters; none: all.",
          "label": "Clusters",
          "name": "clusters"
        },
        {
          "control": {
            "dimension": "configuration",
            "type": "values"
          },
          "help": "Names of Flux configurations; none: all.",
          "label": "Configurations",
          "name": "configurations"
        },
        {
          "control": {
            "dimension": "namespace",
            "type": "values"
          },
          "help": "Namespaces of configurations, or of objects where rows are objects; none: all.",
          "label": "Namespaces",
          "name": "namespaces"
        },
        {
          "control": {
            "dimension": "kind",
            "type": "values"
          },
          "help": "Kinds of Flux objects; a configuration passes with at least one such object; none: all.",
          "label": "Kinds",
          "name": "kinds"
        },
        {
          "control": {
            "dimension": "complianceState",
            "type": "values"
          },
          "help": "Compliance states, of objects where rows are objects; none: all.",
          "label": "Compliance states",
          "name": "complianceStates"
        },
        {
          "control": {
            "dimension": "commit",
            "type": "values"
          },
          "help": "Commits that were synchronised last: as Azure spells them, the bare hash, or at least seven digits of it; none: all.",
          "label": "Commits",
          "name": "commits"
        },
        {
          "control": {
            "dimension": "repository",
            "type": "values"
          },
          "help": "URLs of repositories, buckets or registries; none: all.",
          "label": "Repositories",
          "name": "repositories"
        },
        {
          "control": {
            "default": 10000,
            "max": 1000000,
            "min": 1,
            "type": "number"
          },
          "help": "Most rows to show; a notice says when rows were left out.",
          "label": "Row limit",
          "name": "limit"
        }
      ],
      "title": "Flux configurations"
    },
    {
      "description": "Number of Flux configurations by compliance state, repository, commit, cluster and so on.",
      "fields": [
        {
          "doc": "What the counted rows have in common; empty: they have none.",
          "hidden": false,
          "name": "complianceState",
          "title": "Compliance state",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Number of Flux configurations.",
          "hidden": false,
          "name": "count",
          "title": "Count",
          "type": "number",
          "unit": "short"
        }
      ],
      "frameTypes": [
        "numeric-wide",
        "numeric-long"
      ],
      "group": "Fleet",
      "id": "configuration-counts",
      "otherFormats": [
        {
          "fields": [
            {
              "doc": "What the counted rows have in common; empty: they have none.",
              "hidden": false,
              "name": "complianceState",
              "title": "Compliance state",
              "type": "string",
              "unit": ""
            },
            {
              "doc": "Number of Flux configurations.",
              "hidden": false,
              "name": "count",
              "title": "Count",
              "type": "number",
              "unit": "short"
            }
          ],
          "frameType": "numeric-long",
          "param": "format",
          "value": "long"
        }
      ],
      "params": [
        {
          "control": {
            "choices": [
              {
                "label": "Compliance state",
                "value": "complianceState"
              },
              {
                "label": "Repository",
                "value": "repositoryUrl"
              },
              {
                "label": "Commit",
                "value": "sourceSyncedCommitId"
              },
              {
                "label": "Reference",
                "value": "reference"
              },
              {
                "label": "Source kind",
                "value": "sourceKind"
              },
              {
                "label": "Provisioning state",
                "value": "provisioningState"
              },
              {
                "label": "Suspended",
                "value": "suspended"
              },
              {
                "label": "Configuration",
                "value": "configuration"
              },
              {
                "label": "Namespace",
                "value": "namespace"
              },
              {
                "label": "Cluster type",
                "value": "clusterType"
              },
              {
                "label": "Subscription",
                "value": "subscription"
              },
              {
                "label": "Resource group",
                "value": "resourceGroup"
              },
              {
                "label": "Cluster",
                "value": "cluster"
              }
            ],
            "type": "dimensions"
          },
          "help": "What rows are counted by; groups by a single state hold every known state, with 0 where no row has it.",
          "label": "Group by",
          "name": "groupBy"
        },
        {
          "control": {
            "choices": [
              {
                "label": "Series",
                "value": "wide"
              },
              {
                "label": "Rows",
                "value": "long"
              }
            ],
            "type": "oneOf"
          },
          "help": "Series: one field per group, as pies, stats and bar gauges need. Rows: one row per group, for tables and alert rules.",
          "label": "Format",
          "name": "format"
        },
        {
          "control": {
            "dimension": "subscription",
            "type": "values"
          },
          "help": "Ids or display names of subscriptions; none: all.",
          "label": "Subscriptions",
          "name": "subscriptions"
        },
        {
          "control": {
            "dimension": "resourceGroup",
            "type": "values"
          },
          "help": "Names of resource groups; none: all.",
          "label": "Resource groups",
          "name": "resourceGroups"
        },
        {
          "control": {
            "dimension": "cluster",
            "type": "values"
          },
          "help": "Names or ARM ids of clusters; none: all.",
          "label": "Clusters",
          "name": "clusters"
        },
        {
          "control": {
            "dimension": "configuration",
            "type": "values"
          },
          "help": "Names of Flux configurations; none: all.",
          "label": "Configurations",
          "name": "configurations"
        },
        {
          "control": {
            "dimension": "namespace",
            "type": "values"
          },
          "help": "Namespaces of configurations, or of objects where rows are objects; none: all.",
          "label": "Namespaces",
          "name": "namespaces"
        },
        {
          "control": {
            "dimension": "kind",
            "type": "values"
          },
          "help": "Kinds of Flux objects; a configuration passes with at least one such object; none: all.",
          "label": "Kinds",
          "name": "kinds"
        },
        {
          "control": {
            "dimension": "complianceState",
            "type": "values"
          },
          "help": "Compliance states, of objects where rows are objects; none: all.",
          "label": "Compliance states",
          "name": "complianceStates"
        },
        {
          "control": {
            "dimension": "commit",
            "type": "values"
          },
          "help": "Commits that were synchronised last: as Azure spells them, the bare hash, or at least seven digits of it; none: all.",
          "label": "Commits",
          "name": "commits"
        },
        {
          "control": {
            "dimension": "repository",
            "type": "values"
          },
          "help": "URLs of repositories, buckets or registries; none: all.",
          "label": "Repositories",
          "name": "repositories"
        },
        {
          "control": {
            "default": 10000,
            "max": 1000000,
            "min": 1,
            "type": "number"
          },
          "help": "Most rows to show; a notice says when rows were left out.",
          "label": "Row limit",
          "name": "limit"
        }
      ],
      "title": "Configuration counts"
    },
    {
      "description": "How far a commit has come: per repository and reference the commits that clusters are on, with states, times and the clusters that lag behind; or the share of the fleet on the newest.",
      "fields": [
        {
          "doc": "URL of repository or registry, or of a bucket or container with its name, without user name and password; empty where it isn't reported.",
          "hidden": false,
          "name": "repository",
          "title": "Repository",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "What the source follows: name of the branch or tag, range of versions, commit or digest; empty where none is named.",
          "hidden": false,
          "name": "reference",
          "title": "Reference",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Bare hash of the commit or digest; empty for configurations that never synchronised.",
          "hidden": false,
          "name": "commit",
          "title": "Commit",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Whether it is the newest commit of its repository and reference: the one that a source was updated to last; empty where a time is missing that would tell.",
          "hidden": false,
          "name": "newest",
          "title": "Newest",
          "type": "boolean",
          "unit": ""
        },
        {
          "doc": "Number of configurations on it.",
          "hidden": false,
          "name": "configurations",
          "title": "Configurations",
          "type": "number",
          "unit": "short"
        },
        {
          "doc": "Share of the repository's and reference's configurations that are on it, in 0 to 1, suspended ones left out; empty where all of them are suspended.",
          "hidden": false,
          "name": "share",
          "title": "Share",
          "type": "number",
          "unit": "percentunit"
        },
        {
          "doc": "Number of configurations on it that are Compliant.",
          "hidden": false,
          "name": "compliant",
          "title": "Compliant",
          "type": "number",
          "unit": "short"
        },
        {
          "doc": "Number of configurations on it that are Non-Compliant.",
          "hidden": false,
          "name": "nonCompliant",
          "title": "Non-Compliant",
          "type": "number",
          "unit": "short"
        },
        {
          "doc": "Number of configurations on it that are Pending, or have not reported yet.",
          "hidden": false,
          "name": "pending",
          "title": "Pending",
          "type": "number",
          "unit": "short"
        },
        {
          "doc": "Number of configurations on it that are suspended, whatever their state. They don't follow their source on purpose, so they neither count for the share nor lag behind.",
          "hidden": false,
          "name": "suspended",
          "title": "Suspended",
          "type": "number",
          "unit": "short"
        },
        {
          "doc": "Number of configurations on it in any other state, Unknown for one.",
          "hidden": false,
          "name": "other",
          "title": "Other states",
          "type": "number",
          "unit": "short"
        },
        {
          "doc": "When the first of them was updated to it; empty where it isn't reported.",
          "hidden": false,
          "name": "firstSynced",
          "title": "First synced",
          "type": "time",
          "unit": "dateTimeFromNow"
        },
        {
          "doc": "When the last of them was updated to it; empty where it isn't reported.",
          "hidden": false,
          "name": "lastSynced",
          "title": "Last synced",
          "type": "time",
          "unit": "dateTimeFromNow"
        },
        {
          "doc": "Number of clusters that lag behind on it: 0 on the newest commit; empty where it isn't known which is newest.",
          "hidden": false,
          "name": "behind",
          "title": "Clusters behind",
          "type": "number",
          "unit": "short"
        },
        {
          "doc": "How long those clusters have been behind, in seconds: the time since the newest commit came to the first cluster; empty where none lags behind or the time isn't known.",
          "hidden": false,
          "name": "behindFor",
          "title": "Behind for",
          "type": "number",
          "unit": "s"
        },
        {
          "doc": "Names of up to 20 clusters that lag behind on it, and how many more there are; empty where none does.",
          "hidden": false,
          "name": "clustersBehind",
          "title": "Who is behind",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Owner and name of the repository, without host; empty where no URL is reported.",
          "hidden": true,
          "name": "repositoryShort",
          "title": "Repository, short",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "First seven digits of the commit or digest; empty for configurations that never synchronised.",
          "hidden": true,
          "name": "commitShort",
          "title": "Commit, short",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Web page of the repository; one of its configurations in the portal where it has none.",
          "hidden": true,
          "name": "repositoryLink",
          "title": "Repository page",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Web page of the commit; a configuration on it in the portal where it isn't known.",
          "hidden": true,
          "name": "commitLink",
          "title": "Commit page",
          "type": "string",
          "unit": ""
        }
      ],
      "frameTypes": [
        "table",
        "numeric-long"
      ],
      "group": "Fleet",
      "id": "rollout",
      "otherFormats": [
        {
          "fields": [
            {
              "doc": "URL of repository or registry, or of a bucket or container with its name; empty where it isn't reported.",
              "hidden": false,
              "name": "repository",
              "title": "repository",
              "type": "string",
              "unit": ""
            },
            {
              "doc": "What the source follows; empty where nothing is named.",
              "hidden": false,
              "name": "reference",
              "title": "reference",
              "type": "string",
              "unit": ""
            },
            {
              "doc": "Share of configurations on the newest commit, or on those that were asked for, in 0 to 1.",
              "hidden": false,
              "name": "value",
              "title": "On the newest commit",
              "type": "number",
              "unit": "percentunit"
            }
          ],
          "frameType": "numeric-long",
          "param": "format",
          "value": "share"
        },
        {
          "fields": [
            {
              "doc": "Owner and name of the repository, and what the source follows.",
              "hidden": false,
              "name": "name",
              "title": "Name",
              "type": "string",
              "unit": ""
            },
            {
              "doc": "Share of configurations on the newest commit, or on those that were asked for, in 0 to 1.",
              "hidden": false,
              "name": "value",
              "title": "On the newest commit",
              "type": "number",
              "unit": "percentunit"
            }
          ],
          "frameType": "numeric-long",
          "param": "format",
          "value": "bars"
        },
        {
          "fields": [
            {
              "doc": "Number of clusters that lag behind in at least one repository and reference.",
              "hidden": false,
              "name": "value",
              "title": "Clusters behind",
              "type": "number",
              "unit": "short"
            }
          ],
          "frameType": "numeric-long",
          "param": "format",
          "value": "behind"
        }
      ],
      "params": [
        {
          "control": {
            "choices": [
              {
                "label": "Table",
                "value": "table"
              },
              {
                "label": "Share",
                "value": "share"
              },
              {
                "label": "Share, short names",
                "value": "bars"
              },
              {
                "label": "Clusters behind",
                "value": "behind"
              }
            ],
            "type": "oneOf"
          },
          "help": "Table: a row per commit. Share: a number per repository and reference, for stat panels and alert rules: the share (0 to 1) of its configurations that are on the newest commit, or on those of params.commits. Suspended configurations are left out of it; it is 1 where nothing could lag behind. Share, short names: the same with repository and reference as one short text, for bar gauges. Clusters behind: one number, the clusters that lag behind in at least one repository and reference.",
          "label": "Format",
          "name": "format"
        },
        {
          "control": {
            "dimension": "reference",
            "type": "values"
          },
          "help": "Names of the branches, tags, version ranges and so on that sources follow; none: all.",
          "label": "References",
          "name": "references"
        },
        {
          "control": {
            "dimension": "subscription",
            "type": "values"
          },
          "help": "Ids or display names of subscriptions; none: all.",
          "label": "Subscriptions",
          "name": "subscriptions"
        },
        {
          "control": {
            "dimension": "resourceGroup",
            "type": "values"
          },
          "help": "Names of resource groups; none: all.",
          "label": "Resource groups",
          "name": "resourceGroups"
        },
        {
          "control": {
            "dimension": "cluster",
            "type": "values"
          },
          "help": "Names or ARM ids of clusters; none: all.",
          "label": "Clusters",
          "name": "clusters"
        },
        {
          "control": {
            "dimension": "configuration",
            "type": "values"
          },
          "help": "Names of Flux configurations; none: all.",
          "label": "Configurations",
          "name": "configurations"
        },
        {
          "control": {
            "dimension": "namespace",
            "type": "values"
          },
          "help": "Namespaces of configurations, or of objects where rows are objects; none: all.",
          "label": "Namespaces",
          "name": "namespaces"
        },
        {
          "control": {
            "dimension": "kind",
            "type": "values"
          },
          "help": "Kinds of Flux objects; a configuration passes with at least one such object; none: all.",
          "label": "Kinds",
          "name": "kinds"
        },
        {
          "control": {
            "dimension": "complianceState",
            "type": "values"
          },
          "help": "Compliance states, of objects where rows are objects; none: all.",
          "label": "Compliance states",
          "name": "complianceStates"
        },
        {
          "control": {
            "dimension": "commit",
            "type": "values"
          },
          "help": "Commits that were synchronised last: as Azure spells them, the bare hash, or at least seven digits of it; none: all.",
          "label": "Commits",
          "name": "commits"
        },
        {
          "control": {
            "dimension": "repository",
            "type": "values"
          },
          "help": "URLs of repositories, buckets or registries; none: all.",
          "label": "Repositories",
          "name": "repositories"
        },
        {
          "control": {
            "default": 10000,
            "max": 1000000,
            "min": 1,
            "type": "number"
          },
          "help": "Most rows to show; a notice says when rows were left out.",
          "label": "Row limit",
          "name": "limit"
        }
      ],
      "title": "Rollout"
    },
    {
      "description": "What happened in the time range, as a table or as annotations: the last update of every source, the last change of every object's condition, and states of extensions.",
      "fields": [
        {
          "doc": "When it happened: when the source was updated, the status of the condition changed, or the extension reported its status.",
          "hidden": false,
          "name": "time",
          "title": "Time",
          "type": "time",
          "unit": "dateTimeFromNow"
        },
        {
          "doc": "Until when a failure is known to have lasted: the agent's last report, of an extension the time of the snapshot; empty for everything else, and where it isn't reported.",
          "hidden": false,
          "name": "timeEnd",
          "title": "timeEnd",
          "type": "time",
          "unit": "dateTimeFromNow"
        },
        {
          "doc": "What it happened to, and what happened.",
          "hidden": false,
          "name": "title",
          "title": "Title",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Reference, commit and repository; reason and message of the condition, cut at 2,048 bytes; or status message of the extension; empty where none is reported.",
          "hidden": false,
          "name": "text",
          "title": "Text",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Kind of event, status and cluster, separated by commas.",
          "hidden": false,
          "name": "tags",
          "title": "Tags",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "source, condition or extension.",
          "hidden": false,
          "name": "event",
          "title": "Event",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Status of the condition, True or False, or provisioning state of the extension; empty for sources.",
          "hidden": false,
          "name": "status",
          "title": "Status",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Bare hash of the commit or digest that the source was updated to; empty for other events.",
          "hidden": false,
          "name": "commit",
          "title": "Commit",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Id of the subscription.",
          "hidden": true,
          "name": "subscriptionId",
          "title": "Subscription id",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Display name of the subscription; its id where the name isn't known.",
          "hidden": false,
          "name": "subscription",
          "title": "Subscription",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Resource group of the cluster.",
          "hidden": false,
          "name": "resourceGroup",
          "title": "Resource group",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Name of the cluster.",
          "hidden": false,
          "name": "cluster",
          "title": "Cluster",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "AKS, Arc, AKS Arc, Fleet, Appliance, or another resource type as Azure spells it.",
          "hidden": false,
          "name": "clusterType",
          "title": "Cluster type",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Name of the Flux configuration; empty for extensions.",
          "hidden": false,
          "name": "configuration",
          "title": "Configuration",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Kind of the source or object, or Extension; empty where it isn't reported.",
          "hidden": false,
          "name": "kind",
          "title": "Kind",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Namespace of the source or object; empty for extensions, and where it isn't reported.",
          "hidden": false,
          "name": "namespace",
          "title": "Namespace",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Name of the source, object or extension.",
          "hidden": false,
          "name": "name",
          "title": "Name",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "ARM id of the cluster.",
          "hidden": true,
          "name": "clusterId",
          "title": "Cluster id",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "ARM id of the configuration or extension.",
          "hidden": true,
          "name": "resourceId",
          "title": "Resource id",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Page of the portal that tells more.",
          "hidden": true,
          "name": "portalLink",
          "title": "Portal page",
          "type": "string",
          "unit": ""
        }
      ],
      "frameTypes": [
        "table"
      ],
      "group": "Fleet",
      "id": "events",
      "otherFormats": [
        {
          "fields": [
            {
              "doc": "When it happened: when the source was updated, the status of the condition changed, or the extension reported its status.",
              "hidden": false,
              "name": "time",
              "title": "Time",
              "type": "time",
              "unit": "dateTimeFromNow"
            },
            {
              "doc": "Until when a failure is known to have lasted: the agent's last report, of an extension the time of the snapshot; empty for everything else, and where it isn't reported.",
              "hidden": false,
              "name": "timeEnd",
              "title": "timeEnd",
              "type": "time",
              "unit": "dateTimeFromNow"
            },
            {
              "doc": "What it happened to, and what happened.",
              "hidden": false,
              "name": "title",
              "title": "Title",
              "type": "string",
              "unit": ""
            },
            {
              "doc": "Reference, commit and repository; reason and message of the condition, cut at 2,048 bytes; or status message of the extension; empty where none is reported.",
              "hidden": false,
              "name": "text",
              "title": "Text",
              "type": "string",
              "unit": ""
            },
            {
              "doc": "Kind of event, status and cluster, separated by commas.",
              "hidden": false,
              "name": "tags",
              "title": "Tags",
              "type": "string",
              "unit": ""
            },
            {
              "doc": "source, condition or extension.",
              "hidden": false,
              "name": "event",
              "title": "Event",
              "type": "string",
              "unit": ""
            },
            {
              "doc": "Status of the condition, True or False, or provisioning state of the extension; empty for sources.",
              "hidden": false,
              "name": "status",
              "title": "Status",
              "type": "string",
              "unit": ""
            },
            {
              "doc": "Bare hash of the commit or digest that the source was updated to; empty for other events.",
              "hidden": false,
              "name": "commit",
              "title": "Commit",
              "type": "string",
              "unit": ""
            },
            {
              "doc": "Id of the subscription.",
              "hidden": true,
              "name": "subscriptionId",
              "title": "Subscription id",
              "type": "string",
              "unit": ""
            },
            {
              "doc": "Display name of the subscription; its id where the name isn't known.",
              "hidden": false,
              "name": "subscription",
              "title": "Subscription",
              "type": "string",
              "unit": ""
            },
            {
              "doc": "Resource group of the cluster.",
              "hidden": false,
              "name": "resourceGroup",
              "title": "Resource group",
              "type": "string",
              "unit": ""
            },
            {
              "doc": "Name of the cluster.",
              "hidden": false,
              "name": "cluster",
              "title": "Cluster",
              "type": "string",
              "unit": ""
            },
            {
              "doc": "AKS, Arc, AKS Arc, Fleet, Appliance, or another resource type as Azure spells it.",
              "hidden": false,
              "name": "clusterType",
              "title": "Cluster type",
              "type": "string",
              "unit": ""
            },
            {
              "doc": "Name of the Flux configuration; empty for extensions.",
              "hidden": false,
              "name": "configuration",
              "title": "Configuration",
              "type": "string",
              "unit": ""
            },
            {
              "doc": "Kind of the source or object, or Extension; empty where it isn't reported.",
              "hidden": false,
              "name": "kind",
              "title": "Kind",
              "type": "string",
              "unit": ""
            },
            {
              "doc": "Namespace of the source or object; empty for extensions, and where it isn't reported.",
              "hidden": false,
              "name": "namespace",
              "title": "Namespace",
              "type": "string",
              "unit": ""
            },
            {
              "doc": "Name of the source, object or extension.",
              "hidden": false,
              "name": "name",
              "title": "Name",
              "type": "string",
              "unit": ""
            },
            {
              "doc": "ARM id of the cluster.",
              "hidden": true,
              "name": "clusterId",
              "title": "Cluster id",
              "type": "string",
              "unit": ""
            },
            {
              "doc": "ARM id of the configuration or extension.",
              "hidden": true,
              "name": "resourceId",
              "title": "Resource id",
              "type": "string",
              "unit": ""
            },
            {
              "doc": "Page of the portal that tells more.",
              "hidden": true,
              "name": "portalLink",
              "title": "Portal page",
              "type": "string",
              "unit": ""
            }
          ],
          "frameType": "table",
          "param": "format",
          "value": "annotations"
        }
      ],
      "params": [
        {
          "control": {
            "choices": [
              {
                "label": "All",
                "value": "all"
              },
              {
                "label": "Sources",
                "value": "source"
              },
              {
                "label": "Conditions",
                "value": "condition"
              },
              {
                "label": "Extensions",
                "value": "extension"
              }
            ],
            "type": "oneOf"
          },
          "help": "Which events: updates of sources to a commit, conditions that became False or True, states of extensions.",
          "label": "Events",
          "name": "events"
        },
        {
          "control": {
            "choices": [
              {
                "label": "Table",
                "value": "table"
              },
              {
                "label": "Annotations",
                "value": "annotations"
              }
            ],
            "type": "oneOf"
          },
          "help": "Table: what began in the time range, texts as they are. Annotations: also failures that began before and lasted into it; texts with cluster and portal link, as Grafana shows them at its charts.",
          "label": "Format",
          "name": "format"
        },
        {
          "control": {
            "dimension": "subscription",
            "type": "values"
          },
          "help": "Ids or display names of subscriptions; none: all.",
          "label": "Subscriptions",
          "name": "subscriptions"
        },
        {
          "control": {
            "dimension": "resourceGroup",
            "type": "values"
          },
          "help": "Names of resource groups; none: all.",
          "label": "Resource groups",
          "name": "resourceGroups"
        },
        {
          "control": {
            "dimension": "cluster",
            "type": "values"
          },
          "help": "Names or ARM ids of clusters; none: all.",
          "label": "Clusters",
          "name": "clusters"
        },
        {
          "control": {
            "dimension": "configuration",
            "type": "values"
          },
          "help": "Names of Flux configurations; none: all.",
          "label": "Configurations",
          "name": "configurations"
        },
        {
          "control": {
            "dimension": "namespace",
            "type": "values"
          },
          "help": "Namespaces of configurations, or of objects where rows are objects; none: all.",
          "label": "Namespaces",
          "name": "namespaces"
        },
        {
          "control": {
            "dimension": "kind",
            "type": "values"
          },
          "help": "Kinds of Flux objects; a configuration passes with at least one such object; none: all.",
          "label": "Kinds",
          "name": "kinds"
        },
        {
          "control": {
            "dimension": "complianceState",
            "type": "values"
          },
          "help": "Compliance states, of objects where rows are objects; none: all.",
          "label": "Compliance states",
          "name": "complianceStates"
        },
        {
          "control": {
            "dimension": "commit",
            "type": "values"
          },
          "help": "Commits that were synchronised last: as Azure spells them, the bare hash, or at least seven digits of it; none: all.",
          "label": "Commits",
          "name": "commits"
        },
        {
          "control": {
            "dimension": "repository",
            "type": "values"
          },
          "help": "URLs of repositories, buckets or registries; none: all.",
          "label": "Repositories",
          "name": "repositories"
        },
        {
          "control": {
            "default": 10000,
            "max": 1000000,
            "min": 1,
            "type": "number"
          },
          "help": "Most rows to show; a notice says when rows were left out.",
          "label": "Row limit",
          "name": "limit"
        }
      ],
      "title": "Events"
    },
    {
      "description": "Every cluster, and whether it has Flux with a configuration, only the extension or a configuration, or no Flux.",
      "fields": [
        {
          "doc": "Id of the subscription.",
          "hidden": true,
          "name": "subscriptionId",
          "title": "Subscription id",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Display name of the subscription; its id where the name isn't known.",
          "hidden": false,
          "name": "subscription",
          "title": "Subscription",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Resource group of the cluster.",
          "hidden": false,
          "name": "resourceGroup",
          "title": "Resource group",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Name of the cluster.",
          "hidden": false,
          "name": "cluster",
          "title": "Cluster",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "AKS, Arc, AKS Arc, Fleet, Appliance, or another resource type as Azure spells it.",
          "hidden": false,
          "name": "clusterType",
          "title": "Cluster type",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Azure region; empty for a cluster that isn't listed: one that the identity may not read, or that is neither AKS nor Arc.",
          "hidden": false,
          "name": "location",
          "title": "Location",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Version of Kubernetes that runs; empty where it isn't reported.",
          "hidden": false,
          "name": "kubernetesVersion",
          "title": "Kubernetes",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Flux: the extension and at least one configuration; Extension only; Configuration only: no extension is visible that would reconcile it; No Flux: neither.",
          "hidden": false,
          "name": "coverage",
          "title": "Coverage",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "How far Azure has come with installing or upgrading the extension; empty without one, or where it isn't reported.",
          "hidden": false,
          "name": "provisioningState",
          "title": "Extension state",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Version of the extension that runs, else the requested version; empty without one.",
          "hidden": false,
          "name": "version",
          "title": "Extension version",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Number of Flux configurations on the cluster.",
          "hidden": false,
          "name": "configurations",
          "title": "Configurations",
          "type": "number",
          "unit": ""
        },
        {
          "doc": "Arc: whether its agents reach Azure (Connected, Offline, …); AKS: whether it runs (Running, Stopped); empty where it isn't reported.",
          "hidden": false,
          "name": "connectivity",
          "title": "Connectivity",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "ARM id of the cluster.",
          "hidden": true,
          "name": "clusterId",
          "title": "Cluster id",
          "type": "string",
          "unit": ""
        }
      ],
      "frameTypes": [
        "table"
      ],
      "group": "Fleet",
      "id": "coverage",
      "otherFormats": [],
      "params": [
        {
          "control": {
            "dimension": "subscription",
            "type": "values"
          },
          "help": "Ids or display names of subscriptions; none: all.",
          "label": "Subscriptions",
          "name": "subscriptions"
        },
        {
          "control": {
            "dimension": "resourceGroup",
            "type": "values"
          },
          "help": "Names of resource groups; none: all.",
          "label": "Resource groups",
          "name": "resourceGroups"
        },
        {
          "control": {
            "dimension": "cluster",
            "type": "values"
          },
          "help": "Names or ARM ids of clusters; none: all.",
          "label": "Clusters",
          "name": "clusters"
        },
        {
          "control": {
            "dimension": "configuration",
            "type": "values"
          },
          "help": "Names of Flux configurations; none: all.",
          "label": "Configurations",
          "name": "configurations"
        },
        {
          "control": {
            "dimension": "namespace",
            "type": "values"
          },
          "help": "Namespaces of configurations, or of objects where rows are objects; none: all.",
          "label": "Namespaces",
          "name": "namespaces"
        },
        {
          "control": {
            "dimension": "kind",
            "type": "values"
          },
          "help": "Kinds of Flux objects; a configuration passes with at least one such object; none: all.",
          "label": "Kinds",
          "name": "kinds"
        },
        {
          "control": {
            "dimension": "complianceState",
            "type": "values"
          },
          "help": "Compliance states, of objects where rows are objects; none: all.",
          "label": "Compliance states",
          "name": "complianceStates"
        },
        {
          "control": {
            "dimension": "commit",
            "type": "values"
          },
          "help": "Commits that were synchronised last: as Azure spells them, the bare hash, or at least seven digits of it; none: all.",
          "label": "Commits",
          "name": "commits"
        },
        {
          "control": {
            "dimension": "repository",
            "type": "values"
          },
          "help": "URLs of repositories, buckets or registries; none: all.",
          "label": "Repositories",
          "name": "repositories"
        },
        {
          "control": {
            "default": 10000,
            "max": 1000000,
            "min": 1,
            "type": "number"
          },
          "help": "Most rows to show; a notice says when rows were left out.",
          "label": "Row limit",
          "name": "limit"
        }
      ],
      "title": "Coverage"
    },
    {
      "description": "Number of clusters with Flux, with its extension only and without, or by region, Kubernetes version and so on.",
      "fields": [
        {
          "doc": "What the counted rows have in common; empty: they have none.",
          "hidden": false,
          "name": "coverage",
          "title": "Coverage",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Number of clusters.",
          "hidden": false,
          "name": "count",
          "title": "Count",
          "type": "number",
          "unit": "short"
        }
      ],
      "frameTypes": [
        "numeric-wide",
        "numeric-long"
      ],
      "group": "Fleet",
      "id": "coverage-counts",
      "otherFormats": [
        {
          "fields": [
            {
              "doc": "What the counted rows have in common; empty: they have none.",
              "hidden": false,
              "name": "coverage",
              "title": "Coverage",
              "type": "string",
              "unit": ""
            },
            {
              "doc": "Number of clusters.",
              "hidden": false,
              "name": "count",
              "title": "Count",
              "type": "number",
              "unit": "short"
            }
          ],
          "frameType": "numeric-long",
          "param": "format",
          "value": "long"
        }
      ],
      "params": [
        {
          "control": {
            "choices": [
              {
                "label": "Coverage",
                "value": "coverage"
              },
              {
                "label": "Location",
                "value": "location"
              },
              {
                "label": "Kubernetes version",
                "value": "kubernetesVersion"
              },
              {
                "label": "Connectivity",
                "value": "connectivity"
              },
              {
                "label": "Cluster type",
                "value": "clusterType"
              },
              {
                "label": "Provisioning state",
                "value": "provisioningState"
              },
              {
                "label": "Version",
                "value": "version"
              },
              {
                "label": "Subscription",
                "value": "subscription"
              },
              {
                "label": "Resource group",
                "value": "resourceGroup"
              },
              {
                "label": "Cluster",
                "value": "cluster"
              }
            ],
            "type": "dimensions"
          },
          "help": "What rows are counted by; groups by a single state hold every known state, with 0 where no row has it.",
          "label": "Group by",
          "name": "groupBy"
        },
        {
          "control": {
            "choices": [
              {
                "label": "Series",
                "value": "wide"
              },
              {
                "label": "Rows",
                "value": "long"
              }
            ],
            "type": "oneOf"
          },
          "help": "Series: one field per group, as pies, stats and bar gauges need. Rows: one row per group, for tables and alert rules.",
          "label": "Format",
          "name": "format"
        },
        {
          "control": {
            "dimension": "subscription",
            "type": "values"
          },
          "help": "Ids or display names of subscriptions; none: all.",
          "label": "Subscriptions",
          "name": "subscriptions"
        },
        {
          "control": {
            "dimension": "resourceGroup",
            "type": "values"
          },
          "help": "Names of resource groups; none: all.",
          "label": "Resource groups",
          "name": "resourceGroups"
        },
        {
          "control": {
            "dimension": "cluster",
            "type": "values"
          },
          "help": "Names or ARM ids of clusters; none: all.",
          "label": "Clusters",
          "name": "clusters"
        },
        {
          "control": {
            "dimension": "configuration",
            "type": "values"
          },
          "help": "Names of Flux configurations; none: all.",
          "label": "Configurations",
          "name": "configurations"
        },
        {
          "control": {
            "dimension": "namespace",
            "type": "values"
          },
          "help": "Namespaces of configurations, or of objects where rows are objects; none: all.",
          "label": "Namespaces",
          "name": "namespaces"
        },
        {
          "control": {
            "dimension": "kind",
            "type": "values"
          },
          "help": "Kinds of Flux objects; a configuration passes with at least one such object; none: all.",
          "label": "Kinds",
          "name": "kinds"
        },
        {
          "control": {
            "dimension": "complianceState",
            "type": "values"
          },
          "help": "Compliance states, of objects where rows are objects; none: all.",
          "label": "Compliance states",
          "name": "complianceStates"
        },
        {
          "control": {
            "dimension": "commit",
            "type": "values"
          },
          "help": "Commits that were synchronised last: as Azure spells them, the bare hash, or at least seven digits of it; none: all.",
          "label": "Commits",
          "name": "commits"
        },
        {
          "control": {
            "dimension": "repository",
            "type": "values"
          },
          "help": "URLs of repositories, buckets or registries; none: all.",
          "label": "Repositories",
          "name": "repositories"
        },
        {
          "control": {
            "default": 10000,
            "max": 1000000,
            "min": 1,
            "type": "number"
          },
          "help": "Most rows to show; a notice says when rows were left out.",
          "label": "Row limit",
          "name": "limit"
        }
      ],
      "title": "Coverage counts"
    },
    {
      "description": "One row, which says when Azure was read, or since when it hasn't answered and why. It never fails. No filter has an effect.",
      "fields": [
        {
          "doc": "Read … ago; or: Azure hasn't answered for …, and the cause.",
          "hidden": false,
          "name": "text",
          "title": "Data",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Seconds since Azure was read; empty where it never was.",
          "hidden": false,
          "name": "age",
          "title": "Age",
          "type": "number",
          "unit": "s"
        }
      ],
      "frameTypes": [
        "table"
      ],
      "group": "Fleet",
      "id": "data-status",
      "otherFormats": [],
      "params": [
        {
          "control": {
            "dimension": "subscription",
            "type": "values"
          },
          "help": "Ids or display names of subscriptions; none: all.",
          "label": "Subscriptions",
          "name": "subscriptions"
        },
        {
          "control": {
            "dimension": "resourceGroup",
            "type": "values"
          },
          "help": "Names of resource groups; none: all.",
          "label": "Resource groups",
          "name": "resourceGroups"
        },
        {
          "control": {
            "dimension": "cluster",
            "type": "values"
          },
          "help": "Names or ARM ids of clusters; none: all.",
          "label": "Clusters",
          "name": "clusters"
        },
        {
          "control": {
            "dimension": "configuration",
            "type": "values"
          },
          "help": "Names of Flux configurations; none: all.",
          "label": "Configurations",
          "name": "configurations"
        },
        {
          "control": {
            "dimension": "namespace",
            "type": "values"
          },
          "help": "Namespaces of configurations, or of objects where rows are objects; none: all.",
          "label": "Namespaces",
          "name": "namespaces"
        },
        {
          "control": {
            "dimension": "kind",
            "type": "values"
          },
          "help": "Kinds of Flux objects; a configuration passes with at least one such object; none: all.",
          "label": "Kinds",
          "name": "kinds"
        },
        {
          "control": {
            "dimension": "complianceState",
            "type": "values"
          },
          "help": "Compliance states, of objects where rows are objects; none: all.",
          "label": "Compliance states",
          "name": "complianceStates"
        },
        {
          "control": {
            "dimension": "commit",
            "type": "values"
          },
          "help": "Commits that were synchronised last: as Azure spells them, the bare hash, or at least seven digits of it; none: all.",
          "label": "Commits",
          "name": "commits"
        },
        {
          "control": {
            "dimension": "repository",
            "type": "values"
          },
          "help": "URLs of repositories, buckets or registries; none: all.",
          "label": "Repositories",
          "name": "repositories"
        },
        {
          "control": {
            "default": 10000,
            "max": 1000000,
            "min": 1,
            "type": "number"
          },
          "help": "Most rows to show; a notice says when rows were left out.",
          "label": "Row limit",
          "name": "limit"
        }
      ],
      "title": "Age of the data"
    },
    {
      "description": "The Flux objects of configurations with readiness, reason and message, and Helm's failure counts.",
      "fields": [
        {
          "doc": "Id of the subscription.",
          "hidden": true,
          "name": "subscriptionId",
          "title": "Subscription id",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Display name of the subscription; its id where the name isn't known.",
          "hidden": false,
          "name": "subscription",
          "title": "Subscription",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Resource group of the cluster.",
          "hidden": false,
          "name": "resourceGroup",
          "title": "Resource group",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Name of the cluster.",
          "hidden": false,
          "name": "cluster",
          "title": "Cluster",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "AKS, Arc, AKS Arc, Fleet, Appliance, or another resource type as Azure spells it.",
          "hidden": false,
          "name": "clusterType",
          "title": "Cluster type",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Name of the Flux configuration.",
          "hidden": false,
          "name": "configuration",
          "title": "Configuration",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Kubernetes kind; empty where it isn't reported.",
          "hidden": false,
          "name": "kind",
          "title": "Kind",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Namespace of the object; empty where it isn't reported.",
          "hidden": false,
          "name": "namespace",
          "title": "Namespace",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Name of the object.",
          "hidden": false,
          "name": "name",
          "title": "Name",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Azure's verdict on the object; Pending also where nothing is reported yet.",
          "hidden": false,
          "name": "complianceState",
          "title": "Compliance",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Status of the Ready condition: True, False or Unknown; empty where no condition is reported.",
          "hidden": false,
          "name": "ready",
          "title": "Ready",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Reason of the Ready condition, else of the first that is False, else of the first; empty where none is reported.",
          "hidden": false,
          "name": "reason",
          "title": "Reason",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Message of the same condition, cut at 2,048 bytes; empty where none is reported.",
          "hidden": false,
          "name": "message",
          "title": "Message",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "When the status of that condition last changed; empty where it isn't reported.",
          "hidden": false,
          "name": "lastTransitionTime",
          "title": "Since",
          "type": "time",
          "unit": "dateTimeFromNow"
        },
        {
          "doc": "Kustomization that applied it, namespace/name; empty for objects that the configuration itself made.",
          "hidden": false,
          "name": "appliedBy",
          "title": "Applied by",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Chart object of a HelmRelease, namespace/name; empty for other kinds.",
          "hidden": true,
          "name": "helmChart",
          "title": "Helm chart",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Revision of the Helm release that was applied last; empty for other kinds.",
          "hidden": false,
          "name": "lastRevisionApplied",
          "title": "Helm revision",
          "type": "number",
          "unit": ""
        },
        {
          "doc": "Failed reconciliations of the HelmRelease; empty for other kinds.",
          "hidden": false,
          "name": "failureCount",
          "title": "Failures",
          "type": "number",
          "unit": ""
        },
        {
          "doc": "Failed installations of the HelmRelease; empty for other kinds.",
          "hidden": false,
          "name": "installFailureCount",
          "title": "Install failures",
          "type": "number",
          "unit": ""
        },
        {
          "doc": "Failed upgrades of the HelmRelease; empty for other kinds.",
          "hidden": false,
          "name": "upgradeFailureCount",
          "title": "Upgrade failures",
          "type": "number",
          "unit": ""
        },
        {
          "doc": "ARM id of the cluster.",
          "hidden": true,
          "name": "clusterId",
          "title": "Cluster id",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "ARM id of the configuration.",
          "hidden": true,
          "name": "id",
          "title": "Id",
          "type": "string",
          "unit": ""
        }
      ],
      "frameTypes": [
        "table"
      ],
      "group": "Objects",
      "id": "configuration-objects",
      "otherFormats": [],
      "params": [
        {
          "control": {
            "choices": [
              {
                "label": "All",
                "value": "all"
              },
              {
                "label": "Failing",
                "value": "failing"
              }
            ],
            "type": "oneOf"
          },
          "help": "All objects, or only those that are Non-Compliant or not ready, suspended ones aside.",
          "label": "Show",
          "name": "show"
        },
        {
          "control": {
            "dimension": "subscription",
            "type": "values"
          },
          "help": "Ids or display names of subscriptions; none: all.",
          "label": "Subscriptions",
          "name": "subscriptions"
        },
        {
          "control": {
            "dimension": "resourceGroup",
            "type": "values"
          },
          "help": "Names of resource groups; none: all.",
          "label": "Resource groups",
          "name": "resourceGroups"
        },
        {
          "control": {
            "dimension": "cluster",
            "type": "values"
          },
          "help": "Names or ARM ids of clusters; none: all.",
          "label": "Clusters",
          "name": "clusters"
        },
        {
          "control": {
            "dimension": "configuration",
            "type": "values"
          },
          "help": "Names of Flux configurations; none: all.",
          "label": "Configurations",
          "name": "configurations"
        },
        {
          "control": {
            "dimension": "namespace",
            "type": "values"
          },
          "help": "Namespaces of configurations, or of objects where rows are objects; none: all.",
          "label": "Namespaces",
          "name": "namespaces"
        },
        {
          "control": {
            "dimension": "kind",
            "type": "values"
          },
          "help": "Kinds of Flux objects; a configuration passes with at least one such object; none: all.",
          "label": "Kinds",
          "name": "kinds"
        },
        {
          "control": {
            "dimension": "complianceState",
            "type": "values"
          },
          "help": "Compliance states, of objects where rows are objects; none: all.",
          "label": "Compliance states",
          "name": "complianceStates"
        },
        {
          "control": {
            "dimension": "commit",
            "type": "values"
          },
          "help": "Commits that were synchronised last: as Azure spells them, the bare hash, or at least seven digits of it; none: all.",
          "label": "Commits",
          "name": "commits"
        },
        {
          "control": {
            "dimension": "repository",
            "type": "values"
          },
          "help": "URLs of repositories, buckets or registries; none: all.",
          "label": "Repositories",
          "name": "repositories"
        },
        {
          "control": {
            "default": 10000,
            "max": 1000000,
            "min": 1,
            "type": "number"
          },
          "help": "Most rows to show; a notice says when rows were left out.",
          "label": "Row limit",
          "name": "limit"
        }
      ],
      "title": "Configuration objects"
    },
    {
      "description": "What fails, by cause: failing objects, configurations and extensions grouped by their message without names, hashes and numbers, with how many clusters have it and since when.",
      "fields": [
        {
          "doc": "Name of the cause, 16 hexadecimal digits: the same as long as the message without names, hashes and numbers is.",
          "hidden": false,
          "name": "key",
          "title": "Key",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Reasons of the conditions, or codes of an extension's statuses, separated by commas; (not reported): none is.",
          "hidden": false,
          "name": "reason",
          "title": "Reason",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "What the messages have in common: names, hashes, numbers, addresses and paths are replaced by <name>, <id>, <n>, <url> and <path>; the reason where there is no message; (not reported): neither is.",
          "hidden": false,
          "name": "message",
          "title": "Message",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "One of the messages as it is, cut at 2,048 bytes; empty where none is reported.",
          "hidden": false,
          "name": "example",
          "title": "Example",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Kinds of what fails, with their number; Extension and FluxConfiguration are Azure's resources.",
          "hidden": false,
          "name": "kinds",
          "title": "Kinds",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Number of objects, configurations and extensions that fail with it.",
          "hidden": false,
          "name": "objects",
          "title": "Failures",
          "type": "number",
          "unit": "short"
        },
        {
          "doc": "Number of configurations that have it.",
          "hidden": false,
          "name": "configurations",
          "title": "Configurations",
          "type": "number",
          "unit": "short"
        },
        {
          "doc": "Number of clusters that have it.",
          "hidden": false,
          "name": "clusters",
          "title": "Clusters",
          "type": "number",
          "unit": "short"
        },
        {
          "doc": "When the first of them began to fail: the earliest time at which a condition changed, or an extension's status was reported; empty where none is reported.",
          "hidden": false,
          "name": "firstSeen",
          "title": "First seen",
          "type": "time",
          "unit": "dateTimeFromNow"
        },
        {
          "doc": "When the last of them began to fail: the latest such time; empty where none is reported.",
          "hidden": false,
          "name": "lastSeen",
          "title": "Last seen",
          "type": "time",
          "unit": "dateTimeFromNow"
        }
      ],
      "frameTypes": [
        "table"
      ],
      "group": "Objects",
      "id": "top-errors",
      "otherFormats": [],
      "params": [
        {
          "control": {
            "dimension": "subscription",
            "type": "values"
          },
          "help": "Ids or display names of subscriptions; none: all.",
          "label": "Subscriptions",
          "name": "subscriptions"
        },
        {
          "control": {
            "dimension": "resourceGroup",
            "type": "values"
          },
          "help": "Names of resource groups; none: all.",
          "label": "Resource groups",
          "name": "resourceGroups"
        },
        {
          "control": {
            "dimension": "cluster",
            "type": "values"
          },
          "help": "Names or ARM ids of clusters; none: all.",
          "label": "Clusters",
          "name": "clusters"
        },
        {
          "control": {
            "dimension": "configuration",
            "type": "values"
          },
          "help": "Names of Flux configurations; none: all.",
          "label": "Configurations",
          "name": "configurations"
        },
        {
          "control": {
            "dimension": "namespace",
            "type": "values"
          },
          "help": "Namespaces of configurations, or of objects where rows are objects; none: all.",
          "label": "Namespaces",
          "name": "namespaces"
        },
        {
          "control": {
            "dimension": "kind",
            "type": "values"
          },
          "help": "Kinds of Flux objects; a configuration passes with at least one such object; none: all.",
          "label": "Kinds",
          "name": "kinds"
        },
        {
          "control": {
            "dimension": "complianceState",
            "type": "values"
          },
          "help": "Compliance states, of objects where rows are objects; none: all.",
          "label": "Compliance states",
          "name": "complianceStates"
        },
        {
          "control": {
            "dimension": "commit",
            "type": "values"
          },
          "help": "Commits that were synchronised last: as Azure spells them, the bare hash, or at least seven digits of it; none: all.",
          "label": "Commits",
          "name": "commits"
        },
        {
          "control": {
            "dimension": "repository",
            "type": "values"
          },
          "help": "URLs of repositories, buckets or registries; none: all.",
          "label": "Repositories",
          "name": "repositories"
        },
        {
          "control": {
            "default": 10000,
            "max": 1000000,
            "min": 1,
            "type": "number"
          },
          "help": "Most rows to show; a notice says when rows were left out.",
          "label": "Row limit",
          "name": "limit"
        }
      ],
      "title": "Top errors"
    },
    {
      "description": "Number of failing Flux objects by cluster, configuration, kind and so on, those with the most first.",
      "fields": [
        {
          "doc": "What the counted rows have in common; empty: they have none.",
          "hidden": false,
          "name": "cluster",
          "title": "Cluster",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "What the counted rows have in common; empty: they have none.",
          "hidden": false,
          "name": "resourceGroup",
          "title": "Resource group",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "What the counted rows have in common; empty: they have none.",
          "hidden": false,
          "name": "subscriptionId",
          "title": "Subscription id",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Number of failing Flux objects.",
          "hidden": false,
          "name": "count",
          "title": "Count",
          "type": "number",
          "unit": "short"
        }
      ],
      "frameTypes": [
        "numeric-wide",
        "numeric-long"
      ],
      "group": "Objects",
      "id": "failing-counts",
      "otherFormats": [
        {
          "fields": [
            {
              "doc": "What the counted rows have in common; empty: they have none.",
              "hidden": false,
              "name": "cluster",
              "title": "Cluster",
              "type": "string",
              "unit": ""
            },
            {
              "doc": "What the counted rows have in common; empty: they have none.",
              "hidden": false,
              "name": "resourceGroup",
              "title": "Resource group",
              "type": "string",
              "unit": ""
            },
            {
              "doc": "What the counted rows have in common; empty: they have none.",
              "hidden": false,
              "name": "subscriptionId",
              "title": "Subscription id",
              "type": "string",
              "unit": ""
            },
            {
              "doc": "Number of failing Flux objects.",
              "hidden": false,
              "name": "count",
              "title": "Count",
              "type": "number",
              "unit": "short"
            }
          ],
          "frameType": "numeric-long",
          "param": "format",
          "value": "long"
        }
      ],
      "params": [
        {
          "control": {
            "choices": [
              {
                "label": "Cluster",
                "value": "cluster"
              },
              {
                "label": "Configuration",
                "value": "configuration"
              },
              {
                "label": "Kind",
                "value": "kind"
              },
              {
                "label": "Namespace",
                "value": "namespace"
              },
              {
                "label": "Resource group",
                "value": "resourceGroup"
              }
            ],
            "type": "dimensions"
          },
          "help": "What rows are counted by; groups by a single state hold every known state, with 0 where no row has it.",
          "label": "Group by",
          "name": "groupBy"
        },
        {
          "control": {
            "choices": [
              {
                "label": "Series",
                "value": "wide"
              },
              {
                "label": "Rows",
                "value": "long"
              }
            ],
            "type": "oneOf"
          },
          "help": "Series: one field per group, as pies, stats and bar gauges need. Rows: one row per group, for tables and alert rules.",
          "label": "Format",
          "name": "format"
        },
        {
          "control": {
            "dimension": "subscription",
            "type": "values"
          },
          "help": "Ids or display names of subscriptions; none: all.",
          "label": "Subscriptions",
          "name": "subscriptions"
        },
        {
          "control": {
            "dimension": "resourceGroup",
            "type": "values"
          },
          "help": "Names of resource groups; none: all.",
          "label": "Resource groups",
          "name": "resourceGroups"
        },
        {
          "control": {
            "dimension": "cluster",
            "type": "values"
          },
          "help": "Names or ARM ids of clusters; none: all.",
          "label": "Clusters",
          "name": "clusters"
        },
        {
          "control": {
            "dimension": "configuration",
            "type": "values"
          },
          "help": "Names of Flux configurations; none: all.",
          "label": "Configurations",
          "name": "configurations"
        },
        {
          "control": {
            "dimension": "namespace",
            "type": "values"
          },
          "help": "Namespaces of configurations, or of objects where rows are objects; none: all.",
          "label": "Namespaces",
          "name": "namespaces"
        },
        {
          "control": {
            "dimension": "kind",
            "type": "values"
          },
          "help": "Kinds of Flux objects; a configuration passes with at least one such object; none: all.",
          "label": "Kinds",
          "name": "kinds"
        },
        {
          "control": {
            "dimension": "complianceState",
            "type": "values"
          },
          "help": "Compliance states, of objects where rows are objects; none: all.",
          "label": "Compliance states",
          "name": "complianceStates"
        },
        {
          "control": {
            "dimension": "commit",
            "type": "values"
          },
          "help": "Commits that were synchronised last: as Azure spells them, the bare hash, or at least seven digits of it; none: all.",
          "label": "Commits",
          "name": "commits"
        },
        {
          "control": {
            "dimension": "repository",
            "type": "values"
          },
          "help": "URLs of repositories, buckets or registries; none: all.",
          "label": "Repositories",
          "name": "repositories"
        },
        {
          "control": {
            "default": 10000,
            "max": 1000000,
            "min": 1,
            "type": "number"
          },
          "help": "Most rows to show; a notice says when rows were left out.",
          "label": "Row limit",
          "name": "limit"
        }
      ],
      "title": "Failing object counts"
    },
    {
      "description": "The kustomizations that configurations declare: path, dependencies, intervals and compliance state.",
      "fields": [
        {
          "doc": "Id of the subscription.",
          "hidden": true,
          "name": "subscriptionId",
          "title": "Subscription id",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Display name of the subscription; its id where the name isn't known.",
          "hidden": false,
          "name": "subscription",
          "title": "Subscription",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Resource group of the cluster.",
          "hidden": false,
          "name": "resourceGroup",
          "title": "Resource group",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Name of the cluster.",
          "hidden": false,
          "name": "cluster",
          "title": "Cluster",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "AKS, Arc, AKS Arc, Fleet, Appliance, or another resource type as Azure spells it.",
          "hidden": false,
          "name": "clusterType",
          "title": "Cluster type",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Name of the Flux configuration.",
          "hidden": false,
          "name": "configuration",
          "title": "Configuration",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Name of the kustomization within its configuration.",
          "hidden": false,
          "name": "name",
          "title": "Kustomization",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Path in the repository; empty where it isn't reported.",
          "hidden": false,
          "name": "path",
          "title": "Path",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Kustomizations that must be ready first, separated by commas; empty: none.",
          "hidden": false,
          "name": "dependsOn",
          "title": "Depends on",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Whether objects that are no longer in the source are deleted; empty where it isn't reported.",
          "hidden": false,
          "name": "prune",
          "title": "Prune",
          "type": "boolean",
          "unit": ""
        },
        {
          "doc": "Whether objects are created again when a change isn't allowed; empty where it isn't reported.",
          "hidden": false,
          "name": "force",
          "title": "Force",
          "type": "boolean",
          "unit": ""
        },
        {
          "doc": "Time between reconciliations, in seconds; empty where it isn't reported.",
          "hidden": false,
          "name": "syncInterval",
          "title": "Sync interval",
          "type": "number",
          "unit": "s"
        },
        {
          "doc": "Longest time that a reconciliation may take, in seconds; empty where it isn't reported.",
          "hidden": false,
          "name": "timeout",
          "title": "Timeout",
          "type": "number",
          "unit": "s"
        },
        {
          "doc": "Time until a failed reconciliation is tried again, in seconds; empty: the sync interval.",
          "hidden": false,
          "name": "retryInterval",
          "title": "Retry interval",
          "type": "number",
          "unit": "s"
        },
        {
          "doc": "Azure's verdict on its Kustomization object; Pending also where nothing is reported yet.",
          "hidden": false,
          "name": "complianceState",
          "title": "Compliance",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Message of its Kustomization object, cut at 2,048 bytes; empty where none is reported.",
          "hidden": false,
          "name": "message",
          "title": "Message",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "ARM id of the cluster.",
          "hidden": true,
          "name": "clusterId",
          "title": "Cluster id",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "ARM id of the configuration.",
          "hidden": true,
          "name": "id",
          "title": "Id",
          "type": "string",
          "unit": ""
        }
      ],
      "frameTypes": [
        "table"
      ],
      "group": "Objects",
      "id": "kustomizations",
      "otherFormats": [],
      "params": [
        {
          "control": {
            "dimension": "subscription",
            "type": "values"
          },
          "help": "Ids or display names of subscriptions; none: all.",
          "label": "Subscriptions",
          "name": "subscriptions"
        },
        {
          "control": {
            "dimension": "resourceGroup",
            "type": "values"
          },
          "help": "Names of resource groups; none: all.",
          "label": "Resource groups",
          "name": "resourceGroups"
        },
        {
          "control": {
            "dimension": "cluster",
            "type": "values"
          },
          "help": "Names or ARM ids of clusters; none: all.",
          "label": "Clusters",
          "name": "clusters"
        },
        {
          "control": {
            "dimension": "configuration",
            "type": "values"
          },
          "help": "Names of Flux configurations; none: all.",
          "label": "Configurations",
          "name": "configurations"
        },
        {
          "control": {
            "dimension": "namespace",
            "type": "values"
          },
          "help": "Namespaces of configurations, or of objects where rows are objects; none: all.",
          "label": "Namespaces",
          "name": "namespaces"
        },
        {
          "control": {
            "dimension": "kind",
            "type": "values"
          },
          "help": "Kinds of Flux objects; a configuration passes with at least one such object; none: all.",
          "label": "Kinds",
          "name": "kinds"
        },
        {
          "control": {
            "dimension": "complianceState",
            "type": "values"
          },
          "help": "Compliance states, of objects where rows are objects; none: all.",
          "label": "Compliance states",
          "name": "complianceStates"
        },
        {
          "control": {
            "dimension": "commit",
            "type": "values"
          },
          "help": "Commits that were synchronised last: as Azure spells them, the bare hash, or at least seven digits of it; none: all.",
          "label": "Commits",
          "name": "commits"
        },
        {
          "control": {
            "dimension": "repository",
            "type": "values"
          },
          "help": "URLs of repositories, buckets or registries; none: all.",
          "label": "Repositories",
          "name": "repositories"
        },
        {
          "control": {
            "default": 10000,
            "max": 1000000,
            "min": 1,
            "type": "number"
          },
          "help": "Most rows to show; a notice says when rows were left out.",
          "label": "Row limit",
          "name": "limit"
        }
      ],
      "title": "Kustomizations"
    },
    {
      "description": "A metric of the Flux controllers from Prometheus: over time, or one value for the whole time range.",
      "fields": [
        {
          "doc": "End of the step; only time series have it.",
          "hidden": false,
          "name": "time",
          "title": "Time",
          "type": "time",
          "unit": ""
        },
        {
          "doc": "The metric's value in its own unit; empty where there is none.",
          "hidden": false,
          "name": "value",
          "title": "Value",
          "type": "number",
          "unit": ""
        }
      ],
      "frameTypes": [
        "timeseries-multi",
        "numeric-long"
      ],
      "group": "Metrics",
      "id": "metric",
      "otherFormats": [
        {
          "fields": [
            {
              "doc": "The metric's value in its own unit; empty where there is none.",
              "hidden": false,
              "name": "value",
              "title": "Value",
              "type": "number",
              "unit": ""
            }
          ],
          "frameType": "numeric-long",
          "param": "instant",
          "value": "true"
        }
      ],
      "params": [
        {
          "control": {
            "type": "metric"
          },
          "help": "What to show.",
          "label": "Metric",
          "name": "metric"
        },
        {
          "control": {
            "type": "labels"
          },
          "help": "One series for each combination of these labels; none: one series in all.",
          "label": "Group by",
          "name": "groupBy"
        },
        {
          "control": {
            "choices": [
              {
                "label": "P99",
                "value": "0.99"
              },
              {
                "label": "P95",
                "value": "0.95"
              },
              {
                "label": "P90",
                "value": "0.9"
              },
              {
                "label": "P75",
                "value": "0.75"
              },
              {
                "label": "P50 (median)",
                "value": "0.5"
              }
            ],
            "type": "oneOf"
          },
          "help": "Which quantile, for metrics that are one.",
          "label": "Quantile",
          "name": "quantile"
        },
        {
          "control": {
            "type": "switch"
          },
          "help": "One value per series for the whole time range, for tables, stats and alert rules, instead of a time series.",
          "label": "Instant",
          "name": "instant"
        },
        {
          "control": {
            "dimension": "cluster",
            "type": "values"
          },
          "help": "Names or ARM ids of clusters; endpoints whose series name no cluster go by their own name; none: all.",
          "label": "Clusters",
          "name": "clusters"
        },
        {
          "control": {
            "dimension": "namespace",
            "type": "values"
          },
          "help": "Namespaces of objects, or of the controllers where the metric is about those; none: all.",
          "label": "Namespaces",
          "name": "namespaces"
        },
        {
          "control": {
            "dimension": "kind",
            "type": "values"
          },
          "help": "Kinds of Flux objects; no effect on metrics of whole pods; none: all.",
          "label": "Kinds",
          "name": "kinds"
        },
        {
          "control": {
            "dimension": "name",
            "type": "values"
          },
          "help": "Names of Flux objects; no effect on metrics of controllers; none: all.",
          "label": "Names",
          "name": "names"
        },
        {
          "control": {
            "dimension": "controller",
            "type": "values"
          },
          "help": "Controllers (kustomization) or their deployments (kustomize-controller); none: all.",
          "label": "Controllers",
          "name": "controllers"
        },
        {
          "control": {
            "default": 10000,
            "max": 1000000,
            "min": 1,
            "type": "number"
          },
          "help": "Most rows to show; a notice says when rows were left out.",
          "label": "Row limit",
          "name": "limit"
        }
      ],
      "title": "Metric"
    },
    {
      "description": "Every Flux object with its readiness, from Prometheus where it knows, else from Azure.",
      "fields": [
        {
          "doc": "Name of the cluster.",
          "hidden": false,
          "name": "cluster",
          "title": "Cluster",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Kubernetes kind.",
          "hidden": false,
          "name": "kind",
          "title": "Kind",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Namespace of the object.",
          "hidden": false,
          "name": "namespace",
          "title": "Namespace",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Name of the object.",
          "hidden": false,
          "name": "name",
          "title": "Name",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Failing, Unknown (in progress), New (never reconciled), Suspended or Ready.",
          "hidden": false,
          "name": "state",
          "title": "State",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Status of the Ready condition: True, False or Unknown; empty before the first reconciliation.",
          "hidden": false,
          "name": "ready",
          "title": "Ready",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Whether reconciliation is switched off.",
          "hidden": false,
          "name": "suspended",
          "title": "Suspended",
          "type": "boolean",
          "unit": ""
        },
        {
          "doc": "Revision that was applied last, as Flux spells it; empty where it isn't reported.",
          "hidden": false,
          "name": "revision",
          "title": "Revision",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Message of the condition that Azure reports for the object, cut at 2,048 bytes; empty where none is reported.",
          "hidden": false,
          "name": "message",
          "title": "Message",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Flux configuration that it belongs to; empty where Azure doesn't report the object.",
          "hidden": false,
          "name": "configuration",
          "title": "Configuration",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Where the state comes from: kube-state-metrics, controllers or Azure.",
          "hidden": false,
          "name": "source",
          "title": "Known from",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Resource group of the cluster; empty where Azure doesn't report the cluster, or reports several of that name.",
          "hidden": false,
          "name": "resourceGroup",
          "title": "Resource group",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Id of the cluster's subscription; empty where the resource group is empty.",
          "hidden": true,
          "name": "subscriptionId",
          "title": "Subscription id",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "ARM id of the cluster; empty where the resource group is empty.",
          "hidden": true,
          "name": "clusterId",
          "title": "Cluster id",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "ARM id of the configuration; empty when the object belongs to none.",
          "hidden": true,
          "name": "id",
          "title": "Id",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Page of the configuration's objects in the portal; the portal itself where the configuration isn't known.",
          "hidden": true,
          "name": "portalLink",
          "title": "Portal page",
          "type": "string",
          "unit": ""
        }
      ],
      "frameTypes": [
        "table"
      ],
      "group": "Metrics",
      "id": "reconcilers",
      "otherFormats": [],
      "params": [
        {
          "control": {
            "choices": [
              {
                "label": "Any",
                "value": "any"
              },
              {
                "label": "Failing",
                "value": "Failing"
              },
              {
                "label": "Unknown",
                "value": "Unknown"
              },
              {
                "label": "New",
                "value": "New"
              },
              {
                "label": "Suspended",
                "value": "Suspended"
              },
              {
                "label": "Ready",
                "value": "Ready"
              }
            ],
            "type": "oneOf"
          },
          "help": "Only objects in this state.",
          "label": "State",
          "name": "state"
        },
        {
          "control": {
            "dimension": "cluster",
            "type": "values"
          },
          "help": "Names or ARM ids of clusters; endpoints whose series name no cluster go by their own name; none: all.",
          "label": "Clusters",
          "name": "clusters"
        },
        {
          "control": {
            "dimension": "namespace",
            "type": "values"
          },
          "help": "Namespaces of objects, or of the controllers where the metric is about those; none: all.",
          "label": "Namespaces",
          "name": "namespaces"
        },
        {
          "control": {
            "dimension": "kind",
            "type": "values"
          },
          "help": "Kinds of Flux objects; no effect on metrics of whole pods; none: all.",
          "label": "Kinds",
          "name": "kinds"
        },
        {
          "control": {
            "dimension": "name",
            "type": "values"
          },
          "help": "Names of Flux objects; no effect on metrics of controllers; none: all.",
          "label": "Names",
          "name": "names"
        },
        {
          "control": {
            "dimension": "controller",
            "type": "values"
          },
          "help": "Controllers (kustomization) or their deployments (kustomize-controller); none: all.",
          "label": "Controllers",
          "name": "controllers"
        },
        {
          "control": {
            "default": 10000,
            "max": 1000000,
            "min": 1,
            "type": "number"
          },
          "help": "Most rows to show; a notice says when rows were left out.",
          "label": "Row limit",
          "name": "limit"
        }
      ],
      "title": "Reconcilers and sources"
    },
    {
      "description": "Number of Flux objects by state (failing, in progress, new, suspended, ready) and kind, cluster or namespace.",
      "fields": [
        {
          "doc": "What the counted rows have in common; empty: they have none.",
          "hidden": false,
          "name": "kind",
          "title": "Kind",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "What the counted rows have in common; empty: they have none.",
          "hidden": false,
          "name": "state",
          "title": "State",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Number of Flux objects.",
          "hidden": false,
          "name": "count",
          "title": "Count",
          "type": "number",
          "unit": "short"
        }
      ],
      "frameTypes": [
        "numeric-wide",
        "numeric-long",
        "table"
      ],
      "group": "Metrics",
      "id": "reconciler-counts",
      "otherFormats": [
        {
          "fields": [
            {
              "doc": "What the counted rows have in common; empty: they have none.",
              "hidden": false,
              "name": "kind",
              "title": "Kind",
              "type": "string",
              "unit": ""
            },
            {
              "doc": "What the counted rows have in common; empty: they have none.",
              "hidden": false,
              "name": "state",
              "title": "State",
              "type": "string",
              "unit": ""
            },
            {
              "doc": "Number of Flux objects.",
              "hidden": false,
              "name": "count",
              "title": "Count",
              "type": "number",
              "unit": "short"
            }
          ],
          "frameType": "numeric-long",
          "param": "format",
          "value": "long"
        },
        {
          "fields": [
            {
              "doc": "What the counted rows have in common; empty: they have none.",
              "hidden": false,
              "name": "kind",
              "title": "Kind",
              "type": "string",
              "unit": ""
            },
            {
              "doc": "Number of objects whose Ready condition is False.",
              "hidden": false,
              "name": "failing",
              "title": "Failing",
              "type": "number",
              "unit": "short"
            },
            {
              "doc": "Number of objects that are being reconciled.",
              "hidden": false,
              "name": "unknown",
              "title": "Unknown",
              "type": "number",
              "unit": "short"
            },
            {
              "doc": "Number of objects that were never reconciled.",
              "hidden": false,
              "name": "new",
              "title": "New",
              "type": "number",
              "unit": "short"
            },
            {
              "doc": "Number of objects whose reconciliation is switched off.",
              "hidden": false,
              "name": "suspended",
              "title": "Suspended",
              "type": "number",
              "unit": "short"
            },
            {
              "doc": "Number of objects whose Ready condition is True.",
              "hidden": false,
              "name": "ready",
              "title": "Ready",
              "type": "number",
              "unit": "short"
            }
          ],
          "frameType": "table",
          "param": "format",
          "value": "states"
        }
      ],
      "params": [
        {
          "control": {
            "choices": [
              {
                "label": "Kind",
                "value": "kind"
              },
              {
                "label": "Cluster",
                "value": "cluster"
              },
              {
                "label": "Namespace",
                "value": "namespace"
              },
              {
                "label": "State",
                "value": "state"
              }
            ],
            "type": "dimensions"
          },
          "help": "What objects are counted by, besides their state; state: by their state alone.",
          "label": "Group by",
          "name": "groupBy"
        },
        {
          "control": {
            "choices": [
              {
                "label": "Series",
                "value": "wide"
              },
              {
                "label": "Rows",
                "value": "long"
              },
              {
                "label": "States as columns",
                "value": "states"
              }
            ],
            "type": "oneOf"
          },
          "help": "Series: one field per group, as pies, stats and bar gauges need. Rows: one row per group, for tables and alert rules. States as columns: one row per group, with a number for each state, for tables.",
          "label": "Format",
          "name": "format"
        },
        {
          "control": {
            "dimension": "cluster",
            "type": "values"
          },
          "help": "Names or ARM ids of clusters; endpoints whose series name no cluster go by their own name; none: all.",
          "label": "Clusters",
          "name": "clusters"
        },
        {
          "control": {
            "dimension": "namespace",
            "type": "values"
          },
          "help": "Namespaces of objects, or of the controllers where the metric is about those; none: all.",
          "label": "Namespaces",
          "name": "namespaces"
        },
        {
          "control": {
            "dimension": "kind",
            "type": "values"
          },
          "help": "Kinds of Flux objects; no effect on metrics of whole pods; none: all.",
          "label": "Kinds",
          "name": "kinds"
        },
        {
          "control": {
            "dimension": "name",
            "type": "values"
          },
          "help": "Names of Flux objects; no effect on metrics of controllers; none: all.",
          "label": "Names",
          "name": "names"
        },
        {
          "control": {
            "dimension": "controller",
            "type": "values"
          },
          "help": "Controllers (kustomization) or their deployments (kustomize-controller); none: all.",
          "label": "Controllers",
          "name": "controllers"
        },
        {
          "control": {
            "default": 10000,
            "max": 1000000,
            "min": 1,
            "type": "number"
          },
          "help": "Most rows to show; a notice says when rows were left out.",
          "label": "Row limit",
          "name": "limit"
        }
      ],
      "title": "Reconciler counts"
    },
    {
      "description": "One row, which says how many Prometheus endpoints answer, or which don't and why. It never fails. No filter has an effect.",
      "fields": [
        {
          "doc": "How many endpoints answer; or: which don't, and the cause.",
          "hidden": false,
          "name": "text",
          "title": "Endpoints",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Number of endpoints that don't answer.",
          "hidden": false,
          "name": "failing",
          "title": "Failing endpoints",
          "type": "number",
          "unit": "short"
        }
      ],
      "frameTypes": [
        "table"
      ],
      "group": "Metrics",
      "id": "endpoint-status",
      "otherFormats": [],
      "params": [
        {
          "control": {
            "dimension": "subscription",
            "type": "values"
          },
          "help": "Ids or display names of subscriptions; none: all.",
          "label": "Subscriptions",
          "name": "subscriptions"
        },
        {
          "control": {
            "dimension": "resourceGroup",
            "type": "values"
          },
          "help": "Names of resource groups; none: all.",
          "label": "Resource groups",
          "name": "resourceGroups"
        },
        {
          "control": {
            "dimension": "cluster",
            "type": "values"
          },
          "help": "Names or ARM ids of clusters; none: all.",
          "label": "Clusters",
          "name": "clusters"
        },
        {
          "control": {
            "dimension": "configuration",
            "type": "values"
          },
          "help": "Names of Flux configurations; none: all.",
          "label": "Configurations",
          "name": "configurations"
        },
        {
          "control": {
            "dimension": "namespace",
            "type": "values"
          },
          "help": "Namespaces of configurations, or of objects where rows are objects; none: all.",
          "label": "Namespaces",
          "name": "namespaces"
        },
        {
          "control": {
            "dimension": "kind",
            "type": "values"
          },
          "help": "Kinds of Flux objects; a configuration passes with at least one such object; none: all.",
          "label": "Kinds",
          "name": "kinds"
        },
        {
          "control": {
            "dimension": "complianceState",
            "type": "values"
          },
          "help": "Compliance states, of objects where rows are objects; none: all.",
          "label": "Compliance states",
          "name": "complianceStates"
        },
        {
          "control": {
            "dimension": "commit",
            "type": "values"
          },
          "help": "Commits that were synchronised last: as Azure spells them, the bare hash, or at least seven digits of it; none: all.",
          "label": "Commits",
          "name": "commits"
        },
        {
          "control": {
            "dimension": "repository",
            "type": "values"
          },
          "help": "URLs of repositories, buckets or registries; none: all.",
          "label": "Repositories",
          "name": "repositories"
        },
        {
          "control": {
            "default": 10000,
            "max": 1000000,
            "min": 1,
            "type": "number"
          },
          "help": "Most rows to show; a notice says when rows were left out.",
          "label": "Row limit",
          "name": "limit"
        }
      ],
      "title": "Prometheus endpoints"
    },
    {
      "description": "What Azure says of each Flux object, what the cluster's own metrics say, and how they differ.",
      "fields": [
        {
          "doc": "Name of the cluster.",
          "hidden": false,
          "name": "cluster",
          "title": "Cluster",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Kubernetes kind.",
          "hidden": false,
          "name": "kind",
          "title": "Kind",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Namespace of the object.",
          "hidden": false,
          "name": "namespace",
          "title": "Namespace",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Name of the object.",
          "hidden": false,
          "name": "name",
          "title": "Name",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "State (they disagree on readiness), Suspended (behind Azure's back), Stale agent (its report is too old), Not reported (only the cluster has it), Gone (only Azure has it), Revision (other commits), Not measured (the cluster has no such metrics) or None.",
          "hidden": false,
          "name": "difference",
          "title": "Difference",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Azure's verdict on the object; empty where Azure doesn't report the object.",
          "hidden": false,
          "name": "complianceState",
          "title": "Azure: compliance",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "The same, and the Ready condition where it is reported, as a state of the object; empty where Azure doesn't report the object.",
          "hidden": false,
          "name": "azureState",
          "title": "Azure: state",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "When the cluster's agent last reported; empty before the first time.",
          "hidden": false,
          "name": "statusUpdatedAt",
          "title": "Azure: reported",
          "type": "time",
          "unit": "dateTimeFromNow"
        },
        {
          "doc": "Failing, Unknown, New, Suspended or Ready by the cluster's own metrics; empty where there are none.",
          "hidden": false,
          "name": "clusterState",
          "title": "Cluster: state",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Status of the Ready condition by the cluster's own metrics; empty where there is none.",
          "hidden": false,
          "name": "clusterReady",
          "title": "Cluster: ready",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Commit that Azure says was synchronised last; empty before the first time.",
          "hidden": false,
          "name": "azureRevision",
          "title": "Azure: commit",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Revision of the object by kube-state-metrics; empty where kube-state-metrics doesn't report it.",
          "hidden": false,
          "name": "clusterRevision",
          "title": "Cluster: revision",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Mean time of its reconciliations within the time range; empty where there was none.",
          "hidden": false,
          "name": "reconcileDuration",
          "title": "Reconcile duration",
          "type": "number",
          "unit": "s"
        },
        {
          "doc": "Where the cluster's state comes from: kube-state-metrics or controllers; empty where neither reports the object.",
          "hidden": false,
          "name": "source",
          "title": "Known from",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Flux configuration that it belongs to; empty where Azure doesn't report the object.",
          "hidden": false,
          "name": "configuration",
          "title": "Configuration",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Resource group of the cluster; empty where Azure doesn't report the cluster.",
          "hidden": false,
          "name": "resourceGroup",
          "title": "Resource group",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "ARM id of the configuration; empty when the object belongs to none.",
          "hidden": true,
          "name": "id",
          "title": "Id",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Page of the configuration's objects in the portal; the portal itself where the configuration isn't known.",
          "hidden": true,
          "name": "portalLink",
          "title": "Portal page",
          "type": "string",
          "unit": ""
        }
      ],
      "frameTypes": [
        "table"
      ],
      "group": "Objects",
      "id": "drift",
      "otherFormats": [],
      "params": [
        {
          "control": {
            "choices": [
              {
                "label": "All",
                "value": "all"
              },
              {
                "label": "Differing",
                "value": "differing"
              }
            ],
            "type": "oneOf"
          },
          "help": "All objects, or only those of which Azure and the cluster say different things.",
          "label": "Show",
          "name": "show"
        },
        {
          "control": {
            "default": 60,
            "max": 100000,
            "min": 1,
            "type": "number"
          },
          "help": "How old the agent's last report may be before the agent counts as stale; agents report every ten minutes or so.",
          "label": "Stale after minutes",
          "name": "staleMinutes"
        },
        {
          "control": {
            "dimension": "cluster",
            "type": "values"
          },
          "help": "Names or ARM ids of clusters; endpoints whose series name no cluster go by their own name; none: all.",
          "label": "Clusters",
          "name": "clusters"
        },
        {
          "control": {
            "dimension": "namespace",
            "type": "values"
          },
          "help": "Namespaces of objects, or of the controllers where the metric is about those; none: all.",
          "label": "Namespaces",
          "name": "namespaces"
        },
        {
          "control": {
            "dimension": "kind",
            "type": "values"
          },
          "help": "Kinds of Flux objects; no effect on metrics of whole pods; none: all.",
          "label": "Kinds",
          "name": "kinds"
        },
        {
          "control": {
            "dimension": "name",
            "type": "values"
          },
          "help": "Names of Flux objects; no effect on metrics of controllers; none: all.",
          "label": "Names",
          "name": "names"
        },
        {
          "control": {
            "dimension": "controller",
            "type": "values"
          },
          "help": "Controllers (kustomization) or their deployments (kustomize-controller); none: all.",
          "label": "Controllers",
          "name": "controllers"
        },
        {
          "control": {
            "default": 10000,
            "max": 1000000,
            "min": 1,
            "type": "number"
          },
          "help": "Most rows to show; a notice says when rows were left out.",
          "label": "Row limit",
          "name": "limit"
        }
      ],
      "title": "Drift between Azure and clusters"
    },
    {
      "description": "For alert rules: one row per Flux object that is not ready, from Prometheus where it knows, else from Azure; 0 when none is.",
      "fields": [
        {
          "doc": "Id of the subscription.",
          "hidden": false,
          "name": "subscriptionId",
          "title": "subscriptionId",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Resource group of the cluster.",
          "hidden": false,
          "name": "resourceGroup",
          "title": "resourceGroup",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Name of the cluster.",
          "hidden": false,
          "name": "cluster",
          "title": "cluster",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "AKS, Arc and so on.",
          "hidden": false,
          "name": "clusterType",
          "title": "clusterType",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Kubernetes kind.",
          "hidden": false,
          "name": "kind",
          "title": "kind",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Namespace of the object; empty where it isn't reported.",
          "hidden": false,
          "name": "namespace",
          "title": "namespace",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Name of the object.",
          "hidden": false,
          "name": "name",
          "title": "name",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "1: it fails; 0: it is fine.",
          "hidden": false,
          "name": "value",
          "title": "Failing",
          "type": "number",
          "unit": "short"
        }
      ],
      "frameTypes": [
        "numeric-long"
      ],
      "group": "Alerts",
      "id": "not-ready",
      "otherFormats": [],
      "params": [
        {
          "control": {
            "choices": [
              {
                "label": "Failing",
                "value": "failing"
              },
              {
                "label": "All",
                "value": "all"
              }
            ],
            "type": "oneOf"
          },
          "help": "Failing: only items that fail, so that the answer grows with what is wrong. All: also those that are fine, with 0.",
          "label": "Include",
          "name": "include"
        },
        {
          "control": {
            "dimension": "cluster",
            "type": "values"
          },
          "help": "Names or ARM ids of clusters; endpoints whose series name no cluster go by their own name; none: all.",
          "label": "Clusters",
          "name": "clusters"
        },
        {
          "control": {
            "dimension": "namespace",
            "type": "values"
          },
          "help": "Namespaces of objects, or of the controllers where the metric is about those; none: all.",
          "label": "Namespaces",
          "name": "namespaces"
        },
        {
          "control": {
            "dimension": "kind",
            "type": "values"
          },
          "help": "Kinds of Flux objects; no effect on metrics of whole pods; none: all.",
          "label": "Kinds",
          "name": "kinds"
        },
        {
          "control": {
            "dimension": "name",
            "type": "values"
          },
          "help": "Names of Flux objects; no effect on metrics of controllers; none: all.",
          "label": "Names",
          "name": "names"
        },
        {
          "control": {
            "dimension": "controller",
            "type": "values"
          },
          "help": "Controllers (kustomization) or their deployments (kustomize-controller); none: all.",
          "label": "Controllers",
          "name": "controllers"
        },
        {
          "control": {
            "default": 10000,
            "max": 1000000,
            "min": 1,
            "type": "number"
          },
          "help": "Most rows to show; a notice says when rows were left out.",
          "label": "Row limit",
          "name": "limit"
        }
      ],
      "title": "Objects not ready"
    },
    {
      "description": "For alert rules: one row per Flux extension whose provisioning failed, 0 when none did.",
      "fields": [
        {
          "doc": "Id of the subscription.",
          "hidden": false,
          "name": "subscriptionId",
          "title": "subscriptionId",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Resource group of the cluster.",
          "hidden": false,
          "name": "resourceGroup",
          "title": "resourceGroup",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Name of the cluster.",
          "hidden": false,
          "name": "cluster",
          "title": "cluster",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "AKS, Arc and so on.",
          "hidden": false,
          "name": "clusterType",
          "title": "clusterType",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Name of the extension resource.",
          "hidden": false,
          "name": "extension",
          "title": "extension",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "1: it fails; 0: it is fine.",
          "hidden": false,
          "name": "value",
          "title": "Failing",
          "type": "number",
          "unit": "short"
        }
      ],
      "frameTypes": [
        "numeric-long"
      ],
      "group": "Alerts",
      "id": "failing-extensions",
      "otherFormats": [],
      "params": [
        {
          "control": {
            "choices": [
              {
                "label": "Failing",
                "value": "failing"
              },
              {
                "label": "All",
                "value": "all"
              }
            ],
            "type": "oneOf"
          },
          "help": "Failing: only items that fail, so that the answer grows with what is wrong. All: also those that are fine, with 0.",
          "label": "Include",
          "name": "include"
        },
        {
          "control": {
            "dimension": "subscription",
            "type": "values"
          },
          "help": "Ids or display names of subscriptions; none: all.",
          "label": "Subscriptions",
          "name": "subscriptions"
        },
        {
          "control": {
            "dimension": "resourceGroup",
            "type": "values"
          },
          "help": "Names of resource groups; none: all.",
          "label": "Resource groups",
          "name": "resourceGroups"
        },
        {
          "control": {
            "dimension": "cluster",
            "type": "values"
          },
          "help": "Names or ARM ids of clusters; none: all.",
          "label": "Clusters",
          "name": "clusters"
        },
        {
          "control": {
            "dimension": "configuration",
            "type": "values"
          },
          "help": "Names of Flux configurations; none: all.",
          "label": "Configurations",
          "name": "configurations"
        },
        {
          "control": {
            "dimension": "namespace",
            "type": "values"
          },
          "help": "Namespaces of configurations, or of objects where rows are objects; none: all.",
          "label": "Namespaces",
          "name": "namespaces"
        },
        {
          "control": {
            "dimension": "kind",
            "type": "values"
          },
          "help": "Kinds of Flux objects; a configuration passes with at least one such object; none: all.",
          "label": "Kinds",
          "name": "kinds"
        },
        {
          "control": {
            "dimension": "complianceState",
            "type": "values"
          },
          "help": "Compliance states, of objects where rows are objects; none: all.",
          "label": "Compliance states",
          "name": "complianceStates"
        },
        {
          "control": {
            "dimension": "commit",
            "type": "values"
          },
          "help": "Commits that were synchronised last: as Azure spells them, the bare hash, or at least seven digits of it; none: all.",
          "label": "Commits",
          "name": "commits"
        },
        {
          "control": {
            "dimension": "repository",
            "type": "values"
          },
          "help": "URLs of repositories, buckets or registries; none: all.",
          "label": "Repositories",
          "name": "repositories"
        },
        {
          "control": {
            "default": 10000,
            "max": 1000000,
            "min": 1,
            "type": "number"
          },
          "help": "Most rows to show; a notice says when rows were left out.",
          "label": "Row limit",
          "name": "limit"
        }
      ],
      "title": "Failing extensions"
    },
    {
      "description": "For alert rules: one row per Flux configuration that is Non-Compliant or failed to be provisioned, 0 when none is.",
      "fields": [
        {
          "doc": "Id of the subscription.",
          "hidden": false,
          "name": "subscriptionId",
          "title": "subscriptionId",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Resource group of the cluster.",
          "hidden": false,
          "name": "resourceGroup",
          "title": "resourceGroup",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Name of the cluster.",
          "hidden": false,
          "name": "cluster",
          "title": "cluster",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "AKS, Arc and so on.",
          "hidden": false,
          "name": "clusterType",
          "title": "clusterType",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Name of the Flux configuration.",
          "hidden": false,
          "name": "configuration",
          "title": "configuration",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Namespace of its Flux objects; empty where it isn't reported.",
          "hidden": false,
          "name": "namespace",
          "title": "namespace",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "1: it fails; 0: it is fine.",
          "hidden": false,
          "name": "value",
          "title": "Failing",
          "type": "number",
          "unit": "short"
        }
      ],
      "frameTypes": [
        "numeric-long"
      ],
      "group": "Alerts",
      "id": "failing-configurations",
      "otherFormats": [],
      "params": [
        {
          "control": {
            "choices": [
              {
                "label": "Failing",
                "value": "failing"
              },
              {
                "label": "All",
                "value": "all"
              }
            ],
            "type": "oneOf"
          },
          "help": "Failing: only items that fail, so that the answer grows with what is wrong. All: also those that are fine, with 0.",
          "label": "Include",
          "name": "include"
        },
        {
          "control": {
            "dimension": "subscription",
            "type": "values"
          },
          "help": "Ids or display names of subscriptions; none: all.",
          "label": "Subscriptions",
          "name": "subscriptions"
        },
        {
          "control": {
            "dimension": "resourceGroup",
            "type": "values"
          },
          "help": "Names of resource groups; none: all.",
          "label": "Resource groups",
          "name": "resourceGroups"
        },
        {
          "control": {
            "dimension": "cluster",
            "type": "values"
          },
          "help": "Names or ARM ids of clusters; none: all.",
          "label": "Clusters",
          "name": "clusters"
        },
        {
          "control": {
            "dimension": "configuration",
            "type": "values"
          },
          "help": "Names of Flux configurations; none: all.",
          "label": "Configurations",
          "name": "configurations"
        },
        {
          "control": {
            "dimension": "namespace",
            "type": "values"
          },
          "help": "Namespaces of configurations, or of objects where rows are objects; none: all.",
          "label": "Namespaces",
          "name": "namespaces"
        },
        {
          "control": {
            "dimension": "kind",
            "type": "values"
          },
          "help": "Kinds of Flux objects; a configuration passes with at least one such object; none: all.",
          "label": "Kinds",
          "name": "kinds"
        },
        {
          "control": {
            "dimension": "complianceState",
            "type": "values"
          },
          "help": "Compliance states, of objects where rows are objects; none: all.",
          "label": "Compliance states",
          "name": "complianceStates"
        },
        {
          "control": {
            "dimension": "commit",
            "type": "values"
          },
          "help": "Commits that were synchronised last: as Azure spells them, the bare hash, or at least seven digits of it; none: all.",
          "label": "Commits",
          "name": "commits"
        },
        {
          "control": {
            "dimension": "repository",
            "type": "values"
          },
          "help": "URLs of repositories, buckets or registries; none: all.",
          "label": "Repositories",
          "name": "repositories"
        },
        {
          "control": {
            "default": 10000,
            "max": 1000000,
            "min": 1,
            "type": "number"
          },
          "help": "Most rows to show; a notice says when rows were left out.",
          "label": "Row limit",
          "name": "limit"
        }
      ],
      "title": "Failing configurations"
    },
    {
      "description": "For alert rules: one row per Flux object that is Non-Compliant or not ready (suspended ones aside), 0 when none is.",
      "fields": [
        {
          "doc": "Id of the subscription.",
          "hidden": false,
          "name": "subscriptionId",
          "title": "subscriptionId",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Resource group of the cluster.",
          "hidden": false,
          "name": "resourceGroup",
          "title": "resourceGroup",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Name of the cluster.",
          "hidden": false,
          "name": "cluster",
          "title": "cluster",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "AKS, Arc and so on.",
          "hidden": false,
          "name": "clusterType",
          "title": "clusterType",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Name of the Flux configuration.",
          "hidden": false,
          "name": "configuration",
          "title": "configuration",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Kubernetes kind; empty where it isn't reported.",
          "hidden": false,
          "name": "kind",
          "title": "kind",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Namespace of the object; empty where it isn't reported.",
          "hidden": false,
          "name": "namespace",
          "title": "namespace",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Name of the object.",
          "hidden": false,
          "name": "name",
          "title": "name",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "1: it fails; 0: it is fine.",
          "hidden": false,
          "name": "value",
          "title": "Failing",
          "type": "number",
          "unit": "short"
        }
      ],
      "frameTypes": [
        "numeric-long"
      ],
      "group": "Alerts",
      "id": "failing-objects",
      "otherFormats": [],
      "params": [
        {
          "control": {
            "choices": [
              {
                "label": "Failing",
                "value": "failing"
              },
              {
                "label": "All",
                "value": "all"
              }
            ],
            "type": "oneOf"
          },
          "help": "Failing: only items that fail, so that the answer grows with what is wrong. All: also those that are fine, with 0.",
          "label": "Include",
          "name": "include"
        },
        {
          "control": {
            "dimension": "subscription",
            "type": "values"
          },
          "help": "Ids or display names of subscriptions; none: all.",
          "label": "Subscriptions",
          "name": "subscriptions"
        },
        {
          "control": {
            "dimension": "resourceGroup",
            "type": "values"
          },
          "help": "Names of resource groups; none: all.",
          "label": "Resource groups",
          "name": "resourceGroups"
        },
        {
          "control": {
            "dimension": "cluster",
            "type": "values"
          },
          "help": "Names or ARM ids of clusters; none: all.",
          "label": "Clusters",
          "name": "clusters"
        },
        {
          "control": {
            "dimension": "configuration",
            "type": "values"
          },
          "help": "Names of Flux configurations; none: all.",
          "label": "Configurations",
          "name": "configurations"
        },
        {
          "control": {
            "dimension": "namespace",
            "type": "values"
          },
          "help": "Namespaces of configurations, or of objects where rows are objects; none: all.",
          "label": "Namespaces",
          "name": "namespaces"
        },
        {
          "control": {
            "dimension": "kind",
            "type": "values"
          },
          "help": "Kinds of Flux objects; a configuration passes with at least one such object; none: all.",
          "label": "Kinds",
          "name": "kinds"
        },
        {
          "control": {
            "dimension": "complianceState",
            "type": "values"
          },
          "help": "Compliance states, of objects where rows are objects; none: all.",
          "label": "Compliance states",
          "name": "complianceStates"
        },
        {
          "control": {
            "dimension": "commit",
            "type": "values"
          },
          "help": "Commits that were synchronised last: as Azure spells them, the bare hash, or at least seven digits of it; none: all.",
          "label": "Commits",
          "name": "commits"
        },
        {
          "control": {
            "dimension": "repository",
            "type": "values"
          },
          "help": "URLs of repositories, buckets or registries; none: all.",
          "label": "Repositories",
          "name": "repositories"
        },
        {
          "control": {
            "default": 10000,
            "max": 1000000,
            "min": 1,
            "type": "number"
          },
          "help": "Most rows to show; a notice says when rows were left out.",
          "label": "Row limit",
          "name": "limit"
        }
      ],
      "title": "Failing objects"
    },
    {
      "description": "For alert rules: one row per configuration that stays pending or silent, or object that stays suspended; 0 when none does.",
      "fields": [
        {
          "doc": "Id of the subscription.",
          "hidden": false,
          "name": "subscriptionId",
          "title": "subscriptionId",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Resource group of the cluster.",
          "hidden": false,
          "name": "resourceGroup",
          "title": "resourceGroup",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Name of the cluster.",
          "hidden": false,
          "name": "cluster",
          "title": "cluster",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "AKS, Arc and so on.",
          "hidden": false,
          "name": "clusterType",
          "title": "clusterType",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Kubernetes kind of the object; FluxConfiguration for a configuration.",
          "hidden": false,
          "name": "kind",
          "title": "kind",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Namespace of the object or configuration; empty where it isn't reported.",
          "hidden": false,
          "name": "namespace",
          "title": "namespace",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Name of the object or configuration.",
          "hidden": false,
          "name": "name",
          "title": "name",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "1: it fails; 0: it is fine.",
          "hidden": false,
          "name": "value",
          "title": "Failing",
          "type": "number",
          "unit": "short"
        }
      ],
      "frameTypes": [
        "numeric-long"
      ],
      "group": "Alerts",
      "id": "overdue",
      "otherFormats": [],
      "params": [
        {
          "control": {
            "choices": [
              {
                "label": "Pending",
                "value": "pending"
              },
              {
                "label": "Suspended",
                "value": "suspended"
              },
              {
                "label": "Silent",
                "value": "silent"
              }
            ],
            "type": "oneOf"
          },
          "help": "Pending: configurations that aren't reconciled yet. Suspended: objects that aren't reconciled on purpose. Silent: configurations whose agent no longer reports, or never reported although Azure calls them Compliant, for example.",
          "label": "Overdue",
          "name": "overdue"
        },
        {
          "control": {
            "default": 0,
            "max": 525600,
            "min": 0,
            "type": "number"
          },
          "help": "Shortest time in that state, as far as it is known; 0: four hours for silent, any time for the others. No effect on suspended: that time is never known.",
          "label": "Minutes",
          "name": "minutes"
        },
        {
          "control": {
            "choices": [
              {
                "label": "Failing",
                "value": "failing"
              },
              {
                "label": "All",
                "value": "all"
              }
            ],
            "type": "oneOf"
          },
          "help": "Failing: only items that fail, so that the answer grows with what is wrong. All: also those that are fine, with 0.",
          "label": "Include",
          "name": "include"
        },
        {
          "control": {
            "dimension": "cluster",
            "type": "values"
          },
          "help": "Names or ARM ids of clusters; endpoints whose series name no cluster go by their own name; none: all.",
          "label": "Clusters",
          "name": "clusters"
        },
        {
          "control": {
            "dimension": "namespace",
            "type": "values"
          },
          "help": "Namespaces of objects, or of the controllers where the metric is about those; none: all.",
          "label": "Namespaces",
          "name": "namespaces"
        },
        {
          "control": {
            "dimension": "kind",
            "type": "values"
          },
          "help": "Kinds of Flux objects; no effect on metrics of whole pods; none: all.",
          "label": "Kinds",
          "name": "kinds"
        },
        {
          "control": {
            "dimension": "name",
            "type": "values"
          },
          "help": "Names of Flux objects; no effect on metrics of controllers; none: all.",
          "label": "Names",
          "name": "names"
        },
        {
          "control": {
            "dimension": "controller",
            "type": "values"
          },
          "help": "Controllers (kustomization) or their deployments (kustomize-controller); none: all.",
          "label": "Controllers",
          "name": "controllers"
        },
        {
          "control": {
            "default": 10000,
            "max": 1000000,
            "min": 1,
            "type": "number"
          },
          "help": "Most rows to show; a notice says when rows were left out.",
          "label": "Row limit",
          "name": "limit"
        }
      ],
      "title": "Overdue items"
    },
    {
      "description": "For alert rules: age of what is known of the fleet, what is missing of it, and Prometheus endpoints that don't answer; a row each.",
      "fields": [
        {
          "doc": "What is checked, as the parameter names it.",
          "hidden": false,
          "name": "check",
          "title": "Check",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "Seconds for age, else how many; 0 where all is well.",
          "hidden": false,
          "name": "value",
          "title": "Value",
          "type": "number",
          "unit": ""
        }
      ],
      "frameTypes": [
        "numeric-long"
      ],
      "group": "Alerts",
      "id": "source-health",
      "otherFormats": [],
      "params": [
        {
          "control": {
            "choices": [
              {
                "label": "All",
                "value": "all"
              },
              {
                "label": "Age",
                "value": "age"
              },
              {
                "label": "Unreadable rows",
                "value": "unreadable"
              },
              {
                "label": "Missing conditions",
                "value": "conditions"
              },
              {
                "label": "Failing endpoints",
                "value": "endpoints"
              }
            ],
            "type": "oneOf"
          },
          "help": "Age: of what is known of the fleet, in seconds. Unreadable: rows of Resource Graph that were left out. Conditions: configurations whose conditions aren't read yet. Endpoints: those of Prometheus that don't answer.",
          "label": "Check",
          "name": "check"
        },
        {
          "control": {
            "default": 10000,
            "max": 1000000,
            "min": 1,
            "type": "number"
          },
          "help": "Most rows to show; a notice says when rows were left out.",
          "label": "Row limit",
          "name": "limit"
        }
      ],
      "title": "Health of the data source"
    },
    {
      "description": "For template variables: the distinct values of a dimension (clusters, repositories, commits and so on).",
      "fields": [
        {
          "doc": "What to show.",
          "hidden": false,
          "name": "text",
          "title": "Text",
          "type": "string",
          "unit": ""
        },
        {
          "doc": "What to filter by.",
          "hidden": false,
          "name": "value",
          "title": "Value",
          "type": "string",
          "unit": ""
        }
      ],
      "frameTypes": [
        "table"
      ],
      "group": "Variables",
      "id": "values",
      "otherFormats": [],
      "params": [
        {
          "control": {
            "choices": [
              {
                "label": "Subscription",
                "value": "subscription"
              },
              {
                "label": "Resource group",
                "value": "resourceGroup"
              },
              {
                "label": "Cluster",
                "value": "cluster"
              },
              {
                "label": "Cluster type",
                "value": "clusterType"
              },
              {
                "label": "Configuration",
                "value": "configuration"
              },
              {
                "label": "Namespace",
                "value": "namespace"
              },
              {
                "label": "Kind",
                "value": "kind"
              },
              {
                "label": "Name",
                "value": "name"
              },
              {
                "label": "Controller",
                "value": "controller"
              },
              {
                "label": "Repository",
                "value": "repository"
              },
              {
                "label": "Reference",
                "value": "reference"
              },
              {
                "label": "Commit",
                "value": "commit"
              },
              {
                "label": "Source kind",
                "value": "sourceKind"
              },
              {
                "label": "Compliance state",
                "value": "complianceState"
              },
              {
                "label": "Provisioning state",
                "value": "provisioningState"
              },
              {
                "label": "Version",
                "value": "version"
              },
              {
                "label": "Release train",
                "value": "releaseTrain"
              }
            ],
            "type": "dimension"
          },
          "help": "Which values to list.",
          "label": "Values of",
          "name": "dimension"
        },
        {
          "control": {
            "choices": [
              {
                "label": "Azure and metrics",
                "value": "all"
              },
              {
                "label": "Azure",
                "value": "azure"
              },
              {
                "label": "Metrics of objects",
                "value": "metrics"
              },
              {
                "label": "Metrics of controllers",
                "value": "controllers"
              }
            ],
            "type": "oneOf"
          },
          "help": "Where values come from: Azure, the labels of series about objects, or of series about the controllers.",
          "label": "Known from",
          "name": "source"
        },
        {
          "control": {
            "dimension": "subscription",
            "type": "values"
          },
          "help": "Ids or display names of subscriptions; none: all.",
          "label": "Subscriptions",
          "name": "subscriptions"
        },
        {
          "control": {
            "dimension": "resourceGroup",
            "type": "values"
          },
          "help": "Names of resource groups; none: all.",
          "label": "Resource groups",
          "name": "resourceGroups"
        },
        {
          "control": {
            "dimension": "cluster",
            "type": "values"
          },
          "help": "Names or ARM ids of clusters; none: all.",
          "label": "Clusters",
          "name": "clusters"
        },
        {
          "control": {
            "dimension": "configuration",
            "type": "values"
          },
          "help": "Names of Flux configurations; none: all.",
          "label": "Configurations",
          "name": "configurations"
        },
        {
          "control": {
            "dimension": "namespace",
            "type": "values"
          },
          "help": "Namespaces of configurations, or of objects where rows are objects; none: all.",
          "label": "Namespaces",
          "name": "namespaces"
        },
        {
          "control": {
            "dimension": "kind",
            "type": "values"
          },
          "help": "Kinds of Flux objects; a configuration passes with at least one such object; none: all.",
          "label": "Kinds",
          "name": "kinds"
        },
        {
          "control": {
            "dimension": "complianceState",
            "type": "values"
          },
          "help": "Compliance states, of objects where rows are objects; none: all.",
          "label": "Compliance states",
          "name": "complianceStates"
        },
        {
          "control": {
            "dimension": "commit",
            "type": "values"
          },
          "help": "Commits that were synchronised last: as Azure spells them, the bare hash, or at least seven digits of it; none: all.",
          "label": "Commits",
          "name": "commits"
        },
        {
          "control": {
            "dimension": "repository",
            "type": "values"
          },
          "help": "URLs of repositories, buckets or registries; none: all.",
          "label": "Repositories",
          "name": "repositories"
        },
        {
          "control": {
            "default": 10000,
            "max": 1000000,
            "min": 1,
            "type": "number"
          },
          "help": "Most rows to show; a notice says when rows were left out.",
          "label": "Row limit",
          "name": "limit"
        }
      ],
      "title": "Values"
    }
  ]
};
