//! Number of failing Flux objects by cluster and other dimensions.
//!
//! Upstream: `statuses` of Flux configurations. Groups with the most failing objects come first. The query type
//! `failing-objects` defines when an object fails.

use crate::inventory::{Dimension, Filters};
use crate::query::counts::{CountFormat, Counts, FORMAT, group_by};
use crate::query::group::{Counted, group_fields};
use crate::query::kql;
use crate::query::native::{NativePanel, NativeQuery};
use crate::query::objects::{ObjectRow, matching_objects};
use crate::query::params::{self, params};
use crate::query::query_type::{EditorGroup, FromInventory, InventoryType, QueryType};
use crate::query::spec::FrameSpec;
use crate::query::view::View;
use frame::Frame;
use std::cmp::Reverse;
use std::collections::BTreeMap;

pub(super) static TYPE: QueryType = QueryType {
    id: "failing-counts",
    title: "Failing object counts",
    description: "Number of failing Flux objects by cluster, configuration, kind and so on, those with the most first.",
    group: EditorGroup::Objects,
    shows_conditions: false,
    needs_clusters: false,
    definition: &FromInventory(FailingCounts),
};

params! {
    /// Parameters of `failing-counts`.
    struct Own {
        group_by: Vec<Dimension> = group_by(&[
            Dimension::Cluster,
            Dimension::Configuration,
            Dimension::Kind,
            Dimension::Namespace,
            Dimension::ResourceGroup,
        ]),
        format: CountFormat = FORMAT,
    }
}

type Params = params::Params<Own, Filters>;

#[derive(Debug)]
struct FailingCounts;

fn counts(params: &Params) -> Counts<'_> {
    Counts {
        name: TYPE.id,
        doc: "Number of failing Flux objects.",
        dimensions: &params.own.group_by,
        format: params.own.format,
        limit: params.limit,
    }
}

/// The value of one grouping field.
fn label(row: ObjectRow<'_>, field: &str) -> Option<String> {
    let cluster = &row.configuration.cluster;
    match field {
        "cluster" => Some(cluster.name.to_string()),
        "resourceGroup" => Some(cluster.resource_group.to_string()),
        "subscriptionId" => Some(cluster.subscription_id.to_string()),
        "configuration" => Some(row.configuration.name.to_string()),
        "kind" => row.object.kind.as_ref().map(ToString::to_string),
        "namespace" => row.object.namespace.as_ref().map(ToString::to_string),
        _ => None,
    }
}

impl InventoryType for FailingCounts {
    type Own = Own;

    fn frame_spec(params: &Params) -> FrameSpec {
        counts(params).frame_spec()
    }

    fn frame(params: &Params, view: &View<'_>) -> Frame {
        let fields = group_fields(&params.own.group_by);
        // Rows spell the same id in different ways.
        let mut groups: BTreeMap<Vec<Option<String>>, Counted> = BTreeMap::new();
        for row in matching_objects(&params.filters, view).filter(|row| row.object.is_failing()) {
            let labels: Vec<_> = fields.iter().map(|field| label(row, field)).collect();
            let lower = |text: &Option<String>| text.as_ref().map(|text| text.to_lowercase());
            let key = labels.iter().map(lower).collect();
            groups.entry(key).or_insert(Counted { labels, count: 0, color: None }).count += 1;
        }
        let mut groups: Vec<Counted> = groups.into_values().collect();
        groups.sort_by_key(|group| Reverse(group.count));
        counts(params).of_groups(&groups, view.portal)
    }

    fn native_panel(params: &Params, panel: &NativePanel<'_>) -> Option<NativeQuery> {
        let [Dimension::Cluster] = params.own.group_by[..] else { return None };
        let rows = kql::objects(panel.style, &params.filters);
        let step = format!(
            "where {}\n| summarize ['count'] = count() by cluster\n| order by ['count'] desc, cluster asc\n| take {}",
            kql::object_fails(),
            params.limit
        );
        Some(NativeQuery::Kql(kql::count_with(&rows, &step)))
    }
}
