//! Tables. A list of fields defines a table: its contract, its documentation and its values come from that list.

use super::spec::{FieldSpec, FieldType, FrameSpec, LinkSpec, LinkTarget, States};
use super::view::{Context, note_cut};

use flux::{
    ComplianceState, ConditionStatus, Coverage, Difference, ObjectState, Portal, ProvisioningState,
    Support, UtcMillis,
};
use frame::{DataLink, Field, FieldConfig, Frame, FrameType, ValueMapping};
use std::borrow::Cow;

/// Connects a table with the type of its rows.
pub(super) trait RowType: 'static {
    /// One row.
    type Row<'a>: Copy;
}

/// How a value is taken from a row. `None`: absent.
pub(super) enum Get<R: RowType> {
    Text(for<'a> fn(R::Row<'a>, &Context<'a>) -> Option<Cow<'a, str>>),
    Integer(for<'a> fn(R::Row<'a>) -> Option<i64>),
    Number(for<'a> fn(R::Row<'a>) -> Option<f64>),
    Boolean(for<'a> fn(R::Row<'a>) -> Option<bool>),
    Time(for<'a> fn(R::Row<'a>) -> Option<UtcMillis>),
}

/// A field of a table: its description, and how its values are taken from rows.
pub(super) struct TableField<R: RowType> {
    pub(super) spec: FieldSpec,
    get: Get<R>,
}

impl<R: RowType> TableField<R> {
    pub(super) const fn text(
        name: &'static str,
        title: &'static str,
        doc: &'static str,
        get: for<'a> fn(R::Row<'a>, &Context<'a>) -> Option<Cow<'a, str>>,
    ) -> Self {
        Self { spec: FieldSpec::new(name, title, FieldType::String, doc), get: Get::Text(get) }
    }

    pub(super) const fn integer(
        name: &'static str,
        title: &'static str,
        doc: &'static str,
        get: for<'a> fn(R::Row<'a>) -> Option<i64>,
    ) -> Self {
        Self { spec: FieldSpec::new(name, title, FieldType::Number, doc), get: Get::Integer(get) }
    }

    pub(super) const fn number(
        name: &'static str,
        title: &'static str,
        doc: &'static str,
        get: for<'a> fn(R::Row<'a>) -> Option<f64>,
    ) -> Self {
        Self { spec: FieldSpec::new(name, title, FieldType::Number, doc), get: Get::Number(get) }
    }

    pub(super) const fn boolean(
        name: &'static str,
        title: &'static str,
        doc: &'static str,
        get: for<'a> fn(R::Row<'a>) -> Option<bool>,
    ) -> Self {
        Self { spec: FieldSpec::new(name, title, FieldType::Boolean, doc), get: Get::Boolean(get) }
    }

    /// A point in time, shown as the time since then.
    pub(super) const fn time(
        name: &'static str,
        title: &'static str,
        doc: &'static str,
        get: for<'a> fn(R::Row<'a>) -> Option<UtcMillis>,
    ) -> Self {
        let mut spec = FieldSpec::new(name, title, FieldType::Time, doc);
        spec.unit = "dateTimeFromNow";
        Self { spec, get: Get::Time(get) }
    }

    pub(super) const fn unit(mut self, unit: &'static str) -> Self {
        self.spec.unit = unit;
        self
    }

    pub(super) const fn width(mut self, pixels: u16) -> Self {
        self.spec.width = pixels;
        self
    }

    pub(super) const fn hidden(mut self) -> Self {
        self.spec.hidden = true;
        self
    }

    pub(super) const fn states(mut self, states: States) -> Self {
        self.spec.states = states;
        self
    }

    pub(super) const fn links(mut self, links: &'static [LinkSpec]) -> Self {
        self.spec.links = links;
        self
    }

    fn field<'a>(&self, rows: &[R::Row<'a>], context: &Context<'a>) -> Field {
        let name = self.spec.name;
        let rows = rows.iter().copied();
        let mut field = match self.get {
            Get::Text(get) => Field::text(name, rows.map(|row| get(row, context))),
            Get::Integer(get) => Field::integer(name, rows.map(get)),
            Get::Number(get) => Field::number(name, rows.map(get)),
            Get::Boolean(get) => Field::boolean(name, rows.map(get)),
            Get::Time(get) => Field::time(name, rows.map(|row| get(row).map(|time| time.0))),
        };
        field.config = config(&self.spec, context.portal);
        field
    }
}

