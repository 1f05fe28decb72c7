use super::*;
use flux::{ComplianceState, Coverage, ProvisioningState};
use std::collections::{BTreeMap, HashSet};

const NOW: UtcMillis = UtcMillis(1_790_000_000_000);
const FLUX: Table = Table::KubernetesConfigurationResources;

fn rows(fleet: &Fleet, table: Table) -> Vec<Value> {
    (0..fleet.len(table)).map(|index| fleet.row(table, index, NOW).expect("row in range")).collect()
}

fn is(row: &Value, resource_type: &str) -> bool {
    row["type"] == format!("microsoft.kubernetesconfiguration/{resource_type}")
}

#[test]
fn the_same_spec_makes_the_same_fleet_and_another_seed_another() {
    let spec = FleetSpec { clusters: 7, configurations: 60, seed: 5 };
    let all = |spec| {
        let fleet = Fleet::generate(spec);
        Table::ALL.into_iter().flat_map(|table| rows(&fleet, table)).collect::<Vec<_>>()
    };
    assert_eq!(all(spec), all(spec));
    assert_ne!(all(spec), all(FleetSpec { seed: 6, ..spec }));
}

#[test]
fn a_fleet_made_today_is_the_one_made_by_earlier_versions() {
    let fleet = Fleet::generate(FleetSpec::default());
    assert_eq!(fleet.subscriptions()[0].id, "546a768e-304f-4f33-aa46-c9d70c448a87");
    let row = fleet.row(FLUX, 450 - 1, NOW).expect("last row");
    assert_eq!(row["name"], "sandbox");
}

#[test]
fn writing_gives_what_the_value_says() {
    let fleet = Fleet::generate(FleetSpec { clusters: 3, configurations: 9, seed: 2 });
    for table in Table::ALL {
        for index in 0..fleet.len(table) {
            let mut bytes = Vec::new();
            fleet.write_row(table, index, NOW, &mut bytes);
            let read: Value = serde_json::from_slice(&bytes).expect("valid JSON");
            assert_eq!(Some(read), fleet.row(table, index, NOW));
        }
        assert_eq!(fleet.row(table, fleet.len(table), NOW), None);
    }
}

#[test]
fn shares_are_those_of_a_real_fleet() {
    let truth =
        Fleet::generate(FleetSpec { clusters: 400, configurations: 20_000, seed: 3 }).truth(NOW);
    for (state, per_mille) in [
        (ComplianceState::Compliant, 850),
        (ComplianceState::NonCompliant, 70),
        (ComplianceState::Pending, 50),
        (ComplianceState::Suspended, 20),
        (ComplianceState::Unknown, 10),
    ] {
        let got = truth.compliance[&state] / 20;
        assert!(got.abs_diff(per_mille) < 12, "{state}: {got}");
    }
    let succeeded = truth.extension_provisioning[&ProvisioningState::Succeeded];
    assert!((360..=385).contains(&succeeded), "{succeeded}");
    assert_eq!(truth.repositories.len(), 34);
}

#[test]
fn the_default_fleet_has_something_failing_of_every_sort() {
    let truth = Fleet::generate(FleetSpec::default()).truth(NOW);
    assert_eq!(truth.failing_extensions.len(), 2);
    assert!(truth.failing_configurations.len() > 10);
    assert!(truth.failing_objects.len() >= truth.failing_configurations.len() - 5);
    assert!(truth.never_reported > 0);
    let kinds: HashSet<_> = truth.objects.keys().map(|(kind, _)| kind.to_string()).collect();
    for kind in [
        "GitRepository",
        "OCIRepository",
        "Bucket",
        "Kustomization",
        "HelmRelease",
        "HelmRepository",
        "HelmChart",
    ] {
        assert!(kinds.contains(kind), "{kind}");
    }
}

#[test]
fn configurations_are_spread_evenly_and_named_once_per_cluster() {
    let fleet = Fleet::generate(FleetSpec { clusters: 40, configurations: 5000, seed: 1 });
    let mut per_cluster: BTreeMap<String, HashSet<String>> = BTreeMap::new();
    for row in rows(&fleet, FLUX).iter().filter(|row| is(row, "fluxconfigurations")) {
        let id = row["id"].as_str().expect("text");
        let parsed = ResourceId::parse(id).expect("an id");
        let key = parsed.cluster.cluster_ref(|text| Text::from(text)).key();
        assert!(per_cluster.entry(key).or_default().insert(parsed.name.to_owned()), "{id} twice");
    }
    assert_eq!(per_cluster.len(), 40);
    assert!(per_cluster.values().all(|names| names.len() == 125));
}

