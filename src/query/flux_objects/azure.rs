//! Flux objects as Azure reports them.

use super::{Identity, Object, ObjectKey, Witness, state};
use crate::inventory::{Dimension, Snapshot};
use crate::prometheus::Selection;
use crate::query::filters::on_inventory;
use crate::query::objects::{ObjectFilter, ObjectRow, parent_rows};
use crate::query::view::{MetricsView, View};
use flux::{ClusterRef, ComplianceState, ConditionStatus, FluxDeployment, ObjectState, Text};
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

/// Objects of the inventory that pass the filters on metrics.
pub(in crate::query) struct AzureObjects<'a> {
    snapshot: &'a Snapshot,
    /// Row numbers of the configurations that may have such objects, in order.
    configurations: Vec<usize>,
    filter: ObjectFilter,
    names: HashSet<String>,
    /// Kinds of objects. `None`: all that something reconciles.
    kinds: Option<Vec<&'static str>>,
}

impl<'a> AzureObjects<'a> {
    pub(super) fn new(selection: &Selection, view: &View<'a>) -> Self {
        let filters = on_inventory(selection);
        let words = selection.controllers.as_slice();
        Self {
            snapshot: view.snapshot,
            configurations: parent_rows(&filters, view).map(|(row, _)| row).collect(),
            filter: ObjectFilter::new(&filters),
            names: selection.names.iter().cloned().collect(),
            kinds: (!words.is_empty()).then(|| FluxDeployment::controllers_called(words).collect()),
        }
    }

    /// All objects, sorted by cluster.
    pub(super) fn all(&self) -> impl Iterator<Item = ObjectRow<'a>> {
        self.configurations.iter().flat_map(|place| self.of(*place))
    }

    /// The name of each cluster, in order, with the cluster's objects.
    pub(super) fn by_cluster(&self) -> impl Iterator<Item = (&'a str, AzureOfCluster<'a, '_>)> {
        let column = self.snapshot.configurations().column(Dimension::Cluster);
        let code = move |place: &usize| column.and_then(|column| column.codes.get(*place));
        let clusters = self.configurations.chunk_by(move |left, right| code(left) == code(right));
        clusters.filter_map(|configurations| {
            let first = self.snapshot.configurations().rows().get(*configurations.first()?)?;
            Some((&*first.cluster.name, AzureOfCluster { all: self, configurations }))
        })
    }

    fn of(&self, configuration: usize) -> impl Iterator<Item = ObjectRow<'a>> {
        let configuration = &*self.snapshot.configurations().rows()[configuration];
        let rows =
            configuration.objects.iter().map(move |object| ObjectRow { configuration, object });
        rows.filter(|row| self.pass(row))
    }

    fn pass(&self, row: &ObjectRow<'_>) -> bool {
        let ObjectKey { kind, namespace, name } = ObjectKey::of(row);
        let is_wanted =
            |kinds: &Vec<&str>| kinds.iter().any(|name| name.eq_ignore_ascii_case(kind));
        (self.names.is_empty() || self.names.contains(name))
            && self.kinds.as_ref().map_or_else(|| row.object.is_reconciled(), is_wanted)
            && self.filter.passes(Some(kind), Some(namespace), &row.object.compliance_state)
    }

    fn all_pass(&self) -> bool {
        self.names.is_empty() && self.kinds.is_none() && self.filter.is_open()
    }
}

/// The objects on one cluster.
#[derive(Clone, Copy)]
pub(in crate::query) struct AzureOfCluster<'a, 'o> {
    all: &'o AzureObjects<'a>,
    configurations: &'o [usize],
}

impl<'a, 'o> AzureOfCluster<'a, 'o> {
    /// The objects, by configuration.
    pub(in crate::query) fn rows(self) -> impl Iterator<Item = ObjectRow<'a>> + use<'a, 'o> {
        self.configurations.iter().flat_map(move |place| self.all.of(*place))
    }

    /// Number of the objects. Objects are checked one by one only when there are filters on them.
    pub(in crate::query) fn count(self) -> usize {
        if !self.all.all_pass() {
            return self.rows().count();
        }
        let summaries =
            self.configurations.iter().filter_map(|at| self.all.snapshot.summaries().get(*at));
        summaries.map(|summary| summary.flux_objects as usize).sum()
    }
}

impl<'a> ObjectKey<'a> {
    pub(in crate::query) fn of(row: &ObjectRow<'a>) -> Self {
        let text = |text: &'a Option<Text>| text.as_deref().unwrap_or_default();
        Self {
            kind: text(&row.object.kind),
            namespace: text(&row.object.namespace),
            name: &row.object.name,
        }
    }
}

pub(in crate::query) fn of_azure(row: ObjectRow<'_>) -> Object<'_> {
    let (object, configuration) = (row.object, row.configuration);
    let key = ObjectKey::of(&row);
    let ready = match (object.ready(), &object.compliance_state) {
        (Some(status), _) => Some(status),
        (None, ComplianceState::Compliant) => Some(ConditionStatus::True),
        (None, ComplianceState::NonCompliant) => Some(ConditionStatus::False),
        (None, _) => Some(ConditionStatus::Unknown),
    };
    let suspended =
        configuration.suspended || object.compliance_state == ComplianceState::Suspended;
    Object {
        identity: Identity { cluster: &configuration.cluster.name, object: key },
        ready,
        state: match state(ready, suspended) {
            // Azure's state counts here, as in the query type failing-objects.
            ObjectState::Unknown | ObjectState::Ready if object.is_failing() => {
                ObjectState::Failing
            }
            state => state,
        },
        revision: configuration.source_synced_commit.as_deref().filter(|_| key.follows_source()),
        witness: Witness::Azure,
        azure: Some(row),
        cluster: Some(&configuration.cluster),
    }
}

/// The clusters that Azure reports, looked up by name.
pub(in crate::query) struct ClusterNames<'a> {
    /// `None`: no cluster is known.
    snapshot: Option<&'a Snapshot>,
    /// The names that were looked up before.
    found: RefCell<HashMap<String, Option<&'a ClusterRef>>>,
}

impl<'a> ClusterNames<'a> {
    pub(in crate::query) fn new(view: &MetricsView<'a>) -> Self {
        Self { snapshot: view.snapshot, found: RefCell::default() }
    }

    /// The cluster with this name. `None`: no cluster has this name, or several have it.
    pub(in crate::query) fn get(&self, name: &str) -> Option<&'a ClusterRef> {
        let snapshot = self.snapshot?;
        if let Some(found) = self.found.borrow().get(name) {
            return *found;
        }
        let with_extensions = snapshot.extensions().clusters_called(name);
        let with_configurations = snapshot.configurations().clusters_called(name);
        let mut all = [with_extensions, with_configurations].into_iter().flatten().flatten();
        let one = all.next().filter(|first| all.all(|other| other.key() == first.key()));
        self.found.borrow_mut().insert(name.to_owned(), one);
        one
    }
}