/// How a panel without configuration shows the field.
pub fn config(spec: &FieldSpec, portal: &Portal) -> FieldConfig {
    let mut config = FieldConfig {
        display_name: spec.title.to_owned(),
        description: spec.doc.to_owned(),
        unit: spec.unit.to_owned(),
        links: spec.links.iter().filter_map(|link| data_link(link, portal)).collect(),
        ..FieldConfig::default()
    };
    let mappings = state_mappings(spec.states);
    if !mappings.is_empty() {
        config.map_values(&mappings);
    }
    if spec.hidden {
        config.hide();
    } else {
        config.filter_in_heading();
    }
    if spec.width > 0 {
        config.set_width(spec.width);
    }
    config
}

/// `None`: the cloud has no portal.
fn data_link(link: &LinkSpec, portal: &Portal) -> Option<DataLink> {
    let placeholder = |field: &str| format!("${{__data.fields[\"{field}\"]}}");
    let url = match link.target {
        LinkTarget::Portal(page, field) => portal.link(page, &placeholder(field)),
        // The field is empty in every row then.
        LinkTarget::Address("portalLink") if portal.home().is_empty() => String::new(),
        LinkTarget::Address(field) => placeholder(field),
    };
    let link = DataLink { title: link.title.to_owned(), url, target_blank: true };
    (!link.url.is_empty()).then_some(link)
}

fn state_mappings(states: States) -> Vec<ValueMapping> {
    let mapping = |value: &str, color: &str| ValueMapping {
        value: value.to_owned(),
        text: value.to_owned(),
        color: color.to_owned(),
    };
    match states {
        States::None => Vec::new(),
        States::Compliance => ComplianceState::KNOWN
            .iter()
            .map(|state| mapping(state.as_str(), state.color().name()))
            .collect(),
        States::Provisioning => ProvisioningState::KNOWN
            .iter()
            .map(|state| mapping(state.as_str(), state.color().name()))
            .collect(),
        States::Condition => {
            [ConditionStatus::False, ConditionStatus::Unknown, ConditionStatus::True]
                .iter()
                .map(|status| mapping(status.as_str(), status.color().name()))
                .collect()
        }
        States::Object => ObjectState::ALL
            .iter()
            .map(|state| mapping(state.as_str(), state.color().name()))
            .collect(),
        States::Drift => Difference::ALL
            .iter()
            .map(|difference| mapping(difference.as_str(), difference.color().name()))
            .collect(),
        States::Coverage => Coverage::KNOWN
            .iter()
            .map(|coverage| mapping(coverage.as_str(), coverage.color().name()))
            .collect(),
        States::Support => Support::ALL
            .iter()
            .map(|support| mapping(support.as_str(), support.color().name()))
            .collect(),
    }
}

/// The table of the first `limit` of these rows.
pub(super) fn table<'a, R: RowType>(
    name: &str,
    fields: &[TableField<R>],
    rows: &[R::Row<'a>],
    limit: usize,
    view: impl Into<Context<'a>>,
) -> Frame {
    cut_table(name, fields, &rows[..rows.len().min(limit)], rows.len(), view)
}

/// The table of `shown`, which are the first of `all` rows.
pub(super) fn cut_table<'a, R: RowType>(
    name: &str,
    fields: &[TableField<R>],
    shown: &[R::Row<'a>],
    all: usize,
    view: impl Into<Context<'a>>,
) -> Frame {
    let context = view.into();
    let mut frame = Frame::new(name, FrameType::Table);
    frame.fields = fields.iter().map(|field| field.field(shown, &context)).collect();
    note_cut(&mut frame, shown.len(), all);
    frame
}

/// The description of a frame with these fields.
pub(super) fn table_spec<R: RowType>(fields: &[TableField<R>]) -> FrameSpec {
    FrameSpec::new(FrameType::Table, specs(fields))
}

/// The descriptions of the fields.
pub(super) fn specs<R: RowType>(fields: &[TableField<R>]) -> Vec<FieldSpec> {
    fields.iter().map(|field| field.spec).collect()
}

/// A count as the value of a field.
pub(super) fn whole(count: usize) -> Option<i64> {
    i64::try_from(count).ok()
}

/// `part` of `all`, in 0..=1. `None`: `all` is zero.
#[expect(clippy::cast_precision_loss, reason = "no fleet has 2^52 of anything")]
pub(super) fn share(part: usize, all: usize) -> Option<f64> {
    (all > 0).then(|| part as f64 / all as f64)
}

/// A text that lives as long as the snapshot.
#[expect(clippy::unnecessary_wraps, reason = "values of fields are optional")]
pub(super) fn borrowed(text: &str) -> Option<Cow<'_, str>> {
    Some(Cow::Borrowed(text))
}

/// A text made for the row.
#[expect(clippy::unnecessary_wraps, reason = "values of fields are optional")]
pub(super) fn owned<'a>(text: String) -> Option<Cow<'a, str>> {
    Some(Cow::Owned(text))
}
