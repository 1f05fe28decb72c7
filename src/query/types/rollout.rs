//! Rollout of commits: for each repository and reference the commits that clusters are on, and the clusters that lag behind.
//!
//! Upstream: `sourceSyncedCommitId`, `sourceUpdatedAt` and the states of Flux configurations; [`super::super::rollouts`]
//! decides which commit is newest. As a table one row per commit, by repository and reference, newest
//! first; as a share one row per repository and reference.

use super::located::{COMMIT_PAGE, REPOSITORY_PAGE};
use crate::inventory::{Dimension, Filters};
use crate::query::params::{self, FormatOf, Param, Texts, choices, params};
use crate::query::query_type::{EditorGroup, FromInventory, InventoryType, QueryType};
use crate::query::rollouts::{OnCommit, Rollout, clusters_behind, rollouts};
use crate::query::short::{short_commit, short_repository};
use crate::query::spec::{FieldSpec, FieldType, FrameSpec};
use crate::query::table::{RowType, TableField, borrowed, config, owned, table, table_spec, whole};
use crate::query::view::{View, note_cut};
use flux::{
    FluxConfiguration, Portal, PortalPage, RepositoryPages, Text, UtcMillis, commit_matches,
};
use frame::{Cell, Frame, FrameType, Notice};
use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::HashSet;

pub(super) static TYPE: QueryType = QueryType {
    id: "rollout",
    title: "Rollout",
    description: "How far a commit has come: per repository and reference the commits that clusters are on, with states, times and the clusters that lag behind; or the share of the fleet on the newest.",
    group: EditorGroup::Fleet,
    shows_conditions: false,
    needs_clusters: false,
    definition: &FromInventory(Commits),
};

choices! {
    /// The formats.
    enum RolloutFormat {
        Table = "table", "Table";
        Share = "share", "Share";
        Bars = "bars", "Share, short names";
        Behind = "behind", "Clusters behind";
    }
}

params! {
    /// Parameters of `rollout`.
    struct Own {
        format: RolloutFormat = Param {
            name: "format",
            label: "Format",
            help: "Table: a row per commit. Share: a number per repository and reference, for stat panels and alert rules: the share (0 to 1) of its configurations that are on the newest commit, or on those of params.commits. Suspended configurations are left out of it; it is 1 where nothing could lag behind. Share, short names: the same with repository and reference as one short text, for bar gauges. Clusters behind: one number, the clusters that lag behind in at least one repository and reference.",
            control: FormatOf::new(),
        },
        references: Vec<String> = Param {
            name: "references",
            label: "References",
            help: "Names of the branches, tags, version ranges and so on that sources follow; none: all.",
            control: Texts(Dimension::Reference),
        },
    }
}

type Params = params::Params<Own, Filters>;

#[derive(Debug)]
struct Commits;

#[derive(Clone, Copy)]
struct Row<'a> {
    rollout: &'a Rollout<'a>,
    on: &'a OnCommit<'a>,
    pages: &'a RepositoryPages,
    is_newest: bool,
    now: UtcMillis,
}

impl Row<'_> {
    /// Number of clusters that lag behind. `None`: it isn't known which commit is newest.
    fn behind(&self) -> Option<usize> {
        match (self.is_newest, self.rollout.newest_is_known) {
            (true, _) => Some(0),
            (false, true) => Some(self.on.clusters.count()),
            (false, false) => None,
        }
    }

    /// The link when there is no web page.
    fn overview(&self, portal: &Portal) -> String {
        portal.link(PortalPage::Overview, &self.on.example.arm_id())
    }
}

impl RowType for Commits {
    type Row<'a> = Row<'a>;
}

/// A field of this table.
type Field = TableField<Commits>;

const fn count(
    name: &'static str,
    title: &'static str,
    doc: &'static str,
    get: for<'a> fn(Row<'a>) -> Option<i64>,
) -> Field {
    Field::integer(name, title, doc, get).unit("short")
}

