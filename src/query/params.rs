//! `params` of a saved query, read strictly: a mistyped key is an error that names it, never a filter that silently
//! doesn't filter.

use super::error::QueryError;
use super::metric::{Metric, metrics};
use super::spec::{Control, ParamSpec};
use crate::inventory::{Dimension, Filters};
use crate::prometheus::Selection;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Most values in one list; "All" of a template variable may bring every cluster of a large fleet.
const MAX_LIST: usize = 100_000;
/// Longest value of a list, in bytes.
const MAX_VALUE: usize = 4_096;
/// Says that a metric is grouped by no label.
const NO_LABEL: &str = "none";
/// Most dimensions to group by at once.
const MAX_GROUP_BY: usize = 6;

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum ParamValue {
    Texts(Vec<String>),
    Dimensions(Vec<Dimension>),
    Choice(&'static str),
    Number(u32),
    /// Id of a metric that there is.
    Metric(&'static str),
    /// Labels of the metric. `None`: its own default.
    Labels(Option<Vec<&'static str>>),
    Switch(bool),
}

/// Parameters of one query, checked against its type, defaults filled in.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Params(BTreeMap<&'static str, ParamValue>);

impl Params {
    /// Reads `params` as `specs` say. Lists also come as one text (one value); texts that are empty, as an unset
    /// variable leaves them, count as not given.
    ///
    /// # Errors
    /// An unknown key, a value of the wrong type, out of bounds, or not among the choices; a missing one that must be
    /// given.
    pub fn parse(
        query_type: &'static str,
        specs: &[&'static ParamSpec],
        params: &Map<String, Value>,
    ) -> Result<Self, QueryError> {
        if let Some(unknown) =
            params.keys().find(|key| !specs.iter().any(|spec| spec.name == **key))
        {
            return Err(QueryError::UnknownParam {
                query_type,
                name: shown(unknown),
                known: specs.iter().map(|spec| spec.name).collect(),
            });
        }
        let mut values = BTreeMap::new();
        let mut metric = None;
        for spec in specs {
            let given = params.get(spec.name).filter(|value| !value.is_null());
            let value = match spec.control {
                Control::Metric => self::metric(given).map(|found| {
                    metric = Some(found);
                    ParamValue::Metric(found.id)
                }),
                Control::Labels => labels(given, metric).map(ParamValue::Labels),
                _ => read(spec, given),
            };
            let value = value.map_err(|expected| QueryError::BadParam {
                query_type,
                name: spec.name,
                expected,
            })?;
            values.insert(spec.name, value);
        }
        Ok(Self(values))
    }

    /// The values of a list. Empty: not given, or no such parameter.
    pub fn texts(&self, name: &str) -> &[String] {
        match self.0.get(name) {
            Some(ParamValue::Texts(texts)) => texts,
            _ => &[],
        }
    }

    /// The chosen dimensions, in order; at least one for a parameter of that kind.
    pub fn dimensions(&self, name: &str) -> &[Dimension] {
        match self.0.get(name) {
            Some(ParamValue::Dimensions(dimensions)) => dimensions,
            _ => &[],
        }
    }

    /// The chosen value. Empty: no such parameter.
    pub fn choice(&self, name: &str) -> &'static str {
        match self.0.get(name) {
            Some(ParamValue::Choice(choice)) => choice,
            _ => "",
        }
    }

    /// The metric. `None`: no such parameter.
    pub fn metric(&self) -> Option<&'static Metric> {
        self.0.values().find_map(|value| match value {
            ParamValue::Metric(id) => Metric::find(id),
            _ => None,
        })
    }

    /// The labels to group by: those given, else the metric's own.
    pub fn labels(&self, name: &str) -> Vec<&'static str> {
        match (self.0.get(name), self.metric()) {
            (Some(ParamValue::Labels(Some(labels))), _) => labels.clone(),
            (Some(ParamValue::Labels(None)), Some(metric)) => metric.default_group_by.to_vec(),
            _ => Vec::new(),
        }
    }

    /// Whether something is switched on.
    pub fn switch(&self, name: &str) -> bool {
        self.0.get(name) == Some(&ParamValue::Switch(true))
    }

    /// The filters on metrics.
    pub fn selection(&self) -> Selection {
        let texts = |name| self.texts(name).to_vec();
        Selection {
            clusters: texts("clusters"),
            namespaces: texts("namespaces"),
            kinds: texts("kinds"),
            names: texts("names"),
            controllers: texts("controllers"),
        }
    }

    /// A number; the default where none is given. 0: no such parameter.
    pub fn number(&self, name: &str) -> u32 {
        match self.0.get(name) {
            Some(ParamValue::Number(number)) => *number,
            _ => 0,
        }
    }

    /// The row limit.
    pub fn limit(&self) -> usize {
        match self.number(super::spec::LIMIT.name) {
            0 => usize::MAX,
            limit => usize::try_from(limit).unwrap_or(usize::MAX),
        }
    }

    /// The filters.
    pub fn filters(&self) -> Filters {
        let texts = |name| self.texts(name).to_vec();
        Filters {
            subscriptions: texts("subscriptions"),
            resource_groups: texts("resourceGroups"),
            clusters: texts("clusters"),
            configurations: texts("configurations"),
            namespaces: texts("namespaces"),
            kinds: texts("kinds"),
            compliance_states: texts("complianceStates"),
            commits: texts("commits"),
            repositories: texts("repositories"),
        }
    }
}

/// A text that somebody else wrote, made fit for an error message.
pub(super) fn shown(text: &str) -> String {
    crate::upstream::printable(text)
}

/// Reads one value; the error says what was expected.
fn read(spec: &ParamSpec, given: Option<&Value>) -> Result<ParamValue, String> {
    match spec.control {
        Control::Values(_) => {
            let texts = texts(given)?;
            match texts.iter().find(|text| is_variable(text)) {
                Some(variable) => Err(format!(
                    "names: \"{}\" is a template variable that nothing replaced (alert rules have none)",
                    shown(variable)
                )),
                None => Ok(ParamValue::Texts(texts)),
            }
        }
        Control::Dimensions(allowed) => {
            let mut dimensions = Vec::new();
            for name in texts(given)? {
                let dimension = dimension(&name, allowed)?;
                if !dimensions.contains(&dimension) {
                    dimensions.push(dimension);
                }
            }
            if dimensions.len() > MAX_GROUP_BY {
                return Err(format!("at most {MAX_GROUP_BY} of {}", names(allowed)));
            }
            if dimensions.is_empty() {
                dimensions.extend(allowed.first());
            }
            Ok(ParamValue::Dimensions(dimensions))
        }
        Control::Dimension(allowed) => match texts(given)?.as_slice() {
            [name] => Ok(ParamValue::Dimensions(vec![dimension(name, allowed)?])),
            _ => Err(format!("one of {}", names(allowed))),
        },
        Control::OneOf(choices) => {
            let all = || {
                let values: Vec<_> = choices.iter().map(|choice| choice.value).collect();
                format!("one of {}", values.join(", "))
            };
            let default = choices.first().map_or("", |choice| choice.value);
            match given {
                None => Ok(ParamValue::Choice(default)),
                Some(Value::String(text)) if text.is_empty() => Ok(ParamValue::Choice(default)),
                Some(Value::String(text)) => choices
                    .iter()
                    .find(|choice| choice.value == text)
                    .map(|choice| ParamValue::Choice(choice.value))
                    .ok_or_else(all),
                Some(_) => Err(all()),
            }
        }
        Control::Switch => match given {
            None => Ok(false),
            Some(Value::Bool(on)) => Ok(*on),
            Some(Value::String(text)) if text.is_empty() || text == "false" => Ok(false),
            Some(Value::String(text)) if text == "true" => Ok(true),
            Some(_) => Err("true or false".to_owned()),
        }
        .map(ParamValue::Switch),
        // These two belong together, and are read by the caller.
        Control::Metric => metric(given).map(|found| ParamValue::Metric(found.id)),
        Control::Labels => Ok(ParamValue::Labels(None)),
        Control::Number { min, max, default } => {
            let number = match given {
                None => Some(u64::from(default)),
                Some(Value::String(text)) if text.is_empty() => Some(u64::from(default)),
                Some(Value::String(text)) => text.trim().parse().ok(),
                Some(value) => value.as_u64(),
            };
            number
                .and_then(|number| u32::try_from(number).ok())
                .filter(|number| (min..=max).contains(number))
                .map(ParamValue::Number)
                .ok_or_else(|| format!("a whole number from {min} to {max}"))
        }
    }
}

fn metric(given: Option<&Value>) -> Result<&'static Metric, String> {
    let known = || {
        let ids: Vec<_> = metrics().map(|metric| metric.id).collect();
        format!("one of {}", ids.join(", "))
    };
    match texts(given).map_err(|_| known())?.as_slice() {
        [id] => Metric::find(id).ok_or_else(|| format!("{} (not \"{}\")", known(), shown(id))),
        _ => Err(known()),
    }
}