/// Joins the rows of two tables as a reader would, and counts clusters by how far GitOps reaches them.
fn covered(fleet: &Fleet) -> BTreeMap<Coverage, usize> {
    let mut clusters: BTreeMap<String, (bool, usize)> = BTreeMap::new();
    for row in rows(fleet, Table::Resources) {
        let listed = [
            "microsoft.containerservice/managedclusters",
            "microsoft.kubernetes/connectedclusters",
        ]
        .iter()
        .any(|resource_type| row["type"] == *resource_type);
        if listed {
            clusters.insert(row["id"].as_str().expect("text").to_lowercase(), (false, 0));
        }
    }
    for row in rows(fleet, FLUX) {
        let id = row["id"].as_str().expect("text").to_lowercase();
        let cluster = id.split("/providers/microsoft.kubernetesconfiguration").next();
        let (extension, configurations) =
            clusters.entry(cluster.expect("a cluster").to_owned()).or_default();
        if is(&row, "fluxconfigurations") {
            *configurations += 1;
        } else if row["properties"].to_string().to_lowercase().contains("\"microsoft.flux\"") {
            *extension = true;
        }
    }
    let mut coverage = BTreeMap::new();
    for (extension, configurations) in clusters.into_values() {
        *coverage.entry(Coverage::of(extension, configurations)).or_default() += 1;
    }
    coverage
}

/// Counts the rows of a table as a reader would.
fn counted(fleet: &Fleet) -> FleetTruth {
    let mut truth = FleetTruth { coverage: covered(fleet), ..FleetTruth::default() };
    for row in rows(fleet, FLUX) {
        let id = Text::from(row["id"].as_str().expect("text"));
        ResourceId::parse(&id).expect("an id of ours");
        let properties = &row["properties"];
        if is(&row, "extensions") {
            let text = |pascal: &str, camel: &str| {
                properties[pascal].as_str().or(properties[camel].as_str()).map(str::to_owned)
            };
            let kind = text("ExtensionType", "extensionType").expect("has a type");
            if !same_text(&kind, "microsoft.flux") {
                truth.other_extensions += 1;
                continue;
            }
            let state = ProvisioningState::from_azure(
                text("ProvisioningState", "provisioningState").as_deref(),
            )
            .or_else(|| ProvisioningState::from_install_state(properties["installState"].as_str()));
            let state = state.expect("has a state");
            if state == ProvisioningState::Failed {
                truth.failing_extensions.push(id);
            }
            truth.extensions += 1;
            *truth.extension_provisioning.entry(state).or_default() += 1;
            continue;
        }
        let state = properties["complianceState"].as_str();
        truth.never_reported += usize::from(state.is_none());
        let state = ComplianceState::from_azure(state);
        let provisioning = ProvisioningState::from_azure(properties["provisioningState"].as_str());
        let provisioning = provisioning.expect("has a state");
        if state == ComplianceState::NonCompliant || provisioning == ProvisioningState::Failed {
            truth.failing_configurations.push(id.clone());
        }
        truth.configurations += 1;
        *truth.compliance.entry(state).or_default() += 1;
        *truth.configuration_provisioning.entry(provisioning).or_default() += 1;
        if let Some(commit) = properties["sourceSyncedCommitId"].as_str() {
            *truth.commits.entry(Text::from(commit)).or_default() += 1;
        }
        for object in properties["statuses"].as_array().expect("a list") {
            let text = |name: &str| Text::from(object[name].as_str().expect("text"));
            let state = ComplianceState::from_azure(object["complianceState"].as_str());
            if state == ComplianceState::NonCompliant {
                truth.failing_objects.push(FailingObject {
                    configuration: id.clone(),
                    kind: text("kind"),
                    name: text("name"),
                });
            }
            *truth.objects.entry((text("kind"), state)).or_default() += 1;
        }
    }
    truth
}

#[test]
fn truth_agrees_with_the_rows() {
    // In the second fleet a third of the clusters has no configuration, and one cluster without Flux is neither AKS nor
    // Arc.
    for (clusters, configurations) in [(83, 2000), (33, 22)] {
        let fleet = Fleet::generate(FleetSpec { clusters, configurations, seed: 9 });
        let truth = FleetTruth { repositories: BTreeMap::new(), ..fleet.truth(NOW) };
        assert_eq!(counted(&fleet), truth);
    }
}

