//! Rows as Azure really sends them, from recordings of the same shape with made-up names: `tests/fixtures/azure`.

use super::*;
use crate::inventory::{FleetSource, Inventory, Listing, Policy};
use crate::upstream::UpstreamError;
use async_trait::async_trait;
use bytes::Bytes;

fn fixture(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/fixtures/azure/{name}.json", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn fleet(name: &str) -> Snapshot {
    let snapshot = read(&fixture(name), &page(&[]), &page(&[]));
    assert_eq!(snapshot.unreadable().count, 0, "{}", snapshot.unreadable().example);
    snapshot
}

#[test]
fn containers_and_buckets_of_one_account_are_sources_of_their_own() {
    let fleet = fleet("containers-and-buckets");
    let [grain, milk] = ["aaaa1111", "bbbb2222"].map(|digits| digits.repeat(8));
    let rollout = ask(&fleet, "rollout", json!({}));
    let account = "https://meadowmanifests.blob.core.windows.net";
    let store = "https://objects.meadow.example:9000";
    assert_eq!(
        lines(&rollout, &["repository", "commit", "newest", "share", "behind", "clustersBehind"]),
        [
            format!("{account}/grain {grain} true 1 0 -"),
            format!("{account}/milk {milk} true 1 0 -"),
            format!("{store}/grain {grain} true 1 0 -"),
            format!("{store}/milk {milk} true 1 0 -"),
        ]
    );
    let shares = ask(&fleet, "rollout", json!({ "format": "share" }));
    assert_eq!(lines(&shares, &["value"]), ["1"; 4]);
    let repositories = ask(&fleet, "values", json!({ "dimension": "repository" }));
    assert_eq!(repositories.rows(), 4);
    let one = json!({ "repositories": [format!("{account}/grain")] });
    let rows = ask(&fleet, "configurations", one);
    assert_eq!(
        lines(&rows, &["cluster", "commit"]),
        [format!("mill-1 {grain}"), format!("mill-2 {grain}")]
    );
    for link in lines(&rows, &["commitLink"]).into_iter().chain(lines(&rows, &["repositoryLink"])) {
        assert!(link.starts_with("https://portal.azure.com/#resource/subscriptions/"), "{link}");
    }
    for link in
        lines(&rollout, &["commitLink"]).into_iter().chain(lines(&rollout, &["repositoryLink"]))
    {
        assert!(link.starts_with("https://portal.azure.com/#resource/subscriptions/"), "{link}");
    }
}

#[test]
fn a_release_whose_ready_condition_only_summarises_shows_the_cause() {
    let fleet = fleet("helm-summaries");
    let objects = ask(&fleet, "configuration-objects", json!({}));
    let counters = [
        "name",
        "failureCount",
        "installFailureCount",
        "upgradeFailureCount",
        "lastRevisionApplied",
    ];
    assert_eq!(
        lines(&objects, &counters),
        ["cache 5 0 4 3", "front 1 0 0 0", "gate 4 1 0 0", "queue 2 0 2 7"]
    );
    assert_eq!(
        lines(&objects, &["name", "ready", "reason", "message"]),
        [
            "cache False UpgradeFailed Helm upgrade failed: context deadline exceeded",
            "front False UpgradeFailed Helm upgrade failed: image is required",
            "gate False InstallFailed Helm install failed: unable to build kubernetes objects: no matches for kind \"PodSecurityPolicy\" in version \"policy/v1beta1\"",
            "queue False TestFailed Helm test failed: pod queue-test failed",
        ]
    );
    let causes = lines(&ask(&fleet, "top-errors", json!({})), &["message"]);
    assert_eq!(causes.len(), 4, "{causes:#?}");
    assert!(causes.iter().any(|cause| cause.contains("no matches for kind \"PodSecurityPolicy\"")));
    assert!(!causes.iter().any(|cause| cause.contains("exhausted") || cause.contains("ependency")));
}