static FIELDS: [Field; 20] = [
    Field::text(
        "repository",
        "Repository",
        "URL of repository or registry, or of a bucket or container with its name, without user name and password; empty where it isn't reported.",
        |row, _| row.rollout.repository.and_then(|text| borrowed(text)),
    )
    .links(&[REPOSITORY_PAGE]),
    Field::text(
        "reference",
        "Reference",
        "What the source follows: name of the branch or tag, range of versions, commit or digest; empty where none is named.",
        |row, _| row.rollout.reference.and_then(|text| borrowed(text)),
    ),
    Field::text(
        "commit",
        "Commit",
        "Bare hash of the commit or digest; empty for configurations that never synchronised.",
        |row, _| row.on.commit.and_then(borrowed),
    )
    .links(&[COMMIT_PAGE]),
    Field::boolean(
        "newest",
        "Newest",
        "Whether it is the newest commit of its repository and reference: the one that a source was updated to last; empty where a time is missing that would tell.",
        |row| row.rollout.newest_is_known.then_some(row.is_newest),
    )
    .width(90),
    count("configurations", "Configurations", "Number of configurations on it.", |row| {
        whole(row.on.configurations)
    }),
    Field::number(
        "share",
        "Share",
        "Share of the repository's and reference's configurations that are on it, in 0 to 1, suspended ones left out; empty where all of them are suspended.",
        |row| row.rollout.share(row.on.moving()),
    )
    .unit("percentunit"),
    count("compliant", "Compliant", "Number of configurations on it that are Compliant.", |row| {
        whole(row.on.compliant)
    }),
    count(
        "nonCompliant",
        "Non-Compliant",
        "Number of configurations on it that are Non-Compliant.",
        |row| whole(row.on.non_compliant),
    ),
    count("pending", "Pending", "Number of configurations on it that are Pending, or have not reported yet.", |row| {
        whole(row.on.pending)
    }),
    count(
        "suspended",
        "Suspended",
        "Number of configurations on it that are suspended, whatever their state. They don't follow their source on purpose, so they neither count for the share nor lag behind.",
        |row| whole(row.on.suspended),
    ),
    count("other", "Other states", "Number of configurations on it in any other state, Unknown for one.", |row| {
        whole(row.on.other)
    }),
    Field::time(
        "firstSynced",
        "First synced",
        "When the first of them was updated to it; empty where it isn't reported.",
        |row| row.on.synced.map(|(first, _)| first),
    ),
    Field::time(
        "lastSynced",
        "Last synced",
        "When the last of them was updated to it; empty where it isn't reported.",
        |row| row.on.synced.map(|(_, last)| last),
    ),
    count(
        "behind",
        "Clusters behind",
        "Number of clusters that lag behind on it: 0 on the newest commit; empty where it isn't known which is newest.",
        |row| row.behind().and_then(whole),
    ),
    Field::integer(
        "behindFor",
        "Behind for",
        "How long those clusters have been behind, in seconds: the time since the newest commit came to the first cluster; empty where none lags behind or the time isn't known.",
        |row| {
            row.behind().filter(|clusters| *clusters > 0)?;
            Some(row.now.seconds_since(row.rollout.out_since?).max(0))
        },
    )
    .unit("s"),
    Field::text(
        "clustersBehind",
        "Who is behind",
        "Names of up to 20 clusters that lag behind on it, and how many more there are; empty where none does.",
        |row, _| {
            row.behind()?;
            if row.is_newest { None } else { row.on.clusters.text().map(Cow::Owned) }
        },
    )
    .width(400),
    Field::text(
        "repositoryShort",
        "Repository, short",
        "Owner and name of the repository, without host; empty where no URL is reported.",
        |row, _| row.rollout.repository.and_then(|url| borrowed(short_repository(url))),
    )
    .links(&[REPOSITORY_PAGE])
    .hidden(),
    Field::text(
        "commitShort",
        "Commit, short",
        "First seven digits of the commit or digest; empty for configurations that never synchronised.",
        |row, _| row.on.commit.and_then(|commit| borrowed(short_commit(commit))),
    )
    .links(&[COMMIT_PAGE])
    .hidden(),
    Field::text(
        "repositoryLink",
        "Repository page",
        "Web page of the repository; one of its configurations in the portal where it has none.",
        |row, context| match row.pages.page() {
            Some(page) => borrowed(page),
            None => owned(row.overview(context.portal)),
        },
    )
    .hidden(),
    Field::text(
        "commitLink",
        "Commit page",
        "Web page of the commit; a configuration on it in the portal where it isn't known.",
        |row, context| {
            let page = row.on.commit.and_then(|commit| row.pages.commit(commit));
            owned(page.unwrap_or_else(|| row.overview(context.portal)))
        },
    )
    .hidden(),
];

