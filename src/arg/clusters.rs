//! Pages of the listing of clusters.

use super::page::{DecodeError, Envelope, PageSink};
use super::pages::{RowSink, Seen, Undo, Unreadable, read_page};
use super::row::{RowError, RowReader};
use crate::upstream::lenient::{Fill, Members, Says as _, Str, lenient_object};
use flux::{Cluster, ClusterId, ClusterKind};
use serde::de::{IgnoredAny, MapAccess};

/// Takes the pages of the listing of clusters. Ignores rows of other resources than AKS and Arc clusters.
#[derive(Debug)]
pub struct ClusterPages<'r> {
    reader: &'r mut RowReader,
    /// The clusters read so far, in the order of arrival.
    pub clusters: Vec<Cluster>,
    /// The rows that could not be read.
    pub unreadable: Unreadable,
    seen: Seen,
    /// How far the sink was when the listing began.
    begin: (usize, Unreadable),
}

impl<'r> ClusterPages<'r> {
    /// No clusters yet. Equal texts, and clusters that have Flux, are shared through `reader`.
    pub fn new(reader: &'r mut RowReader) -> Self {
        Self {
            reader,
            clusters: Vec::new(),
            unreadable: Unreadable::default(),
            seen: Seen::default(),
            begin: Default::default(),
        }
    }

    fn read(&mut self, raw: &RawCluster<'_>) -> Result<Option<Cluster>, RowError> {
        if raw.broken {
            return Err(RowError::NotAnObject);
        }
        let id = ClusterId::parse(raw.id.get().ok_or(RowError::NoId)?)?;
        if !matches!(id.kind(), ClusterKind::Aks | ClusterKind::Arc) {
            return Ok(None);
        }
        let reader = &mut *self.reader;
        Ok(Some(Cluster {
            reference: reader.cluster(&id),
            location: reader.text(&raw.location),
            kubernetes_version: reader
                .text(&raw.current_version)
                .or_else(|| reader.text(&raw.version)),
            connectivity: reader
                .text(&raw.connectivity)
                .or_else(|| reader.text(&raw.power_state.code)),
        }))
    }
}

impl<'de> RowSink<'de> for ClusterPages<'_> {
    type Raw = RawCluster<'de>;

    fn id<'r>(raw: &'r RawCluster<'de>) -> Option<&'r str> {
        raw.id.get()
    }

    fn row(&mut self, raw: &RawCluster<'de>) {
        match self.read(raw) {
            Ok(cluster) => self.clusters.extend(cluster),
            Err(error) => self.unreadable.note(error),
        }
    }
}

impl Undo for ClusterPages<'_> {
    type Mark = (usize, Unreadable);

    fn mark(&self) -> Self::Mark {
        (self.clusters.len(), self.unreadable.clone())
    }

    fn back_to(&mut self, (clusters, unreadable): Self::Mark) {
        self.clusters.truncate(clusters);
        self.unreadable = unreadable;
    }

    fn lost(&mut self, reason: &DecodeError) {
        self.unreadable.note(reason);
    }

    fn seen(&mut self) -> &mut Seen {
        &mut self.seen
    }
}

impl PageSink for ClusterPages<'_> {
    fn begin(&mut self) {
        self.seen.forget();
        self.begin = self.mark();
    }

    fn page(&mut self, body: &[u8]) -> Result<Envelope, DecodeError> {
        read_page(body, self)
    }

    fn restart(&mut self) {
        self.seen.forget();
        self.back_to(self.begin.clone());
    }

    fn incomplete(&mut self, missing: u64) {
        for _ in 0..missing {
            self.unreadable.note("Resource Graph announced it and did not send it");
        }
    }
}

lenient_object! {
    /// `powerState` of an AKS cluster.
    struct RawPowerState<'a> {
        "code" => code: Str<'a>,
    }
}

/// A row of `resources`: the flat columns of our query, or the resource with its `properties`.
#[derive(Clone, Debug, Default)]
pub(super) struct RawCluster<'a> {
    id: Str<'a>,
    location: Str<'a>,
    version: Str<'a>,
    current_version: Str<'a>,
    connectivity: Str<'a>,
    power_state: RawPowerState<'a>,
    /// Whether the row, or its `properties`, isn't an object.
    broken: bool,
    /// Whether `properties` is being read: an `id` or `location` in there isn't that of the cluster.
    inside: bool,
}

