//! Number of Flux extensions by state or other dimensions.

use crate::inventory::{Dimension, Filters};
use crate::query::counts::{CountFormat, Counts, FORMAT, group_by};
use crate::query::kql;
use crate::query::native::{NativePanel, NativeQuery};
use crate::query::params::{self, params};
use crate::query::query_type::{EditorGroup, FromInventory, InventoryType, QueryType};
use crate::query::spec::FrameSpec;
use crate::query::view::View;
use flux::ProvisioningState;
use frame::Frame;

pub(super) static TYPE: QueryType = QueryType {
    id: "extension-counts",
    title: "Extension counts",
    description: "Number of Flux extensions by provisioning state, version, cluster type and so on.",
    group: EditorGroup::Fleet,
    shows_conditions: false,
    needs_clusters: false,
    definition: &FromInventory(ExtensionCounts),
};

params! {
    /// Parameters of `extension-counts`.
    struct Own {
        group_by: Vec<Dimension> = group_by(&[
            Dimension::ProvisioningState,
            Dimension::Version,
            Dimension::ReleaseTrain,
            Dimension::ClusterType,
            Dimension::Subscription,
            Dimension::ResourceGroup,
            Dimension::Cluster,
        ]),
        format: CountFormat = FORMAT,
    }
}

type Params = params::Params<Own, Filters>;

#[derive(Debug)]
struct ExtensionCounts;

fn counts(params: &Params) -> Counts<'_> {
    Counts {
        name: TYPE.id,
        doc: "Number of Flux extensions.",
        dimensions: &params.own.group_by,
        format: params.own.format,
        limit: params.limit,
    }
}

impl InventoryType for ExtensionCounts {
    type Own = Own;

    fn frame_spec(params: &Params) -> FrameSpec {
        counts(params).frame_spec()
    }

    fn frame(params: &Params, view: &View<'_>) -> Frame {
        counts(params).of_rows(view.snapshot.extensions(), &params.filters, view)
    }

    fn native_panel(params: &Params, panel: &NativePanel<'_>) -> Option<NativeQuery> {
        let rows = kql::extensions(panel.style, &params.filters);
        Some(NativeQuery::Kql(match params.own.format {
            CountFormat::Long => kql::count_rows(&rows),
            CountFormat::Wide => {
                let states = ProvisioningState::KNOWN.iter();
                let states = states.map(|state| (state.to_string(), state.color()));
                kql::count_by_state(&rows, "provisioningState", states)
            }
        }))
    }
}
