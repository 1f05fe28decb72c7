//! Checks the template as far as possible without Bicep's compiler: texts end correctly, brackets match, everything
//! that is used is declared and the other way round, expressions are PromQL. The template that assigns the roles is
//! checked in the same way.

use super::*;
use std::collections::BTreeMap;

/// The template without the content of its texts.
#[derive(Default)]
struct Scanned {
    texts: Vec<String>,
    /// Identifiers outside of texts, and within `${…}`.
    names: Vec<String>,
}

/// Reads the whole template; panics at an error.
fn scan(bicep: &str) -> Scanned {
    let mut scanned = Scanned::default();
    let code: String = bicep
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .fold(String::new(), |code, line| code + line + "\n");
    let mut chars = code.chars().peekable();
    let mut open = Vec::new();
    let mut name = String::new();
    while let Some(c) = chars.next() {
        if c.is_alphanumeric() || c == '_' {
            name.push(c);
            continue;
        }
        if !name.is_empty() {
            scanned.names.push(std::mem::take(&mut name));
        }
        match c {
            '{' | '[' | '(' => open.push(c),
            '}' | ']' | ')' => {
                let expected = match c {
                    '}' => '{',
                    ']' => '[',
                    _ => '(',
                };
                assert_eq!(open.pop(), Some(expected), "{c}");
            }
            '\'' => {
                let mut text = String::new();
                loop {
                    match chars.next().expect("the text ends") {
                        '\'' => break,
                        '\n' => panic!("a line ends within {text}"),
                        '\\' => match chars.next().expect("an escape") {
                            c @ ('\'' | '\\' | '$') => text.push(c),
                            other => panic!("\\{other} is used nowhere"),
                        },
                        '$' if chars.peek() == Some(&'{') => {
                            chars.next();
                            let inner: String =
                                std::iter::from_fn(|| chars.next_if(|c| *c != '}')).collect();
                            assert_eq!(chars.next(), Some('}'));
                            assert!(inner.chars().all(char::is_alphanumeric), "{inner}");
                            scanned.names.push(inner);
                            // Any text that an expression could produce.
                            text.push('0');
                        }
                        c => text.push(c),
                    }
                }
                scanned.texts.push(text);
            }
            _ => {}
        }
    }
    assert!(open.is_empty(), "{open:?}");
    scanned
}

/// Declared parameters with their defaults.
fn parameters(bicep: &str) -> BTreeMap<&str, (&str, Option<&str>)> {
    let declared = bicep.lines().filter_map(|line| line.strip_prefix("param "));
    declared
        .map(|line| {
            let (name, rest) = line.split_once(' ').expect("a type");
            match rest.split_once(" = ") {
                Some((of_type, default)) => (name, (of_type, Some(default))),
                None => (name, (rest, None)),
            }
        })
        .collect()
}

#[test]
fn it_has_the_parameters_of_microsofts_page_and_uses_each() {
    let bicep = bicep();
    let parameters = parameters(&bicep);
    let kinds = ["kustomization", "helmRelease", "gitRepository", "bucket", "helmRepo"];
    for kind in kinds.into_iter().chain(["ociRepository", "helmChart"]) {
        let name = format!("{kind}LookbackPeriodInMinutes");
        assert_eq!(parameters[name.as_str()], ("int", Some("5")), "{name}");
    }
    for (name, expected) in [
        ("azureMonitorWorkspaceName", ("string", None)),
        ("alertReceiverEmailAddress", ("string", None)),
        ("timeToResolveAlerts", ("string", Some("'PT10M'"))),
        ("location", ("string", Some("resourceGroup().location"))),
    ] {
        assert_eq!(parameters[name], expected, "{name}");
    }
    let names = scan(&bicep).names;
    for name in parameters.keys() {
        assert!(names.iter().filter(|used| used == name).count() > 1, "{name} is never used");
    }
}

#[test]
fn it_sets_up_the_resources_of_microsofts_page() {
    let bicep = bicep();
    for declaration in [
        "resource azureMonitorWorkspace 'Microsoft.Monitor/accounts@2023-04-03' = {\n  name: azureMonitorWorkspaceName\n",
        "resource fluxRuleActionGroup 'Microsoft.Insights/actionGroups@2023-01-01' = {\n  name: 'fluxRuleActionGroup'\n",
        "resource fluxRuleGroup 'Microsoft.AlertsManagement/prometheusRuleGroups@2023-03-01' = {\n  name: 'fluxRuleGroup'\n",
    ] {
        assert!(bicep.contains(declaration), "{declaration}");
    }
    let rules = bicep.matches("      {\n        alert: '").count();
    assert_eq!(rules, 18, "eight for each generation, and two for both");
    for line in [
        "        severity: 3\n",
        "          autoResolved: true\n          timeToResolve: timeToResolveAlerts\n",
        "            actionGroupId: fluxRuleActionGroup.id\n",
    ] {
        assert_eq!(bicep.matches(line).count(), rules, "{line}");
    }
    assert!(bicep.contains("        for: 'PT${kustomizationLookbackPeriodInMinutes}M'\n"));
    assert!(bicep.contains(" has been False for ${bucketLookbackPeriodInMinutes} minutes. "));
    // Azure takes at most 20 rules in a group.
    for group in bicep.split("\nresource ").skip(1) {
        let rules = group.matches("\n        expression: '").count();
        assert!(rules <= 20, "{rules}");
    }
}

#[test]
fn its_expressions_are_promql() {
    let bicep = bicep();
    let expressions: Vec<&str> =
        bicep.lines().filter_map(|line| line.trim_start().strip_prefix("expression: ")).collect();
    assert_eq!(expressions.len(), 26);
    for expression in expressions {
        let scanned = scan(expression);
        let [promql] = scanned.texts.as_slice() else { panic!("one text: {expression}") };
        promql_parser::parser::parse(promql).unwrap_or_else(|why| panic!("{promql}: {why}"));
    }
}

#[test]
fn the_template_of_the_roles_gives_two_and_uses_each_parameter() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/deploy/bicep/roles.bicep");
    let bicep = std::fs::read_to_string(path).expect("readable");
    let Scanned { texts, names } = scan(&bicep);
    let parameters = parameters(&bicep);
    assert_eq!(
        parameters,
        BTreeMap::from([
            ("principalId", ("string", None)),
            ("principalType", ("string", Some("'ServicePrincipal'"))),
            ("readMetrics", ("bool", Some("true"))),
        ])
    );
    for name in parameters.keys().chain(&["reader", "monitoringDataReader"]) {
        assert!(names.iter().filter(|used| used == name).count() > 1, "{name} is never used");
    }
    assert!(bicep.contains("\ntargetScope = 'subscription'\n"));
    // Azure's ids of the roles Reader and Monitoring Data Reader.
    for role in ["acdd72a7-3385-48ef-bd42-f606fba81ae7", "b0d8363b-8ddd-447d-831f-62ca05bff136"] {
        assert_eq!(texts.iter().filter(|text| *text == role).count(), 1, "{role}");
    }
    let assignments = "'Microsoft.Authorization/roleAssignments@2022-04-01'";
    assert_eq!(bicep.matches(assignments).count(), 2);
}
