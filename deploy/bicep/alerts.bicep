// Made by `gpx_azuregitops export alerts`; edits are lost when it is made again.

@description('Name of the Azure Monitor workspace that holds the metrics of the clusters.')
param azureMonitorWorkspaceName string

@description('Email address that receives the alerts.')
param alertReceiverEmailAddress string

@description('Minutes that the condition must hold before KustomizationNotReady fires.')
param kustomizationLookbackPeriodInMinutes int = 5

@description('Minutes that the condition must hold before HelmReleaseNotReady fires.')
param helmReleaseLookbackPeriodInMinutes int = 5

@description('Minutes that the condition must hold before GitRepositoryNotReady fires.')
param gitRepositoryLookbackPeriodInMinutes int = 5

@description('Minutes that the condition must hold before BucketNotReady fires.')
param bucketLookbackPeriodInMinutes int = 5

@description('Minutes that the condition must hold before HelmRepositoryNotReady fires.')
param helmRepoLookbackPeriodInMinutes int = 5

@description('Minutes that the condition must hold before OCIRepositoryNotReady fires.')
param ociRepositoryLookbackPeriodInMinutes int = 5

@description('Minutes that the condition must hold before HelmChartNotReady fires.')
param helmChartLookbackPeriodInMinutes int = 5

@description('Minutes that the condition must hold before FluxObjectSuspended fires.')
param suspendedLookbackPeriodInMinutes int = 1440

@description('Minutes that the condition must hold before FluxControllerDown fires.')
param controllerLookbackPeriodInMinutes int = 5

@description('Minutes that the condition must hold before FluxReconcileSlow fires.')
param durationLookbackPeriodInMinutes int = 15

@description('How long the condition must have ended before an alert resolves.')
param timeToResolveAlerts string = 'PT10M'

@description('Address of Grafana for the links to dashboards, without a slash at its end.')
param grafanaUrl string = ''

@description('Address of the folder with the runbooks, without a slash at its end.')
param runbooksUrl string = 'docs/runbooks'

@description('Region of the workspace and of the rules.')
param location string = resourceGroup().location

resource azureMonitorWorkspace 'Microsoft.Monitor/accounts@2023-04-03' = {
  name: azureMonitorWorkspaceName
  location: location
}

resource fluxRuleActionGroup 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'fluxRuleActionGroup'
  location: 'global'
  properties: {
    enabled: true
    groupShortName: 'fluxGroup'
    emailReceivers: [
      {
        name: 'emailReceiver'
        emailAddress: alertReceiverEmailAddress
      }
    ]
  }
}

