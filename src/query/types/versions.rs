//! Versions of the Flux extension in the fleet, the Flux that each contains, and the clusters on it.
//!
//! Upstream: the extensions of the snapshot, and Microsoft's release notes as [`flux::FluxRelease`] knows them.
//! One row per version that a cluster runs, newest first; clusters that report none come last.

use crate::inventory::Filters;
use crate::query::names::Names;
use crate::query::params::Params;
use crate::query::query_type::{EditorGroup, FromInventory, InventoryType, QueryType};
use crate::query::spec::{FrameSpec, States};
use crate::query::table::{RowType, TableField, borrowed, share, table, table_spec, whole};
use crate::query::view::View;
use flux::{
    Extension, ExtensionVersion, FluxRelease, Support, SupportRule, Text, VERSIONS_KNOWN_AS_OF,
    same_text,
};
use frame::{Frame, Notice};
use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeMap;

pub(super) static TYPE: QueryType = QueryType {
    id: "versions",
    title: "Extension versions",
    description: "Versions of the Flux extension over the fleet, the Flux in each, whether Azure still supports it, and the clusters on it.",
    group: EditorGroup::Fleet,
    shows_conditions: false,
    needs_clusters: false,
    definition: &FromInventory(Versions),
};

#[derive(Debug)]
struct Versions;

impl RowType for Versions {
    type Row<'a> = &'a Row<'a>;
}

/// One version. Counts are clusters.
struct Row<'a> {
    text: Option<&'a Text>,
    version: Option<ExtensionVersion>,
    release: Option<FluxRelease>,
    support: Support,
    newest: Option<bool>,
    clusters: Names,
    all: usize,
    auto_upgrade: usize,
    no_auto_upgrade: usize,
    trains: BTreeMap<&'a str, usize>,
}

/// A field of this table.
type Field = TableField<Versions>;

static FIELDS: [Field; 12] = [
    Field::text(
        "version",
        "Extension version",
        "Version of the extension that runs, else the requested version; empty while it is being installed.",
        |row, _| row.text.and_then(|text| borrowed(text)),
    ),
    Field::text(
        "fluxVersion",
        "Flux version",
        "Version of Flux in the extension; empty where it isn't known.",
        |row, _| row.release.as_ref().and_then(|release| borrowed(release.flux)),
    ),
    Field::text(
        "released",
        "Released",
        "Month of the extension's release, or the months between which it was released; empty where it isn't known.",
        |row, _| row.release.as_ref()?.released.as_deref().and_then(borrowed),
    ),
    Field::text(
        "supported",
        "Support",
        "newest: the newest minor version; supported: one of the two before it; unsupported: older; unknown: no version is reported. The newest is that of the release notes or of the fleet's stable release train.",
        |row, _| borrowed(row.support.as_str()),
    )
    .states(States::Support),
    Field::boolean(
        "newest",
        "Newest",
        "Whether no newer version is known, patches included; empty where no version is reported.",
        |row| row.newest,
    )
    .width(90),
    Field::integer("clusters", "Clusters", "Number of clusters on this version.", |row| {
        whole(row.clusters.count())
    })
    .unit("short"),
    Field::number(
        "share",
        "Share",
        "Share of the clusters with the Flux extension that are on this version, in 0 to 1.",
        |row| share(row.clusters.count(), row.all),
    )
    .unit("percentunit"),
    Field::integer(
        "autoUpgradeOn",
        "Auto-upgrade on",
        "Number of its clusters where Azure upgrades the extension by itself.",
        |row| whole(row.auto_upgrade),
    )
    .unit("short"),
    Field::integer(
        "autoUpgradeOff",
        "Auto-upgrade off",
        "Number of its clusters where the extension has to be upgraded by hand.",
        |row| whole(row.no_auto_upgrade),
    )
    .unit("short"),
    Field::text(
        "releaseTrains",
        "Release trains",
        "Release trains of its clusters with their number; empty where none is reported.",
        |row, _| {
            let trains: Vec<_> =
                row.trains.iter().map(|(train, count)| format!("{train} {count}")).collect();
            (!trains.is_empty()).then(|| Cow::Owned(trains.join(", ")))
        },
    ),
    Field::text(
        "clusterNames",
        "Cluster names",
        "Names of up to 20 of its clusters, and how many more there are.",
        |row, _| row.clusters.text().map(Cow::Owned),
    )
    .width(400),
    Field::integer(
        "unsupported",
        "Unsupported",
        "Number of clusters on this version when Azure no longer supports it, else 0.",
        |row| whole(if row.support == Support::Unsupported { row.clusters.count() } else { 0 }),
    )
    .unit("short")
    .hidden(),
];

/// Whether its release train counts for the newest version. The newest version of a preview doesn't count.
fn is_stable(extension: &Extension) -> bool {
    extension.release_train.as_ref().is_none_or(|train| same_text(train, "Stable"))
}

impl InventoryType for Versions {
    type Own = ();

    fn frame_spec(_: &Params<(), Filters>) -> FrameSpec {
        table_spec(&FIELDS)
    }

    fn frame(params: &Params<(), Filters>, view: &View<'_>) -> Frame {
        let extensions = view.snapshot.extensions();
        let parsed =
            |extension: &Extension| extension.version.as_deref().and_then(ExtensionVersion::parse);
        // The newest version is that of the whole fleet, also when filters select a part of it.
        let stable = extensions.rows().iter().filter(|extension| is_stable(extension));
        let rule = SupportRule::new(stable.filter_map(|extension| parsed(extension)));
        let mut rows: BTreeMap<_, Row<'_>> = BTreeMap::new();
        let (mut all, mut last) = (0, None);
        for index in extensions.matching(&params.filters, view.snapshot.names()) {
            let extension = &*extensions.rows()[index];
            let version = parsed(extension);
            let text = extension.version.as_ref();
            let row = rows.entry((Reverse(version), text)).or_insert_with(|| Row {
                text,
                version,
                release: version.and_then(FluxRelease::of),
                support: rule.of(version),
                newest: version.map(|version| version >= rule.newest()),
                clusters: Names::default(),
                all: 0,
                auto_upgrade: 0,
                no_auto_upgrade: 0,
                trains: BTreeMap::new(),
            });
            // When a cluster has two Flux extensions, only the first counts. Rows are sorted by cluster.
            if last.replace(&extension.cluster).is_some_and(|last| *last == extension.cluster) {
                continue;
            }
            all += 1;
            row.clusters.add(&extension.cluster.name);
            match extension.auto_upgrade {
                Some(true) => row.auto_upgrade += 1,
                Some(false) => row.no_auto_upgrade += 1,
                None => {}
            }
            if let Some(train) = &extension.release_train {
                *row.trains.entry(train).or_default() += 1;
            }
        }
        let mut unknown: Vec<&str> = Vec::new();
        for row in rows.values_mut() {
            row.all = all;
            if row.version.is_some_and(|version| version > FluxRelease::newest_known()) {
                unknown.extend(row.text.map(Text::as_str));
            }
        }
        let rows: Vec<&Row<'_>> = rows.values().filter(|row| row.clusters.count() > 0).collect();
        let mut frame = table(TYPE.id, &FIELDS, &rows, params.limit, view);
        if !unknown.is_empty() {
            frame.meta.notices.push(Notice::info(format!(
                "Which Flux is in {} is not known: newer than the list of releases that this plugin has, which ends in {VERSIONS_KNOWN_AS_OF}. Update the plugin.",
                unknown.join(", ")
            )));
        }
        frame
    }
}
