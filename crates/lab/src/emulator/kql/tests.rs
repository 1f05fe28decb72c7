use super::*;
use fleet::{Fleet, FleetSpec, FleetTruth};
use flux::{ComplianceState, UtcMillis};
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use std::sync::Arc;

const NOW: UtcMillis = UtcMillis(1_790_000_000_000);

fn sight() -> Sight {
    let fleet = Arc::new(Fleet::generate(FleetSpec::default()));
    let subscriptions = vec![true; fleet.subscriptions().len()];
    Sight { fleet, now: NOW, subscriptions }
}

fn truth() -> FleetTruth {
    sight().fleet.truth(NOW)
}

fn table(query: &str) -> (Vec<String>, Vec<Vec<Json>>) {
    let answer = Answer::new(query, sight()).unwrap_or_else(|error| panic!("{query}: {error}"));
    let names = answer.columns().map(|(name, _)| name.to_string()).collect();
    let rows = answer.rows(0..answer.len());
    let json = |row: &Row| row.iter().map(|value| Json::from(&value.to_json())).collect();
    (names, rows.iter().map(json).collect())
}

fn rows(query: &str) -> Vec<Vec<Json>> {
    table(query).1
}

/// The value of an expression.
fn value(expression: &str) -> Json {
    let query = format!("resourcecontainers | take 1 | project x = {expression}");
    rows(&query).swap_remove(0).swap_remove(0)
}

fn refusal(query: &str) -> KqlError {
    match Answer::new(query, sight()) {
        Ok(_) => panic!("{query} was answered"),
        Err(error) => error,
    }
}

#[test]
fn counts_by_state_are_the_fleets() {
    let query = "KubernetesConfigurationResources
        | where type == 'microsoft.kubernetesconfiguration/fluxconfigurations'
        | extend state = iff(isnull(properties.complianceState), 'Pending', tostring(properties.complianceState))
        | summarize n = count() by state | order by state asc";
    let (names, rows) = table(query);
    assert_eq!(names, ["state", "n"]);
    let truth = truth();
    assert_eq!(rows.len(), truth.compliance.len());
    for row in rows {
        let state = ComplianceState::from_azure(row[0].as_str());
        assert_eq!(row[1], json!(truth.compliance[&state]), "{state}");
    }
}

#[test]
fn extensions_are_found_in_any_case() {
    let query = "kubernetesconfigurationresources | where type =~ 'Microsoft.KubernetesConfiguration/Extensions'
        | extend kind = tostring(coalesce(properties.ExtensionType, properties.extensionType)),
                 state = tostring(coalesce(properties.ProvisioningState, properties.provisioningState, properties.installState))
        | where kind =~ 'microsoft.flux' | summarize failed = countif(state == 'Failed'), count()";
    let (names, rows) = table(query);
    assert_eq!(names, ["failed", "count_"]);
    assert_eq!(rows, [[json!(truth().failing_extensions.len()), json!(truth().extensions)]]);
}

#[test]
fn objects_expand_and_join_with_subscriptions() {
    let query = "kubernetesconfigurationresources | where type endswith '/fluxconfigurations'
        | mv-expand status = properties.statuses | where isnotnull(status)
        | join kind=leftouter (resourcecontainers | where type == 'microsoft.resources/subscriptions' | project subscriptionId, subscription = name) on subscriptionId
        | where isnotempty(subscription)
        | summarize n = count() by kind1 = tostring(status.kind), state = tostring(status.complianceState)";
    let truth = truth();
    let rows = rows(query);
    assert_eq!(rows.len(), truth.objects.len());
    for row in rows {
        let key = (
            Text::from(row[0].as_str().expect("text")),
            ComplianceState::from_azure(row[1].as_str()),
        );
        assert_eq!(row[2], json!(truth.objects[&key]), "{key:?}");
    }
}

#[test]
fn azures_own_dashboard_patterns_work() {
    let query = "kubernetesconfigurationresources
        | parse id with * \"ManagedClusters/\" aks \"/\" *
        | parse id with * \"ConnectedClusters/\" arc \"/\" *
        | extend cluster = iff(aks != '', aks, arc)
        | where cluster != '' | distinct cluster | count";
    let count = rows(query)[0][0].as_u64().expect("a number");
    assert!(count > 5 && count < 40, "{count}");
}

