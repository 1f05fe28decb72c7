//! Rollouts: the commits of a source that clusters are on, the newest of them, and the clusters that lag behind.
//!
//! A rollout is one repository and one reference, as configurations name them. Azure's reports alone decide: the newest
//! commit is the one to which a source was updated last (`sourceUpdatedAt`). So a branch that was set back rolls out the
//! older commit, and the rollout of a tag that never moves is complete. All spellings of a commit (`main/sha`,
//! `main@sha1:sha`, the bare hash) are the same commit.
//!
//! Suspended configurations don't follow their source, on purpose. They are counted separately, and left out of the
//! share and of the clusters that lag behind. Configurations that never synchronised have no commit and lag behind.

use super::names::Names;
use super::table::share;
use crate::inventory::{ABSENT, Column, ConfigurationSummary, Dimension, Snapshot};
use flux::{ComplianceState, FluxConfiguration, Text, UtcMillis, commit_sha};
use foldhash::fast::RandomState;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

/// The configurations of one rollout that are on the same commit.
pub(super) struct OnCommit<'a> {
    /// Bare hash or digest, or else Azure's text. `None`: these configurations never synchronised.
    pub(super) commit: Option<&'a str>,
    /// One of them.
    pub(super) example: &'a FluxConfiguration,
    pub(super) configurations: usize,
    pub(super) compliant: usize,
    pub(super) non_compliant: usize,
    pub(super) pending: usize,
    pub(super) suspended: usize,
    /// Number of configurations in any other state, for example `Unknown`.
    pub(super) other: usize,
    /// When the source was updated to the commit: the first and the last time among these configurations. `None`: not
    /// reported.
    pub(super) synced: Option<(UtcMillis, UtcMillis)>,
    /// Clusters of the configurations that aren't suspended.
    pub(super) clusters: Names,
    /// The same clusters as codes of the column of clusters, each once.
    cluster_codes: Vec<u32>,
    rows: Vec<usize>,
}

impl OnCommit<'_> {
    /// Number of configurations that follow their source.
    pub(super) fn moving(&self) -> usize {
        self.configurations - self.suspended
    }
}

/// One repository and one reference.
pub(super) struct Rollout<'a> {
    /// The repository in Azure's spelling. `None`: not reported.
    pub(super) repository: Option<&'a Text>,
    /// Name of the branch, tag and so on. `None`: the source names none, or is a bucket.
    pub(super) reference: Option<&'a Text>,
    /// Commits, newest first; configurations that never synchronised come last.
    pub(super) commits: Vec<OnCommit<'a>>,
    /// Number of configurations that follow their source.
    pub(super) moving: usize,
    /// Whether the first of `commits` is the newest. `false`: no commit at all, or several and one of them without a time.
    pub(super) newest_is_known: bool,
    /// When the newest commit first reached a cluster. `None`: not known.
    pub(super) out_since: Option<UtcMillis>,
}

impl<'a> Rollout<'a> {
    /// The newest commit. `None`: there is no commit, or it isn't known which is newest.
    pub(super) fn newest(&self) -> Option<&OnCommit<'a>> {
        self.commits.first().filter(|_| self.newest_is_known)
    }

    /// Whether no configuration has synchronised yet.
    pub(super) fn is_untouched(&self) -> bool {
        self.commits.iter().all(|on| on.commit.is_none())
    }

    /// `part` as a share of the configurations that follow their source, in 0..=1. `None`: all of them are suspended.
    pub(super) fn share(&self, part: usize) -> Option<f64> {
        share(part, self.moving)
    }
}

/// The rollouts among `rows`, which are indexes of configurations in ascending order; by repository and reference.
pub(super) fn rollouts(snapshot: &Snapshot, rows: impl Iterator<Item = usize>) -> Vec<Rollout<'_>> {
    let column = |dimension| snapshot.configurations().column(dimension);
    let (Some(repositories), Some(references), Some(commits), Some(facts)) = (
        column(Dimension::Repository),
        column(Dimension::Reference),
        column(Dimension::Commit),
        Facts::of(snapshot),
    ) else {
        return Vec::new();
    };
    let same_commit = same_commits(commits);
    let mut on_commit: HashMap<(u32, u32, u32), Vec<usize>, RandomState> = HashMap::default();
    for row in rows {
        let commit = same_commit[commits.codes[row] as usize];
        let key = (repositories.codes[row], references.codes[row], commit);
        on_commit.entry(key).or_default().push(row);
    }
    let mut rollouts: HashMap<(u32, u32), Vec<OnCommit<'_>>> = HashMap::new();
    for ((repository, reference, commit), rows) in on_commit {
        let commit = value(commits, commit).map(|text| commit_sha(text));
        if let Some(on) = facts.on_commit(commit, rows) {
            rollouts.entry((repository, reference)).or_default().push(on);
        }
    }
    let mut rollouts: Vec<Rollout<'_>> = rollouts
        .into_iter()
        .map(|((repository, reference), on)| {
            let repository = value(repositories, repository);
            Rollout::of(repository, value(references, reference), on, snapshot.summaries())
        })
        .collect();
    rollouts.sort_by(|left, right| {
        (left.repository, left.reference).cmp(&(right.repository, right.reference))
    });
    rollouts
}