#[test]
fn some_clusters_have_no_flux() {
    let truth = Fleet::generate(FleetSpec { clusters: 33, configurations: 22, seed: 9 }).truth(NOW);
    let expected = [(Coverage::NoFlux, 2), (Coverage::ExtensionOnly, 11), (Coverage::Flux, 22)];
    assert_eq!(truth.coverage, BTreeMap::from(expected));
}

#[test]
fn resource_manager_fills_in_the_conditions_of_the_same_objects() {
    let fleet = Fleet::generate(FleetSpec { clusters: 9, configurations: 600, seed: 4 });
    let (mut without, mut with, mut flat) = (0, 0, 0);
    for row in rows(&fleet, FLUX) {
        let id = row["id"].as_str().expect("text");
        let resource = fleet.arm_get(&id.to_uppercase(), NOW).expect("is there");
        assert_eq!(resource["id"], row["id"]);
        if is(&row, "extensions") {
            assert_eq!(resource["type"], "Microsoft.KubernetesConfiguration/extensions");
            assert!(resource["properties"]["provisioningState"].is_string());
            continue;
        }
        let properties = &resource["properties"];
        assert_eq!(properties["complianceState"], row["properties"]["complianceState"]);
        let seen = row["properties"]["statuses"].as_array().expect("a list");
        for (object, seen) in properties["statuses"].as_array().expect("a list").iter().zip(seen) {
            let conditions = object["statusConditions"].as_array().expect("filled in");
            let ready = conditions.iter().find(|c| c["type"] == "Ready").expect("has Ready");
            let failing = object["complianceState"] == "Non-Compliant";
            assert_eq!(ready["status"] == "False", failing, "{object}");
            assert_eq!(object["name"], seen["name"]);
            match (&seen["statusConditions"], &seen["message"]) {
                (Value::Null, Value::Null) => without += 1,
                (Value::Null, _) => flat += 1,
                _ => with += 1,
            }
        }
    }
    assert!(without > with && with > flat && flat > 0, "{without} {with} {flat}");
    for id in ["", "/subscriptions/x", &fleet.clusters[0].id] {
        assert_eq!(fleet.arm_get(id, NOW), None);
    }
    let beyond = format!(
        "{}/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/cluster-config-900",
        fleet.clusters[0].id
    );
    assert_eq!(fleet.arm_get(&beyond, NOW), None);
}

#[test]
fn extension_rows_are_pascal_case_but_for_settings_and_a_few_rows() {
    let fleet = Fleet::generate(FleetSpec::default());
    let extensions: Vec<Value> =
        rows(&fleet, FLUX).into_iter().filter(|row| is(row, "extensions")).collect();
    let properties =
        |name: &str| extensions.iter().filter(|row| row["properties"].get(name).is_some()).count();
    assert_eq!(properties("installState"), 2);
    assert!((2..8).contains(&properties("provisioningState")));
    assert!(properties("ProvisioningState") > 40);
    let settings = &extensions[0]["properties"]["ConfigurationSettings"];
    assert_eq!(settings["multiTenancy.enforce"], "false");
}

#[test]
fn rows_know_their_subscription() {
    let fleet = Fleet::generate(FleetSpec::default());
    for table in Table::ALL {
        for index in 0..fleet.len(table) {
            let row = fleet.row(table, index, NOW).expect("in range");
            let expected = fleet.row_subscription(table, index);
            let expected = expected.map_or("", |index| &fleet.subscriptions()[index].id);
            assert_eq!(row["subscriptionId"], expected, "{table:?} {index}");
        }
        assert_eq!(fleet.row_subscription(table, fleet.len(table)), None);
    }
}

#[test]
fn commits_are_shared_as_in_a_rollout() {
    let truth =
        Fleet::generate(FleetSpec { clusters: 40, configurations: 5000, seed: 1 }).truth(NOW);
    let bare = |text: &str| flux::commit_sha(text).to_owned();
    let mut by_hash: BTreeMap<String, usize> = BTreeMap::new();
    for (text, count) in &truth.commits {
        *by_hash.entry(bare(text)).or_default() += count;
    }
    assert!(by_hash.values().any(|count| *count > 100));
    assert!(by_hash.values().any(|count| *count < 10));
    let forms = |sign: char| truth.commits.keys().any(|text| text.contains(sign));
    assert!(forms('/') && forms('@'));
}
