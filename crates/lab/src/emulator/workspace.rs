//! An Azure Monitor workspace: the part of Prometheus' HTTP API that it supports, with its limits.

use super::reply::{plain_error, reply};
use super::{Shared, random, token};
use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use fleet::promql::{
    Answer, Instant, MAX_POINTS, Metric, PrometheusOptions, PromqlError, QueryScope, Range,
    Samples, SimulatedPrometheus, text_of,
};
use fleet::{Grid, LabelScheme, Labels};
use flux::{Text, UtcMillis, same_text};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use url::form_urlencoded;

const HOUR: i64 = 60 * 60 * 1000;
/// Longest range of a query, including how far its selectors look back.
const LONGEST_RANGE: i64 = 32 * 24 * HOUR;
/// For a range of at least this length …
const LONG_RANGE: i64 = 48 * HOUR;
/// … the step is at least this long.
const LONG_STEP: i64 = 60 * 1000;
/// Series are listed for at most this time before the requested end.
const SERIES_RANGE: i64 = 12 * HOUR;

/// Parameters of a request, from its URL and its form.
struct Parameters(Vec<(String, String)>);

impl Parameters {
    fn of(query: &str, body: &[u8]) -> Self {
        let parse = |bytes| form_urlencoded::parse(bytes).into_owned();
        Self(parse(query.as_bytes()).chain(parse(body)).collect())
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A time: seconds since 1970, or RFC 3339. `None`: the request has no such parameter.
    fn time(&self, name: &str) -> Result<Option<UtcMillis>, Refusal> {
        let Some(text) = self.get(name) else { return Ok(None) };
        let seconds = text.parse().ok().and_then(millis).map(UtcMillis);
        match seconds.or_else(|| UtcMillis::parse(text)) {
            Some(at) => Ok(Some(at)),
            None => Err(Refusal::parameter(
                name,
                &format!("cannot parse \"{text}\" to a valid timestamp"),
            )),
        }
    }
}

/// Seconds as milliseconds. `None`: the time is more than some thousand years from 1970.
fn millis(seconds: f64) -> Option<i64> {
    let millis = (seconds * 1000.0).round();
    #[expect(clippy::cast_possible_truncation, reason = "bounds are checked")]
    (millis.abs() < 1e15).then_some(millis as i64)
}

/// Why a request is refused.
struct Refusal {
    status: StatusCode,
    kind: &'static str,
    text: String,
}

impl Refusal {
    /// An error of the workspace itself rather than of the query's evaluation.
    fn limit(text: &str) -> Self {
        let text = format!("Bad Request: {text} RequestId: {}", random::hex(32));
        Self { status: StatusCode::BAD_REQUEST, kind: "Bad Request", text }
    }

    fn parameter(name: &str, text: &str) -> Self {
        let text = format!("invalid parameter \"{name}\": {text}");
        Self { status: StatusCode::BAD_REQUEST, kind: "bad_data", text }
    }

