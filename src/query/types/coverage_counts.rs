//! Number of clusters by coverage (with Flux, with its extension only, without) or other dimensions.

use crate::inventory::{Dimension, Filters};
use crate::query::counts::{CountFormat, Counts, FORMAT, group_by};
use crate::query::kql;
use crate::query::native::{NativePanel, NativeQuery};
use crate::query::params::{self, params};
use crate::query::query_type::{EditorGroup, FromInventory, InventoryType, QueryType};
use crate::query::spec::FrameSpec;
use crate::query::view::View;
use flux::Coverage;
use frame::Frame;

pub(super) static TYPE: QueryType = QueryType {
    id: "coverage-counts",
    title: "Coverage counts",
    description: "Number of clusters with Flux, with its extension only and without, or by region, Kubernetes version and so on.",
    group: EditorGroup::Fleet,
    shows_conditions: false,
    needs_clusters: true,
    definition: &FromInventory(CoverageCounts),
};

params! {
    /// Parameters of `coverage-counts`.
    struct Own {
        group_by: Vec<Dimension> = group_by(&[
            Dimension::Coverage,
            Dimension::Location,
            Dimension::KubernetesVersion,
            Dimension::Connectivity,
            Dimension::ClusterType,
            Dimension::ProvisioningState,
            Dimension::Version,
            Dimension::Subscription,
            Dimension::ResourceGroup,
            Dimension::Cluster,
        ]),
        format: CountFormat = FORMAT,
    }
}

type Params = params::Params<Own, Filters>;

#[derive(Debug)]
struct CoverageCounts;

fn counts(params: &Params) -> Counts<'_> {
    Counts {
        name: TYPE.id,
        doc: "Number of clusters.",
        dimensions: &params.own.group_by,
        format: params.own.format,
        limit: params.limit,
    }
}

impl InventoryType for CoverageCounts {
    type Own = Own;

    fn frame_spec(params: &Params) -> FrameSpec {
        counts(params).frame_spec()
    }

    fn frame(params: &Params, view: &View<'_>) -> Frame {
        counts(params).of_rows(&view.snapshot.clusters().covered, &params.filters, view)
    }

    fn native_panel(params: &Params, panel: &NativePanel<'_>) -> Option<NativeQuery> {
        let rows = kql::clusters(panel.style, &params.filters) + &kql::coverage();
        Some(NativeQuery::Kql(match params.own.format {
            CountFormat::Long => kql::count_rows(&rows),
            CountFormat::Wide => {
                let states = Coverage::KNOWN.iter();
                let states = states.map(|state| (state.to_string(), state.color()));
                kql::count_by_state(&rows, "coverage", states)
            }
        }))
    }
}