#[test]
fn joins_differ_in_what_they_keep() {
    let count = |kind: &str, right: &str| {
        let query = format!("resources | join {kind} ({right}) on subscriptionId | count");
        rows(&query)[0][0].as_u64().expect("a number")
    };
    let all = rows("resources | count")[0][0].as_u64().expect("a number");
    let first = "resourcecontainers | where type == 'microsoft.resources/subscriptions' | take 1";
    let mine = count("kind=inner", first);
    assert!(mine > 0 && mine < all);
    assert_eq!(count("kind=leftouter", first), all);
    assert_eq!(count("kind=leftanti", first), all - mine);
    assert_eq!(count("kind=leftsemi", first), mine);
    assert_eq!(count("", first), 1);
    // Each subscription has four resource groups.
    let groups = "resourcecontainers | where type endswith '/resourcegroups'";
    assert_eq!(count("kind=inner", groups), all * 4);
    let (names, _) = table(
        "resources | project id, name | join kind=inner (resources | project id, name) on id",
    );
    assert_eq!(names, ["id", "name", "id1", "name1"]);
}

#[test]
fn unions_put_rows_after_another() {
    let (names, rows) = table(
        "resourcecontainers | project name | take 2 | union (resources | project name, location | take 3), (resources | project name = 1 | take 1)",
    );
    assert_eq!(names, ["name", "location", "name"]);
    assert_eq!(rows.len(), 6);
    assert_eq!(rows[0][1], "");
    assert_eq!(rows[5], [json!(""), json!(""), json!(1)]);
}

#[test]
fn sort_orders_are_those_of_kusto() {
    let column =
        |query: &str| rows(query).into_iter().map(|mut row| row.swap_remove(0)).collect::<Vec<_>>();
    let names = column("resources | project name | order by name asc");
    assert!(names.windows(2).all(|pair| pair[0].as_str() <= pair[1].as_str()));
    let down = column("resources | project name | sort by name");
    assert_eq!(down, names.iter().rev().cloned().collect::<Vec<_>>());
    assert_eq!(column("resources | top 1 by name asc | project name"), names[..1]);
    // A query can sort by a column that a later operator removes.
    assert_eq!(column("resources | order by name asc | project n = name | where n != ''"), names);
    let nodes = "resources | project n = toint(properties.totalNodeCount) | distinct n";
    assert_eq!(column(&format!("{nodes} | order by n asc")), [json!(null), json!(3)]);
    assert_eq!(column(&format!("{nodes} | order by n")), [json!(3), json!(null)]);
    assert_eq!(column(&format!("{nodes} | order by n desc nulls first")), [json!(null), json!(3)]);
}