resource fluxRuleGroup 'Microsoft.AlertsManagement/prometheusRuleGroups@2023-03-01' = {
  name: 'fluxRuleGroup'
  location: location
  properties: {
    description: 'Flux objects that are not ready, by gotk_resource_info'
    scopes: [
      azureMonitorWorkspace.id
    ]
    enabled: true
    interval: 'PT1M'
    rules: [
      {
        alert: 'KustomizationNotReady'
        expression: 'max by (cluster, kind, namespace, name) (label_replace(label_replace(gotk_resource_info{customresource_kind!~"Alert|Provider",customresource_kind="Kustomization",ready="False",suspended!="true"}, "kind", "$1", "customresource_kind", "(.+)"), "namespace", "$1", "exported_namespace", "(.+)"))'
        for: 'PT${kustomizationLookbackPeriodInMinutes}M'
        labels: {
          source: 'kube-state-metrics'
        }
        annotations: {
          dashboard_url: '${grafanaUrl}/d/azuregitops-cluster-stats?from=now-1h&to=now{{ with $labels.cluster }}&var-cluster={{ . | urlquery }}{{ end }}{{ with $labels.namespace }}&var-namespace={{ . | urlquery }}{{ end }}{{ with $labels.kind }}&var-kind={{ . | urlquery }}{{ end }}{{ with $labels.name }}&var-name={{ . | urlquery }}{{ end }}'
          description: 'The Ready condition of Kustomization {{ with $labels.namespace }}{{ . }}/{{ end }}{{ $labels.name }}{{ with $labels.cluster }} on cluster {{ . }}{{ end }} has been False for ${kustomizationLookbackPeriodInMinutes} minutes. Its manifests aren\'t applied, or aren\'t healthy. The dashboard shows Flux\'s message.'
          portal_url: '{{ with $labels.cluster }}https://portal.azure.com/#blade/HubsExtension/ArgQueryBlade/query/kubernetesconfigurationresources%0A%7C%20where%20id%20contains%20%27%2F{{ . | urlquery }}%2F%27%0A%7C%20project%20id%2C%20type%2C%20name%2C%20resourceGroup%2C%20subscriptionId%2C%20properties%0A%7C%20order%20by%20id%20asc{{ end }}'
          runbook_url: '${runbooksUrl}/kustomization-not-ready.md'
          summary: 'Kustomization {{ with $labels.namespace }}{{ . }}/{{ end }}{{ $labels.name }} is not ready{{ with $labels.cluster }} on cluster {{ . }}{{ end }}'
        }
        enabled: true
        severity: 3
        resolveConfiguration: {
          autoResolved: true
          timeToResolve: timeToResolveAlerts
        }
        actions: [
          {
            actionGroupId: fluxRuleActionGroup.id
          }
        ]
      }
      {
        alert: 'HelmReleaseNotReady'
        expression: 'max by (cluster, kind, namespace, name) (label_replace(label_replace(gotk_resource_info{customresource_kind!~"Alert|Provider",customresource_kind="HelmRelease",ready="False",suspended!="true"}, "kind", "$1", "customresource_kind", "(.+)"), "namespace", "$1", "exported_namespace", "(.+)"))'
        for: 'PT${helmReleaseLookbackPeriodInMinutes}M'
        labels: {
          source: 'kube-state-metrics'
        }
        annotations: {
          dashboard_url: '${grafanaUrl}/d/azuregitops-cluster-stats?from=now-1h&to=now{{ with $labels.cluster }}&var-cluster={{ . | urlquery }}{{ end }}{{ with $labels.namespace }}&var-namespace={{ . | urlquery }}{{ end }}{{ with $labels.kind }}&var-kind={{ . | urlquery }}{{ end }}{{ with $labels.name }}&var-name={{ . | urlquery }}{{ end }}'
          description: 'The Ready condition of HelmRelease {{ with $labels.namespace }}{{ . }}/{{ end }}{{ $labels.name }}{{ with $labels.cluster }} on cluster {{ . }}{{ end }} has been False for ${helmReleaseLookbackPeriodInMinutes} minutes. Its chart isn\'t installed or upgraded as wanted. The dashboard shows Flux\'s message.'
          portal_url: '{{ with $labels.cluster }}https://portal.azure.com/#blade/HubsExtension/ArgQueryBlade/query/kubernetesconfigurationresources%0A%7C%20where%20id%20contains%20%27%2F{{ . | urlquery }}%2F%27%0A%7C%20project%20id%2C%20type%2C%20name%2C%20resourceGroup%2C%20subscriptionId%2C%20properties%0A%7C%20order%20by%20id%20asc{{ end }}'
          runbook_url: '${runbooksUrl}/helmrelease-not-ready.md'
          summary: 'HelmRelease {{ with $labels.namespace }}{{ . }}/{{ end }}{{ $labels.name }} is not ready{{ with $labels.cluster }} on cluster {{ . }}{{ end }}'
        }
        enabled: true
        severity: 3
        resolveConfiguration: {
          autoResolved: true
          timeToResolve: timeToResolveAlerts
        }
        actions: [
          {
            actionGroupId: fluxRuleActionGroup.id
          }
        ]
      }
      {
        alert: 'GitRepositoryNotReady'
        expression: 'max by (cluster, kind, namespace, name) (label_replace(label_replace(gotk_resource_info{customresource_kind!~"Alert|Provider",customresource_kind="GitRepository",ready="False",suspended!="true"}, "kind", "$1", "customresource_kind", "(.+)"), "namespace", "$1", "exported_namespace", "(.+)"))'
        for: 'PT${gitRepositoryLookbackPeriodInMinutes}M'
        labels: {
          source: 'kube-state-metrics'
        }
        annotations: {
          dashboard_url: '${grafanaUrl}/d/azuregitops-cluster-stats?from=now-1h&to=now{{ with $labels.cluster }}&var-cluster={{ . | urlquery }}{{ end }}{{ with $labels.namespace }}&var-namespace={{ . | urlquery }}{{ end }}{{ with $labels.kind }}&var-kind={{ . | urlquery }}{{ end }}{{ with $labels.name }}&var-name={{ . | urlquery }}{{ end }}'
          description: 'The Ready condition of GitRepository {{ with $labels.namespace }}{{ . }}/{{ end }}{{ $labels.name }}{{ with $labels.cluster }} on cluster {{ . }}{{ end }} has been False for ${gitRepositoryLookbackPeriodInMinutes} minutes. New commits don\'t reach the cluster. The dashboard shows Flux\'s message.'
          portal_url: '{{ with $labels.cluster }}https://portal.azure.com/#blade/HubsExtension/ArgQueryBlade/query/kubernetesconfigurationresources%0A%7C%20where%20id%20contains%20%27%2F{{ . | urlquery }}%2F%27%0A%7C%20project%20id%2C%20type%2C%20name%2C%20resourceGroup%2C%20subscriptionId%2C%20properties%0A%7C%20order%20by%20id%20asc{{ end }}'
          runbook_url: '${runbooksUrl}/gitrepository-not-ready.md'
          summary: 'GitRepository {{ with $labels.namespace }}{{ . }}/{{ end }}{{ $labels.name }} is not ready{{ with $labels.cluster }} on cluster {{ . }}{{ end }}'
        }
        enabled: true
        severity: 3
        resolveConfiguration: {
          autoResolved: true
          timeToResolve: timeToResolveAlerts
        }
        actions: [
          {
            actionGroupId: fluxRuleActionGroup.id
          }
        ]
      }
      {
        alert: 'BucketNotReady'
        expression: 'max by (cluster, kind, namespace, name) (label_replace(label_replace(gotk_resource_info{customresource_kind!~"Alert|Provider",customresource_kind="Bucket",ready="False",suspended!="true"}, "kind", "$1", "customresource_kind", "(.+)"), "namespace", "$1", "exported_namespace", "(.+)"))'
        for: 'PT${bucketLookbackPeriodInMinutes}M'
        labels: {
          source: 'kube-state-metrics'
        }
        annotations: {
          dashboard_url: '${grafanaUrl}/d/azuregitops-cluster-stats?from=now-1h&to=now{{ with $labels.cluster }}&var-cluster={{ . | urlquery }}{{ end }}{{ with $labels.namespace }}&var-namespace={{ . | urlquery }}{{ end }}{{ with $labels.kind }}&var-kind={{ . | urlquery }}{{ end }}{{ with $labels.name }}&var-name={{ . | urlquery }}{{ end }}'
          description: 'The Ready condition of Bucket {{ with $labels.namespace }}{{ . }}/{{ end }}{{ $labels.name }}{{ with $labels.cluster }} on cluster {{ . }}{{ end }} has been False for ${bucketLookbackPeriodInMinutes} minutes. New objects of the bucket don\'t reach the cluster. The dashboard shows Flux\'s message.'
          portal_url: '{{ with $labels.cluster }}https://portal.azure.com/#blade/HubsExtension/ArgQueryBlade/query/kubernetesconfigurationresources%0A%7C%20where%20id%20contains%20%27%2F{{ . | urlquery }}%2F%27%0A%7C%20project%20id%2C%20type%2C%20name%2C%20resourceGroup%2C%20subscriptionId%2C%20properties%0A%7C%20order%20by%20id%20asc{{ end }}'
          runbook_url: '${runbooksUrl}/bucket-not-ready.md'
          summary: 'Bucket {{ with $labels.namespace }}{{ . }}/{{ end }}{{ $labels.name }} is not ready{{ with $labels.cluster }} on cluster {{ . }}{{ end }}'
        }
        enabled: true
        severity: 3
        resolveConfiguration: {
          autoResolved: true
          timeToResolve: timeToResolveAlerts
        }
        actions: [
          {
            actionGroupId: fluxRuleActionGroup.id
          }
        ]
      }
      {
        alert: 'HelmRepositoryNotReady'
        expression: 'max by (cluster, kind, namespace, name) (label_replace(label_replace(gotk_resource_info{customresource_kind!~"Alert|Provider",customresource_kind="HelmRepository",ready="False",suspended!="true"}, "kind", "$1", "customresource_kind", "(.+)"), "namespace", "$1", "exported_namespace", "(.+)"))'
        for: 'PT${helmRepoLookbackPeriodInMinutes}M'
        labels: {
          source: 'kube-state-metrics'
        }
        annotations: {
          dashboard_url: '${grafanaUrl}/d/azuregitops-cluster-stats?from=now-1h&to=now{{ with $labels.cluster }}&var-cluster={{ . | urlquery }}{{ end }}{{ with $labels.namespace }}&var-namespace={{ . | urlquery }}{{ end }}{{ with $labels.kind }}&var-kind={{ . | urlquery }}{{ end }}{{ with $labels.name }}&var-name={{ . | urlquery }}{{ end }}'
          description: 'The Ready condition of HelmRepository {{ with $labels.namespace }}{{ . }}/{{ end }}{{ $labels.name }}{{ with $labels.cluster }} on cluster {{ . }}{{ end }} has been False for ${helmRepoLookbackPeriodInMinutes} minutes. New charts of the repository don\'t reach the cluster. The dashboard shows Flux\'s message.'
          portal_url: '{{ with $labels.cluster }}https://portal.azure.com/#blade/HubsExtension/ArgQueryBlade/query/kubernetesconfigurationresources%0A%7C%20where%20id%20contains%20%27%2F{{ . | urlquery }}%2F%27%0A%7C%20project%20id%2C%20type%2C%20name%2C%20resourceGroup%2C%20subscriptionId%2C%20properties%0A%7C%20order%20by%20id%20asc{{ end }}'
          runbook_url: '${runbooksUrl}/helmrepository-not-ready.md'
          summary: 'HelmRepository {{ with $labels.namespace }}{{ . }}/{{ end }}{{ $labels.name }} is not ready{{ with $labels.cluster }} on cluster {{ . }}{{ end }}'
        }
        enabled: true
        severity: 3
        resolveConfiguration: {
          autoResolved: true
          timeToResolve: timeToResolveAlerts
        }
        actions: [
          {
            actionGroupId: fluxRuleActionGroup.id
          }
        ]
      }
      {
        alert: 'OCIRepositoryNotReady'
        expression: 'max by (cluster, kind, namespace, name) (label_replace(label_replace(gotk_resource_info{customresource_kind!~"Alert|Provider",customresource_kind="OCIRepository",ready="False",suspended!="true"}, "kind", "$1", "customresource_kind", "(.+)"), "namespace", "$1", "exported_namespace", "(.+)"))'
        for: 'PT${ociRepositoryLookbackPeriodInMinutes}M'
        labels: {
          source: 'kube-state-metrics'
        }
        annotations: {
          dashboard_url: '${grafanaUrl}/d/azuregitops-cluster-stats?from=now-1h&to=now{{ with $labels.cluster }}&var-cluster={{ . | urlquery }}{{ end }}{{ with $labels.namespace }}&var-namespace={{ . | urlquery }}{{ end }}{{ with $labels.kind }}&var-kind={{ . | urlquery }}{{ end }}{{ with $labels.name }}&var-name={{ . | urlquery }}{{ end }}'
          description: 'The Ready condition of OCIRepository {{ with $labels.namespace }}{{ . }}/{{ end }}{{ $labels.name }}{{ with $labels.cluster }} on cluster {{ . }}{{ end }} has been False for ${ociRepositoryLookbackPeriodInMinutes} minutes. New artifacts don\'t reach the cluster. The dashboard shows Flux\'s message.'
          portal_url: '{{ with $labels.cluster }}https://portal.azure.com/#blade/HubsExtension/ArgQueryBlade/query/kubernetesconfigurationresources%0A%7C%20where%20id%20contains%20%27%2F{{ . | urlquery }}%2F%27%0A%7C%20project%20id%2C%20type%2C%20name%2C%20resourceGroup%2C%20subscriptionId%2C%20properties%0A%7C%20order%20by%20id%20asc{{ end }}'
          runbook_url: '${runbooksUrl}/ocirepository-not-ready.md'
          summary: 'OCIRepository {{ with $labels.namespace }}{{ . }}/{{ end }}{{ $labels.name }} is not ready{{ with $labels.cluster }} on cluster {{ . }}{{ end }}'
        }
        enabled: true
        severity: 3
        resolveConfiguration: {
          autoResolved: true
          timeToResolve: timeToResolveAlerts
        }
        actions: [
          {
            actionGroupId: fluxRuleActionGroup.id
          }
        ]
      }
      {
        alert: 'HelmChartNotReady'
        expression: 'max by (cluster, kind, namespace, name) (label_replace(label_replace(gotk_resource_info{customresource_kind!~"Alert|Provider",customresource_kind="HelmChart",ready="False",suspended!="true"}, "kind", "$1", "customresource_kind", "(.+)"), "namespace", "$1", "exported_namespace", "(.+)"))'
        for: 'PT${helmChartLookbackPeriodInMinutes}M'
        labels: {
          source: 'kube-state-metrics'
        }
        annotations: {
          dashboard_url: '${grafanaUrl}/d/azuregitops-cluster-stats?from=now-1h&to=now{{ with $labels.cluster }}&var-cluster={{ . | urlquery }}{{ end }}{{ with $labels.namespace }}&var-namespace={{ . | urlquery }}{{ end }}{{ with $labels.kind }}&var-kind={{ . | urlquery }}{{ end }}{{ with $labels.name }}&var-name={{ . | urlquery }}{{ end }}'
          description: 'The Ready condition of HelmChart {{ with $labels.namespace }}{{ . }}/{{ end }}{{ $labels.name }}{{ with $labels.cluster }} on cluster {{ . }}{{ end }} has been False for ${helmChartLookbackPeriodInMinutes} minutes. Releases of the chart can\'t be installed or upgraded. The dashboard shows Flux\'s message.'
          portal_url: '{{ with $labels.cluster }}https://portal.azure.com/#blade/HubsExtension/ArgQueryBlade/query/kubernetesconfigurationresources%0A%7C%20where%20id%20contains%20%27%2F{{ . | urlquery }}%2F%27%0A%7C%20project%20id%2C%20type%2C%20name%2C%20resourceGroup%2C%20subscriptionId%2C%20properties%0A%7C%20order%20by%20id%20asc{{ end }}'
          runbook_url: '${runbooksUrl}/helmchart-not-ready.md'
          summary: 'HelmChart {{ with $labels.namespace }}{{ . }}/{{ end }}{{ $labels.name }} is not ready{{ with $labels.cluster }} on cluster {{ . }}{{ end }}'
        }
        enabled: true
        severity: 3
        resolveConfiguration: {
          autoResolved: true
          timeToResolve: timeToResolveAlerts
        }
        actions: [
          {
            actionGroupId: fluxRuleActionGroup.id
          }
        ]
      }
      {
        alert: 'FluxObjectSuspended'
        expression: 'max by (cluster, kind, namespace, name) (label_replace(label_replace(gotk_resource_info{customresource_kind!~"Alert|Provider",suspended="true"}, "kind", "$1", "customresource_kind", "(.+)"), "namespace", "$1", "exported_namespace", "(.+)"))'
        for: 'PT${suspendedLookbackPeriodInMinutes}M'
        labels: {
          source: 'kube-state-metrics'
        }
        annotations: {
          dashboard_url: '${grafanaUrl}/d/azuregitops-cluster-stats?from=now-1h&to=now{{ with $labels.cluster }}&var-cluster={{ . | urlquery }}{{ end }}{{ with $labels.namespace }}&var-namespace={{ . | urlquery }}{{ end }}{{ with $labels.kind }}&var-kind={{ . | urlquery }}{{ end }}{{ with $labels.name }}&var-name={{ . | urlquery }}{{ end }}'
          description: '{{ $labels.kind }} {{ with $labels.namespace }}{{ . }}/{{ end }}{{ $labels.name }}{{ with $labels.cluster }} on cluster {{ . }}{{ end }} has been suspended for ${suspendedLookbackPeriodInMinutes} minutes. Nothing of its source reaches the cluster until it is resumed.'
          portal_url: '{{ with $labels.cluster }}https://portal.azure.com/#blade/HubsExtension/ArgQueryBlade/query/kubernetesconfigurationresources%0A%7C%20where%20id%20contains%20%27%2F{{ . | urlquery }}%2F%27%0A%7C%20project%20id%2C%20type%2C%20name%2C%20resourceGroup%2C%20subscriptionId%2C%20properties%0A%7C%20order%20by%20id%20asc{{ end }}'
          runbook_url: '${runbooksUrl}/object-suspended.md'
          summary: '{{ $labels.kind }} {{ with $labels.namespace }}{{ . }}/{{ end }}{{ $labels.name }} stays suspended{{ with $labels.cluster }} on cluster {{ . }}{{ end }}'
        }
        enabled: true
        severity: 3
        resolveConfiguration: {
          autoResolved: true
          timeToResolve: timeToResolveAlerts
        }
        actions: [
          {
            actionGroupId: fluxRuleActionGroup.id
          }
        ]
      }
    ]
  }
}

