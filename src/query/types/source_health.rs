//! For alert rules: the health of the data source itself.
//!
//! Upstreams: the snapshot, and the Prometheus endpoints, each of which gets one small query. The query fails when the fleet
//! can't be read or no endpoint replies at all. An alert rule that must fire in that case has to treat an error as an alert.

use crate::prometheus::{Aggregation, Expr};
use crate::query::expression::{AskedEndpoint, EndpointSeries, Expression, Run};
use crate::query::params::{self, ClosedChoice, OneOf, Param, choices, params};
use crate::query::query_type::{EditorGroup, FromMetrics, MetricsType, Need, QueryType};
use crate::query::spec::{FieldSpec, FieldType, FrameSpec};
use crate::query::table::config;
use crate::query::view::MetricsView;
use frame::{Field, Frame, FrameType};

pub(super) static TYPE: QueryType = QueryType {
    id: "source-health",
    title: "Health of the data source",
    description: "For alert rules: age of what is known of the fleet, what is missing of it, and Prometheus endpoints that don't answer; a row each.",
    group: EditorGroup::Alerts,
    shows_conditions: false,
    needs_clusters: false,
    definition: &FromMetrics(SourceHealth),
};

choices! {
    /// What is checked.
    enum Check {
        All = "all", "All";
        Age = "age", "Age";
        Unreadable = "unreadable", "Unreadable rows";
        Conditions = "conditions", "Missing conditions";
        Endpoints = "endpoints", "Failing endpoints";
    }
}

impl Check {
    /// Its name in the frame, which is its saved value.
    fn name(self) -> &'static str {
        let place = Self::ALL.iter().position(|check| *check == self);
        place.and_then(|place| Self::CHOICES.get(place)).map_or("", |choice| choice.value)
    }

    /// Whether these checks include `check`.
    fn includes(self, check: Self) -> bool {
        self == Self::All || self == check
    }
}

params! {
    /// Parameters of `source-health`.
    struct Own {
        check: Check = Param {
            name: "check",
            label: "Check",
            help: "Age: of what is known of the fleet, in seconds. Unreadable: rows of Resource Graph that were left out. Conditions: configurations whose conditions aren't read yet. Endpoints: those of Prometheus that don't answer.",
            control: OneOf::new(),
        },
    }
}

type Params = params::Params<Own, ()>;

#[derive(Debug)]
struct SourceHealth;

/// The endpoint replied.
#[derive(Debug)]
struct Replied;

static FIELDS: [FieldSpec; 2] = [
    FieldSpec::new(
        "check",
        "Check",
        FieldType::String,
        "What is checked, as the parameter names it.",
    ),
    FieldSpec::new(
        "value",
        "Value",
        FieldType::Number,
        "Seconds for age, else how many; 0 where all is well.",
    ),
];

impl MetricsType for SourceHealth {
    type Own = Own;
    type Filters = ();
    type Purpose = Replied;

    fn snapshot(_: &Params) -> Need {
        Need::All
    }

    fn endpoints(params: &Params) -> Need {
        if params.own.check.includes(Check::Endpoints) { Need::All } else { Need::Nothing }
    }

    /// The reply is one number, however much the endpoint holds. The expression names a metric, as an Azure Monitor
    /// workspace requires.
    fn plan(_: &Params, _: Run, _: &AskedEndpoint<'_>) -> Vec<Expression<Replied>> {
        let up = Expr::select("up", &[]).aggregate(Aggregation::Count, &[]);
        vec![Expression::new(Replied, &up, Vec::new())]
    }

    fn frames(
        params: &Params,
        run: Run,
        replies: &[EndpointSeries<'_, Replied>],
        view: &MetricsView<'_>,
    ) -> Vec<Frame> {
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        // Without a snapshot, these checks get no row: a 0 would say that all is well.
        let of_snapshot = view.snapshot.map(|snapshot| {
            [
                (Check::Age, view.now.seconds_since(snapshot.taken()).max(0)),
                (Check::Unreadable, i64::try_from(snapshot.unreadable().count).unwrap_or(i64::MAX)),
                (Check::Conditions, count(snapshot.details_missing())),
            ]
        });
        let of_endpoints = (Check::Endpoints, count(run.endpoints.saturating_sub(replies.len())));
        let rows = of_snapshot.into_iter().flatten().chain([of_endpoints]);
        let checked = params.own.check;
        let rows: Vec<_> = rows.filter(|(check, _)| checked.includes(*check)).collect();
        let mut frame = Frame::new(TYPE.id, FrameType::NumericLong);
        #[expect(clippy::cast_precision_loss, reason = "a count, or seconds")]
        let values = rows.iter().map(|(_, value)| Some(*value as f64));
        let [check_spec, value_spec] = fields(params);
        let names = rows.iter().map(|(check, _)| Some(check.name()));
        let mut check = Field::text(check_spec.name, names);
        check.config = config(&check_spec, view.portal);
        let mut value = Field::number(value_spec.name, values);
        value.config = config(&value_spec, view.portal);
        frame.fields = vec![check, value];
        vec![frame]
    }

    fn frame_spec(params: &Params) -> FrameSpec {
        FrameSpec::new(FrameType::NumericLong, fields(params).to_vec())
    }
}

/// The fields. The value has a unit only when all rows have the same unit.
fn fields(params: &Params) -> [FieldSpec; 2] {
    let [check, value] = FIELDS;
    let unit = if params.own.check == Check::Age { "s" } else { "" };
    [check, FieldSpec { unit, ..value }]
}