/// Fields of the format `share`.
static SHARE: [FieldSpec; 3] = [
    FieldSpec::new(
        "repository",
        "repository",
        FieldType::String,
        "URL of repository or registry, or of a bucket or container with its name; empty where it isn't reported.",
    ),
    FieldSpec::new(
        "reference",
        "reference",
        FieldType::String,
        "What the source follows; empty where nothing is named.",
    ),
    FieldSpec {
        unit: "percentunit",
        ..FieldSpec::new(
            "value",
            "On the newest commit",
            FieldType::Number,
            "Share of configurations on the newest commit, or on those that were asked for, in 0 to 1.",
        )
    },
];

/// Fields of the format `bars`.
static BARS: [FieldSpec; 2] = [
    FieldSpec::new(
        "name",
        "Name",
        FieldType::String,
        "Owner and name of the repository, and what the source follows.",
    ),
    SHARE[2],
];

/// Fields of the format `behind`.
static BEHIND: [FieldSpec; 1] = [FieldSpec {
    unit: "short",
    ..FieldSpec::new(
        "value",
        "Clusters behind",
        FieldType::Number,
        "Number of clusters that lag behind in at least one repository and reference.",
    )
}];

impl InventoryType for Commits {
    type Own = Own;

    fn frame_spec(params: &Params) -> FrameSpec {
        match params.own.format {
            RolloutFormat::Table => table_spec(&FIELDS),
            RolloutFormat::Share => FrameSpec::new(FrameType::NumericLong, SHARE.to_vec()),
            RolloutFormat::Bars => FrameSpec::new(FrameType::NumericLong, BARS.to_vec()),
            RolloutFormat::Behind => FrameSpec::new(FrameType::NumericLong, BEHIND.to_vec()),
        }
    }

    fn frame(params: &Params, view: &View<'_>) -> Frame {
        let configurations = view.snapshot.configurations();
        // To find the newest commit, and for shares, the other commits are needed as well.
        let filters = Filters { commits: Vec::new(), ..params.filters.clone() };
        let wanted: HashSet<String> =
            params.own.references.iter().map(|text| text.to_lowercase()).collect();
        let is_wanted = |reference: &Text| wanted.contains(&reference.to_lowercase());
        let mask: Option<Vec<bool>> = configurations
            .column(Dimension::Reference)
            .filter(|_| !wanted.is_empty())
            .map(|column| column.values.iter().map(is_wanted).collect());
        let references = configurations.column(Dimension::Reference);
        let passes = |row: &usize| match (&mask, references) {
            (Some(mask), Some(column)) => mask[column.codes[*row] as usize],
            _ => true,
        };
        let rows = configurations.matching(&filters, view.snapshot.names()).filter(passes);
        let rollouts = rollouts(view.snapshot, rows);
        match params.own.format {
            RolloutFormat::Table => commits(&rollouts, params, view),
            RolloutFormat::Share => shares(&rollouts, params, view),
            RolloutFormat::Bars => bars(&rollouts, params, view),
            RolloutFormat::Behind => behind(&rollouts, view),
        }
    }
}