resource fluxConditionRuleGroup 'Microsoft.AlertsManagement/prometheusRuleGroups@2023-03-01' = {
  name: 'fluxConditionRuleGroup'
  location: location
  properties: {
    description: 'Flux objects that are not ready, by gotk_reconcile_condition of Flux up to 2.4'
    scopes: [
      azureMonitorWorkspace.id
    ]
    enabled: true
    interval: 'PT1M'
    rules: [
      {
        alert: 'KustomizationNotReady'
        expression: '((((max by (cluster, kind, namespace, name) (label_replace(gotk_reconcile_condition{kind="Kustomization",type="Ready",status="False"}, "namespace", "$1", "exported_namespace", "(.+)")) == 1) unless (max by (cluster, kind, namespace, name) (label_replace(gotk_reconcile_condition{kind="Kustomization",type="Ready",status="Unknown"}, "namespace", "$1", "exported_namespace", "(.+)")) == 1)) unless (max by (cluster, kind, namespace, name) (label_replace(gotk_suspend_status{kind="Kustomization"}, "namespace", "$1", "exported_namespace", "(.+)")) == 1)) unless (max by (cluster, kind, namespace, name) (label_replace(gotk_reconcile_condition{kind="Kustomization",type="Ready",status="Deleted"}, "namespace", "$1", "exported_namespace", "(.+)")) == 1)) unless on (cluster, kind) max by (cluster, kind) (label_replace(gotk_resource_info{customresource_kind!~"Alert|Provider",customresource_kind="Kustomization"}, "kind", "$1", "customresource_kind", "(.+)"))'
        for: 'PT${kustomizationLookbackPeriodInMinutes}M'
        labels: {
          source: 'controllers'
        }
        annotations: {
          dashboard_url: '${grafanaUrl}/d/azuregitops-cluster-stats?from=now-1h&to=now{{ with $labels.cluster }}&var-cluster={{ . | urlquery }}{{ end }}{{ with $labels.namespace }}&var-namespace={{ . | urlquery }}{{ end }}{{ with $labels.kind }}&var-kind={{ . | urlquery }}{{ end }}{{ with $labels.name }}&var-name={{ . | urlquery }}{{ end }}'
          description: 'The Ready condition of Kustomization {{ with $labels.namespace }}{{ . }}/{{ end }}{{ $labels.name }}{{ with $labels.cluster }} on cluster {{ . }}{{ end }} has been False for ${kustomizationLookbackPeriodInMinutes} minutes. Its manifests aren\'t applied, or aren\'t healthy. The dashboard shows Flux\'s message.'
          portal_url: '{{ with $labels.cluster }}https://portal.azure.com/#blade/HubsExtension/ArgQueryBlade/query/kubernetesconfigurationresources%0A%7C%20where%20id%20contains%20%27%2F{{ . | urlquery }}%2F%27%0A%7C%20project%20id%2C%20type%2C%20name%2C%20resourceGroup%2C%20subscriptionId%2C%20properties%0A%7C%20order%20by%20id%20asc{{ end }}'
          runbook_url: '${runbooksUrl}/kustomization-not-ready.md'
          summary: 'Kustomization {{ with $labels.namespace }}{{ . }}/{{ end }}{{ $labels.name }} is not ready{{ with $labels.cluster }} on cluster {{ . }}{{ end }}'
        }
        enabled: true
        severity: 3
        resolveConfiguration: {
          autoResolved: true
          timeToResolve: timeToResolveAlerts
        }
        actions: [
          {
            actionGroupId: fluxRuleActionGroup.id
          }
        ]
      }
      {
        alert: 'HelmReleaseNotReady'
        expression: '((((max by (cluster, kind, namespace, name) (label_replace(gotk_reconcile_condition{kind="HelmRelease",type="Ready",status="False"}, "namespace", "$1", "exported_namespace", "(.+)")) == 1) unless (max by (cluster, kind, namespace, name) (label_replace(gotk_reconcile_condition{kind="HelmRelease",type="Ready",status="Unknown"}, "namespace", "$1", "exported_namespace", "(.+)")) == 1)) unless (max by (cluster, kind, namespace, name) (label_replace(gotk_suspend_status{kind="HelmRelease"}, "namespace", "$1", "exported_namespace", "(.+)")) == 1)) unless (max by (cluster, kind, namespace, name) (label_replace(gotk_reconcile_condition{kind="HelmRelease",type="Ready",status="Deleted"}, "namespace", "$1", "exported_namespace", "(.+)")) == 1)) unless on (cluster, kind) max by (cluster, kind) (label_replace(gotk_resource_info{customresource_kind!~"Alert|Provider",customresource_kind="HelmRelease"}, "kind", "$1", "customresource_kind", "(.+)"))'
        for: 'PT${helmReleaseLookbackPeriodInMinutes}M'
        labels: {
          source: 'controllers'
        }
        annotations: {
          dashboard_url: '${grafanaUrl}/d/azuregitops-cluster-stats?from=now-1h&to=now{{ with $labels.cluster }}&var-cluster={{ . | urlquery }}{{ end }}{{ with $labels.namespace }}&var-namespace={{ . | urlquery }}{{ end }}{{ with $labels.kind }}&var-kind={{ . | urlquery }}{{ end }}{{ with $labels.name }}&var-name={{ . | urlquery }}{{ end }}'
          description: 'The Ready condition of HelmRelease {{ with $labels.namespace }}{{ . }}/{{ end }}{{ $labels.name }}{{ with $labels.cluster }} on cluster {{ . }}{{ end }} has been False for ${helmReleaseLookbackPeriodInMinutes} minutes. Its chart isn\'t installed or upgraded as wanted. The dashboard shows Flux\'s message.'
          portal_url: '{{ with $labels.cluster }}https://portal.azure.com/#blade/HubsExtension/ArgQueryBlade/query/kubernetesconfigurationresources%0A%7C%20where%20id%20contains%20%27%2F{{ . | urlquery }}%2F%27%0A%7C%20project%20id%2C%20type%2C%20name%2C%20resourceGroup%2C%20subscriptionId%2C%20properties%0A%7C%20order%20by%20id%20asc{{ end }}'
          runbook_url: '${runbooksUrl}/helmrelease-not-ready.md'
          summary: 'HelmRelease {{ with $labels.namespace }}{{ . }}/{{ end }}{{ $labels.name }} is not ready{{ with $labels.cluster }} on cluster {{ . }}{{ end }}'
        }
        enabled: true
        severity: 3
        resolveConfiguration: {
          autoResolved: true
          timeToResolve: timeToResolveAlerts
        }
        actions: [
          {
            actionGroupId: fluxRuleActionGroup.id
          }
        ]
      }
      {
        alert: 'GitRepositoryNotReady'
        expression: '((((max by (cluster, kind, namespace, name) (label_replace(gotk_reconcile_condition{kind="GitRepository",type="Ready",status="False"}, "namespace", "$1", "exported_namespace", "(.+)")) == 1) unless (max by (cluster, kind, namespace, name) (label_replace(gotk_reconcile_condition{kind="GitRepository",type="Ready",status="Unknown"}, "namespace", "$1", "exported_namespace", "(.+)")) == 1)) unless (max by (cluster, kind, namespace, name) (label_replace(gotk_suspend_status{kind="GitRepository"}, "namespace", "$1", "exported_namespace", "(.+)")) == 1)) unless (max by (cluster, kind, namespace, name) (label_replace(gotk_reconcile_condition{kind="GitRepository",type="Ready",status="Deleted"}, "namespace", "$1", "exported_namespace", "(.+)")) == 1)) unless on (cluster, kind) max by (cluster, kind) (label_replace(gotk_resource_info{customresource_kind!~"Alert|Provider",customresource_kind="GitRepository"}, "kind", "$1", "customresource_kind", "(.+)"))'
        for: 'PT${gitRepositoryLookbackPeriodInMinutes}M'
        labels: {
          source: 'controllers'
        }
        annotations: {
          dashboard_url: '${grafanaUrl}/d/azuregitops-cluster-stats?from=now-1h&to=now{{ with $labels.cluster }}&var-cluster={{ . | urlquery }}{{ end }}{{ with $labels.namespace }}&var-namespace={{ . | urlquery }}{{ end }}{{ with $labels.kind }}&var-kind={{ . | urlquery }}{{ end }}{{ with $labels.name }}&var-name={{ . | urlquery }}{{ end }}'
          description: 'The Ready condition of GitRepository {{ with $labels.namespace }}{{ . }}/{{ end }}{{ $labels.name }}{{ with $labels.cluster }} on cluster {{ . }}{{ end }} has been False for ${gitRepositoryLookbackPeriodInMinutes} minutes. New commits don\'t reach the cluster. The dashboard shows Flux\'s message.'
          portal_url: '{{ with $labels.cluster }}https://portal.azure.com/#blade/HubsExtension/ArgQueryBlade/query/kubernetesconfigurationresources%0A%7C%20where%20id%20contains%20%27%2F{{ . | urlquery }}%2F%27%0A%7C%20project%20id%2C%20type%2C%20name%2C%20resourceGroup%2C%20subscriptionId%2C%20properties%0A%7C%20order%20by%20id%20asc{{ end }}'
          runbook_url: '${runbooksUrl}/gitrepository-not-ready.md'
          summary: 'GitRepository {{ with $labels.namespace }}{{ . }}/{{ end }}{{ $labels.name }} is not ready{{ with $labels.cluster }} on cluster {{ . }}{{ end }}'
        }
        enabled: true
        severity: 3
        resolveConfiguration: {
          autoResolved: true
          timeToResolve: timeToResolveAlerts
        }
        actions: [
          {
            actionGroupId: fluxRuleActionGroup.id
          }
        ]
      }
      {
        alert: 'BucketNotReady'
        expression: '((((max by (cluster, kind, namespace, name) (label_replace(gotk_reconcile_condition{kind="Bucket",type="Ready",status="False"}, "namespace", "$1", "exported_namespace", "(.+)")) == 1) unless (max by (cluster, kind, namespace, name) (label_replace(gotk_reconcile_condition{kind="Bucket",type="Ready",status="Unknown"}, "namespace", "$1", "exported_namespace", "(.+)")) == 1)) unless (max by (cluster, kind, namespace, name) (label_replace(gotk_suspend_status{kind="Bucket"}, "namespace", "$1", "exported_namespace", "(.+)")) == 1)) unless (max by (cluster, kind, namespace, name) (label_replace(gotk_reconcile_condition{kind="Bucket",type="Ready",status="Deleted"}, "namespace", "$1", "exported_namespace", "(.+)")) == 1)) unless on (cluster, kind) max by (cluster, kind) (label_replace(gotk_resource_info{customresource_kind!~"Alert|Provider",customresource_kind="Bucket"}, "kind", "$1", "customresource_kind", "(.+)"))'
        for: 'PT${bucketLookbackPeriodInMinutes}M'
        labels: {
          source: 'controllers'
        }
        annotations: {
          dashboard_url: '${grafanaUrl}/d/azuregitops-cluster-stats?from=now-1h&to=now{{ with $labels.cluster }}&var-cluster={{ . | urlquery }}{{ end }}{{ with $labels.namespace }}&var-namespace={{ . | urlquery }}{{ end }}{{ with $labels.kind }}&var-kind={{ . | urlquery }}{{ end }}{{ with $labels.name }}&var-name={{ . | urlquery }}{{ end }}'
          description: 'The Ready condition of Bucket {{ with $labels.namespace }}{{ . }}/{{ end }}{{ $labels.name }}{{ with $labels.cluster }} on cluster {{ . }}{{ end }} has been False for ${bucketLookbackPeriodInMinutes} minutes. New objects of the bucket don\'t reach the cluster. The dashboard shows Flux\'s message.'
          portal_url: '{{ with $labels.cluster }}https://portal.azure.com/#blade/HubsExtension/ArgQueryBlade/query/kubernetesconfigurationresources%0A%7C%20where%20id%20contains%20%27%2F{{ . | urlquery }}%2F%27%0A%7C%20project%20id%2C%20type%2C%20name%2C%20resourceGroup%2C%20subscriptionId%2C%20properties%0A%7C%20order%20by%20id%20asc{{ end }}'
          runbook_url: '${runbooksUrl}/bucket-not-ready.md'
          summary: 'Bucket {{ with $labels.namespace }}{{ . }}/{{ end }}{{ $labels.name }} is not ready{{ with $labels.cluster }} on cluster {{ . }}{{ end }}'
        }
        enabled: true
        severity: 3
        resolveConfiguration: {
          autoResolved: true
          timeToResolve: timeToResolveAlerts
        }
        actions: [
          {
            actionGroupId: fluxRuleActionGroup.id
          }
        ]
      }
      {
        alert: 'HelmRepositoryNotReady'
        expression: '((((max by (cluster, kind, namespace, name) (label_replace(gotk_reconcile_condition{kind="HelmRepository",type="Ready",status="False"}, "namespace", "$1", "exported_namespace", "(.+)")) == 1) unless (max by (cluster, kind, namespace, name) (label_replace(gotk_reconcile_condition{kind="HelmRepository",type="Ready",status="Unknown"}, "namespace", "$1", "exported_namespace", "(.+)")) == 1)) unless (max by (cluster, kind, namespace, name) (label_replace(gotk_suspend_status{kind="HelmRepository"}, "namespace", "$1", "exported_namespace", "(.+)")) == 1)) unless (max by (cluster, kind, namespace, name) (label_replace(gotk_reconcile_condition{kind="HelmRepository",type="Ready",status="Deleted"}, "namespace", "$1", "exported_namespace", "(.+)")) == 1)) unless on (cluster, kind) max by (cluster, kind) (label_replace(gotk_resource_info{customresource_kind!~"Alert|Provider",customresource_kind="HelmRepository"}, "kind", "$1", "customresource_kind", "(.+)"))'
        for: 'PT${helmRepoLookbackPeriodInMinutes}M'
        labels: {
          source: 'controllers'
        }
        annotations: {
          dashboard_url: '${grafanaUrl}/d/azuregitops-cluster-stats?from=now-1h&to=now{{ with $labels.cluster }}&var-cluster={{ . | urlquery }}{{ end }}{{ with $labels.namespace }}&var-namespace={{ . | urlquery }}{{ end }}{{ with $labels.kind }}&var-kind={{ . | urlquery }}{{ end }}{{ with $labels.name }}&var-name={{ . | urlquery }}{{ end }}'
          description: 'The Ready condition of HelmRepository {{ with $labels.namespace }}{{ . }}/{{ end }}{{ $labels.name }}{{ with $labels.cluster }} on cluster {{ . }}{{ end }} has been False for ${helmRepoLookbackPeriodInMinutes} minutes. New charts of the repository don\'t reach the cluster. The dashboard shows Flux\'s message.'
          portal_url: '{{ with $labels.cluster }}https://portal.azure.com/#blade/HubsExtension/ArgQueryBlade/query/kubernetesconfigurationresources%0A%7C%20where%20id%20contains%20%27%2F{{ . | urlquery }}%2F%27%0A%7C%20project%20id%2C%20type%2C%20name%2C%20resourceGroup%2C%20subscriptionId%2C%20properties%0A%7C%20order%20by%20id%20asc{{ end }}'
          runbook_url: '${runbooksUrl}/helmrepository-not-ready.md'
          summary: 'HelmRepository {{ with $labels.namespace }}{{ . }}/{{ end }}{{ $labels.name }} is not ready{{ with $labels.cluster }} on cluster {{ . }}{{ end }}'
        }
        enabled: true
        severity: 3
        resolveConfiguration: {
          autoResolved: true
          timeToResolve: timeToResolveAlerts
        }
        actions: [
          {
            actionGroupId: fluxRuleActionGroup.id
          }
        ]
      }
      {
        alert: 'OCIRepositoryNotReady'
        expression: '((((max by (cluster, kind, namespace, name) (label_replace(gotk_reconcile_condition{kind="OCIRepository",type="Ready",status="False"}, "namespace", "$1", "exported_namespace", "(.+)")) == 1) unless (max by (cluster, kind, namespace, name) (label_replace(gotk_reconcile_condition{kind="OCIRepository",type="Ready",status="Unknown"}, "namespace", "$1", "exported_namespace", "(.+)")) == 1)) unless (max by (cluster, kind, namespace, name) (label_replace(gotk_suspend_status{kind="OCIRepository"}, "namespace", "$1", "exported_namespace", "(.+)")) == 1)) unless (max by (cluster, kind, namespace, name) (label_replace(gotk_reconcile_condition{kind="OCIRepository",type="Ready",status="Deleted"}, "namespace", "$1", "exported_namespace", "(.+)")) == 1)) unless on (cluster, kind) max by (cluster, kind) (label_replace(gotk_resource_info{customresource_kind!~"Alert|Provider",customresource_kind="OCIRepository"}, "kind", "$1", "customresource_kind", "(.+)"))'
        for: 'PT${ociRepositoryLookbackPeriodInMinutes}M'
        labels: {
          source: 'controllers'
        }
        annotations: {
          dashboard_url: '${grafanaUrl}/d/azuregitops-cluster-stats?from=now-1h&to=now{{ with $labels.cluster }}&var-cluster={{ . | urlquery }}{{ end }}{{ with $labels.namespace }}&var-namespace={{ . | urlquery }}{{ end }}{{ with $labels.kind }}&var-kind={{ . | urlquery }}{{ end }}{{ with $labels.name }}&var-name={{ . | urlquery }}{{ end }}'
          description: 'The Ready condition of OCIRepository {{ with $labels.namespace }}{{ . }}/{{ end }}{{ $labels.name }}{{ with $labels.cluster }} on cluster {{ . }}{{ end }} has been False for ${ociRepositoryLookbackPeriodInMinutes} minutes. New artifacts don\'t reach the cluster. The dashboard shows Flux\'s message.'
          portal_url: '{{ with $labels.cluster }}https://portal.azure.com/#blade/HubsExtension/ArgQueryBlade/query/kubernetesconfigurationresources%0A%7C%20where%20id%20contains%20%27%2F{{ . | urlquery }}%2F%27%0A%7C%20project%20id%2C%20type%2C%20name%2C%20resourceGroup%2C%20subscriptionId%2C%20properties%0A%7C%20order%20by%20id%20asc{{ end }}'
          runbook_url: '${runbooksUrl}/ocirepository-not-ready.md'
          summary: 'OCIRepository {{ with $labels.namespace }}{{ . }}/{{ end }}{{ $labels.name }} is not ready{{ with $labels.cluster }} on cluster {{ . }}{{ end }}'
        }
        enabled: true
        severity: 3
        resolveConfiguration: {
          autoResolved: true
          timeToResolve: timeToResolveAlerts
        }
        actions: [
          {
            actionGroupId: fluxRuleActionGroup.id
          }
        ]
      }
      {
        alert: 'HelmChartNotReady'
        expression: '((((max by (cluster, kind, namespace, name) (label_replace(gotk_reconcile_condition{kind="HelmChart",type="Ready",status="False"}, "namespace", "$1", "exported_namespace", "(.+)")) == 1) unless (max by (cluster, kind, namespace, name) (label_replace(gotk_reconcile_condition{kind="HelmChart",type="Ready",status="Unknown"}, "namespace", "$1", "exported_namespace", "(.+)")) == 1)) unless (max by (cluster, kind, namespace, name) (label_replace(gotk_suspend_status{kind="HelmChart"}, "namespace", "$1", "exported_namespace", "(.+)")) == 1)) unless (max by (cluster, kind, namespace, name) (label_replace(gotk_reconcile_condition{kind="HelmChart",type="Ready",status="Deleted"}, "namespace", "$1", "exported_namespace", "(.+)")) == 1)) unless on (cluster, kind) max by (cluster, kind) (label_replace(gotk_resource_info{customresource_kind!~"Alert|Provider",customresource_kind="HelmChart"}, "kind", "$1", "customresource_kind", "(.+)"))'
        for: 'PT${helmChartLookbackPeriodInMinutes}M'
        labels: {
          source: 'controllers'
        }
        annotations: {
          dashboard_url: '${grafanaUrl}/d/azuregitops-cluster-stats?from=now-1h&to=now{{ with $labels.cluster }}&var-cluster={{ . | urlquery }}{{ end }}{{ with $labels.namespace }}&var-namespace={{ . | urlquery }}{{ end }}{{ with $labels.kind }}&var-kind={{ . | urlquery }}{{ end }}{{ with $labels.name }}&var-name={{ . | urlquery }}{{ end }}'
          description: 'The Ready condition of HelmChart {{ with $labels.namespace }}{{ . }}/{{ end }}{{ $labels.name }}{{ with $labels.cluster }} on cluster {{ . }}{{ end }} has been False for ${helmChartLookbackPeriodInMinutes} minutes. Releases of the chart can\'t be installed or upgraded. The dashboard shows Flux\'s message.'
          portal_url: '{{ with $labels.cluster }}https://portal.azure.com/#blade/HubsExtension/ArgQueryBlade/query/kubernetesconfigurationresources%0A%7C%20where%20id%20contains%20%27%2F{{ . | urlquery }}%2F%27%0A%7C%20project%20id%2C%20type%2C%20name%2C%20resourceGroup%2C%20subscriptionId%2C%20properties%0A%7C%20order%20by%20id%20asc{{ end }}'
          runbook_url: '${runbooksUrl}/helmchart-not-ready.md'
          summary: 'HelmChart {{ with $labels.namespace }}{{ . }}/{{ end }}{{ $labels.name }} is not ready{{ with $labels.cluster }} on cluster {{ . }}{{ end }}'
        }
        enabled: true
        severity: 3
        resolveConfiguration: {
          autoResolved: true
          timeToResolve: timeToResolveAlerts
        }
        actions: [
          {
            actionGroupId: fluxRuleActionGroup.id
          }
        ]
      }
      {
        alert: 'FluxObjectSuspended'
        expression: '((max by (cluster, kind, namespace, name) (label_replace(gotk_suspend_status, "namespace", "$1", "exported_namespace", "(.+)")) == 1) unless (max by (cluster, kind, namespace, name) (label_replace(gotk_reconcile_condition{type="Ready",status="Deleted"}, "namespace", "$1", "exported_namespace", "(.+)")) == 1)) unless on (cluster, kind) max by (cluster, kind) (label_replace(gotk_resource_info{customresource_kind!~"Alert|Provider"}, "kind", "$1", "customresource_kind", "(.+)"))'
        for: 'PT${suspendedLookbackPeriodInMinutes}M'
        labels: {
          source: 'controllers'
        }
        annotations: {
          dashboard_url: '${grafanaUrl}/d/azuregitops-cluster-stats?from=now-1h&to=now{{ with $labels.cluster }}&var-cluster={{ . | urlquery }}{{ end }}{{ with $labels.namespace }}&var-namespace={{ . | urlquery }}{{ end }}{{ with $labels.kind }}&var-kind={{ . | urlquery }}{{ end }}{{ with $labels.name }}&var-name={{ . | urlquery }}{{ end }}'
          description: '{{ $labels.kind }} {{ with $labels.namespace }}{{ . }}/{{ end }}{{ $labels.name }}{{ with $labels.cluster }} on cluster {{ . }}{{ end }} has been suspended for ${suspendedLookbackPeriodInMinutes} minutes. Nothing of its source reaches the cluster until it is resumed.'
          portal_url: '{{ with $labels.cluster }}https://portal.azure.com/#blade/HubsExtension/ArgQueryBlade/query/kubernetesconfigurationresources%0A%7C%20where%20id%20contains%20%27%2F{{ . | urlquery }}%2F%27%0A%7C%20project%20id%2C%20type%2C%20name%2C%20resourceGroup%2C%20subscriptionId%2C%20properties%0A%7C%20order%20by%20id%20asc{{ end }}'
          runbook_url: '${runbooksUrl}/object-suspended.md'
          summary: '{{ $labels.kind }} {{ with $labels.namespace }}{{ . }}/{{ end }}{{ $labels.name }} stays suspended{{ with $labels.cluster }} on cluster {{ . }}{{ end }}'
        }
        enabled: true
        severity: 3
        resolveConfiguration: {
          autoResolved: true
          timeToResolve: timeToResolveAlerts
        }
        actions: [
          {
            actionGroupId: fluxRuleActionGroup.id
          }
        ]
      }
    ]
  }
}

