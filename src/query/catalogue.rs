//! The catalogue as JSON, from which the editors and the reference documentation are generated. The TypeScript types are
//! generated from the types here (see `src/generated.rs`).

use super::metric::{Metric, MetricGroup, metrics};
use super::query_type::{EditorGroup, Format, QueryType};
use super::spec::{Choice, Control, FieldSpec, FieldType, FrameSpec, ParamSpec};
use super::types::CATALOGUE;
use crate::inventory::Dimension;
use frame::FrameType;
use serde::Serialize;
use serde_json::{Value, json};
#[cfg(test)]
use ts_rs::TS;

/// The query types and the metrics.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct Catalogue {
    /// Query types, in the order of the editor.
    pub query_types: Vec<CatalogueType>,
    /// Metrics that a control of type `metric` chooses from, in the order of the editor.
    pub metrics: Vec<CatalogueMetric>,
}

/// One query type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct CatalogueType {
    /// `queryType` of saved queries.
    pub id: &'static str,
    /// Name in the editor.
    pub title: &'static str,
    /// One line of explanation.
    pub description: &'static str,
    /// Heading under which the editor lists it.
    pub group: EditorGroup,
    /// Types of the frames that it answers with; the first is the default.
    #[cfg_attr(test, ts(as = "Vec<String>"))]
    pub frame_types: Vec<FrameType>,
    /// Members of `params`, in the order of the editor.
    pub params: Vec<CatalogueParam>,
    /// Fields of its frames in the default format, labels first, in order. Those of counts depend on `groupBy`.
    pub fields: Vec<CatalogueField>,
    /// The other formats that it can answer in.
    pub other_formats: Vec<CatalogueFormat>,
}

/// One format that a query type can answer in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct CatalogueFormat {
    /// The member of `params` that chooses it.
    pub param: String,
    /// The value of that member.
    pub value: String,
    /// Type of the frames.
    #[cfg_attr(test, ts(as = "String"))]
    pub frame_type: FrameType,
    /// Fields of the frames, labels first, in order.
    pub fields: Vec<CatalogueField>,
}

/// One member of `params`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct CatalogueParam {
    /// Member's name.
    pub name: &'static str,
    /// Heading in the editor.
    pub label: &'static str,
    /// What the parameter does.
    pub help: &'static str,
    /// How the parameter is entered.
    pub control: CatalogueControl,
}

/// How a parameter is entered; this also decides the type of its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase", tag = "type")]
pub enum CatalogueControl {
    /// A list of texts; the editor suggests the values of a dimension. Default: empty, which means all.
    Values {
        /// The dimension whose values are suggested, as in the resource call `values/{dimension}`.
        dimension: &'static str,
    },
    /// A list of dimensions, in an order that matters. Default: the first dimension.
    Dimensions {
        /// The dimensions.
        choices: Vec<Choice>,
    },
    /// One of several dimensions; required.
    Dimension {
        /// The dimensions.
        choices: Vec<Choice>,
    },
    /// One of some values. Default: the first.
    OneOf {
        /// The values.
        choices: Vec<Choice>,
    },
    /// A whole number between two limits.
    Number {
        /// Smallest allowed.
        min: u32,
        /// Largest allowed.
        max: u32,
        /// The value when the parameter isn't given.
        default: u32,
    },
    /// Id of a metric; required.
    Metric,
    /// A list of labels from the chosen metric's `groupBy`. An empty list means the metric's `defaultGroupBy`; the
    /// single value `none` means one series.
    Labels,
    /// True or false. Default: false.
    Switch,
}

/// One field of a frame.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct CatalogueField {
    /// Name.
    pub name: &'static str,
    /// Heading in a table.
    pub title: &'static str,
    /// Type of the values.
    #[serde(rename = "type")]
    pub field_type: FieldType,
    /// Grafana's unit id. Empty: none.
    pub unit: &'static str,
    /// What it holds, and what an absent value means.
    pub doc: &'static str,
    /// Whether the field is hidden. Links use its values.
    pub hidden: bool,
}

/// One metric.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct CatalogueMetric {
    /// `params.metric` of saved queries.
    pub id: &'static str,
    /// Name in the editor.
    pub title: &'static str,
    /// What it measures.
    pub description: &'static str,
    /// Grafana's unit id. Empty: none.
    pub unit: &'static str,
    /// Heading under which the editor lists it.
    pub group: MetricGroup,
    /// Labels by which it can be grouped.
    pub group_by: &'static [&'static str],
    /// The labels by which it is grouped when the query chooses none.
    pub default_group_by: &'static [&'static str],
    /// Whether the metric uses `params.quantile`.
    pub quantile: bool,
    /// Whether it is measured over a window of time rather than at a point in time.
    pub ranged: bool,
}

/// The catalogue.
pub fn catalogue() -> Catalogue {
    Catalogue {
        query_types: CATALOGUE.iter().map(|query_type| describe(query_type)).collect(),
        metrics: metrics().map(metric).collect(),
    }
}