#[test]
fn functions_compute_what_kusto_computes() {
    for (expression, expected) in [
        ("tostring(dynamic(null))", json!("")),
        ("coalesce('', 'b')", json!("b")),
        ("coalesce(dynamic(null), dynamic([1]))", json!([1])),
        ("case(1 == 2, 'a', true, 'b', 'c')", json!("b")),
        ("strcat('a', 1, true)", json!("a1true")),
        ("split('a/b/c', '/')[1]", json!("b")),
        ("split('a/b/c', '/')[-1]", json!("c")),
        ("array_length(split('a/b', '/'))", json!(2)),
        ("array_length(dynamic({}))", json!(null)),
        ("substring('abcdef', 2, 3)", json!("cde")),
        ("indexof('abc', 'c')", json!(2)),
        ("bag_keys(bag_pack('a', 1, 'b', 2))", json!(["a", "b"])),
        ("parse_json('{\"a\": [1, 2]}').a[1]", json!(2)),
        ("dynamic({\"a\": {\"b\": 1}})['a']['b']", json!(1)),
        ("dynamic({\"a\": 1}).A", json!(null)),
        ("toint('12') + 1", json!(13)),
        ("todouble('1.5') * 2", json!(3.0)),
        ("7 / 2", json!(3)),
        ("tobool('TRUE')", json!(true)),
        ("todatetime('2026-01-02T03:04:05.6789Z')", json!("2026-01-02T03:04:05.6780000Z")),
        ("now() - 1d", json!("2026-09-20T14:13:20.0000000Z")),
        ("ago(1d) == now(-1d)", json!(true)),
        ("now() > datetime(2026-01-01)", json!(true)),
        ("bin(now(), 1d)", json!("2026-09-21T00:00:00.0000000Z")),
        ("-3", json!(-3)),
        ("isnull('')", json!(false)),
        ("isempty('')", json!(true)),
        ("isempty(dynamic(null))", json!(true)),
        ("not(dynamic(null) == 'a')", json!(true)),
        ("dynamic(null) == dynamic(null)", json!(null)),
        ("dynamic(null) != 'a'", json!(true)),
        ("'Flux-System' has 'system'", json!(true)),
        ("'fluxsystem' has 'system'", json!(false)),
        ("'fluxSystem' contains 'SYS'", json!(true)),
        ("'a' startswith_cs 'A'", json!(false)),
        ("'abc' !endswith 'C'", json!(false)),
        ("'A' in ('a', 'b')", json!(false)),
        ("'A' in~ ('a', 'b')", json!(true)),
        ("'A' !in~ ('a', 'b')", json!(false)),
        ("'a' in (dynamic(['a']))", json!(true)),
        ("'a/b' has_any ('x', 'B')", json!(true)),
        ("'aks-ams-001' matches regex @'ams-\\d'", json!(true)),
        ("'aks-ams-001' matches regex @'(?i)^(AKS-AMS-001|b)$'", json!(true)),
        ("'aks-ams-001' matches regex 'AMS'", json!(false)),
        ("5 between (1 .. 5)", json!(true)),
        ("@'a\\b' == 'a\\\\b'", json!(true)),
        ("replace_string('aXb', 'X', '-')", json!("a-b")),
        ("toupper('a') == 'A' and (false or true)", json!(true)),
        ("pack_array(1, 'a')", json!([1, "a"])),
    ] {
        assert_eq!(value(expression), expected, "{expression}");
    }
}

#[test]
fn aggregates_have_kustos_names_and_values() {
    let (names, rows) = table(
        "resourcecontainers | where type == 'microsoft.resources/subscriptions' | extend n = strlen(name)
         | summarize dcount(type), min(n), max(n), sum(n), avg(n), make_list(n), make_set(type), take_any(type), any(n), countif(n > 0)",
    );
    assert_eq!(
        names,
        [
            "dcount_type",
            "min_n",
            "max_n",
            "sum_n",
            "avg_n",
            "list_n",
            "set_type",
            "type",
            "any_n",
            "countif_"
        ]
    );
    // Lengths of the names "Platform - Production", "Retail - Production" and "Edge & Plants".
    assert_eq!(
        rows[0],
        [
            json!(1),
            json!(13),
            json!(21),
            json!(53),
            json!(53.0 / 3.0),
            json!([21, 19, 13]),
            json!(["microsoft.resources/subscriptions"]),
            json!("microsoft.resources/subscriptions"),
            json!(21),
            json!(3)
        ]
    );
    assert_eq!(
        self::rows("resources | where name == '' | summarize count(), max(name)"),
        [[json!(0), json!("")]]
    );
    assert!(self::rows("resources | where name == '' | summarize count() by name").is_empty());
    let (names, _) = table(
        "resources | summarize by tostring(properties.a.b), tolower(id), bin(strlen(id), 10)",
    );
    assert_eq!(names, ["properties_a_b", "Column1", "Column2"]);
}

#[test]
fn lists_expand_as_in_kusto() {
    let one = |list: &str| {
        rows(&format!(
            "resourcecontainers | take 1 | extend l = dynamic({list}) | mv-expand with_itemindex=i l | project i, l"
        ))
    };
    assert_eq!(one("[1, 2]"), [[json!(0), json!(1)], [json!(1), json!(2)]]);
    assert!(one("[]").is_empty());
    assert_eq!(one("null"), [[json!(0), json!(null)]]);
    assert_eq!(one("{\"a\": 1}"), [[json!(0), json!({"a": 1})]]);
    let typed = rows(
        "resourcecontainers | take 1 | mv-expand l = dynamic(['1', 'x']) to typeof(long) limit 1 | project l",
    );
    assert_eq!(typed, [[json!(1)]]);
}