resource fluxControllerRuleGroup 'Microsoft.AlertsManagement/prometheusRuleGroups@2023-03-01' = {
  name: 'fluxControllerRuleGroup'
  location: location
  properties: {
    description: 'Flux controllers'
    scopes: [
      azureMonitorWorkspace.id
    ]
    enabled: true
    interval: 'PT1M'
    rules: [
      {
        alert: 'FluxControllerDown'
        expression: 'count by (cluster, namespace, pod) (up{pod=~"(source|kustomize|helm|notification|image-reflector|image-automation|source-watcher)-controller-.+|fluxconfig-(agent|controller)-.+"} == 0) or count by (cluster, namespace, pod) (label_replace(label_replace(up{kubernetes_pod_name=~"(source|kustomize|helm|notification|image-reflector|image-automation|source-watcher)-controller-.+|fluxconfig-(agent|controller)-.+"} == 0, "namespace", "$1", "kubernetes_namespace", "(.+)"), "pod", "$1", "kubernetes_pod_name", "(.+)"))'
        for: 'PT${controllerLookbackPeriodInMinutes}M'
        labels: {
          kind: 'Pod'
        }
        annotations: {
          dashboard_url: '${grafanaUrl}/d/azuregitops-control-plane?from=now-1h&to=now{{ with $labels.cluster }}&var-cluster={{ . | urlquery }}{{ end }}{{ with $labels.namespace }}&var-controllerNamespace={{ . | urlquery }}{{ end }}'
          description: 'Pod {{ with $labels.namespace }}{{ . }}/{{ end }}{{ $labels.pod }}{{ with $labels.cluster }} on cluster {{ . }}{{ end }} hasn\'t answered Prometheus for ${controllerLookbackPeriodInMinutes} minutes. Its objects are no longer reconciled, and its metrics are out of date.'
          portal_url: '{{ with $labels.cluster }}https://portal.azure.com/#blade/HubsExtension/ArgQueryBlade/query/kubernetesconfigurationresources%0A%7C%20where%20id%20contains%20%27%2F{{ . | urlquery }}%2F%27%0A%7C%20project%20id%2C%20type%2C%20name%2C%20resourceGroup%2C%20subscriptionId%2C%20properties%0A%7C%20order%20by%20id%20asc{{ end }}'
          runbook_url: '${runbooksUrl}/controller-down.md'
          summary: 'Flux controller {{ $labels.pod }} is down{{ with $labels.cluster }} on cluster {{ . }}{{ end }}'
        }
        enabled: true
        severity: 3
        resolveConfiguration: {
          autoResolved: true
          timeToResolve: timeToResolveAlerts
        }
        actions: [
          {
            actionGroupId: fluxRuleActionGroup.id
          }
        ]
      }
      {
        alert: 'FluxReconcileSlow'
        expression: '((avg_over_time(azuregitops:reconcile_duration_seconds_sum:rate5m[3600s]) / (avg_over_time(azuregitops:reconcile_duration_seconds_count:rate5m[3600s]) > 0)) > 60) > ((avg_over_time(azuregitops:reconcile_duration_seconds_sum:rate5m[86400s] offset 86400s) / (avg_over_time(azuregitops:reconcile_duration_seconds_count:rate5m[86400s] offset 86400s) > 0)) * 3)'
        for: 'PT${durationLookbackPeriodInMinutes}M'
        labels: {}
        annotations: {
          dashboard_url: '${grafanaUrl}/d/azuregitops-cluster-stats?from=now-1h&to=now{{ with $labels.cluster }}&var-cluster={{ . | urlquery }}{{ end }}{{ with $labels.kind }}&var-kind={{ . | urlquery }}{{ end }}'
          description: 'Reconciling a {{ $labels.kind }}{{ with $labels.cluster }} on cluster {{ . }}{{ end }} took more than a minute on average in the last hour, and over three times as long as a day before. The dashboard shows which objects take the time.'
          portal_url: '{{ with $labels.cluster }}https://portal.azure.com/#blade/HubsExtension/ArgQueryBlade/query/kubernetesconfigurationresources%0A%7C%20where%20id%20contains%20%27%2F{{ . | urlquery }}%2F%27%0A%7C%20project%20id%2C%20type%2C%20name%2C%20resourceGroup%2C%20subscriptionId%2C%20properties%0A%7C%20order%20by%20id%20asc{{ end }}'
          runbook_url: '${runbooksUrl}/reconcile-slow.md'
          summary: '{{ $labels.kind }} reconciliations are slow{{ with $labels.cluster }} on cluster {{ . }}{{ end }}'
        }
        enabled: true
        severity: 3
        resolveConfiguration: {
          autoResolved: true
          timeToResolve: timeToResolveAlerts
        }
        actions: [
          {
            actionGroupId: fluxRuleActionGroup.id
          }
        ]
      }
    ]
  }
}

