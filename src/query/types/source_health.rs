//! For alert rules: how the data source itself is.
//!
//! Source: the snapshot, and the Prometheus endpoints, each of which is asked for one small thing. There is no answer
//! where the fleet can't be read or no endpoint answers at all: a rule that is to fire then takes an error for an alert.

use crate::prometheus::{Aggregation, Expr};
use crate::query::ask::{Ask, EndpointAnswer, MetricsQuery, Part};
use crate::query::spec::{Choice, Control, FieldSpec, FieldType, ParamSpec};
use crate::query::table::config;
use crate::query::{Answer, Group, MetricsAnswer, Need, Params, QueryType, Timing, View};
use frame::{Field, Frame, FrameType};

pub(in crate::query) static TYPE: QueryType = QueryType {
    id: "source-health",
    title: "Health of the data source",
    description: "For alert rules: age of what is known of the fleet, what is missing of it, and Prometheus endpoints that don't answer; a row each.",
    group: Group::Alerts,
    own_params: &[CHECK],
    frame_types: &[FrameType::NumericLong],
    fields: || FIELDS.to_vec(),
    shows_conditions: false,
    needs_clusters: false,
    answer: Answer::Metrics(MetricsAnswer {
        filters: &[],
        snapshot: |_| Need::All,
        endpoints: |params| if wants(params, ENDPOINTS) { Need::All } else { Need::Nothing },
        must_be_whole: false,
        timing: |_, range, _, scrape_interval| Timing::instant(range, scrape_interval),
        // One number, whatever the endpoint holds; and a metric has a name, as a workspace demands.
        plan: |_, _| {
            let up = Expr::select("up", &[]).aggregate(Aggregation::Count, &[]);
            vec![Ask::new(Part::Whole, &up, Vec::new())]
        },
        frames,
    }),
};

const AGE: &str = "age";
const UNREADABLE: &str = "unreadable";
const CONDITIONS: &str = "conditions";
const ENDPOINTS: &str = "endpoints";

const CHECK: ParamSpec = ParamSpec {
    name: "check",
    label: "Check",
    help: "Age: of what is known of the fleet, in seconds. Unreadable: rows of Resource Graph that were left out. Conditions: configurations whose conditions aren't read yet. Endpoints: those of Prometheus that don't answer.",
    control: Control::OneOf(&[
        Choice { value: "all", label: "All" },
        Choice { value: AGE, label: "Age" },
        Choice { value: UNREADABLE, label: "Unreadable rows" },
        Choice { value: CONDITIONS, label: "Missing conditions" },
        Choice { value: ENDPOINTS, label: "Failing endpoints" },
    ]),
};

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

fn wants(params: &Params, check: &str) -> bool {
    let wanted = params.choice("check");
    wanted == "all" || wanted == check
}

fn frames(query: &MetricsQuery<'_>, answers: &[EndpointAnswer], view: &View<'_>) -> Vec<Frame> {
    let snapshot = view.snapshot;
    let age = view.now.seconds_since(snapshot.taken()).max(0);
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let unreadable = i64::try_from(snapshot.unreadable().count).unwrap_or(i64::MAX);
    let failing = query.endpoints.saturating_sub(answers.len());
    let rows = [
        (AGE, age),
        (UNREADABLE, unreadable),
        (CONDITIONS, count(snapshot.details_missing())),
        (ENDPOINTS, count(failing)),
    ];
    let rows: Vec<_> = rows.into_iter().filter(|(check, _)| wants(query.params, check)).collect();
    let mut frame = Frame::new(TYPE.id, FrameType::NumericLong);
    #[expect(clippy::cast_precision_loss, reason = "a count, or seconds")]
    let values = rows.iter().map(|(_, value)| Some(*value as f64));
    let mut check = Field::text(FIELDS[0].name, rows.iter().map(|(check, _)| Some(*check)));
    check.config = config(&FIELDS[0], view.portal);
    let mut value = Field::number(FIELDS[1].name, values);
    value.config = config(&FIELDS[1], view.portal);
    if query.params.choice("check") == AGE {
        "s".clone_into(&mut value.config.unit);
    }
    frame.fields = vec![check, value];
    vec![frame]
}