#[test]
fn objects_of_kinds_that_are_newer_than_this_code_are_objects() {
    let fleet = fleet("new-kinds");
    let objects = ask(&fleet, "configuration-objects", json!({}));
    assert_eq!(objects.rows(), 8);
    assert!(
        lines(&objects, &["kind", "name", "complianceState"])
            .contains(&"- nameless Non-Compliant".to_owned())
    );
    assert!(
        lines(&objects, &["kind", "name", "complianceState"])
            .contains(&"Terraform network Degraded".to_owned())
    );
    let failing = ["barley 1", "nameless 1", "tenants 1"];
    for query_type in ["failing-objects", "not-ready"] {
        let mut names = lines(&ask(&fleet, query_type, json!({})), &["name", "value"]);
        names.sort();
        assert_eq!(names, failing, "{query_type}");
    }
    let mut states = lines(&ask(&fleet, "reconcilers", json!({})), &["name", "state"]);
    states.sort();
    assert_eq!(
        states,
        [
            "barley Failing",
            "barley-parts Ready",
            "nameless Failing",
            "network Unknown",
            "off Suspended",
            "sky Ready",
            "tenants Failing",
            "whole-apps Ready",
        ]
    );
    assert_eq!(ask(&fleet, "drift", json!({})).rows(), 8);
    let kinds = json!({ "controllers": ["kustomization"] });
    assert_eq!(lines(&ask(&fleet, "reconcilers", kinds), &["name"]), ["whole-apps"]);
}

#[test]
fn a_configuration_that_never_reported_and_has_a_verdict_is_silent() {
    let fleet = fleet("silent-agents");
    let silent = ask(&fleet, "overdue", json!({ "overdue": "silent" }));
    let mut names = lines(&silent, &["name", "value"]);
    names.sort();
    assert_eq!(names, ["long-ago 1", "never 1", "no-offset 1", "year-one 1"]);
    let rows = ask(&fleet, "configurations", json!({}));
    let mut rows = lines(&rows, &["configuration", "statusUpdatedAt", "sourceUpdatedAt"]);
    rows.sort();
    assert_eq!(
        rows,
        [
            "fresh - -",
            "long-ago 2024-06-12T09:38:11.123Z -",
            "never - -",
            "no-offset 2024-06-12T09:38:11.123Z -",
            "well 2026-09-21T14:10:00Z -",
            "year-one - -",
        ]
    );
    let pending = ask(&fleet, "overdue", json!({}));
    assert_eq!(lines(&pending, &["name"]), ["fresh"], "no verdict yet");
}

#[test]
fn a_commit_whose_time_is_unknown_makes_no_older_one_the_newest() {
    let mut rows = Vec::new();
    for (cluster, digit, time) in [
        ("c1", '1', json!("2026-09-01T00:00:00Z")),
        ("c2", '2', json!("0001-01-01T00:00:00")),
        ("c3", '2', json!("some time")),
    ] {
        let mut row = configuration("g1", cluster, "app", json!("Compliant"));
        row["sourceSyncedCommitId"] = json!(digit.to_string().repeat(40));
        row["sourceUpdatedAt"] = time;
        rows.push(row);
    }
    let fleet = snapshot(&rows);
    let frame = ask(&fleet, "rollout", json!({}));
    assert_eq!(lines(&frame, &["newest", "behind", "clustersBehind"]), ["- - -"; 2]);
    let frame = ask(&fleet, "rollout", json!({ "format": "share" }));
    assert!(frame.meta.notices[0].text.starts_with("1 repositories and references are left out"));
    // One time of a commit that has one is enough.
    rows[2]["sourceUpdatedAt"] = json!("2026-09-02T00:00:00");
    let frame = ask(&snapshot(&rows), "rollout", json!({}));
    assert_eq!(lines(&frame, &["newest", "clustersBehind"]), ["true -", "false c1"]);
}

