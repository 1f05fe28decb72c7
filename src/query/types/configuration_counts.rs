//! Number of Flux configurations by state or other dimensions.

use crate::inventory::{Dimension, Filters};
use crate::query::counts::{CountFormat, Counts, FORMAT, group_by};
use crate::query::kql;
use crate::query::native::{NativePanel, NativeQuery};
use crate::query::params::{self, params};
use crate::query::query_type::{EditorGroup, FromInventory, InventoryType, QueryType};
use crate::query::spec::FrameSpec;
use crate::query::view::View;
use flux::ComplianceState;
use frame::Frame;

pub(super) static TYPE: QueryType = QueryType {
    id: "configuration-counts",
    title: "Configuration counts",
    description: "Number of Flux configurations by compliance state, repository, commit, cluster and so on.",
    group: EditorGroup::Fleet,
    shows_conditions: false,
    needs_clusters: false,
    definition: &FromInventory(ConfigurationCounts),
};

params! {
    /// Parameters of `configuration-counts`.
    struct Own {
        group_by: Vec<Dimension> = group_by(&[
            Dimension::ComplianceState,
            Dimension::Repository,
            Dimension::Commit,
            Dimension::Reference,
            Dimension::SourceKind,
            Dimension::ProvisioningState,
            Dimension::Suspended,
            Dimension::Configuration,
            Dimension::Namespace,
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
struct ConfigurationCounts;

fn counts(params: &Params) -> Counts<'_> {
    Counts {
        name: TYPE.id,
        doc: "Number of Flux configurations.",
        dimensions: &params.own.group_by,
        format: params.own.format,
        limit: params.limit,
    }
}

impl InventoryType for ConfigurationCounts {
    type Own = Own;

    fn frame_spec(params: &Params) -> FrameSpec {
        counts(params).frame_spec()
    }

    fn frame(params: &Params, view: &View<'_>) -> Frame {
        counts(params).of_rows(view.snapshot.configurations(), &params.filters, view)
    }

    fn native_panel(params: &Params, panel: &NativePanel<'_>) -> Option<NativeQuery> {
        let rows = kql::configurations(panel.style, &params.filters, true);
        Some(NativeQuery::Kql(match params.own.format {
            CountFormat::Long => kql::count_rows(&rows),
            CountFormat::Wide => {
                let states = ComplianceState::KNOWN.iter();
                let states = states.map(|state| (state.to_string(), state.color()));
                kql::count_by_state(&rows, "complianceState", states)
            }
        }))
    }
}
