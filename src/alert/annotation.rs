//! The annotations of an alert: a description of the problem, and links to dashboard, portal and runbook.
//!
//! Texts are Go templates, which Grafana and Prometheus both expand. Links leave out labels that a row lacks.

use super::rule::{PortalView, Rule};
use crate::arg::kql;
use flux::{ClusterKind, Portal, PortalPage};
use std::fmt::Write as _;

/// A part of an annotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Text of a template.
    Text(String),
    /// The address of Grafana, without a slash at the end.
    Grafana,
    /// The address of the folder with the runbooks, without a slash at the end.
    Runbooks,
    /// The pending period in minutes.
    Minutes,
}

/// Placeholder for [`Piece::Minutes`] in a description.
pub(super) const MINUTES: &str = "<minutes>";

/// The source of an alert's labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Naming {
    /// The plugin's data source: rows have labels that name Azure's resources.
    Azure,
    /// Prometheus: series have at most the name of the cluster.
    Series,
}

/// An annotation: its name and its text.
pub(super) type Annotation = (&'static str, Vec<Piece>);

/// The annotations of a rule, sorted by name. `dashboard` is the uid of the dashboard to link to.
pub(super) fn annotations(
    rule: &Rule,
    naming: Naming,
    portal: &Portal,
    dashboard: &str,
) -> Vec<Annotation> {
    let text = |text: &str| vec![Piece::Text(text.to_owned())];
    vec![
        ("dashboard_url", vec![Piece::Grafana, Piece::Text(filtered(dashboard, rule))]),
        ("description", description(rule.description)),
        ("portal_url", text(&portal_url(rule.portal, naming, portal))),
        ("runbook_url", vec![Piece::Runbooks, Piece::Text(format!("/{}", rule.runbook()))]),
        ("summary", text(rule.summary)),
    ]
}

fn description(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (index, part) in text.split(MINUTES).enumerate() {
        if index > 0 {
            pieces.push(Piece::Minutes);
        }
        pieces.push(Piece::Text(part.to_owned()));
    }
    pieces
}

/// Path of the dashboard, with the alert's labels as variables.
fn filtered(uid: &str, rule: &Rule) -> String {
    let (_, variables) = rule.dashboard;
    let mut path = format!("/d/{uid}?from=now-1h&to=now");
    for (variable, label) in variables {
        // Writing to a String can't fail.
        let _ = write!(
            path,
            "{{{{ with $labels.{label} }}}}&var-{variable}={{{{ . | urlquery }}}}{{{{ end }}}}"
        );
    }
    path
}

fn portal_url(view: PortalView, naming: Naming, portal: &Portal) -> String {
    let page = |page: PortalPage, more: &str| {
        let id = format!(
            "/subscriptions/{{{{ $labels.subscriptionId }}}}/resourceGroups/{{{{ $labels.resourceGroup }}}}/providers/{}/{{{{ $labels.cluster }}}}{more}",
            cluster_type()
        );
        let link = portal.link(page, &id);
        // Several clusters may have the same name: the alert then has no label for the subscription.
        format!(
            "{{{{ if $labels.subscriptionId }}}}{link}{{{{ else }}}}{}{{{{ end }}}}",
            explorer_of_cluster(portal)
        )
    };
    let configuration = |label: &str| {
        format!(
            "/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/{{{{ $labels.{label} }}}}"
        )
    };
    match (view, naming) {
        (PortalView::Fleet, _) => portal.explorer(&kql::fleet_counts()),
        (PortalView::Cluster, _) | (_, Naming::Series) => explorer_of_cluster(portal),
        (PortalView::Extensions, _) => page(PortalPage::Extensions, ""),
        (PortalView::GitOps, _) => page(PortalPage::GitOps, ""),
        (PortalView::ConfigurationObjects(label), _) => {
            page(PortalPage::ConfigurationObjects, &configuration(label))
        }
        (PortalView::Overview(label), _) => page(PortalPage::Overview, &configuration(label)),
    }
}

/// The resource type behind the label `clusterType`.
fn cluster_type() -> String {
    let named = [
        ClusterKind::Aks,
        ClusterKind::Arc,
        ClusterKind::Provisioned,
        ClusterKind::Fleet,
        ClusterKind::Appliance,
    ];
    let mut text = String::new();
    for (index, kind) in named.iter().enumerate() {
        let word = if index == 0 { "if" } else { "else if" };
        let _ = write!(
            text,
            "{{{{ {word} eq $labels.clusterType \"{}\" }}}}{}",
            kind.label(),
            kind.resource_type()
        );
    }
    // For any other kind, the label is the resource type.
    text + "{{ else }}{{ $labels.clusterType }}{{ end }}"
}

/// Link to Resource Graph's explorer, with a query for the alert's cluster.
fn explorer_of_cluster(portal: &Portal) -> String {
    // Letters only: URL encoding leaves them unchanged.
    const NAME: &str = "CLUSTERNAME";
    let link = portal.explorer(&kql::cluster_resources(NAME));
    let link = link.replace(NAME, "{{ . | urlquery }}");
    format!("{{{{ with $labels.cluster }}}}{link}{{{{ end }}}}")
}
