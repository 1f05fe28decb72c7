//! The catalogue as JSON: what the editors draw themselves from, and the generated reference.

use super::spec::{Control, FieldSpec, ParamSpec};
use super::{CATALOGUE, QueryType};
use serde_json::{Value, json};

/// All query types: a list of `{ id, title, description, group, frameTypes, params, fields }`. A parameter is
/// `{ name, label, help, control }`, where `control.type` is `values`, `dimensions`, `dimension`, `oneOf` or `number`; a
/// field is `{ name, title, type, unit, doc, hidden }`.
pub fn catalogue_json() -> Value {
    CATALOGUE.iter().map(|query_type| query_type_json(query_type)).collect()
}

fn query_type_json(query_type: &QueryType) -> Value {
    json!({
        "id": query_type.id,
        "title": query_type.title,
        "description": query_type.description,
        "group": query_type.group,
        "frameTypes": query_type.frame_types,
        "params": query_type.params().into_iter().map(param_json).collect::<Value>(),
        "fields": (query_type.fields)().iter().map(field_json).collect::<Value>(),
    })
}

fn param_json(param: &ParamSpec) -> Value {
    let control = match param.control {
        Control::Values(dimension) => json!({ "type": "values", "dimension": dimension.id() }),
        Control::Dimensions(dimensions) => json!({
            "type": "dimensions",
            "choices": dimensions.iter().map(|d| json!({ "value": d.field(), "label": d.title() })).collect::<Value>(),
        }),
        Control::Dimension(dimensions) => json!({
            "type": "dimension",
            "choices": dimensions.iter().map(|d| json!({ "value": d.id(), "label": d.title() })).collect::<Value>(),
        }),
        Control::OneOf(choices) => json!({ "type": "oneOf", "choices": choices }),
        Control::Metric => json!({ "type": "metric" }),
        Control::Labels => json!({ "type": "labels" }),
        Control::Switch => json!({ "type": "switch" }),
        Control::Number { min, max, default } => {
            json!({ "type": "number", "min": min, "max": max, "default": default })
        }
    };
    json!({ "name": param.name, "label": param.label, "help": param.help, "control": control })
}

fn field_json(field: &FieldSpec) -> Value {
    json!({
        "name": field.name,
        "title": field.title,
        "type": field.field_type,
        "unit": field.unit,
        "doc": field.doc,
        "hidden": field.hidden,
    })
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
            let mut names = BTreeSet::new();
            for field in (query_type.fields)() {
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

    #[test]
    fn every_control_says_what_it_offers() {
        let catalogue = catalogue_json();
        let values = catalogue
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
    }
}