resource fluxRecordingRuleGroup 'Microsoft.AlertsManagement/prometheusRuleGroups@2023-03-01' = {
  name: 'fluxRecordingRuleGroup'
  location: location
  properties: {
    description: 'Recording rules about Flux for large fleets'
    scopes: [
      azureMonitorWorkspace.id
    ]
    enabled: true
    interval: 'PT1M'
    rules: [
      {
        record: 'azuregitops:reconcile_duration_seconds_sum:rate5m'
        expression: 'sum by (cluster, kind) (rate(gotk_reconcile_duration_seconds_sum[300s]))'
        labels: {}
        enabled: true
      }
      {
        record: 'azuregitops:reconcile_duration_seconds_count:rate5m'
        expression: 'sum by (cluster, kind) (rate(gotk_reconcile_duration_seconds_count[300s]))'
        labels: {}
        enabled: true
      }
      {
        record: 'azuregitops:reconcile_duration_seconds:mean5m'
        expression: 'azuregitops:reconcile_duration_seconds_sum:rate5m / (azuregitops:reconcile_duration_seconds_count:rate5m > 0)'
        labels: {}
        enabled: true
      }
      {
        record: 'azuregitops:objects:count'
        expression: 'count by (cluster, kind) (max by (cluster, kind, namespace, name) (label_replace(label_replace(gotk_resource_info{customresource_kind!~"Alert|Provider",ready="False",suspended!="true"}, "kind", "$1", "customresource_kind", "(.+)"), "namespace", "$1", "exported_namespace", "(.+)")) or (((((max by (cluster, kind, namespace, name) (label_replace(gotk_reconcile_condition{type="Ready",status="False"}, "namespace", "$1", "exported_namespace", "(.+)")) == 1) unless (max by (cluster, kind, namespace, name) (label_replace(gotk_reconcile_condition{type="Ready",status="Unknown"}, "namespace", "$1", "exported_namespace", "(.+)")) == 1)) unless (max by (cluster, kind, namespace, name) (label_replace(gotk_suspend_status, "namespace", "$1", "exported_namespace", "(.+)")) == 1)) unless (max by (cluster, kind, namespace, name) (label_replace(gotk_reconcile_condition{type="Ready",status="Deleted"}, "namespace", "$1", "exported_namespace", "(.+)")) == 1)) unless on (cluster, kind) max by (cluster, kind) (label_replace(gotk_resource_info{customresource_kind!~"Alert|Provider"}, "kind", "$1", "customresource_kind", "(.+)"))))'
        labels: {
          state: 'Failing'
        }
        enabled: true
      }
      {
        record: 'azuregitops:objects:count'
        expression: 'count by (cluster, kind) (max by (cluster, kind, namespace, name) (label_replace(label_replace(gotk_resource_info{customresource_kind!~"Alert|Provider",ready="Unknown",suspended!="true"}, "kind", "$1", "customresource_kind", "(.+)"), "namespace", "$1", "exported_namespace", "(.+)")) or ((((max by (cluster, kind, namespace, name) (label_replace(gotk_reconcile_condition{type="Ready",status="Unknown"}, "namespace", "$1", "exported_namespace", "(.+)")) == 1) unless (max by (cluster, kind, namespace, name) (label_replace(gotk_suspend_status, "namespace", "$1", "exported_namespace", "(.+)")) == 1)) unless (max by (cluster, kind, namespace, name) (label_replace(gotk_reconcile_condition{type="Ready",status="Deleted"}, "namespace", "$1", "exported_namespace", "(.+)")) == 1)) unless on (cluster, kind) max by (cluster, kind) (label_replace(gotk_resource_info{customresource_kind!~"Alert|Provider"}, "kind", "$1", "customresource_kind", "(.+)"))))'
        labels: {
          state: 'Unknown'
        }
        enabled: true
      }
      {
        record: 'azuregitops:objects:count'
        expression: 'count by (cluster, kind) (max by (cluster, kind, namespace, name) (label_replace(label_replace(gotk_resource_info{customresource_kind!~"Alert|Provider",ready="",suspended!="true"}, "kind", "$1", "customresource_kind", "(.+)"), "namespace", "$1", "exported_namespace", "(.+)")))'
        labels: {
          state: 'New'
        }
        enabled: true
      }
      {
        record: 'azuregitops:objects:count'
        expression: 'count by (cluster, kind) (max by (cluster, kind, namespace, name) (label_replace(label_replace(gotk_resource_info{customresource_kind!~"Alert|Provider",suspended="true"}, "kind", "$1", "customresource_kind", "(.+)"), "namespace", "$1", "exported_namespace", "(.+)")) or (((max by (cluster, kind, namespace, name) (label_replace(gotk_suspend_status, "namespace", "$1", "exported_namespace", "(.+)")) == 1) unless (max by (cluster, kind, namespace, name) (label_replace(gotk_reconcile_condition{type="Ready",status="Deleted"}, "namespace", "$1", "exported_namespace", "(.+)")) == 1)) unless on (cluster, kind) max by (cluster, kind) (label_replace(gotk_resource_info{customresource_kind!~"Alert|Provider"}, "kind", "$1", "customresource_kind", "(.+)"))))'
        labels: {
          state: 'Suspended'
        }
        enabled: true
      }
      {
        record: 'azuregitops:objects:count'
        expression: 'count by (cluster, kind) (max by (cluster, kind, namespace, name) (label_replace(label_replace(gotk_resource_info{customresource_kind!~"Alert|Provider",ready="True",suspended!="true"}, "kind", "$1", "customresource_kind", "(.+)"), "namespace", "$1", "exported_namespace", "(.+)")) or ((((((max by (cluster, kind, namespace, name) (label_replace(gotk_reconcile_condition{type="Ready",status="True"}, "namespace", "$1", "exported_namespace", "(.+)")) == 1) unless (max by (cluster, kind, namespace, name) (label_replace(gotk_reconcile_condition{type="Ready",status="Unknown"}, "namespace", "$1", "exported_namespace", "(.+)")) == 1)) unless (max by (cluster, kind, namespace, name) (label_replace(gotk_reconcile_condition{type="Ready",status="False"}, "namespace", "$1", "exported_namespace", "(.+)")) == 1)) unless (max by (cluster, kind, namespace, name) (label_replace(gotk_suspend_status, "namespace", "$1", "exported_namespace", "(.+)")) == 1)) unless (max by (cluster, kind, namespace, name) (label_replace(gotk_reconcile_condition{type="Ready",status="Deleted"}, "namespace", "$1", "exported_namespace", "(.+)")) == 1)) unless on (cluster, kind) max by (cluster, kind) (label_replace(gotk_resource_info{customresource_kind!~"Alert|Provider"}, "kind", "$1", "customresource_kind", "(.+)"))))'
        labels: {
          state: 'Ready'
        }
        enabled: true
      }
    ]
  }
}