/// [`catalogue`] as JSON, the reply to the resource call `catalogue`.
pub fn catalogue_json() -> Value {
    json!(catalogue())
}

fn describe(query_type: &QueryType) -> CatalogueType {
    let mut formats = query_type.formats().into_iter();
    let default = formats.next();
    CatalogueType {
        id: query_type.id,
        title: query_type.title,
        description: query_type.description,
        group: query_type.group,
        frame_types: query_type.frame_types(),
        params: query_type.params().iter().map(param).collect(),
        fields: default.map_or_else(Vec::new, |format| fields(&format.frame)),
        other_formats: formats.filter_map(|format| other_format(&format)).collect(),
    }
}

fn other_format(format: &Format) -> Option<CatalogueFormat> {
    let (param, value) = format.params.iter().next()?;
    let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    Some(CatalogueFormat {
        param: param.clone(),
        value,
        frame_type: format.frame.frame_type,
        fields: fields(&format.frame),
    })
}

fn fields(frame: &FrameSpec) -> Vec<CatalogueField> {
    frame.labels.iter().chain(&frame.fields).map(field).collect()
}

fn param(spec: &ParamSpec) -> CatalogueParam {
    let choices = |dimensions: &[Dimension], value: fn(Dimension) -> &'static str| {
        let choice =
            |dimension: &Dimension| Choice { value: value(*dimension), label: dimension.title() };
        dimensions.iter().map(choice).collect()
    };
    let control = match spec.control {
        Control::Values(dimension) => CatalogueControl::Values { dimension: dimension.id() },
        Control::Dimensions(dimensions) => {
            CatalogueControl::Dimensions { choices: choices(dimensions, Dimension::field) }
        }
        Control::Dimension(dimensions) => {
            CatalogueControl::Dimension { choices: choices(dimensions, Dimension::id) }
        }
        Control::OneOf(choices) => CatalogueControl::OneOf { choices: choices.to_vec() },
        Control::Metric => CatalogueControl::Metric,
        Control::Labels => CatalogueControl::Labels,
        Control::Switch => CatalogueControl::Switch,
        Control::Number { min, max, default } => CatalogueControl::Number { min, max, default },
    };
    CatalogueParam { name: spec.name, label: spec.label, help: spec.help, control }
}

fn metric(metric: &Metric) -> CatalogueMetric {
    CatalogueMetric {
        id: metric.id,
        title: metric.title,
        description: metric.description,
        unit: metric.unit,
        group: metric.group,
        group_by: metric.group_by,
        default_group_by: metric.default_group_by,
        quantile: metric.takes_quantile(),
        ranged: metric.is_of_a_window(),
    }
}

fn field(spec: &FieldSpec) -> CatalogueField {
    CatalogueField {
        name: spec.name,
        title: spec.title,
        field_type: spec.field_type,
        unit: spec.unit,
        doc: spec.doc,
        hidden: spec.hidden,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique_and_well_formed() {
        let mut ids = BTreeSet::new();
        for query_type in CATALOGUE {
            assert!(ids.insert(query_type.id), "{}", query_type.id);
            let kebab = |c: char| c.is_ascii_lowercase() || c == '-';
            assert!(query_type.id.chars().all(kebab), "{}", query_type.id);
            let mut names = BTreeSet::new();
            for param in query_type.params() {
                assert!(names.insert(param.name), "{} {}", query_type.id, param.name);
                assert!(param.help.ends_with('.'), "{}: {}", param.name, param.help);
            }
            let formats = query_type.formats();
            let choices = query_type.params().iter().filter(|param| param.chooses_format).count();
            assert_eq!(formats.len() > 1, choices == 1, "{}", query_type.id);
            for format in formats {
                let mut names = BTreeSet::new();
                for field in format.frame.labels.iter().chain(&format.frame.fields) {
                    let camel = |name: &str| {
                        name.starts_with(|c: char| c.is_ascii_lowercase())
                            && name.chars().all(|c| c.is_ascii_alphanumeric())
                    };
                    assert!(
                        camel(field.name) && names.insert(field.name),
                        "{} {}",
                        query_type.id,
                        field.name
                    );
                    assert!(field.doc.ends_with('.'), "{}: {}", field.name, field.doc);
                }
            }
        }
    }

    #[test]
    fn every_control_describes_its_choices() {
        let catalogue = catalogue_json();
        let values = catalogue["queryTypes"]
            .as_array()
            .expect("a list")
            .iter()
            .find(|t| t["id"] == "values")
            .expect("there");
        let dimension = &values["params"][0];
        assert_eq!(dimension["control"]["type"], "dimension");
        assert_eq!(
            dimension["control"]["choices"][0],
            json!({ "value": "subscription", "label": "Subscription" })
        );
        assert_eq!(
            values["params"][2]["control"],
            json!({ "type": "values", "dimension": "subscription" })
        );
        let metric = &catalogue["metrics"][0];
        assert_eq!((&metric["id"], &metric["ranged"]), (&json!("objects"), &json!(false)));
        assert_eq!(metric["groupBy"], json!(["cluster", "kind", "namespace"]));
    }
}
