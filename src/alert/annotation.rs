//! What is said beside an alert: what is wrong, and links to where it is to be seen.
//!
//! Texts are Go templates, as Grafana and Prometheus both expand them: labels that a row lacks are left out of links.

use super::rule::{PortalView, Rule};
use crate::arg::kql;
use flux::{ClusterKind, Portal, PortalPage};
use std::fmt::Write as _;

/// A part of an annotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Of a template.
    Text(String),
    /// The address of Grafana, without a slash at the end.
    Grafana,
    /// The address of the folder with the runbooks, without a slash at the end.
    Runbooks,
    /// How many minutes it has been so.
    Minutes,
}

/// What stands for [`Piece::Minutes`] in a description.
pub(super) const MINUTES: &str = "<minutes>";

/// Who names the resources of an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Naming {
    /// Our data source: rows have the labels of Azure's resources.
    Azure,
    /// Prometheus: series have the name of the cluster at most.
    Series,
}

/// An annotation: its name, and what it says.
pub(super) type Annotation = (&'static str, Vec<Piece>);

/// The annotations of a rule, sorted by name.
/// `dashboard` is the uid of the one that is linked to.
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

/// The dashboard, filtered down to what the alert is about.
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
        // Several clusters may be called the same: then nobody knows which subscription it is.
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
    // Of any other kind the label is the type.
    text + "{{ else }}{{ $labels.clusterType }}{{ end }}"
}

/// Resource Graph's explorer, asked for what it knows of the alert's cluster.
fn explorer_of_cluster(portal: &Portal) -> String {
    // Letters, which are encoded as themselves.
    const NAME: &str = "CLUSTERNAME";
    let link = portal.explorer(&kql::cluster_resources(NAME));
    let link = link.replace(NAME, "{{ . | urlquery }}");
    format!("{{{{ with $labels.cluster }}}}{link}{{{{ end }}}}")
}
