//! The states of Flux objects as PromQL, for all generations of metrics that an endpoint may hold.
//!
//! - `gotk_resource_info` (kube-state-metrics) has one series of value 1 for each object, with its state in labels.
//! - `gotk_reconcile_condition` (controllers until Flux 2.4; 2.1 for a HelmRelease) has one series for each object and
//!   status, with the value 1 for the current status. After a bug of Flux several series can be 1; `Deleted` of Flux 2.0
//!   means that the object is gone.
//!
//! Where an endpoint has both for a kind on a cluster, `gotk_resource_info` counts.

use super::labels::{Selection, Subject};
use super::promql::{Aggregation, Expr, Matcher};
use super::schema::Detected;
use flux::ObjectState;

/// The labels that identify an object in all expressions of this module.
const IDENTITY: [&str; 4] = ["cluster", "kind", "namespace", "name"];
/// Kinds without conditions: they have no readiness, and would be shown as new for ever.
const WITHOUT_READINESS: &str = "Alert|Provider";

/// Readiness of the selected objects at one endpoint.
#[derive(Clone, Copy, Debug)]
pub struct Readiness<'a> {
    /// The Flux metrics of the endpoint.
    pub detected: &'a Detected,
    /// The selected objects.
    pub selection: &'a Selection,
    /// Name of the endpoint.
    pub endpoint: &'a str,
}

