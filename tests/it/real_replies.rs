//! Replies of Resource Manager and Resource Graph in their real form decode into the right rows. The rows are compared
//! field by field with the JSON at the documented places.
//!
//! Each test reads two sets of replies: those in `tests/fixtures/azure`, with made-up values, and recorded ones where
//! `../shared/data` exists.

use azuregitops::arg::{FleetPages, PageSink, Row, RowReader, read_resource};
use flux::{
    ConditionStatus, Extension, FluxConfiguration, FluxObject, MAX_CAUSE, ProvisioningState,
    ReferenceType, Text, UtcMillis, cause,
};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The folders with replies: the fixtures, and the recorded ones if they exist.
fn folders() -> Vec<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let recorded = Some(root.join("../shared/data")).filter(|folder| folder.is_dir());
    [root.join("tests/fixtures/azure")].into_iter().chain(recorded).collect()
}

fn text_of(folder: &Path, path: &str) -> String {
    let file = folder.join(path);
    std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// The resources in a file: one resource, a list, or an example of the API's specification that contains replies.
fn resources(folder: &Path, path: &str) -> Vec<Value> {
    let file: Value = serde_json::from_str(&text_of(folder, path)).expect(path);
    let bodies: Vec<Value> = match file.get("responses") {
        Some(Value::Object(replies)) => {
            replies.values().filter_map(|reply| reply.get("body")).cloned().collect()
        }
        _ => vec![file],
    };
    bodies
        .into_iter()
        .flat_map(|body| match body.get("value") {
            Some(Value::Array(list)) => list.clone(),
            _ => vec![body],
        })
        .collect()
}

fn decode(resource: &Value) -> Option<Row> {
    read_resource(resource.to_string().as_bytes(), &mut RowReader::default()).expect("JSON")
}

fn text(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.is_empty())
}

/// Properties are below `properties`, or at the top level in the command line's output.
fn properties(resource: &Value) -> &Value {
    resource.get("properties").unwrap_or(resource)
}

fn assert_id(resource: &Value, decoded: &str) {
    let id = resource["id"].as_str().expect("an id");
    assert!(id.eq_ignore_ascii_case(decoded), "{id} {decoded}");
}

