//! Renders the template.

use super::value::{TextPart, Value};
use crate::alert::annotation::{Naming, Piece, annotations};
use crate::alert::catalogue::RULES;
use crate::alert::expression::recorded;
use crate::alert::prometheus::{Family, FamilyRule};
use crate::alert::rule::SEVERITY;
use crate::alert::yaml::NOTICE;
use flux::Portal;
use std::fmt::{self, Write as _};

/// Symbolic names.
const WORKSPACE: &str = "azureMonitorWorkspace";
const ACTIONS: &str = "fluxRuleActionGroup";

/// A parameter: its name, type, description and default.
struct Parameter {
    name: &'static str,
    of_type: &'static str,
    doc: String,
    default: Option<Value>,
}

/// A resource: its symbolic name, its type with the version of its API, and its members.
struct Resource {
    symbol: &'static str,
    of_type: &'static str,
    members: Vec<(&'static str, Value)>,
}

/// The Bicep template.
pub fn bicep() -> String {
    let mut text = format!("// {NOTICE}\n");
    // Writing to a String can't fail.
    let _ = write(&mut text);
    text
}

fn write(text: &mut String) -> fmt::Result {
    for Parameter { name, of_type, doc, default } in parameters() {
        text.push_str("\n@description(");
        Value::text(doc).write(text, 0)?;
        write!(text, ")\nparam {name} {of_type}")?;
        if let Some(default) = default {
            text.push_str(" = ");
            default.write(text, 0)?;
        }
        text.push('\n');
    }
    for Resource { symbol, of_type, members } in resources() {
        write!(text, "\nresource {symbol} '{of_type}' = ")?;
        Value::Object(members).write(text, 0)?;
        text.push('\n');
    }
    Ok(())
}

fn parameters() -> Vec<Parameter> {
    let text = |name, doc: &str, default: Option<Value>| Parameter {
        name,
        of_type: "string",
        doc: doc.to_owned(),
        default,
    };
    let mut parameters = vec![
        text(
            "azureMonitorWorkspaceName",
            "Name of the Azure Monitor workspace that holds the metrics of the clusters.",
            None,
        ),
        text("alertReceiverEmailAddress", "Email address that receives the alerts.", None),
    ];
    for rule in &RULES {
        let Some(metrics) = rule.metrics else { continue };
        parameters.push(Parameter {
            name: metrics.lookback,
            of_type: "int",
            doc: format!("Minutes that the condition must hold before {} fires.", metrics.alert),
            default: Some(Value::Number(rule.pending_minutes())),
        });
    }
    parameters.extend([
        text(
            "timeToResolveAlerts",
            "How long the condition must have ended before an alert resolves.",
            Some(Value::text("PT10M")),
        ),
        text(
            "grafanaUrl",
            "Address of Grafana for the links to dashboards, without a slash at its end.",
            Some(Value::text("")),
        ),
        text(
            "runbooksUrl",
            "Address of the folder with the runbooks, without a slash at its end.",
            Some(Value::text("docs/runbooks")),
        ),
        text(
            "location",
            "Region of the workspace and of the rules.",
            Some(Value::Expression("resourceGroup().location")),
        ),
    ]);
    parameters
}

fn resources() -> Vec<Resource> {
    let workspace = Resource {
        symbol: WORKSPACE,
        of_type: "Microsoft.Monitor/accounts@2023-04-03",
        members: vec![
            ("name", Value::Expression("azureMonitorWorkspaceName")),
            ("location", Value::Expression("location")),
        ],
    };
    let receiver = vec![
        ("name", Value::text("emailReceiver")),
        ("emailAddress", Value::Expression("alertReceiverEmailAddress")),
    ];
    let actions = Resource {
        symbol: ACTIONS,
        of_type: "Microsoft.Insights/actionGroups@2023-01-01",
        members: vec![
            ("name", Value::text(ACTIONS)),
            ("location", Value::text("global")),
            (
                "properties",
                Value::Object(vec![
                    ("enabled", Value::Bool(true)),
                    ("groupShortName", Value::text("fluxGroup")),
                    ("emailReceivers", Value::List(vec![Value::Object(receiver)])),
                ]),
            ),
        ],
    };
    let alerts = Family::ALL.into_iter().map(|family| {
        let (symbol, description) = match family {
            Family::ResourceInfo => {
                ("fluxRuleGroup", "Flux objects that are not ready, by gotk_resource_info")
            }
            Family::ReconcileCondition => (
                "fluxConditionRuleGroup",
                "Flux objects that are not ready, by gotk_reconcile_condition of Flux up to 2.4",
            ),
            Family::Common => ("fluxControllerRuleGroup", "Flux controllers"),
        };
        rule_group(symbol, description, family.rules().map(|found| alert(&found)))
    });
    let recordings = recorded().into_iter().map(|recorded| {
        let labels = recorded.labels.iter().map(|&(name, value)| (name, Value::text(value)));
        Value::Object(vec![
            ("record", Value::text(recorded.name)),
            ("expression", Value::text(recorded.expr.to_string())),
            ("labels", Value::Object(labels.collect())),
            ("enabled", Value::Bool(true)),
        ])
    });
    let description = "Recording rules about Flux for large fleets";
    let recordings = rule_group("fluxRecordingRuleGroup", description, recordings);
    [workspace, actions].into_iter().chain(alerts).chain([recordings]).collect()
}

fn rule_group(
    symbol: &'static str,
    description: &str,
    rules: impl Iterator<Item = Value>,
) -> Resource {
    Resource {
        symbol,
        of_type: "Microsoft.AlertsManagement/prometheusRuleGroups@2023-03-01",
        members: vec![
            ("name", Value::text(symbol)),
            ("location", Value::Expression("location")),
            (
                "properties",
                Value::Object(vec![
                    ("description", Value::text(description)),
                    ("scopes", Value::List(vec![Value::Expression("azureMonitorWorkspace.id")])),
                    ("enabled", Value::Bool(true)),
                    ("interval", Value::text("PT1M")),
                    ("rules", Value::List(rules.collect())),
                ]),
            ),
        ],
    }
}

fn alert(found: &FamilyRule) -> Value {
    let FamilyRule { rule, metrics, expr, labels } = found;
    let annotations = annotations(rule, Naming::Series, &Portal::default(), rule.dashboard.0);
    let annotations =
        annotations.into_iter().map(|(name, pieces)| (name, text(pieces, metrics.lookback)));
    // Microsoft's page has no templates in labels, and Azure doesn't document that it expands them.
    let labels = labels.iter().filter(|(_, value)| !value.contains("{{"));
    let labels = labels.map(|&(name, value)| (name, Value::text(value)));
    let pending = vec![
        TextPart::Text("PT".to_owned()),
        TextPart::Expression(metrics.lookback),
        TextPart::Text("M".to_owned()),
    ];
    Value::Object(vec![
        ("alert", Value::text(metrics.alert)),
        ("expression", Value::text(expr.to_string())),
        ("for", Value::Text(pending)),
        ("labels", Value::Object(labels.collect())),
        ("annotations", Value::Object(annotations.collect())),
        ("enabled", Value::Bool(true)),
        ("severity", Value::Number(SEVERITY.into())),
        (
            "resolveConfiguration",
            Value::Object(vec![
                ("autoResolved", Value::Bool(true)),
                ("timeToResolve", Value::Expression("timeToResolveAlerts")),
            ]),
        ),
        (
            "actions",
            Value::List(vec![Value::Object(vec![(
                "actionGroupId",
                Value::Expression("fluxRuleActionGroup.id"),
            )])]),
        ),
    ])
}

fn text(pieces: Vec<Piece>, minutes: &'static str) -> Value {
    let part = |piece| match piece {
        Piece::Text(text) => TextPart::Text(text),
        Piece::Grafana => TextPart::Expression("grafanaUrl"),
        Piece::Runbooks => TextPart::Expression("runbooksUrl"),
        Piece::Minutes => TextPart::Expression(minutes),
    };
    Value::Text(pieces.into_iter().map(part).collect())
}
