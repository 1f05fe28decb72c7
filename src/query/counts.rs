//! Frames of counts: wide for charts, long for tables and alert rules.

use super::group::{Counted, count_by, group_fields};
use super::spec::{Choice, Control, FieldSpec, FieldType, ParamSpec, States};
use super::table::config;
use super::{Params, View, note_cut};
use crate::inventory::{Dimension, Item, Table};
use frame::{Field, Frame, FrameType};

/// Most series of a wide frame, whatever the row limit: Grafana draws each as a field of its own.
const MAX_SERIES: usize = 1_000;

/// Where rows have no value to group by.
const NONE: &str = "(none)";

pub(super) static FORMAT: ParamSpec = ParamSpec {
    name: "format",
    label: "Format",
    help: "Series: one field per group, as pies, stats and bar gauges need. Rows: one row per group, for tables and alert rules.",
    control: Control::OneOf(&[
        Choice { value: "wide", label: "Series" },
        Choice { value: "long", label: "Rows" },
    ]),
};

pub(super) const fn group_by(dimensions: &'static [Dimension]) -> ParamSpec {
    ParamSpec {
        name: "groupBy",
        label: "Group by",
        help: "What rows are counted by; groups by a single state hold every known state, with 0 where no row has it.",
        control: Control::Dimensions(dimensions),
    }
}

/// The field of every frame of counts.
pub(super) fn count_spec(doc: &'static str) -> FieldSpec {
    FieldSpec { unit: "short", ..FieldSpec::new("count", "Count", FieldType::Number, doc) }
}

/// Counts `rows` as the parameters say.
pub(super) fn answer<T: Item + PartialEq>(
    name: &str,
    rows: &Table<T>,
    spec: &FieldSpec,
    params: &Params,
    view: &View<'_>,
) -> Frame {
    let dimensions = params.dimensions("groupBy");
    let groups = count_by(rows, dimensions, &params.filters(), view);
    frame(name, dimensions, &groups, spec, params, view)
}

/// The frame of groups that are counted already, in the format of the parameters.
pub(super) fn frame(
    name: &str,
    dimensions: &[Dimension],
    groups: &[Counted],
    spec: &FieldSpec,
    params: &Params,
    view: &View<'_>,
) -> Frame {
    if params.choice("format") == "long" {
        long(name, dimensions, groups, spec, params, view)
    } else {
        wide(name, dimensions, groups, spec, params, view)
    }
}

fn count(group: &Counted) -> Option<i64> {
    i64::try_from(group.count).ok()
}

fn wide(
    name: &str,
    dimensions: &[Dimension],
    groups: &[Counted],
    spec: &FieldSpec,
    params: &Params,
    view: &View<'_>,
) -> Frame {
    let mut frame = Frame::new(name, FrameType::NumericWide);
    let fields = group_fields(dimensions);
    let shown = &groups[..groups.len().min(params.limit()).min(MAX_SERIES)];
    for group in shown {
        let mut field = Field::integer(spec.name, std::iter::once(count(group)));
        field.config = config(spec, view.portal);
        // The series' own name is the heading.
        field.config.display_name.clear();
        let labels = fields.iter().zip(&group.labels);
        field.labels =
            labels.filter_map(|(name, value)| Some(((*name).to_owned(), value.clone()?))).collect();
        field.config.display_name_from_ds = series_name(dimensions, &fields, &group.labels);
        if let Some(color) = group.color {
            field.config.fix_color(color.name());
        }
        frame.fields.push(field);
    }
    if groups.is_empty() {
        let mut field = Field::integer(spec.name, std::iter::once(Some(0)));
        field.config = config(spec, view.portal);
        frame.fields.push(field);
    }
    note_cut(&mut frame, shown.len(), groups.len());
    frame
}

/// What people call a group: the values of what was asked for, without the ids that only tell it apart.
fn series_name(dimensions: &[Dimension], fields: &[&str], labels: &[Option<String>]) -> String {
    let value = |dimension: &Dimension| {
        let at = fields.iter().position(|field| *field == dimension.field());
        at.and_then(|at| labels[at].as_deref()).unwrap_or(NONE)
    };
    dimensions.iter().map(value).collect::<Vec<_>>().join(" / ")
}

fn long(
    name: &str,
    dimensions: &[Dimension],
    groups: &[Counted],
    spec: &FieldSpec,
    params: &Params,
    view: &View<'_>,
) -> Frame {
    let mut frame = Frame::new(name, FrameType::NumericLong);
    let shown = &groups[..groups.len().min(params.limit())];
    let none = [Counted {
        labels: group_fields(dimensions).iter().map(|_| None).collect(),
        count: 0,
        color: None,
    }];
    let rows = if groups.is_empty() { &none[..] } else { shown };
    for (index, field_name) in group_fields(dimensions).into_iter().enumerate() {
        let labels = rows.iter().map(|group| group.labels[index].as_deref());
        let mut field = Field::text(field_name, labels);
        field.config = config(&label_spec(field_name), view.portal);
        frame.fields.push(field);
    }
    let mut field = Field::integer(spec.name, rows.iter().map(count));
    field.config = config(spec, view.portal);
    frame.fields.push(field);
    note_cut(&mut frame, shown.len(), groups.len());
    frame
}

/// The field of a label, which keeps the colours of states.
pub(super) fn label_spec(name: &'static str) -> FieldSpec {
    let dimension = Dimension::from_name(name);
    let title = match dimension {
        Some(dimension) => dimension.title(),
        None => "Subscription id",
    };
    let doc = "What the counted rows have in common; empty: they have none.";
    FieldSpec {
        states: match dimension {
            Some(Dimension::ComplianceState) => States::Compliance,
            Some(Dimension::ProvisioningState) => States::Provisioning,
            Some(Dimension::Coverage) => States::Coverage,
            Some(Dimension::State) => States::Object,
            _ => States::None,
        },
        ..FieldSpec::new(name, title, FieldType::String, doc)
    }
}
