//! Tests the rollout of commits.

use super::*;
use flux::ComplianceState as Is;

const OLD: &str = "1111111111111111111111111111111111111111";
const NEW: &str = "2222222222222222222222222222222222222222";

/// A configuration on a cluster, with the fields that decide a rollout.
fn on(cluster: &str, commit: Value, minutes_ago: Value, state: &str) -> Value {
    let mut row = configuration("g1", cluster, "app", json!(state));
    row["sourceSyncedCommitId"] = commit;
    row["sourceUpdatedAt"] = match minutes_ago.as_i64() {
        Some(minutes) => json!(UtcMillis(NOW.0 - minutes * 60_000).to_string()),
        None => json!(null),
    };
    row
}

fn table(fleet: &Snapshot, fields: &[&str]) -> Vec<String> {
    lines(&ask(fleet, "rollout", json!({})), fields)
}

fn share(fleet: &Snapshot, mut params: Value) -> Vec<String> {
    params["format"] = json!("share");
    let frame = ask(fleet, "rollout", params);
    assert_eq!(frame.meta.frame_type, FrameType::NumericLong);
    lines(&frame, &["repository", "reference", "value"])
}

/// Forty of a hundred clusters are on the new commit, which came out 50 minutes ago; one of the others is stuck on a
/// still older commit. Agents of different age spell commits in different ways.
fn at_forty_percent() -> Snapshot {
    let rows: Vec<Value> = (0..100)
        .map(|number: i64| {
            let cluster = format!("c{number:02}");
            let spelled = |commit: &str| match number % 3 {
                0 => json!(format!("main/{commit}")),
                1 => json!(format!("main@sha1:{commit}")),
                _ => json!(commit.to_uppercase()),
            };
            match number {
                0..30 => on(&cluster, spelled(NEW), json!(50 - number), "Compliant"),
                30..37 => on(&cluster, spelled(NEW), json!(50 - number), "Non-Compliant"),
                37..40 => on(&cluster, spelled(NEW), json!(50 - number), "Pending"),
                99 => on(&cluster, spelled(SHA), json!(9_000), "Compliant"),
                _ => on(&cluster, spelled(OLD), json!(300 + number), "Compliant"),
            }
        })
        .collect();
    snapshot(&rows)
}

#[test]
fn a_rollout_at_forty_percent_shows_forty_percent() {
    let fleet = at_forty_percent();
    let fields = [
        "repository",
        "reference",
        "commit",
        "newest",
        "configurations",
        "share",
        "compliant",
        "nonCompliant",
        "pending",
        "suspended",
        "other",
        "behind",
        "behindFor",
    ];
    let repository = "https://github.com/org/apps main";
    assert_eq!(
        table(&fleet, &fields),
        [
            format!("{repository} {NEW} true 40 0.4 30 7 3 0 0 0 -"),
            format!("{repository} {OLD} false 59 0.59 59 0 0 0 0 59 3000"),
            format!("{repository} {SHA} false 1 0.01 1 0 0 0 0 1 3000"),
        ]
    );
    let ago = |minutes: i64| UtcMillis(NOW.0 - minutes * 60_000);
    assert_eq!(
        table(&fleet, &["firstSynced", "lastSynced"])[..2],
        [format!("{} {}", ago(50), ago(11)), format!("{} {}", ago(398), ago(340))]
    );
    let behind = table(&fleet, &["clustersBehind"]);
    assert_eq!(behind[0], "-");
    assert!(behind[1].starts_with("c40, c41, ") && behind[1].ends_with(", c59 and 39 more"));
    assert_eq!(behind[2], "c99", "the stuck cluster");
    assert_eq!(share(&fleet, json!({})), [format!("{repository} 0.4")]);
    let frame = ask(&fleet, "rollout", json!({}));
    assert_eq!(
        lines(&frame, &["commitLink", "repositoryLink"])[0],
        format!("https://github.com/org/apps/commit/{NEW} https://github.com/org/apps")
    );
}

#[test]
fn a_commit_can_be_followed_by_name() {
    let fleet = at_forty_percent();
    let frame = ask(&fleet, "rollout", json!({ "commits": [&OLD[..8]] }));
    // The filter changes neither the share nor whether the commit is the newest.
    assert_eq!(lines(&frame, &["commit", "newest", "share"]), [format!("{OLD} false 0.59")]);
    let of = |commit: &str| share(&fleet, json!({ "commits": [commit] }))[0].clone();
    let repository = "https://github.com/org/apps main";
    assert_eq!(of(&format!("main/{NEW}")), format!("{repository} 0.4"));
    assert_eq!(of(SHA), format!("{repository} 0.01"));
    // A commit that no cluster has yet is a rollout that hasn't begun; its labels are there already.
    assert_eq!(of("abcdef0123"), format!("{repository} 0"));
}