impl<'de> Members<'de> for RawCluster<'de> {
    const NAMES: &'static [&'static str] = &[
        "id",
        "location",
        "properties",
        "kubernetesVersion",
        "currentKubernetesVersion",
        "connectivityStatus",
        "powerState",
    ];

    fn member<A: MapAccess<'de>>(&mut self, name: &str, object: &mut A) -> Result<(), A::Error> {
        match name {
            "id" if !self.inside => self.id.take_from(object.next_value()?),
            "location" if !self.inside => self.location.take_from(object.next_value()?),
            "properties" if !self.inside => {
                self.inside = true;
                object.next_value_seed(Fill(&mut *self))?;
                self.inside = false;
            }
            "kubernetesVersion" => self.version.take_from(object.next_value()?),
            "currentKubernetesVersion" => self.current_version.take_from(object.next_value()?),
            "connectivityStatus" => self.connectivity.take_from(object.next_value()?),
            "powerState" => self.power_state.take_from(object.next_value()?),
            _ => drop(object.next_value::<IgnoredAny>()?),
        }
        Ok(())
    }

    fn not_an_object(&mut self) {
        self.broken = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arg::{FleetPages, Row};
    use serde_json::{Value, json};
    use std::sync::Arc;

    const AKS: &str =
        "/subscriptions/S/resourcegroups/G/providers/Microsoft.ContainerService/ManagedClusters/a";
    const ARC: &str =
        "/subscriptions/S/resourceGroups/G/providers/microsoft.kubernetes/connectedclusters/b";

    fn page(rows: Value) -> (Vec<Cluster>, Unreadable) {
        let mut reader = RowReader::default();
        let mut pages = ClusterPages::new(&mut reader);
        pages.page(json!({ "data": rows }).to_string().as_bytes()).expect("a page");
        (pages.clusters, pages.unreadable)
    }

    #[test]
    fn flat_columns_and_whole_resources_in_either_case_mean_the_same() {
        let (clusters, unreadable) = page(json!([
            { "id": AKS, "location": "westeurope", "kubernetesVersion": "1.33.3", "connectivityStatus": "Running" },
            { "id": AKS, "location": "westeurope", "properties": { "powerState": { "code": "Running" },
              "kubernetesVersion": "1.33", "currentKubernetesVersion": "1.33.3", "location": "x", "id": 7 } },
            { "id": AKS, "location": "westeurope", "properties": { "PowerState": { "Code": "Running" },
              "CurrentKubernetesVersion": "1.33.3", "KubernetesVersion": "1.33" } },
        ]));
        assert_eq!(unreadable, Unreadable::default());
        assert_eq!((&clusters[1], &clusters[2]), (&clusters[0], &clusters[0]));
        let shown =
            [&clusters[0].location, &clusters[0].kubernetes_version, &clusters[0].connectivity];
        assert_eq!(
            shown.map(|text| text.as_deref().expect("there")),
            ["westeurope", "1.33.3", "Running"]
        );
    }

    #[test]
    fn missing_members_are_absent() {
        let (clusters, unreadable) = page(json!([
            { "id": ARC, "location": "", "kubernetesVersion": null, "connectivityStatus": [] },
            { "id": ARC, "properties": null },
            { "id": ARC, "properties": { "powerState": "Running" } },
        ]));
        assert_eq!((clusters.len(), unreadable.count), (3, 0));
        for cluster in clusters {
            assert_eq!(
                (cluster.location, cluster.kubernetes_version, cluster.connectivity),
                (None, None, None)
            );
        }
    }

    #[test]
    fn other_resources_are_ignored_and_odd_rows_are_counted() {
        let other = "/subscriptions/s/resourceGroups/g/providers/microsoft.monitor/accounts/w";
        let (clusters, unreadable) =
            page(json!([{ "id": other }, { "id": "x" }, {}, 7, { "id": ARC, "properties": [] }]));
        assert_eq!((clusters.len(), unreadable.count), (0, 4));
        assert_eq!(unreadable.example, "the resource id has no subscriptions");
    }

    #[test]
    fn a_cluster_is_the_same_as_that_of_its_extension() {
        let mut reader = RowReader::default();
        let id = format!(
            "{}/providers/Microsoft.KubernetesConfiguration/extensions/flux",
            AKS.to_lowercase()
        );
        let mut fleet = FleetPages::new(&mut reader);
        fleet.page(json!({ "data": [{ "id": id }] }).to_string().as_bytes()).expect("a page");
        let Some(Row::Extension(extension)) = fleet.rows.pop() else { panic!("an extension") };
        let mut pages = ClusterPages::new(&mut reader);
        pages.page(json!({ "data": [{ "id": AKS }] }).to_string().as_bytes()).expect("a page");
        assert!(Arc::ptr_eq(&pages.clusters[0].reference, &extension.cluster));
    }

    #[test]
    fn a_broken_page_does_not_change_the_sink() {
        let good = json!({ "data": [{ "id": ARC }] }).to_string();
        let mut reader = RowReader::default();
        let mut pages = ClusterPages::new(&mut reader);
        pages.page(good.as_bytes()).expect("a page");
        pages.page(&good.as_bytes()[..good.len() - 1]).expect_err("cut off");
        assert_eq!((pages.clusters.len(), pages.unreadable.count), (1, 0));
        pages.restart();
        assert!(pages.clusters.is_empty());
    }
}