    fn response(&self) -> Response {
        let body = json!({ "status": "error", "errorType": self.kind, "error": self.text });
        reply(self.status, body.to_string())
    }
}

impl From<PromqlError> for Refusal {
    fn from(error: PromqlError) -> Self {
        match &error {
            PromqlError::TooManyPoints => {
                Self { status: StatusCode::BAD_REQUEST, kind: "bad_data", text: error.to_string() }
            }
            error if error.is_bad_data() => Self::parameter("query", &error.to_string()),
            error => Self {
                status: StatusCode::UNPROCESSABLE_ENTITY,
                kind: "execution",
                text: error.to_string(),
            },
        }
    }
}

/// A request to `/{workspace}/api/v1/{path}`.
pub(super) struct Request {
    pub(super) workspace: String,
    pub(super) path: String,
    pub(super) method: Method,
    pub(super) query: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// Answers a request.
pub(super) async fn answer(shared: Arc<Shared>, request: Request) -> Response {
    if let Err(response) = token::prometheus_principal(&shared, &request.headers) {
        return *response;
    }
    let fleet = &shared.options.fleet;
    let workspace =
        fleet.workspaces().find(|workspace| same_text(&workspace.name, &request.workspace));
    let Some(workspace) = workspace else {
        let text = format!("Workspace '{}' not found.", request.workspace);
        return plain_error(StatusCode::NOT_FOUND, "ResourceNotFound", &text);
    };
    let options = PrometheusOptions {
        metrics: shared.options.metrics,
        location: Some(workspace.location),
        ..PrometheusOptions::new(LabelScheme::PodAnnotations)
    };
    let prometheus = SimulatedPrometheus::new(fleet.clone(), options);
    let now = shared.options.clock.now();
    // The evaluation computes for up to a second, so it must not block the runtime.
    let answer = tokio::task::spawn_blocking(move || route(&prometheus, &request, now)).await;
    match answer {
        Ok(Ok(Some(data))) => {
            let body = json!({ "status": "success", "data": data });
            reply(StatusCode::OK, body.to_string())
        }
        Ok(Ok(None)) => {
            plain_error(StatusCode::NOT_FOUND, "NotFound", "The workspace doesn't offer this.")
        }
        Ok(Err(refusal)) => refusal.response(),
        Err(_) => super::arg::internal_error(now),
    }
}

/// The data of an answer. `None`: there is no such route.
fn route(
    prometheus: &SimulatedPrometheus,
    request: &Request,
    now: UtcMillis,
) -> Result<Option<Value>, Refusal> {
    let parameters = Parameters::of(&request.query, &request.body);
    let posted = request.method == Method::POST;
    if !posted && request.method != Method::GET {
        return Ok(None);
    }
    Ok(Some(match request.path.as_str() {
        "query" => instant(prometheus, &parameters, now)?,
        "query_range" => range(prometheus, &parameters)?,
        "series" => series(prometheus, &parameters, now)?,
        "labels" => labels(prometheus, now)?,
        "label/__name__/values" if !posted => metrics(prometheus, now)?,
        _ => return Ok(None),
    }))
}

/// The query, if the workspace accepts it.
fn promql(parameters: &Parameters) -> Result<(&str, QueryScope), Refusal> {
    let promql = parameters.get("query").unwrap_or_default();
    let scope = QueryScope::of(promql)?;
    if !scope.names_metrics {
        return Err(Refusal::limit("A metric name is required in every selector of a query."));
    }
    Ok((promql, scope))
}

/// Refuses a range that is too long; how far selectors look back counts too.
fn check_range(range: i64, scope: QueryScope) -> Result<(), Refusal> {
    let reach = i64::try_from(scope.reach.as_millis()).unwrap_or(i64::MAX);
    if range < 0 || range.saturating_add(reach) > LONGEST_RANGE {
        return Err(Refusal::limit(
            "Invalid time range. Timestamps must be valid and time range cannot exceed 32 days..",
        ));
    }
    Ok(())
}

fn instant(
    prometheus: &SimulatedPrometheus,
    parameters: &Parameters,
    now: UtcMillis,
) -> Result<Value, Refusal> {
    let (promql, scope) = promql(parameters)?;
    check_range(0, scope)?;
    let at = parameters.time("time")?.unwrap_or(now);
    let value = |at: UtcMillis, value: f64| json!([time(at), text_of(value)]);
    Ok(match prometheus.query(promql, at)? {
        Answer::Scalar(number) => json!({ "resultType": "scalar", "result": value(at, number) }),
        Answer::Text(text) => json!({ "resultType": "string", "result": [time(at), text] }),
        Answer::Vector(items) => {
            let items = items.into_iter().map(|item| {
                let Instant { name, labels, value: number } = item;
                json!({ "metric": metric(name.as_ref(), &labels), "value": value(at, number) })
            });
            json!({ "resultType": "vector", "result": items.collect::<Vec<_>>() })
        }
        Answer::Matrix(items) => {
            let items = items.into_iter().map(|Samples { name, labels, samples }| {
                let samples = samples.into_iter().map(|(at, number)| value(at, number));
                let samples: Vec<_> = samples.collect();
                json!({ "metric": metric(Some(&name), &labels), "values": samples })
            });
            json!({ "resultType": "matrix", "result": items.collect::<Vec<_>>() })
        }
    })
}

fn range(prometheus: &SimulatedPrometheus, parameters: &Parameters) -> Result<Value, Refusal> {
    let (promql, scope) = promql(parameters)?;
    let missing = |name: &str| Refusal::parameter(name, "cannot parse \"\" to a valid timestamp");
    let start = parameters.time("start")?.ok_or_else(|| missing("start"))?;
    let end = parameters.time("end")?.ok_or_else(|| missing("end"))?;
    let step = step(parameters.get("step").unwrap_or_default())?;
    let range = end.0 - start.0;
    check_range(range, scope)?;
    if range >= LONG_RANGE && step < LONG_STEP {
        return Err(Refusal::limit(
            "The step has to be 60 seconds or more for a time range of 48 hours or more.",
        ));
    }
    let points = usize::try_from(range / step).unwrap_or(MAX_POINTS).saturating_add(1);
    let grid = Grid { start, step: Duration::from_millis(step.unsigned_abs()), points };
    let found = prometheus.query_range(promql, &grid)?;
    let items = found.into_iter().map(|Range { name, labels, values }| {
        let values = grid.times().zip(values);
        let values = values.filter_map(|(at, value)| Some(json!([time(at), text_of(value?)])));
        json!({ "metric": metric(name.as_ref(), &labels), "values": values.collect::<Vec<_>>() })
    });
    Ok(json!({ "resultType": "matrix", "result": items.collect::<Vec<_>>() }))
}

/// The step in milliseconds, from a number of seconds or a duration such as `1m`.
fn step(text: &str) -> Result<i64, Refusal> {
    let units = [("ms", 0.001), ("s", 1.0), ("m", 60.0), ("h", 3600.0), ("d", 86400.0)];
    let seconds = text.parse().ok().or_else(|| {
        let (number, unit) =
            units.iter().find_map(|(name, unit)| Some((text.strip_suffix(name)?, unit)))?;
        Some(number.parse::<f64>().ok()? * unit)
    });
    let step = seconds.and_then(millis).ok_or_else(|| {
        Refusal::parameter("step", &format!("cannot parse \"{text}\" to a valid duration"))
    })?;
    if step <= 0 {
        let text = "zero or negative query resolution step widths are not accepted. Try a positive integer";
        return Err(Refusal::parameter("step", text));
    }
    Ok(step)
}

fn series(
    prometheus: &SimulatedPrometheus,
    parameters: &Parameters,
    now: UtcMillis,
) -> Result<Value, Refusal> {
    let end = parameters.time("end")?.unwrap_or(now);
    let start = parameters.time("start")?.unwrap_or(UtcMillis(end.0 - SERIES_RANGE));
    // Azure leaves out older series silently.
    let start = start.max(UtcMillis(end.0 - SERIES_RANGE));
    let mut found: BTreeSet<Metric> = BTreeSet::new();
    let mut selectors = parameters.all("match[]").peekable();
    if selectors.peek().is_none() {
        return Err(Refusal::parameter("match[]", "no match[] parameter provided"));
    }
    for selector in selectors {
        let scope = QueryScope::of(selector)?;
        if !scope.names_metrics {
            return Err(Refusal::limit("A metric name is required in every selector."));
        }
        if scope.has_patterns {
            return Err(Refusal::limit("Series can't be listed by a regular expression."));
        }
        found.extend(prometheus.series(selector, start, end)?);
    }
    let items = found.iter().map(|(name, labels)| metric(Some(name), labels));
    Ok(Value::from(items.collect::<Vec<_>>()))
}

/// Names of the labels of all series; the requested time range is ignored.
fn labels(prometheus: &SimulatedPrometheus, now: UtcMillis) -> Result<Value, Refusal> {
    let mut names = BTreeSet::from([Text::from("__name__")]);
    everything(prometheus, now, &mut |_, labels| {
        for (name, _) in labels.iter() {
            if !names.contains(name) {
                names.insert(name.clone());
            }
        }
    })?;
    Ok(names.iter().map(Text::as_str).collect())
}

fn metrics(prometheus: &SimulatedPrometheus, now: UtcMillis) -> Result<Value, Refusal> {
    let mut names = BTreeSet::new();
    everything(prometheus, now, &mut |name, _| {
        names.insert(name);
    })?;
    Ok(names.iter().map(Text::as_str).collect())
}

fn everything(
    prometheus: &SimulatedPrometheus,
    now: UtcMillis,
    each: &mut dyn FnMut(Text, Labels),
) -> Result<(), PromqlError> {
    prometheus.each_series("{__name__=~\".+\"}", UtcMillis(now.0 - HOUR), now, each)
}

fn metric(name: Option<&Text>, labels: &Labels) -> Map<String, Value> {
    let name = name.map(|name| ("__name__".to_owned(), Value::from(name.as_str())));
    let labels = labels.iter().map(|(name, value)| (name.to_string(), value.as_str().into()));
    name.into_iter().chain(labels).collect()
}

/// A time in a reply: seconds.
fn time(at: UtcMillis) -> Value {
    if at.0 % 1000 == 0 {
        return Value::from(at.0 / 1000);
    }
    #[expect(clippy::cast_precision_loss, reason = "times of this millennium are exact")]
    let seconds = at.0 as f64 / 1000.0;
    Value::from(seconds)
}