#[test]
fn filters_select_a_part_of_the_fleet() {
    let fleet = at_forty_percent();
    let repository = "https://github.com/org/apps main";
    let part = json!({ "clusters": ["c00", "c01", "c98", "c99"], "references": ["MAIN"] });
    assert_eq!(share(&fleet, part), [format!("{repository} 0.5")]);
    for nothing in [json!({ "references": ["release"] }), json!({ "repositories": ["other"] })] {
        assert_eq!(ask(&fleet, "rollout", nothing.clone()).rows(), 0);
        assert_eq!(share(&fleet, nothing), ["- - 1"], "nothing lags behind, and that is said");
    }
}

#[test]
fn suspended_configurations_do_not_lag_behind() {
    let mut switched_off = on("c", json!(OLD), json!(90), "Compliant");
    switched_off["suspend"] = json!(true);
    let fleet = snapshot(&[
        on("a", json!(NEW), json!(5), "Compliant"),
        on("b", json!(OLD), json!(90), "Suspended"),
        switched_off.clone(),
        on("d", json!(NEW), json!(4), "Unknown"),
    ]);
    assert_eq!(
        table(&fleet, &["configurations", "share", "compliant", "suspended", "other", "behind"]),
        ["2 1 1 0 1 0", "2 0 0 2 0 0"]
    );
    assert_eq!(table(&fleet, &["behindFor", "clustersBehind"]), ["- -", "- -"]);
    assert_eq!(share(&fleet, json!({})), ["https://github.com/org/apps main 1"]);
    let all = snapshot(&[switched_off, on("b", json!(NEW), json!(1), "Suspended")]);
    assert_eq!(table(&all, &["share", "suspended"]), ["- 1", "- 1"]);
    assert_eq!(share(&all, json!({})), ["https://github.com/org/apps main 1"]);
}

#[test]
fn configurations_that_never_synchronised_lag_behind() {
    let new = on("a", json!(NEW), json!(5), "Compliant");
    let fresh = on("b", json!(null), json!(null), "Pending");
    let fleet = snapshot(&[fresh.clone(), new]);
    assert_eq!(
        table(&fleet, &["commit", "newest", "share", "pending", "clustersBehind", "behindFor"]),
        [format!("{NEW} true 0.5 0 - -"), "- false 0.5 1 b 300".to_owned()]
    );
    let nothing_yet = snapshot(&[fresh]);
    assert_eq!(table(&nothing_yet, &["commit", "newest", "share", "behind"]), ["- - 1 -"]);
    assert_eq!(share(&nothing_yet, json!({})), ["https://github.com/org/apps main 0"]);
}

#[test]
fn a_branch_that_was_set_back_rolls_out_the_older_commit() {
    let fleet = snapshot(&[
        // This cluster never left the old commit.
        on("a", json!(OLD), json!(5_000), "Compliant"),
        // This cluster was on the new commit for a while.
        on("b", json!(OLD), json!(10), "Compliant"),
        on("c", json!(NEW), json!(60), "Compliant"),
    ]);
    assert_eq!(
        table(&fleet, &["commit", "newest", "clustersBehind", "behindFor"]),
        [format!("{OLD} true - -"), format!("{NEW} false c 600")],
        "behind since the branch was set back, not since the old commit was new"
    );
}

#[test]
fn without_times_no_cluster_counts_as_behind() {
    let fleet = snapshot(&[
        on("a", json!(OLD), json!(null), "Compliant"),
        on("b", json!(NEW), json!(null), "Compliant"),
    ]);
    let fields = ["commit", "newest", "behind", "clustersBehind", "behindFor", "share"];
    assert_eq!(
        table(&fleet, &fields),
        [format!("{OLD} - - - - 0.5"), format!("{NEW} - - - - 0.5")]
    );
    let frame = ask(&fleet, "rollout", json!({ "format": "share" }));
    assert_eq!(lines(&frame, &["value"]), ["1"]);
    assert!(frame.meta.notices[0].text.starts_with("1 repositories and references are left out"));
    // A single commit is the newest even without a time.
    let one = snapshot(&[on("a", json!(OLD), json!(null), "Compliant")]);
    assert_eq!(table(&one, &["newest", "share", "firstSynced"]), ["true 1 -"]);
    assert_eq!(share(&one, json!({})), ["https://github.com/org/apps main 1"]);
}

