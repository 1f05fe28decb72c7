//! Which rows filters accept.

use super::*;
use proptest::prelude::*;

#[test]
fn filters_check_the_row_or_its_parent() {
    let fleet = small();
    let clusters = |query_type: &str, params: Value| {
        // Which comes first is of no interest here.
        let mut lines = lines(&ask(&fleet, query_type, params), &["cluster", "resourceGroup"]);
        lines.sort();
        lines
    };
    let all = ["alpha g1", "alpha g2", "beta g1"];
    for (params, expected) in [
        (json!({ "subscriptions": ["production"] }), &all[..]),
        (json!({ "subscriptions": ["S1"] }), &all),
        (json!({ "subscriptions": ["other"] }), &[]),
        (json!({ "resourceGroups": ["G2"] }), &all[1..2]),
        (json!({ "clusters": ["ALPHA"] }), &all[..2]),
        (
            json!({ "clusters": [id("S1", "G2", "Alpha", "x").split("/providers/Microsoft.KubernetesConfiguration").next()] }),
            &all[1..2],
        ),
        (json!({ "configurations": ["two"] }), &all[1..2]),
        (json!({ "namespaces": ["flux"] }), &all),
        (json!({ "namespaces": ["web"] }), &[]),
        (json!({ "kinds": ["helmrelease"] }), &all),
        (json!({ "kinds": ["Bucket"] }), &[]),
        (json!({ "complianceStates": ["Pending"] }), &all[..1]),
        (json!({ "complianceStates": ["noncompliant"] }), &all[1..2]),
        (json!({ "commits": [SHA] }), &all),
        (json!({ "commits": [&SHA[..7]] }), &all),
        (json!({ "commits": [format!("other/{SHA}")] }), &all),
        (json!({ "commits": ["main"] }), &[]),
        (json!({ "repositories": ["HTTPS://GITHUB.COM/org/apps"] }), &all),
        (json!({ "repositories": ["https://github.com/org"] }), &[]),
        (json!({ "clusters": ["alpha"], "complianceStates": ["Pending", "Compliant"] }), &all[..1]),
    ] {
        assert_eq!(clusters("configurations", params.clone()), expected, "{params}");
    }
    // Extensions have no commit, so this filter doesn't remove them.
    assert_eq!(
        clusters("extensions", json!({ "commits": ["abcdef0"], "clusters": ["beta"] })),
        ["beta g1"]
    );
    // Objects are filtered by their own kind, namespace and state.
    let objects = ask(
        &fleet,
        "configuration-objects",
        json!({ "namespaces": ["web"], "complianceStates": ["Pending"] }),
    );
    assert_eq!(lines(&objects, &["kind"]), ["HelmRelease"; 3]);
}

#[test]
fn values_are_those_of_the_rows_that_pass() {
    let fleet = small();
    let values = |dimension: &str, filters: Value| {
        let mut params = filters;
        params["dimension"] = json!(dimension);
        lines(&ask(&fleet, "values", params), &["text", "value"])
    };
    assert_eq!(values("subscription", json!({})), ["Production s1"]);
    assert_eq!(values("configuration", json!({ "clusters": ["beta"] })), ["one one"]);
    assert_eq!(
        values("kind", json!({})),
        ["GitRepository GitRepository", "HelmRelease HelmRelease", "Kustomization Kustomization"]
    );
    assert_eq!(values("commit", json!({})), [format!("main@sha1:438c75f547 main@sha1:{SHA}")]);
    assert_eq!(values("provisioningState", json!({})), ["Failed Failed", "Succeeded Succeeded"]);
    assert_eq!(
        values("cluster", json!({})),
        [
            "alpha (g1) /subscriptions/s1/resourceGroups/g1/providers/Microsoft.ContainerService/managedClusters/alpha",
            "alpha (g2) /subscriptions/s1/resourceGroups/g2/providers/Microsoft.ContainerService/managedClusters/alpha",
            "beta beta",
        ]
    );
    // The filter accepts every value that the list of values offers.
    let picked = values("cluster", json!({}))[1].rsplit(' ').next().expect("a value").to_owned();
    assert_eq!(
        lines(&ask(&fleet, "configurations", json!({ "clusters": [picked] })), &["configuration"]),
        ["two"]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_filter_text_selects_only_itself(text in filter_text()) {
        // A blank text counts as empty.
        prop_assume!(!text.trim().is_empty());
        // A template variable that nothing replaced is an error.
        prop_assume!(!text.starts_with('$'));
        let snapshot = small();
        for (filter, values) in FILTERS {
            let frame = ask(&snapshot, "configurations", json!({ filter: [text] }));
            let digits = text.rsplit([':', '/', '@']).next().unwrap_or_default();
            let is_one = values.iter().any(|value| value.eq_ignore_ascii_case(&text))
                // A commit matches by its digits in any spelling; seven digits are enough.
                || filter == "commits" && digits.len() >= 7 && SHA.starts_with(&digits.to_ascii_lowercase());
            prop_assert_eq!(frame.rows() > 0, is_one, "{}", filter);
        }
    }
}

/// Every filter with all values that it accepts in the small fleet, except for prefixes of commits.
const FILTERS: [(&str, &[&str]); 9] = [
    ("subscriptions", &["s1", "Production"]),
    ("resourceGroups", &["g1", "g2"]),
    ("clusters", &["alpha", "beta"]),
    ("configurations", &["one", "two"]),
    ("namespaces", &["flux"]),
    ("kinds", &["GitRepository", "Kustomization", "HelmRelease"]),
    ("complianceStates", &["Compliant", "Non-Compliant", "Pending"]),
    ("commits", &[SHA, "main@sha1:438c75f547dafaa18ca1b344d978bc980cdf6032"]),
    ("repositories", &["https://github.com/org/apps"]),
];

/// Any text, or a filter's value with something added before or after it, or removed.
fn filter_text() -> impl Strategy<Value = String> {
    let values: Vec<&str> = FILTERS.iter().flat_map(|(_, values)| values.iter().copied()).collect();
    let value = prop::sample::select(values);
    prop_oneof![
        "\\PC{1,12}",
        (value, "|'|\"|\\*|%|\\.|\\|/|\\\\|\\PC", any::<bool>(), 0..4usize).prop_map(
            |(value, more, before, cut)| {
                let value = &value[..value.len() - cut.min(value.len() - 1)];
                if before {
                    format!("{more}{value}")
                } else {
                    format!("{value}{more}").to_ascii_uppercase()
                }
            }
        ),
    ]
}
