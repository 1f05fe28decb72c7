//! Frames of counts: wide for charts, long for tables and alert rules.

use super::group::{Counted, count_by, group_fields};
use super::params::{Dimensions, FormatOf, Param, choices};
use super::spec::{FieldSpec, FieldType, FrameSpec, States};
use super::table::config;
use super::view::{View, note_cut};
use crate::inventory::{Dimension, Filters, Item, Table};
use flux::Portal;
use frame::{Field, Frame, FrameType};

/// Most series of a wide frame. It applies in addition to the row limit, because Grafana draws each series as a field
/// of its own.
const MAX_SERIES: usize = 1_000;

/// Shown for rows that have no value in a dimension.
const NONE: &str = "(none)";

choices! {
    /// The formats of counts.
    pub(super) enum CountFormat {
        Wide = "wide", "Series";
        Long = "long", "Rows";
    }
}

pub(super) const FORMAT: Param<FormatOf<CountFormat>> = Param {
    name: "format",
    label: "Format",
    help: "Series: one field per group, as pies, stats and bar gauges need. Rows: one row per group, for tables and alert rules.",
    control: FormatOf::new(),
};

pub(super) const fn group_by(dimensions: &'static [Dimension]) -> Param<Dimensions> {
    Param {
        name: "groupBy",
        label: "Group by",
        help: "What rows are counted by; groups by a single state hold every known state, with 0 where no row has it.",
        control: Dimensions(dimensions),
    }
}

/// The counts of one query.
pub(super) struct Counts<'a> {
    /// Name of the frame: the id of the query type.
    pub(super) name: &'static str,
    /// Description of the field `count`.
    pub(super) doc: &'static str,
    /// The dimensions by which rows are counted.
    pub(super) dimensions: &'a [Dimension],
    pub(super) format: CountFormat,
    /// Most groups in the frame.
    pub(super) limit: usize,
}

impl Counts<'_> {
    /// The frame of these counts.
    pub(super) fn frame_spec(&self) -> FrameSpec {
        let labels: Vec<FieldSpec> =
            group_fields(self.dimensions).into_iter().map(label_spec).collect();
        let count = count_spec(self.doc);
        match self.format {
            CountFormat::Wide => {
                FrameSpec { frame_type: FrameType::NumericWide, labels, fields: vec![count] }
            }
            CountFormat::Long => {
                let fields = labels.into_iter().chain([count]).collect();
                FrameSpec::new(FrameType::NumericLong, fields)
            }
        }
    }

    /// Counts the rows that pass the filters.
    pub(super) fn of_rows<T: Item + PartialEq>(
        &self,
        rows: &Table<T>,
        filters: &Filters,
        view: &View<'_>,
    ) -> Frame {
        self.of_groups(&count_by(rows, self.dimensions, filters, view), view.portal)
    }

    /// The frame of groups that are already counted.
    pub(super) fn of_groups(&self, groups: &[Counted], portal: &Portal) -> Frame {
        match self.format {
            CountFormat::Wide => self.wide(groups, portal),
            CountFormat::Long => self.long(groups, portal),
        }
    }

    fn wide(&self, groups: &[Counted], portal: &Portal) -> Frame {
        let spec = count_spec(self.doc);
        let mut frame = Frame::new(self.name, FrameType::NumericWide);
        let fields = group_fields(self.dimensions);
        let shown = &groups[..groups.len().min(self.limit).min(MAX_SERIES)];
        for group in shown {
            let mut field = Field::integer(spec.name, std::iter::once(count(group)));
            field.config = config(&spec, portal);
            // Grafana then uses the series' own name as the heading.
            field.config.display_name.clear();
            let labels = fields.iter().zip(&group.labels);
            field.labels = labels
                .filter_map(|(name, value)| Some(((*name).to_owned(), value.clone()?)))
                .collect();
            field.config.display_name_from_ds =
                series_name(self.dimensions, &fields, &group.labels);
            if let Some(color) = group.color {
                field.config.fix_color(color.name());
            }
            frame.fields.push(field);
        }
        if groups.is_empty() {
            let mut field = Field::integer(spec.name, std::iter::once(Some(0)));
            field.config = config(&spec, portal);
            frame.fields.push(field);
        }
        note_cut(&mut frame, shown.len(), groups.len());
        frame
    }

    fn long(&self, groups: &[Counted], portal: &Portal) -> Frame {
        let spec = count_spec(self.doc);
        let mut frame = Frame::new(self.name, FrameType::NumericLong);
        let shown = &groups[..groups.len().min(self.limit)];
        let none = [Counted {
            labels: group_fields(self.dimensions).iter().map(|_| None).collect(),
            count: 0,
            color: None,
        }];
        let rows = if groups.is_empty() { &none[..] } else { shown };
        for (index, field_name) in group_fields(self.dimensions).into_iter().enumerate() {
            let labels = rows.iter().map(|group| group.labels[index].as_deref());
            let mut field = Field::text(field_name, labels);
            field.config = config(&label_spec(field_name), portal);
            frame.fields.push(field);
        }
        let mut field = Field::integer(spec.name, rows.iter().map(count));
        field.config = config(&spec, portal);
        frame.fields.push(field);
        note_cut(&mut frame, shown.len(), groups.len());
        frame
    }
}

/// The number field of every frame of counts.
fn count_spec(doc: &'static str) -> FieldSpec {
    FieldSpec { unit: "short", ..FieldSpec::new("count", "Count", FieldType::Number, doc) }
}

fn count(group: &Counted) -> Option<i64> {
    i64::try_from(group.count).ok()
}

/// The heading of a group: the values of the dimensions, without the ids that only make the group unique.
fn series_name(dimensions: &[Dimension], fields: &[&str], labels: &[Option<String>]) -> String {
    let value = |dimension: &Dimension| {
        let at = fields.iter().position(|field| *field == dimension.field());
        at.and_then(|at| labels[at].as_deref()).unwrap_or(NONE)
    };
    dimensions.iter().map(value).collect::<Vec<_>>().join(" / ")
}

/// The field of a label. A label that is a state has the colours of its states.
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