/// The number of clusters that lag behind in any rollout.
fn behind(rollouts: &[Rollout<'_>], view: &View<'_>) -> Frame {
    let mut frame = Frame::new(TYPE.id, FrameType::NumericLong);
    #[expect(clippy::cast_precision_loss, reason = "no fleet has 2^52 clusters")]
    let count = clusters_behind(rollouts) as f64;
    let mut value = frame::Field::number(BEHIND[0].name, std::iter::once(Some(count)));
    value.config = config(&BEHIND[0], view.portal);
    frame.fields = vec![value];
    frame
}

/// The shares, each with one short text.
fn bars(rollouts: &[Rollout<'_>], params: &Params, view: &View<'_>) -> Frame {
    let mut frame = shares(rollouts, params, view);
    if rollouts.is_empty() {
        // A bar of 100 % without a rollout would be wrong. The format `share` has such a row only because an alert rule
        // needs one.
        frame.fields[2] = frame::Field::number(SHARE[2].name, std::iter::empty());
        frame.fields[2].config = config(&SHARE[2], view.portal);
        for (at, spec) in SHARE.iter().enumerate().take(2) {
            frame.fields[at] = frame::Field::text(spec.name, std::iter::empty::<Option<&str>>());
        }
    }
    let text = |field: &frame::Field, row: usize| match field.cell(row) {
        Cell::Text(text) => text.to_owned(),
        _ => String::new(),
    };
    let names: Vec<String> = (0..frame.rows())
        .map(|row| {
            let [repository, reference] = [0, 1].map(|at| text(&frame.fields[at], row));
            format!("{} {reference}", short_repository(&repository)).trim().to_owned()
        })
        .collect();
    let mut name = frame::Field::text(BARS[0].name, names.into_iter().map(Some));
    name.config = config(&BARS[0], view.portal);
    frame.fields.splice(0..2, [name]);
    frame
}

/// Whether `commit` passes the filter on commits.
fn is_asked_for(commit: Option<&str>, params: &Params) -> bool {
    let wanted = &params.filters.commits;
    let matches = |commit: &str| wanted.iter().any(|wanted| commit_matches(commit, wanted));
    wanted.is_empty() || commit.is_some_and(matches)
}

fn commits(rollouts: &[Rollout<'_>], params: &Params, view: &View<'_>) -> Frame {
    let pages: Vec<RepositoryPages> = rollouts
        .iter()
        .map(|rollout| {
            let example = rollout.commits.first().map(|on| on.example);
            example.map_or_else(RepositoryPages::default, FluxConfiguration::repository_pages)
        })
        .collect();
    let mut rows = Vec::new();
    // Rollouts with the most clusters behind come first; the commits of a rollout stay together.
    let mut order: Vec<(&Rollout<'_>, &RepositoryPages)> = rollouts.iter().zip(&pages).collect();
    order.sort_by_key(|(rollout, _)| Reverse(clusters_behind(std::slice::from_ref(rollout))));
    for (rollout, pages) in order {
        for (place, on) in rollout.commits.iter().enumerate() {
            let is_newest = place == 0 && rollout.newest_is_known;
            if is_asked_for(on.commit, params) {
                rows.push(Row { rollout, on, pages, is_newest, now: view.now });
            }
        }
    }
    table(TYPE.id, &FIELDS, &rows, params.limit, view)
}

/// The share of a rollout. `None`: it isn't known which commit is newest.
fn share(rollout: &Rollout<'_>, params: &Params) -> Option<f64> {
    let there = if params.filters.commits.is_empty() {
        if rollout.is_untouched() { 0 } else { rollout.newest()?.moving() }
    } else {
        let asked = rollout.commits.iter().filter(|on| is_asked_for(on.commit, params));
        asked.map(OnCommit::moving).sum()
    };
    // When all configurations are suspended, none can lag behind.
    Some(rollout.share(there).unwrap_or(1.0))
}

fn shares(rollouts: &[Rollout<'_>], params: &Params, view: &View<'_>) -> Frame {
    let known = rollouts.iter().filter_map(|rollout| Some((rollout, share(rollout, params)?)));
    let mut rows: Vec<(Option<&Text>, Option<&Text>, f64)> =
        known.map(|(rollout, share)| (rollout.repository, rollout.reference, share)).collect();
    let total = rows.len();
    // The smallest shares come first, so that the row limit never removes what lags behind.
    rows.sort_by(|left, right| left.2.total_cmp(&right.2));
    rows.truncate(params.limit);
    let shown = rows.len();
    if rows.is_empty() {
        rows.push((None, None, 1.0));
    }
    let mut frame = Frame::new(TYPE.id, FrameType::NumericLong);
    frame.fields = vec![
        frame::Field::text(SHARE[0].name, rows.iter().map(|row| row.0)),
        frame::Field::text(SHARE[1].name, rows.iter().map(|row| row.1)),
        frame::Field::number(SHARE[2].name, rows.iter().map(|row| Some(row.2))),
    ];
    for (field, spec) in frame.fields.iter_mut().zip(&SHARE) {
        field.config = config(spec, view.portal);
    }
    note_cut(&mut frame, shown, total);
    let unknown = rollouts.len() - total;
    if unknown > 0 {
        frame.meta.notices.push(Notice::warning(format!(
            "{unknown} repositories and references are left out: Azure reports several commits of them, and not of each a time that would tell which is newest."
        )));
    }
    frame
}
