//! Tests the versions of the extension in the fleet.

use super::*;

fn extension_of(cluster: &str, version: Value, train: &str, upgrades: Value) -> Value {
    let mut row = extension(cluster, "Succeeded");
    row["version"] = version;
    row["releaseTrain"] = json!(train);
    row["autoUpgradeMinorVersion"] = upgrades;
    row
}

const FIELDS: [&str; 10] = [
    "version",
    "fluxVersion",
    "supported",
    "newest",
    "clusters",
    "share",
    "autoUpgradeOn",
    "autoUpgradeOff",
    "releaseTrains",
    "clusterNames",
];

#[test]
fn versions_show_the_clusters_that_are_behind() {
    let fleet = snapshot(&[
        extension_of("a", json!("1.24.1"), "Stable", json!(true)),
        extension_of("b", json!("1.24.1"), "Preview", json!(true)),
        extension_of("c", json!("1.24.1"), "Stable", json!(false)),
        extension_of("d", json!("1.24.0"), "Stable", json!(true)),
        extension_of("e", json!("1.22.2"), "Stable", json!(null)),
        extension_of("f", json!("1.9.0"), "stable", json!(false)),
        extension_of("g", json!("1.10.0"), "Stable", json!(false)),
        extension_of("h", json!(null), "Stable", json!(true)),
    ]);
    let frame = ask(&fleet, "versions", json!({}));
    assert_eq!(
        lines(&frame, &FIELDS),
        [
            "1.24.1 2.7.5 newest true 3 0.375 2 1 Preview 1, Stable 2 a, b, c",
            "1.24.0 2.7.5 newest false 1 0.125 1 0 Stable 1 d",
            "1.22.2 2.6.4 supported false 1 0.125 0 0 Stable 1 e",
            "1.10.0 2.1.2 unsupported false 1 0.125 0 1 Stable 1 g",
            "1.9.0 2.1.2 unsupported false 1 0.125 0 1 stable 1 f",
            "- - unknown - 1 0.125 1 0 Stable 1 h",
        ]
    );
    assert!(frame.meta.notices.is_empty());
    assert_eq!(lines(&frame, &["released"])[..3], ["Aug 2026", "Jun 2026 – Aug 2026", "May 2026"]);
    let supported = frame.field("supported").expect("there");
    assert_eq!(supported.config.mappings[0]["options"]["unsupported"]["color"], "red");
    // The newest version is that of the whole fleet, even when filters select a part of it.
    let part = ask(&fleet, "versions", json!({ "clusters": ["e", "g"] }));
    assert_eq!(
        lines(&part, &["version", "supported", "newest", "clusters", "share"]),
        ["1.22.2 supported false 1 0.5", "1.10.0 unsupported false 1 0.5"]
    );
}

#[test]
fn a_version_newer_than_the_list_changes_what_is_supported_and_shows_a_notice() {
    let fleet = |train| {
        let rows = [
            extension_of("a", json!("1.26.0"), train, json!(true)),
            extension_of("b", json!("1.24.1"), "Stable", json!(true)),
            extension_of("c", json!("1.23.0"), "Stable", json!(true)),
        ];
        ask(&snapshot(&rows), "versions", json!({}))
    };
    let fields = ["version", "fluxVersion", "supported", "newest"];
    let stable = fleet("Stable");
    assert_eq!(
        lines(&stable, &fields),
        ["1.26.0 - newest true", "1.24.1 2.7.5 supported false", "1.23.0 2.7.5 unsupported false"]
    );
    assert_eq!(
        stable.meta.notices[0].text,
        "Which Flux is in 1.26.0 is not known: newer than the list of releases that this plugin has, which ends in August 2026. Update the plugin."
    );
    // A preview version doesn't make other clusters count as behind.
    assert_eq!(
        lines(&fleet("Preview"), &fields),
        ["1.26.0 - newest true", "1.24.1 2.7.5 newest true", "1.23.0 2.7.5 supported false"]
    );
}

#[test]
fn a_cluster_with_two_extensions_is_one_cluster() {
    let mut second = extension_of("a", json!("1.23.0"), "Stable", json!(true));
    second["id"] = json!(id("s1", "g1", "a", "extensions/flux-two"));
    let first = extension_of("a", json!("1.24.1"), "Stable", json!(true));
    let frame = ask(&snapshot(&[second, first]), "versions", json!({}));
    assert_eq!(lines(&frame, &["version", "clusters", "share"]), ["1.24.1 1 1"]);
}

#[test]
fn versions_agree_with_the_table_of_extensions() {
    let (_, snapshot) = simulated(FleetSpec { clusters: 300, configurations: 0, seed: 4 });
    let table = ask(&snapshot, "extensions", json!({}));
    let versions = ask(&snapshot, "versions", json!({}));
    let in_table = table.field("version").expect("there");
    let (mut clusters, mut shares) = (0, 0.0);
    for row in 0..versions.rows() {
        let version = versions.field("version").expect("there").cell(row);
        let Cell::Integer(count) = versions.field("clusters").expect("there").cell(row) else {
            panic!("a count")
        };
        let expected = in_table.cells().filter(|cell| *cell == version).count();
        assert_eq!(usize::try_from(count).expect("small"), expected, "{version:?}");
        clusters += expected;
        let Cell::Number(share) = versions.field("share").expect("there").cell(row) else {
            panic!("a share")
        };
        shares += share;
    }
    assert_eq!(clusters, 300);
    assert!((shares - 1.0_f64).abs() < 1e-9, "{shares}");
}