#[test]
fn commits_link_to_a_page_that_exists_and_no_user_name_is_shown() {
    let fleet = fleet("repository-hosts");
    let frame = ask(&fleet, "configurations", json!({}));
    let links = lines(&frame, &["commitLink"]);
    let pages = [
        "https://meadow.visualstudio.com/Crops/_git/fleet/commit/",
        "https://meadow.visualstudio.com/Crops/_git/fleet/commit/",
        "https://dev.azure.com/meadow/My%20Crops/_git/fleet/commit/",
        "https://dev.azure.com/meadow/My%20Crops/_git/fleet/commit/",
        "https://bitbucket.meadow.example/projects/CROP/repos/fleet/commits/",
        "https://bitbucket.meadow.example/projects/CROP/repos/fleet/commits/",
        "https://tfs.meadow.example/tfs/DefaultCollection/Crops/_git/fleet/commit/",
        "https://github.com/meadow/fleet/commit/",
    ];
    for (link, page) in links.iter().zip(pages) {
        assert_eq!(link, &format!("{page}{SHA}"));
    }
    assert!(links[8].starts_with("https://portal.azure.com/#resource/"), "{}", links[8]);
    for query_type in ["configurations", "rollout", "values", "events"] {
        let params =
            if query_type == "values" { json!({ "dimension": "repository" }) } else { json!({}) };
        let frame = ask(&fleet, query_type, params);
        for field in &frame.fields {
            for row in 0..frame.rows() {
                let text = show(field.cell(row));
                let login =
                    ["meadow@", "jdoe@", "git@"].into_iter().find(|login| text.contains(login));
                assert_eq!(login, None, "{query_type} {}: {text}", field.name);
            }
        }
    }
    // Filters that were saved with the user name still mean the same repository.
    for saved in [
        "ssh://jdoe@git.meadow.example:2222/crops/fleet.git",
        "ssh://git.meadow.example:2222/crops/fleet.git",
    ] {
        let found = ask(&fleet, "configurations", json!({ "repositories": [saved] }));
        assert_eq!(lines(&found, &["cluster"]), ["mill-8"], "{saved}");
    }
}

#[test]
fn members_with_a_capital_and_members_of_2021_are_read() {
    let fleet = fleet("old-and-capital-members");
    let fields = [
        "configuration",
        "namespace",
        "scope",
        "sourceKind",
        "repositoryUrl",
        "reference",
        "commit",
        "sourceUpdatedAt",
        "complianceState",
        "suspended",
        "errorMessage",
        "kustomizations",
        "objectsNotReady",
    ];
    let digest = "aaaa1111".repeat(8);
    assert_eq!(
        lines(&ask(&fleet, "configurations", json!({})), &fields),
        [
            format!(
                "capital crops namespace OCIRepository oci://registry.meadow.example/crops v3 {digest} 2026-09-01T00:00:00Z Non-Compliant true no access 1 1"
            ),
            format!(
                "old crops - GitRepository https://github.com/meadow/old - {SHA} 2026-08-31T00:00:00Z Compliant false - 0 0"
            ),
        ]
    );
    let objects = ask(&fleet, "configuration-objects", json!({}));
    assert_eq!(
        lines(&objects, &["namespace", "name", "message", "lastTransitionTime"]),
        ["crops capital-Apps no such file 2026-09-01T00:00:00Z", "crops old - -", "- web - -",],
        "only what no Kustomization applied is in the configuration's own namespace"
    );
    let declared = ask(&fleet, "kustomizations", json!({}));
    assert_eq!(
        lines(&declared, &["name", "path", "dependsOn", "syncInterval", "complianceState"]),
        ["Apps ./apps infra 60 Non-Compliant"]
    );
    let causes = ask(&fleet, "top-errors", json!({}));
    assert!(
        lines(&causes, &["reason", "message", "firstSeen"])
            .contains(&"InstallationFailed helm release failed 2026-09-01T00:00:00Z".to_owned())
    );
}

#[test]
fn ids_are_shown_as_azure_spells_them() {
    let fleet = fleet("silent-agents");
    let id = "/subscriptions/11111111-2222-3333-4444-555555555555/resourcegroups/rg-north/providers/microsoft.containerservice/managedclusters/pool-1";
    let frame = ask(&fleet, "configurations", json!({ "configurations": ["never"] }));
    let whole =
        format!("{id}/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/never");
    assert_eq!(lines(&frame, &["clusterId", "id", "clusterType"]), [format!("{id} {whole} AKS")]);
}