impl Readiness<'_> {
    /// One series of value 1 for each object in a state (`None`: in any state), with the labels cluster, kind, namespace,
    /// name. Gives `None` when the endpoint has no readiness of any kind, or doesn't know the state.
    pub fn objects(&self, state: Option<ObjectState>) -> Option<Expr> {
        match (self.objects_of_resources(state), self.objects_of_conditions(state)) {
            (Some(resources), Some(conditions)) => Some(resources.with("or", &conditions)),
            (resources, conditions) => resources.or(conditions),
        }
    }

    /// As [`Readiness::objects`], from `gotk_resource_info` alone.
    pub fn objects_of_resources(&self, state: Option<ObjectState>) -> Option<Expr> {
        (!self.detected.resources.is_empty()).then(|| self.resources(state))
    }

    /// As [`Readiness::objects`], from `gotk_reconcile_condition` alone. Leaves out clusters and kinds for which the
    /// endpoint has `gotk_resource_info`, so that no object is in both.
    pub fn objects_of_conditions(&self, state: Option<ObjectState>) -> Option<Expr> {
        if self.detected.conditions.is_empty() {
            return None;
        }
        let conditions = self.conditions(state)?;
        if self.detected.resources.is_empty() {
            return Some(conditions);
        }
        Some(conditions.with("unless on (cluster, kind)", &self.covered()))
    }

    /// Series of `gotk_resource_info` with the identity, `ready`, `suspended` and `revision`, for tables. `None`: the endpoint
    /// has none.
    pub fn resource_details(&self) -> Option<Expr> {
        let labels = [&IDENTITY[..], &["ready", "suspended", "revision"]].concat();
        let found = !self.detected.resources.is_empty();
        found.then(|| self.resource_series(None).aggregate(Aggregation::Max, &labels))
    }

    /// Objects by their status in `gotk_reconcile_condition` (label `status`), and the suspended ones (`status` is
    /// absent), for tables. `None`: the endpoint has none.
    pub fn condition_details(&self) -> Option<[Expr; 2]> {
        let labels = [&IDENTITY[..], &["status"]].concat();
        let found = !self.detected.conditions.is_empty();
        found.then(|| {
            let ready = [Matcher::is("type", "Ready")];
            let statuses = self.controller_series("gotk_reconcile_condition", &ready);
            let statuses = statuses.aggregate(Aggregation::Max, &labels).with_number("==", 1.0);
            [statuses, self.suspended()]
        })
    }

    fn resources(&self, state: Option<ObjectState>) -> Expr {
        self.resource_series(state).aggregate(Aggregation::Max, &IDENTITY)
    }

    fn resource_series(&self, state: Option<ObjectState>) -> Expr {
        let mut matchers = self.resource_matchers(true);
        if let Some(state) = state {
            let ready = match state {
                ObjectState::Ready => Some("True"),
                ObjectState::Failing => Some("False"),
                ObjectState::Unknown => Some("Unknown"),
                ObjectState::New => Some(""),
                ObjectState::Suspended => None,
            };
            matchers.extend(ready.map(|ready| Matcher::is("ready", ready)));
            matchers.push(match state {
                ObjectState::Suspended => Matcher::is("suspended", "true"),
                _ => Matcher::is_not("suspended", "true"),
            });
        }
        Expr::select("gotk_resource_info", &matchers)
            .copy_label("customresource_kind", "kind")
            .copy_label("exported_namespace", "namespace")
    }

    fn resource_matchers(&self, with_objects: bool) -> Vec<Matcher> {
        let Selection { namespaces, names, .. } = self.selection;
        let mut matchers = self.selection.cluster_matchers(self.endpoint);
        matchers.push(Matcher::matches_not("customresource_kind", WITHOUT_READINESS));
        matchers.extend(self.selection.kind_matchers("customresource_kind"));
        for (label, values) in [("exported_namespace", namespaces), ("name", names)] {
            if with_objects && !values.is_empty() {
                matchers.push(Matcher::one_of(label, values));
            }
        }
        matchers
    }

    /// Clusters and kinds that have `gotk_resource_info`; the selection's filters on objects don't count.
    fn covered(&self) -> Expr {
        Expr::select("gotk_resource_info", &self.resource_matchers(false))
            .copy_label("customresource_kind", "kind")
            .aggregate(Aggregation::Max, &["cluster", "kind"])
    }

    fn conditions(&self, state: Option<ObjectState>) -> Option<Expr> {
        let status = |status| self.status(status);
        let objects = match state {
            None => status("True").with("or", &status("False")).with("or", &status("Unknown")),
            Some(ObjectState::New) => return None,
            Some(ObjectState::Suspended) => self.suspended(),
            Some(ObjectState::Unknown) => status("Unknown").with("unless", &self.suspended()),
            Some(ObjectState::Failing) => {
                status("False").with("unless", &status("Unknown")).with("unless", &self.suspended())
            }
            Some(ObjectState::Ready) => status("True")
                .with("unless", &status("Unknown"))
                .with("unless", &status("False"))
                .with("unless", &self.suspended()),
        };
        Some(objects.with("unless", &status("Deleted")))
    }

    /// Objects whose Ready condition has a status.
    fn status(&self, status: &str) -> Expr {
        let matchers = [Matcher::is("type", "Ready"), Matcher::is("status", status)];
        self.controller_series("gotk_reconcile_condition", &matchers)
            .aggregate(Aggregation::Max, &IDENTITY)
            .with_number("==", 1.0)
    }

    fn suspended(&self) -> Expr {
        self.controller_series("gotk_suspend_status", &[])
            .aggregate(Aggregation::Max, &IDENTITY)
            .with_number("==", 1.0)
    }

    /// A metric that controllers have for each object, with canonical labels.
    fn controller_series(&self, metric: &str, more: &[Matcher]) -> Expr {
        let schemes = self.detected.schemes();
        let select = |matchers: &[Matcher]| Expr::select(metric, &[matchers, more].concat());
        let series = self.selection.series(Subject::Object, &schemes, self.endpoint, select);
        Subject::Object.canonical(series, &["namespace"], &schemes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prometheus::{Kinds, LabelScheme};

    fn readiness(detected: &Detected, state: Option<ObjectState>) -> Option<String> {
        let selection = Selection { namespaces: vec!["apps".to_owned()], ..Selection::default() };
        let readiness = Readiness { detected, selection: &selection, endpoint: "eu" };
        readiness.objects(state).map(|expr| expr.to_string())
    }

    fn detected(conditions: bool, resources: bool) -> Detected {
        let kinds =
            |there| if there { Kinds::of("", &["Kustomization"]) } else { Kinds::default() };
        Detected {
            conditions: kinds(conditions),
            resources: kinds(resources),
            labels: Some(LabelScheme::PodMonitor),
            anything: false,
        }
    }

    #[test]
    fn without_readiness_there_are_no_expressions() {
        assert_eq!(readiness(&detected(false, false), None), None);
        assert_eq!(readiness(&detected(true, false), Some(ObjectState::New)), None);
    }

    #[test]
    fn the_metric_of_kube_state_metrics_needs_one_selector() {
        assert_eq!(
            readiness(&detected(false, true), Some(ObjectState::Failing)).as_deref(),
            Some(
                "max by (cluster, kind, namespace, name) (label_replace(label_replace(gotk_resource_info{customresource_kind!~\"Alert|Provider\",exported_namespace=\"apps\",ready=\"False\",suspended!=\"true\"}, \"kind\", \"$1\", \"customresource_kind\", \"(.+)\"), \"namespace\", \"$1\", \"exported_namespace\", \"(.+)\"))"
            )
        );
    }

    #[test]
    fn when_both_metrics_exist_one_counts_per_cluster_and_kind() {
        let text = readiness(&detected(true, true), Some(ObjectState::Ready)).expect("there");
        assert!(text.contains(") or ("), "{text}");
        let covered = text.split("unless on (cluster, kind)").nth(1).expect("there");
        assert!(!covered.contains("apps"), "coverage has no filter on objects: {covered}");
    }
}