#[test]
fn columns_can_be_dropped_kept_and_renamed() {
    let names = |query: &str| table(query).0;
    assert_eq!(names("resources | project id, name, type | project-away n*"), ["id", "type"]);
    assert_eq!(names("resources | project-keep id, kind"), ["id", "kind"]);
    assert_eq!(names("resources | project-rename cluster = name | project cluster"), ["cluster"]);
    assert_eq!(names("resources | extend name = 1, x = name").len(), 17);
    assert_eq!(names("resources").len(), 16);
    assert_eq!(
        rows(
            "resources | take 1 | extend all = pack_all() | project n = array_length(bag_keys(all))"
        ),
        [[json!(16)]]
    );
}

#[test]
fn says_what_is_wrong() {
    assert_eq!(
        refusal("DesktopVirtualizationResources | count"),
        KqlError::UnknownTable("DesktopVirtualizationResources".into())
    );
    for (query, text) in [
        (
            "resources | where nme == 'a'",
            "'where' operator: Failed to resolve column or scalar expression named 'nme'",
        ),
        ("resources | where Name == 'a'", "'Name'"),
        ("resources | extend x = frobnicate(id)", "Unknown function: 'frobnicate'."),
        ("resources | extend x = tolower(id, id)", "1 to 1 argument"),
        ("resources | summarize count() by properties.a", "explicit cast"),
        ("resources | order by properties.a", "explicit cast"),
        ("resources | join (resources) on properties", "explicit cast"),
        ("resources | join (resources) on nme", "'nme'"),
        ("resources | where id == 1", "Cannot compare values of types string and long"),
        ("resources | where id", "expected a bool expression, got string"),
        ("resources | where name.a == 'b'", "must be of type dynamic"),
        ("resources | project a = iff(true, 'x', 1)", "different types: string and long"),
        ("resources | project id, id", "already exists"),
        ("resources | extend x = id + 1", "Arithmetic expression cannot be carried out"),
        ("resources | summarize tolower(id)", "not an aggregation function"),
        ("resources | mv-expand name", "expected to have dynamic type"),
        ("resources | extend x = now(id)", "constant timespan"),
        (
            "resources | union resources | union resources | union resources | union resources",
            "exceeds the maximum of 3",
        ),
    ] {
        let error = refusal(query).to_string();
        assert!(error.contains(text), "{query}: {error}");
    }
}

#[test]
fn rows_of_other_subscriptions_are_not_seen() {
    let mut sight = sight();
    sight.subscriptions = vec![false, true, false];
    let visible = sight.fleet.subscriptions()[1].id.clone();
    let answer = Answer::new("resources | distinct subscriptionId", sight).expect("a query");
    assert_eq!(answer.rows(0..9), [[Value::Text(visible)]]);
}

#[test]
fn pages_put_together_are_the_whole() {
    let query = "kubernetesconfigurationresources | mv-expand s = properties.statuses
        | extend k = tostring(s.kind) | project id, k, s | order by k asc, id desc";
    let answer = Answer::new(query, sight()).expect("a query");
    let all = answer.rows(0..usize::MAX);
    assert_eq!(all.len(), answer.len());
    let pages: Vec<Row> =
        (0..answer.len()).step_by(97).flat_map(|at| answer.rows(at..at + 97)).collect();
    assert_eq!(pages, all);
    assert!(all.is_sorted_by_key(|row| row[1].text()));
    assert!(answer.rows(answer.len() + 5..usize::MAX).is_empty());
    assert!(answer.is_pageable());
    for query in
        ["resources | take 5", "resources | project properties, tags", "resources | top 5 by id"]
    {
        assert!(!Answer::new(query, self::sight()).expect("a query").is_pageable(), "{query}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_pipeline_of_known_words_makes_it_panic(words in proptest::collection::vec(
        proptest::sample::select(vec![
            "| where", "| extend", "| project", "| summarize", "| order by", "| take 3", "| mv-expand",
            "| join kind=leftouter (resources) on", "| union (resources)", "| distinct", "| count", "id", "x",
            "properties", "properties.a", "name", ",", "=", "==", "in~ ('a')", "'a'", "-1", "5m", "by",
            "tostring(", "count()", "now()", ")", "[0]", "+", "asc", "(", "pack_all()", "split(id, '/')",
        ]), 0..9)) {
        let _ = Answer::new(&format!("resourcecontainers {}", words.join(" ")), sight());
    }
}