#[test]
fn a_cluster_with_a_configuration_is_never_without_flux() {
    let rows = [configuration("g1", "beta", "one", json!("Compliant"))];
    let clusters = [cluster("g1", "alpha", "1.33"), cluster("g1", "beta", "1.33")];
    let fleet = snapshot_with(&rows, &clusters);
    let frame = ask(&fleet, "coverage", json!({}));
    assert_eq!(
        lines(&frame, &["cluster", "coverage"]),
        ["beta Configuration only", "alpha No Flux"]
    );
}

#[test]
fn a_cloud_without_a_portal_has_no_portal_links() {
    let fleet = small();
    let day = TimeRange { from: UtcMillis(NOW.0 - 86_400_000), to: NOW };
    let portal = Portal::new("");
    let view = View { snapshot: &fleet, portal: &portal, now: NOW, range: day };
    for query_type in CATALOGUE {
        let Ok(query) = Query::new("A", query_type, &serde_json::Map::new(), day) else { continue };
        let PreparedQuery::Inventory(prepared) = &query.prepared else { continue };
        let frame = prepared.frame(&view);
        for field in &frame.fields {
            for link in &field.config.links {
                assert!(
                    !link.url.contains("#resource") && !link.url.contains("portal"),
                    "{}: {}",
                    query_type.id,
                    link.url
                );
            }
            for row in 0..frame.rows() {
                let text = show(field.cell(row));
                assert!(
                    !text.contains("#resource") && !text.contains("portal"),
                    "{}: {text}",
                    query_type.id
                );
            }
        }
    }
}

/// Resource Graph with rows that lack objects, and Resource Manager, which has eight objects for each of them.
struct Lacking;

#[async_trait]
impl FleetSource for Lacking {
    fn query_text(&self, _: Listing) -> Option<String> {
        None
    }

    async fn list(
        &self,
        listing: Listing,
        _: UtcMillis,
        sink: &mut (dyn PageSink + Send),
    ) -> Result<(), UpstreamError> {
        if listing == Listing::Fleet {
            sink.page(&fixture("rows-that-lack-objects")).expect("a page");
        }
        Ok(())
    }

    async fn configuration(&self, id: &str, _: UtcMillis) -> Result<Option<Bytes>, UpstreamError> {
        let name = id.rsplit('/').next().unwrap_or_default();
        let resource = fixture("arm/fluxconfiguration-get-of-eight-objects");
        let resource = String::from_utf8(resource).expect("UTF-8").replace("NAME", name);
        Ok(Some(resource.into()))
    }
}

#[tokio::test]
async fn what_fails_shows_although_the_rows_lack_it() {
    let policy = Policy {
        fresh: Duration::from_secs(60),
        max_stale: Duration::from_secs(600),
        patience: Duration::from_secs(10),
        first_wait: Duration::from_secs(60),
        retry_after: Duration::from_secs(5),
    };
    let inventory =
        Inventory::new(Box::new(Lacking), policy, Arc::new(|| NOW), Arc::new(|_, _| ()));
    let fleet = inventory.get().await.expect("read").value;
    assert_eq!((fleet.details_missing(), fleet.warnings().count()), (0, 0));
    let objects = ask(&fleet, "configuration-objects", json!({}));
    assert_eq!(objects.rows(), 4 * 8);
    assert!(objects.meta.notices.is_empty(), "{:?}", objects.meta.notices);
    let failing = ask(&fleet, "failing-objects", json!({}));
    let why = "Helm install failed: chart needs the value pear.grade";
    assert_eq!(failing.rows(), 4);
    let rows = ask(&fleet, "configuration-objects", json!({ "show": "failing" }));
    let mut shown = lines(&rows, &["configuration", "name", "reason", "message"]);
    shown.sort();
    assert_eq!(
        shown,
        ["absent", "empty", "none", "one"].map(|name| format!("{name} pear InstallFailed {why}"))
    );
    let causes = ask(&fleet, "top-errors", json!({}));
    assert_eq!(lines(&causes, &["example", "objects"]), [format!("{why} 4")]);
    assert!(causes.meta.notices.is_empty(), "{:?}", causes.meta.notices);
}
