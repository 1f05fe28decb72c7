//! What the HTTP API of Prometheus replies: JSON to samples.

use super::{Labels, Sample};
use crate::azure::{Refusal, ReplyFault, Upstream, UpstreamError, printable};
use crate::domain::Text;
use serde::{Deserialize, Deserializer, de::IgnoredAny};
use std::collections::HashMap;

/// Every reply: `data` of a success, or what failed.
#[derive(Deserialize)]
struct Envelope<T> {
    status: String,
    data: Option<T>,
}

#[derive(Deserialize)]
#[serde(tag = "resultType", content = "result", rename_all = "lowercase")]
enum QueryData {
    Vector(Vec<Element>),
    Matrix(IgnoredAny),
    Scalar(IgnoredAny),
    String(IgnoredAny),
}

#[derive(Deserialize)]
struct Element {
    #[serde(default)]
    metric: HashMap<String, String>,
    /// Time in seconds, then the value as text. `None`: a native histogram, which comes as `histogram`.
    value: Option<(IgnoredAny, Number)>,
}

/// A float as Prometheus writes it: `"1"`, `"NaN"`, `"+Inf"`, `"-Inf"`.
struct Number(f64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Self).map_err(|_| serde::de::Error::custom("a value that is no number"))
    }
}

#[derive(Deserialize)]
struct BuildInfo {
    version: Option<String>,
}

/// The series of an instant query's reply, in its order. Native histograms are left out.
pub(super) fn instant(upstream: &Upstream, body: &[u8]) -> Result<Vec<Sample>, UpstreamError> {
    match data(upstream, body)? {
        QueryData::Vector(elements) => Ok(elements
            .into_iter()
            .filter_map(|Element { metric, value }| {
                let labels =
                    metric.into_iter().map(|(name, value)| (Text::from(name), Text::from(value)));
                value.map(|(_, Number(value))| Sample { labels: labels.collect::<Labels>(), value })
            })
            .collect()),
        QueryData::Matrix(_) | QueryData::Scalar(_) | QueryData::String(_) => {
            Err(not_understood(upstream, "not an instant vector"))
        }
    }
}

/// The version of a `buildinfo` reply, shortened; `None` where it names none.
pub(super) fn version(upstream: &Upstream, body: &[u8]) -> Result<Option<String>, UpstreamError> {
    let BuildInfo { version } = data(upstream, body)?;
    Ok(version.map(|version| printable(&version)).filter(|version| !version.is_empty()))
}

fn data<'de, T: Deserialize<'de>>(
    upstream: &Upstream,
    body: &'de [u8],
) -> Result<T, UpstreamError> {
    let not_json = |error: serde_json::Error| not_understood(upstream, &error.to_string());
    let envelope: Envelope<T> = serde_json::from_slice(body).map_err(not_json)?;
    match envelope {
        Envelope { status, data: Some(data) } if status == "success" => Ok(data),
        Envelope { status, .. } if status == "error" => Err(UpstreamError::Refused {
            upstream: upstream.clone(),
            status: 200,
            refusal: Refusal::parse(body),
        }),
        Envelope { .. } => Err(not_understood(upstream, "neither data nor an error")),
    }
}

fn not_understood(upstream: &Upstream, why: &str) -> UpstreamError {
    let fault = ReplyFault::Decode(printable(why).into());
    UpstreamError::NotUnderstood { upstream: upstream.clone(), fault }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn decode(body: &str) -> Result<Vec<Sample>, UpstreamError> {
        instant(&Upstream::Prometheus("eu".into()), body.as_bytes())
    }

    fn vector(result: Value) -> String {
        json!({ "status": "success", "data": { "resultType": "vector", "result": result } })
            .to_string()
    }

    #[test]
    fn reads_every_float_that_prometheus_writes() {
        let texts = ["1", "-2.5e-3", "NaN", "+Inf", "-Inf"];
        let result = texts.map(|text| json!({ "metric": { "t": text }, "value": [1.5, text] }));
        let samples = decode(&vector(json!(result))).expect("samples");
        assert_eq!((samples[0].value, samples[0].labels.get("t")), (1.0, "1"));
        assert_eq!(samples[0].labels.get("absent"), "");
        assert!((samples[1].value + 0.0025).abs() < 1e-12);
        assert!(samples[2].value.is_nan());
        assert_eq!((samples[3].value, samples[4].value), (f64::INFINITY, f64::NEG_INFINITY));
    }

    #[test]
    fn what_it_does_not_know_is_passed_over() {
        let body = r#"{"data":{"result":[{"histogram":[1,{}],"metric":{}},{"value":[1,"2"]}],"resultType":"vector","stats":{}},
            "infos":[1],"warnings":["partial"],"status":"success"}"#;
        let samples = decode(body).expect("samples");
        assert_eq!(samples.iter().map(|sample| sample.value).collect::<Vec<_>>(), [2.0]);
    }

    #[test]
    fn an_error_under_a_good_status_keeps_its_words() {
        let error = decode(r#"{"status":"error","errorType":"bad_data","error":"no"}"#);
        assert!(error.expect_err("error").to_string().ends_with("(200): bad_data: no"));
    }

    #[test]
    fn the_version_is_one_line() {
        let read = |body: &str| version(&Upstream::Prometheus("eu".into()), body.as_bytes());
        let body = r#"{"status":"success","data":{"version":"2.53.0\n","revision":"x"}}"#;
        assert_eq!(read(body).expect("version").as_deref(), Some("2.53.0"));
        assert_eq!(read(r#"{"status":"success","data":{}}"#).expect("none"), None);
        read("[]").expect_err("garbage");
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let names = "status|data|resultType|result|metric|value|success|vector|error|[a-z\"]{0,3}";
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            names.prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(5, 40, 4, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(names, inner, 0..4)
                    .prop_map(|members| members.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn no_json_panics(any in any_json(), other in any_json(), text in any::<String>()) {
            let element = json!({ "metric": any, "value": [1, other] });
            for body in [text, any.to_string(), vector(any.clone()), vector(json!([element])),
                json!({ "status": "success", "data": other }).to_string()] {
                let _ = decode(&body);
                let _ = version(&Upstream::Prometheus("eu".into()), body.as_bytes());
            }
        }
    }
}