fn assert_configuration(resource: &Value, decoded: &FluxConfiguration) {
    let p = properties(resource);
    assert_id(resource, &decoded.arm_id());
    assert_eq!(Some(decoded.name.as_str()), resource["name"].as_str());
    assert_eq!(decoded.namespace.as_deref(), text(&p["namespace"]));
    assert_eq!(decoded.scope.as_deref(), text(&p["scope"]));
    assert_eq!(decoded.source_kind.as_deref(), text(&p["sourceKind"]));
    let source = ["gitRepository", "bucket", "azureBlob", "ociRepository"]
        .map(|name| &p[name])
        .into_iter()
        .find(|source| source.is_object());
    // The address of a bucket or a container of blobs ends in its name.
    let place = source.and_then(|source| {
        let name = text(&source["bucketName"]).or(text(&source["containerName"]));
        let url = text(&source["url"])?.trim_end_matches('/');
        Some(name.map_or_else(|| url.to_owned(), |name| format!("{url}/{name}")))
    });
    assert_eq!(decoded.repository_url.as_deref(), place.as_deref());
    assert_eq!(decoded.source_synced_commit.as_deref(), text(&p["sourceSyncedCommitId"]));
    assert_eq!(decoded.source_updated, text(&p["sourceUpdatedAt"]).and_then(UtcMillis::parse));
    assert_eq!(decoded.status_updated, text(&p["statusUpdatedAt"]).and_then(UtcMillis::parse));
    let state = decoded.provisioning_state.as_ref().map(ProvisioningState::as_str);
    assert_eq!(state, text(&p["provisioningState"]));
    assert_eq!(decoded.compliance_state.as_str(), text(&p["complianceState"]).unwrap_or("Pending"));
    assert_eq!(decoded.suspended, p["suspend"].as_bool().unwrap_or(false));
    assert_eq!(decoded.error_message.as_deref(), text(&p["errorMessage"]));
    let none = serde_json::Map::new();
    let kustomizations = p["kustomizations"].as_object().unwrap_or(&none);
    assert_eq!(decoded.kustomizations.len(), kustomizations.len());
    for kustomization in &decoded.kustomizations {
        let expected = &kustomizations[kustomization.name.as_str()];
        assert_eq!(kustomization.path.as_deref(), text(&expected["path"]));
        let depends_on: Vec<&str> = kustomization.depends_on.iter().map(Text::as_str).collect();
        let wanted: Vec<&str> = expected["dependsOn"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        assert_eq!(depends_on, wanted);
        assert_eq!(kustomization.prune, expected["prune"].as_bool());
        assert_eq!(kustomization.force, expected["force"].as_bool());
        assert_eq!(kustomization.sync_interval_seconds, expected["syncIntervalInSeconds"].as_i64());
        assert_eq!(kustomization.timeout_seconds, expected["timeoutInSeconds"].as_i64());
        assert_eq!(
            kustomization.retry_interval_seconds,
            expected["retryIntervalInSeconds"].as_i64()
        );
    }
    let mut statuses: Vec<&Value> = p["statuses"].as_array().into_iter().flatten().collect();
    // Decoded objects are sorted by kind, namespace and name; Azure has another order.
    statuses.sort_by_key(|status| ["kind", "namespace", "name"].map(|name| text(&status[name])));
    assert_eq!(decoded.objects.len(), statuses.len());
    for (object, expected) in decoded.objects.iter().zip(statuses) {
        assert_object(expected, object, text(&p["namespace"]));
    }
}

/// What no Kustomization applied is in `own`, the namespace of the configuration, where Azure names none.
fn assert_object(expected: &Value, object: &FluxObject, own: Option<&str>) {
    assert_eq!(Some(object.name.as_str()), text(&expected["name"]));
    assert_eq!(object.kind.as_deref(), text(&expected["kind"]));
    let own = own.filter(|_| expected["appliedBy"]["name"].is_null());
    assert_eq!(object.namespace.as_deref(), text(&expected["namespace"]).or(own));
    assert_eq!(Some(object.compliance_state.as_str()), text(&expected["complianceState"]));
    let by = object.applied_by.as_ref();
    assert_eq!(by.map(|by| by.name.as_str()), text(&expected["appliedBy"]["name"]));
    assert_eq!(
        by.and_then(|by| by.namespace.as_deref()),
        text(&expected["appliedBy"]["namespace"])
    );
    let conditions: Vec<&Value> =
        expected["statusConditions"].as_array().into_iter().flatten().collect();
    assert_eq!(object.conditions.len(), conditions.len());
    for (condition, expected) in object.conditions.iter().zip(conditions) {
        assert_eq!(Some(condition.kind.as_str()), text(&expected["type"]));
        assert_eq!(Some(condition.status.as_str()), text(&expected["status"]));
        assert_eq!(condition.reason.as_deref(), text(&expected["reason"]));
        assert_eq!(condition.message.as_deref(), text(&expected["message"]));
        assert_eq!(
            condition.last_transition,
            text(&expected["lastTransitionTime"]).and_then(UtcMillis::parse)
        );
    }
    let helm = &expected["helmReleaseProperties"];
    let is_release = expected["kind"] == "HelmRelease" && helm.is_object();
    assert_eq!(object.helm.is_some(), is_release, "{expected}");
    if let Some(decoded) = &object.helm {
        assert_eq!(decoded.last_revision_applied, helm["lastRevisionApplied"].as_i64());
        assert_eq!(decoded.failure_count, helm["failureCount"].as_i64());
        assert_eq!(decoded.install_failure_count, helm["installFailureCount"].as_i64());
        assert_eq!(decoded.upgrade_failure_count, helm["upgradeFailureCount"].as_i64());
        assert_eq!(
            decoded.chart.as_ref().map(|chart| chart.name.as_str()),
            text(&helm["helmChartRef"]["name"])
        );
    }
}

fn assert_extension(resource: &Value, decoded: &Extension) {
    let p = properties(resource);
    assert_id(resource, &decoded.arm_id());
    let version = text(&p["currentVersion"]).or(text(&p["version"]));
    assert_eq!(decoded.version.as_deref(), version);
    assert_eq!(decoded.release_train.as_deref(), text(&p["releaseTrain"]));
    let automatic = match text(&p["autoUpgradeMode"]) {
        Some(mode) => Some(mode != "none"),
        None => p["autoUpgradeMinorVersion"].as_bool(),
    };
    assert_eq!(decoded.auto_upgrade, automatic);
    let state = decoded.provisioning_state.as_ref().map(ProvisioningState::as_str);
    match text(&p["provisioningState"]) {
        Some(expected) => assert_eq!(state, Some(expected)),
        // The form of 2021.
        None => {
            assert_eq!((text(&p["installState"]), state), (Some("Installed"), Some("Succeeded")));
        }
    }
    assert_eq!(decoded.status_message, None, "none of the recorded ones has a message");
}

#[test]
fn configurations_decode_as_the_json_says() {
    for folder in folders() {
        let mut compared = 0;
        for path in [
            "arm/wire-fluxconfiguration-get-200-compliant-2022-03-01.json",
            "arm/cli-fluxconfiguration-show-compliant-2022-04.json",
            "arm/spec-fluxconfiguration-get-2023-05-01.json",
            "arm/spec-fluxconfigurations-list-2025-04-01.json",
            "arm/spec-fluxconfiguration-create-bucket-2025-04-01.json",
            "arm/spec-fluxconfiguration-create-ocirepository-2025-04-01.json",
        ] {
            for resource in resources(&folder, path) {
                let Some(Row::Configuration(decoded)) = decode(&resource) else {
                    panic!("{path}: no configuration")
                };
                assert_configuration(&resource, &decoded);
                compared += 1;
            }
        }
        assert_eq!(compared, 9, "{}", folder.display());
    }
}

#[test]
fn a_configuration_decodes_with_all_members() {
    let expected = [
        ("live", "arc-harbor-07", UtcMillis(1_756_896_777_091)),
        ("main", "hvltqw", UtcMillis(1_650_260_748_768)),
    ];
    for (folder, (branch, cluster, updated)) in folders().iter().zip(expected) {
        let path = "arm/wire-fluxconfiguration-get-200-compliant-2022-03-01.json";
        let resource = resources(folder, path).pop().expect("one");
        let Some(Row::Configuration(decoded)) = decode(&resource) else {
            panic!("no configuration")
        };
        let reference = decoded.reference.as_ref().expect("a reference");
        assert_eq!((reference.kind, reference.value.as_str()), (ReferenceType::Branch, branch));
        assert_eq!(decoded.cluster.name, cluster);
        assert_eq!(decoded.cluster.kind.label(), "Arc");
        assert_eq!(decoded.status_updated, Some(updated));
        assert_eq!(decoded.objects[0].ready(), Some(ConditionStatus::True));
        assert!(!decoded.is_failing() && !decoded.lacks_details());
    }
}

#[test]
fn a_listed_configuration_lacks_members_that_only_a_single_read_returns() {
    for folder in folders() {
        let listed = resources(&folder, "arm/spec-fluxconfigurations-list-2025-04-01.json");
        let read = resources(&folder, "arm/spec-fluxconfiguration-get-2023-05-01.json");
        assert!(!listed.is_empty() && !read.is_empty());
        for (resources, lacks) in [(listed, true), (read, false)] {
            for resource in resources {
                let Some(Row::Configuration(decoded)) = decode(&resource) else { panic!() };
                assert_eq!(decoded.lacks_details(), lacks);
            }
        }
    }
}

/// The properties of a resource, for changing one of them.
fn properties_mut(resource: &mut Value) -> &mut Value {
    if resource.get("properties").is_some() { &mut resource["properties"] } else { resource }
}

#[test]
fn extensions_decode_as_the_json_says() {
    for folder in folders() {
        let mut compared = 0;
        for path in [
            "arm/wire-extension-flux-get-200-succeeded-2022-03-01.json",
            "arm/wire-extension-flux-put-201-creating-2022-03-01.json",
            "arm/wire-extension-dapr-get-200-creating-2021-09-01.json",
            "arm/wire-extensions-list-200-2022-03-01.json",
            "arm/wire-extensions-list-200-empty-2021-09-01.json",
            "arm/spec-extensions-list-2025-03-01.json",
            "arm/spec-extension-get-extensionstate-2025-03-01.json",
            "arm/spec-extension-get-additionaldetails-2025-03-01.json",
            "arm/cli-extension-show-azuremonitor-2021-04-oldshape-installed.json",
            "arm/cli-extension-show-akvsecretsprovider-2022-05.json",
        ] {
            for mut resource in resources(&folder, path) {
                let kind = properties(&resource)["extensionType"].clone();
                if kind != "microsoft.flux" {
                    assert_eq!(decode(&resource), None, "{path}: {kind} is not Flux");
                    // Other extensions have the same form, so they are read as if they were Flux.
                    properties_mut(&mut resource)["extensionType"] = "microsoft.flux".into();
                }
                let Some(Row::Extension(decoded)) = decode(&resource) else { panic!("{path}") };
                assert_extension(&resource, &decoded);
                compared += 1;
            }
        }
        assert_eq!(compared, 11, "{}", folder.display());
    }
}

#[test]
fn pages_of_resource_graph() {
    for folder in folders() {
        let recording =
            |path| -> Value { serde_json::from_str(&text_of(&folder, path)).expect("JSON") };
        let page = &recording("arg/recorded-paging-skiptoken-top-skip-200.json")["ResponseBody"];
        let mut reader = RowReader::default();
        let mut pages = FleetPages::new(&mut reader);
        let envelope = pages.page(page.to_string().as_bytes()).expect("a page");
        assert_eq!(envelope.total_records, page["totalRecords"].as_u64());
        assert_eq!((envelope.count, envelope.truncated), (6, false));
        assert_eq!(envelope.skip_token.as_deref(), page["$skipToken"].as_str());
        assert_eq!(pages.unreadable.count, 6, "machines are no extensions or configurations");
        // When a table is requested, the reply has another form. That is an error, not an empty fleet.
        let table = &recording("arg/recorded-table-format-200.json")["ResponseBody"];
        let error = pages.page(table.to_string().as_bytes()).expect_err("a table");
        for content in ["eventhub", "bakery"] {
            assert!(!error.to_string().contains(content), "no content in errors: {error}");
        }
    }
}

#[test]
fn failed_extensions_keep_their_messages() {
    let expected: [&[&str]; 2] = [
        &[
            "{\"code\":\"DeploymentFailed\", ... ",
            "This did not work out: Error: {no chart at path [] for release [flux]:",
            "ready/completed state The one that was missing is <name>",
            "The object in the cluster says nothing",
            "(ValidationFailed) This does not fit. A configuration of the kind 'GitRepository' needs",
        ],
        &[
            "{\"code\":\"DeploymentFailed\", ... ",
            "The extension operation failed with the following error: Error: {failed to install chart from path [] for release [flux]:",
            "ready/completed state Last resource not ready was <name>",
            "Unable to get the status from the local CRD",
            "(ValidationFailed) Invalid source kind match. Config with specified source kind 'GitRepository' must",
        ],
    ];
    for (folder, expected) in folders().iter().zip(expected) {
        let texts = text_of(folder, "arm/extension-failure-texts.txt");
        let causes: Vec<String> = texts.lines().map(cause).collect();
        for (text, of_it) in texts.lines().zip(&causes) {
            assert!(of_it.len() <= MAX_CAUSE && of_it.is_empty() == text.is_empty(), "{text}");
            assert_eq!(cause(of_it), *of_it);
        }
        let all = causes.join("\n");
        for words in expected {
            assert!(all.contains(words), "{words} is not in\n{all}");
        }
    }
}