/// Number of clusters that lag behind in at least one rollout. A cluster that lags behind in several counts once.
pub(super) fn clusters_behind(rollouts: &[Rollout<'_>]) -> usize {
    let known = rollouts.iter().filter(|rollout| rollout.newest_is_known);
    let older = known.flat_map(|rollout| rollout.commits.iter().skip(1));
    older.flat_map(|on| &on.cluster_codes).collect::<HashSet<_>>().len()
}

/// `None`: rows with this code have no value.
fn value(column: &Column, code: u32) -> Option<&Text> {
    column.values.get(code as usize).filter(|_| code != ABSENT)
}

/// For each code of a commit, the first code that means the same commit.
fn same_commits(commits: &Column) -> Vec<u32> {
    let mut known: HashMap<String, u32, RandomState> = HashMap::default();
    let codes = (0u32..).zip(&commits.values).map(|(code, text)| match code {
        ABSENT => ABSENT,
        _ => *known.entry(commit_sha(text).to_ascii_lowercase()).or_insert(code),
    });
    codes.collect()
}

/// The count to which a configuration is added.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CountedAs {
    Compliant,
    NonCompliant,
    Pending,
    Suspended,
    Other,
}

/// The columns that decide rollouts. Reading columns alone, and no configuration, keeps a fleet of 100,000 fast.
struct Facts<'a> {
    snapshot: &'a Snapshot,
    clusters: &'a Column,
    states: &'a Column,
    /// For each code of a compliance state, the count.
    counted_as: Vec<CountedAs>,
    suspended: &'a Column,
    /// The code of `true` in the column `suspended`.
    is_suspended: Option<u32>,
}

impl<'a> Facts<'a> {
    fn of(snapshot: &'a Snapshot) -> Option<Self> {
        let column = |dimension| snapshot.configurations().column(dimension);
        let states = column(Dimension::ComplianceState)?;
        let suspended = column(Dimension::Suspended)?;
        let counted_as = |state: &Text| match ComplianceState::from_azure(Some(state)) {
            ComplianceState::Compliant => CountedAs::Compliant,
            ComplianceState::NonCompliant => CountedAs::NonCompliant,
            ComplianceState::Pending => CountedAs::Pending,
            ComplianceState::Suspended => CountedAs::Suspended,
            ComplianceState::Unknown | ComplianceState::Other(_) => CountedAs::Other,
        };
        Some(Self {
            snapshot,
            clusters: column(Dimension::Cluster)?,
            states,
            counted_as: states.values.iter().map(counted_as).collect(),
            suspended,
            is_suspended: (0u32..)
                .zip(&suspended.values)
                .find(|(_, value)| *value == "true")
                .map(|(code, _)| code),
        })
    }

    /// A configuration is suspended by its setting, or when the agent reports it as suspended.
    fn counted_as(&self, row: usize) -> CountedAs {
        if self.is_suspended == Some(self.suspended.codes[row]) {
            return CountedAs::Suspended;
        }
        self.counted_as[self.states.codes[row] as usize]
    }

    /// `None`: there are no rows.
    fn on_commit(&self, commit: Option<&'a str>, rows: Vec<usize>) -> Option<OnCommit<'a>> {
        let mut on = OnCommit {
            commit,
            example: self.snapshot.configurations().rows().get(*rows.first()?)?,
            configurations: rows.len(),
            compliant: 0,
            non_compliant: 0,
            pending: 0,
            suspended: 0,
            other: 0,
            synced: None,
            clusters: Names::default(),
            cluster_codes: Vec::new(),
            rows: Vec::new(),
        };
        let mut last_cluster = None;
        for &row in &rows {
            if let Some(at) = self.snapshot.summaries()[row].source_updated {
                let (first, last) = on.synced.unwrap_or((at, at));
                on.synced = Some((first.min(at), last.max(at)));
            }
            match self.counted_as(row) {
                CountedAs::Compliant => on.compliant += 1,
                CountedAs::NonCompliant => on.non_compliant += 1,
                CountedAs::Pending => on.pending += 1,
                CountedAs::Other => on.other += 1,
                CountedAs::Suspended => {
                    on.suspended += 1;
                    continue;
                }
            }
            // Rows are sorted by cluster.
            let cluster = self.clusters.codes[row];
            if last_cluster.replace(cluster) != Some(cluster) {
                on.clusters.add(&self.clusters.values[cluster as usize]);
                on.cluster_codes.push(cluster);
            }
        }
        Some(OnCommit { rows, ..on })
    }
}

impl<'a> Rollout<'a> {
    fn of(
        repository: Option<&'a Text>,
        reference: Option<&'a Text>,
        mut commits: Vec<OnCommit<'a>>,
        summaries: &[ConfigurationSummary],
    ) -> Self {
        commits.sort_by_key(|on| {
            let last = on.synced.map(|(_, last)| last);
            (on.commit.is_none(), Reverse(last), Reverse(on.configurations), on.commit)
        });
        let mut synced = commits.iter().filter(|on| on.commit.is_some());
        // A commit without a time may be newer than any that has one.
        let newest_is_known = match synced.clone().count() {
            0 => false,
            1 => true,
            _ => synced.all(|on| on.synced.is_some()),
        };
        let moving = commits.iter().map(OnCommit::moving).sum();
        let out_since = if newest_is_known { out_since(&commits, summaries) } else { None };
        Self { repository, reference, commits, moving, newest_is_known, out_since }
    }
}

/// When the first of `commits` reached the first cluster. After a branch was set back to an older commit, some cluster may
/// have been on that commit long before, so only times after the last update to any other commit count.
fn out_since(commits: &[OnCommit<'_>], summaries: &[ConfigurationSummary]) -> Option<UtcMillis> {
    let (newest, others) = commits.split_first()?;
    let (first, last) = newest.synced?;
    let other = others.iter().filter_map(|on| Some(on.synced?.1)).max();
    let Some(other) = other.filter(|other| first <= *other) else { return Some(first) };
    let times = newest.rows.iter().filter_map(|row| summaries[*row].source_updated);
    Some(times.filter(|at| *at > other).min().unwrap_or(last))
}