/// Labels of the metric; nothing where none are given.
fn labels(
    given: Option<&Value>,
    metric: Option<&'static Metric>,
) -> Result<Option<Vec<&'static str>>, String> {
    let words = texts(given)?;
    let allowed = metric.map_or(&[][..], |metric| metric.group_by);
    match words.as_slice() {
        [] => Ok(None),
        [word] if word == NO_LABEL => Ok(Some(Vec::new())),
        words => {
            let mut labels = Vec::new();
            for word in words {
                let label = allowed.iter().find(|label| *label == word).ok_or_else(|| {
                    format!(
                        "out of {}, or {NO_LABEL} (not \"{}\")",
                        allowed.join(", "),
                        shown(word)
                    )
                })?;
                if !labels.contains(label) {
                    labels.push(*label);
                }
            }
            Ok(Some(labels))
        }
    }
}

/// `$name`, `${name}` or `[[name]]` and nothing else. As a filter it would let nothing through, and an alert rule that
/// was made from a panel would say that all is well.
fn is_variable(text: &str) -> bool {
    let inside = |start, end| text.strip_prefix(start).and_then(|rest| rest.strip_suffix(end));
    let name = inside("${", "}").or_else(|| inside("[[", "]]")).or_else(|| inside("$", ""));
    name.is_some_and(|name| {
        let name = name.split(':').next().unwrap_or_default();
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

fn names(allowed: &[Dimension]) -> String {
    allowed.iter().map(|dimension| dimension.field()).collect::<Vec<_>>().join(", ")
}

fn dimension(name: &str, allowed: &[Dimension]) -> Result<Dimension, String> {
    Dimension::from_name(name)
        .filter(|dimension| allowed.contains(dimension))
        .ok_or_else(|| format!("out of {} (not \"{}\")", names(allowed), shown(name)))
}

fn texts(given: Option<&Value>) -> Result<Vec<String>, String> {
    let expected = || "a list of texts".to_owned();
    let mut texts = match given {
        None => Vec::new(),
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(items)) if items.len() <= MAX_LIST => items
            .iter()
            .map(|item| item.as_str().map(str::to_owned).ok_or_else(expected))
            .collect::<Result<_, _>>()?,
        Some(Value::Array(_)) => return Err(format!("at most {MAX_LIST} texts")),
        Some(_) => return Err(expected()),
    };
    texts.retain(|text| !text.trim().is_empty());
    if texts.iter().any(|text| text.len() > MAX_VALUE) {
        return Err(format!("texts of at most {MAX_VALUE} bytes"));
    }
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use super::super::spec::{Choice, FILTERS, LIMIT};
    use super::*;
    use serde_json::json;

    static FORMAT: ParamSpec = ParamSpec {
        name: "format",
        label: "Format",
        help: "How.",
        control: Control::OneOf(&[
            Choice { value: "wide", label: "Wide" },
            Choice { value: "long", label: "Long" },
        ]),
    };
    static GROUP_BY: ParamSpec = ParamSpec {
        name: "groupBy",
        label: "Group by",
        help: "By what.",
        control: Control::Dimensions(&[Dimension::ComplianceState, Dimension::Cluster]),
    };

    fn parse(params: Value) -> Result<Params, String> {
        let specs: Vec<_> = FILTERS.iter().chain([&LIMIT, &FORMAT, &GROUP_BY]).collect();
        let Value::Object(params) = params else { panic!("an object") };
        Params::parse("sample", &specs, &params).map_err(|error| error.user_text())
    }

    #[test]
    fn fills_in_defaults() {
        let params = parse(json!({})).expect("all optional");
        assert_eq!((params.limit(), params.choice("format")), (10_000, "wide"));
        assert_eq!(params.dimensions("groupBy"), [Dimension::ComplianceState]);
        assert_eq!(params.filters(), Filters::default());
        assert_eq!(parse(json!({ "clusters": null, "format": "", "limit": "" })), Ok(params));
    }

    #[test]
    fn lists_come_as_lists_and_as_one_text() {
        let params = parse(json!({ "clusters": ["a,b", "{c}", ""], "namespaces": "x", "groupBy": "cluster", "limit": "5" }))
            .expect("good");
        assert_eq!(params.texts("clusters"), ["a,b", "{c}"]);
        assert_eq!(params.texts("namespaces"), ["x"]);
        assert_eq!(params.dimensions("groupBy"), [Dimension::Cluster]);
        assert_eq!(params.limit(), 5);
    }

    #[test]
    fn a_dollar_alone_makes_no_variable() {
        let odd = ["$", "a$b", "${", "$a-b", "${}", "[[]]", "cost: $5, {x}"];
        assert_eq!(parse(json!({ "clusters": odd })).expect("texts").texts("clusters"), odd);
    }

    #[test]
    fn names_what_is_wrong() {
        for (params, words) in [
            (json!({ "cluster": ["a"] }), "unknown parameter \"cluster\" of query type sample"),
            (
                json!({ "clusters": [1] }),
                "parameter \"clusters\" of query type sample must be a list of texts",
            ),
            (json!({ "clusters": { "a": 1 } }), "must be a list of texts"),
            (
                json!({ "clusters": ["a", "$cluster"] }),
                "\"clusters\" of query type sample must be names: \"$cluster\" is a template variable",
            ),
            (json!({ "clusters": "${cluster:csv}" }), "template variable"),
            (json!({ "kinds": ["[[kind]]"] }), "template variable"),
            (json!({ "limit": 0 }), "must be a whole number from 1 to 1000000"),
            (json!({ "limit": 1.5 }), "must be a whole number"),
            (json!({ "format": "tall" }), "must be one of wide, long"),
            (
                json!({ "groupBy": ["version"] }),
                "must be out of complianceState, cluster (not \"version\")",
            ),
        ] {
            let text = parse(params.clone()).expect_err("refused").to_lowercase();
            assert!(text.contains(&words.to_lowercase()), "{params}: {text}");
        }
    }
}