#[test]
fn every_reference_and_every_sort_of_source_is_a_rollout_of_its_own() {
    let digest = "a".repeat(64);
    let mut release = on("a", json!(NEW), json!(5), "Compliant");
    release["repositoryRef"] = json!({ "branch": "release" });
    let mut bucket = on("a", json!(format!("sha256:{digest}")), json!(5), "Compliant");
    bucket["id"] = json!(id("s1", "g1", "a", "fluxConfigurations/bucket"));
    bucket["repositoryUrl"] = json!("https://account.blob.core.windows.net");
    bucket["repositoryRef"] = json!(null);
    let mut image = on("b", json!(format!("latest@sha256:{digest}")), json!(5), "Compliant");
    image["repositoryUrl"] = json!("oci://ghcr.io/a/b");
    image["repositoryRef"] = json!({ "tag": "latest" });
    let mut same_image = image.clone();
    same_image["id"] = json!(id("s1", "g1", "c", "fluxConfigurations/app"));
    same_image["sourceSyncedCommitId"] = json!(digest);
    let old = on("d", json!(OLD), json!(50), "Compliant");
    let fleet = snapshot(&[release, bucket, image, same_image, old]);
    assert_eq!(
        table(&fleet, &["repository", "reference", "commit", "configurations"]),
        [
            format!("https://account.blob.core.windows.net - {digest} 1"),
            format!("https://github.com/org/apps main {OLD} 1"),
            format!("https://github.com/org/apps release {NEW} 1"),
            format!("oci://ghcr.io/a/b latest {digest} 2"),
        ]
    );
    assert!(share(&fleet, json!({})).iter().all(|row| row.ends_with(" 1")));
}

#[test]
fn shares_lag_first_and_keep_their_labels_from_commit_to_commit() {
    let rows = |commit: &str| {
        let mut other = on("b", json!(commit), json!(5), "Compliant");
        other["repositoryUrl"] = json!("https://github.com/org/aaa");
        let mut behind = on("c", json!(SHA), json!(500), "Compliant");
        behind["repositoryUrl"] = json!("https://github.com/org/zzz");
        let mut ahead = on("d", json!(commit), json!(5), "Compliant");
        ahead["repositoryUrl"] = json!("https://github.com/org/zzz");
        snapshot(&[other, behind, ahead])
    };
    let lag_first = ["https://github.com/org/zzz main 0.5", "https://github.com/org/aaa main 1"];
    assert_eq!(share(&rows(OLD), json!({})), lag_first);
    assert_eq!(share(&rows(NEW), json!({})), lag_first);
    assert_eq!(share(&rows(NEW), json!({ "limit": 1 })), lag_first[..1]);
}

#[test]
fn rollouts_hold_every_configuration_once() {
    let (fleet, snapshot) = simulated(FleetSpec { clusters: 40, configurations: 5_000, seed: 3 });
    let frame = ask(&snapshot, "rollout", json!({}));
    let column = |name: &str| -> Vec<usize> {
        let cells = frame.field(name).expect(name).cells();
        let count = |cell| match cell {
            Cell::Integer(count) => usize::try_from(count).expect("a count"),
            _ => panic!("a count"),
        };
        cells.map(count).collect()
    };
    let all = column("configurations");
    assert_eq!(all.iter().sum::<usize>(), 5_000);
    let states = ["compliant", "nonCompliant", "pending", "suspended", "other"].map(column);
    for (row, all) in all.iter().enumerate() {
        assert_eq!(states.iter().map(|state| state[row]).sum::<usize>(), *all);
    }
    let truth = fleet.truth(NOW);
    let states = states.map(|state| state.iter().sum::<usize>());
    let known = |state| truth.compliance[&state];
    let expected =
        [Is::Compliant, Is::NonCompliant, Is::Pending, Is::Suspended, Is::Unknown].map(known);
    assert_eq!(states, expected);
    // Commits are sorted newest first, and each repository and reference has one newest commit.
    let newest = frame.field("newest").expect("there").cells();
    let newest = newest.filter(|cell| *cell == Cell::Bool(true)).count();
    assert_eq!(newest, share(&snapshot, json!({})).len());
}
