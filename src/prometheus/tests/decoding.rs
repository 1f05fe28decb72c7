//! Decoding of replies with any content.

use crate::prometheus::{Grid, RangeReply, Reply, Sample, Series, reply};
use crate::upstream::{Upstream, UpstreamError};
use flux::UtcMillis;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::{fmt::Write as _, ops::Range, time::Duration};

/// Three points, half a minute apart.
const GRID: Grid =
    Grid { start: UtcMillis(1_790_000_000_500), step: Duration::from_secs(30), points: 3 };

fn upstream() -> Upstream {
    Upstream::Prometheus("eu".into())
}

fn instant(body: &str) -> Result<Reply<Sample>, UpstreamError> {
    reply::instant(&upstream(), body.as_bytes())
}

fn range(grid: Grid, body: &str) -> Result<Reply<Series>, UpstreamError> {
    let mut reply = RangeReply::new(grid);
    reply.add(&upstream(), body.as_bytes(), 0..grid.points)?;
    Ok(reply.finish())
}

fn success(result_type: &str, result: &Value) -> String {
    json!({ "status": "success", "data": { "resultType": result_type, "result": result } })
        .to_string()
}

/// Passes the body to every decoder. Any result is fine, but none may panic.
fn read_everywhere(body: &[u8]) {
    let _ = reply::instant(&upstream(), body);
    let _ = reply::version(&upstream(), body);
    let mut range = RangeReply::new(GRID);
    if range.add(&upstream(), body, 0..2).is_ok() {
        let _ = range.add(&upstream(), body, 1..3);
        for series in range.finish().items {
            assert_eq!(series.values.len(), GRID.points);
        }
    }
}

#[test]
fn reads_every_float_that_prometheus_writes() {
    let texts = ["1", "-2.5e-3", "NaN", "+Inf", "-Inf"];
    let result = texts.map(|text| json!({ "metric": { "t": text }, "value": [1.5, text] }));
    let samples = instant(&success("vector", &json!(result))).expect("samples").items;
    assert_eq!((samples[0].value, samples[0].labels.get("t")), (1.0, "1"));
    assert_eq!(samples[0].labels.get("absent"), "");
    assert!((samples[1].value + 0.0025).abs() < 1e-12);
    assert!(samples[2].value.is_nan());
    assert_eq!((samples[3].value, samples[4].value), (f64::INFINITY, f64::NEG_INFINITY));
}

#[test]
fn unknown_members_are_skipped_and_warnings_are_kept() {
    let body = r#"{"data":{"result":[{"histogram":[1,{}],"metric":{}},{"value":[1,"2"]}],"resultType":"vector","stats":{}},
        "infos":["PromQL info: no\ncounter",1],"warnings":["partial","partial",null],"status":"success"}"#;
    let reply = instant(body).expect("samples");
    assert_eq!(reply.items.iter().map(|sample| sample.value).collect::<Vec<_>>(), [2.0]);
    assert_eq!(
        reply.warnings,
        ["PromQL info: no counter", "1", "partial", "native histograms are left out"]
    );
}

#[test]
fn warnings_are_few_and_short() {
    let warnings: Vec<String> =
        (0..50).map(|number| format!("{number}{}", "x".repeat(1_000))).collect();
    let data = json!({ "resultType": "matrix", "result": null });
    let body = json!({ "status": "success", "data": data, "warnings": warnings, "infos": null });
    let warnings = range(GRID, &body.to_string()).expect("empty").warnings;
    assert_eq!((warnings.len(), warnings[10].as_str()), (11, "more warnings than these 10"));
    assert!(warnings.iter().all(|text| text.chars().count() <= 301));
}

#[test]
fn an_error_under_a_good_status_keeps_its_words() {
    let error = instant(r#"{"status":"error","errorType":"bad_data","error":"no","data":{}}"#);
    assert!(error.expect_err("error").to_string().ends_with("(200): bad_data: no"));
}

#[test]
fn the_version_is_one_line() {
    let read = |body: &str| reply::version(&upstream(), body.as_bytes());
    let body = r#"{"status":"success","data":{"version":"2.53.0\n","revision":"x"}}"#;
    assert_eq!(read(body).expect("version").as_deref(), Some("2.53.0"));
    assert_eq!(read(r#"{"status":"success","data":{}}"#).expect("none"), None);
    read("[]").expect_err("garbage");
}

#[test]
fn values_are_placed_on_the_grid_in_any_legal_spelling() {
    let body = r#" { "data" : {"resultType":"matrix", "result" : [
        {"values":[[ 1790000000.5 , "\u0031" ],[1.7900000605E+9,"-Inf"]], "metric":{"b":"2","__name__":"m","a":" 1 "}},
        {"metric":{"a":"0","gone":""},"values":[[1790000030.500,"NaN"]]},
        {"metric":{"a":"empty"},"values":[]},
        {"metric":{"a":"native"},"histograms":[[1790000000.5,{"count":"1","sum":"1","buckets":[[0,"1","2","1"]]}]]}
    ]},"status":"success"} "#;
    let reply = range(GRID, body).expect("series");
    assert_eq!((reply.items.len(), reply.left_out), (2, 0));
    assert_eq!(reply.warnings, ["native histograms are left out"]);
    // A blank sorts before a digit.
    let [second, first] = &*reply.items else { panic!("two") };
    assert_eq!(first.labels.get("a"), "0");
    let labels: Vec<_> =
        second.labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(labels, ["a= 1 ", "b=2"]);
    assert_eq!((second.values[0], second.values[2]), (1.0, f64::NEG_INFINITY));
    assert!(second.values[1].is_nan() && first.values.iter().all(|value| value.is_nan()));
}

#[test]
fn samples_outside_the_grid_are_left_out_with_a_warning() {
    let values = json!([
        [1_790_000_000, "1"],
        [1e300, "2"],
        [-1e300, "2"],
        [u64::MAX, "3"],
        [1_790_000_030.5, "4"],
        [1_790_000_090.5, "5"]
    ]);
    let body = success("matrix", &json!([{ "metric": {}, "values": values }]));
    let reply = range(GRID, &body).expect("series");
    assert!(reply.items[0].values[0].is_nan());
    assert_eq!(reply.items[0].values[1].to_bits(), 4f64.to_bits());
    assert_eq!(reply.warnings, ["samples at times that the query didn't ask for are left out"]);
}

#[test]
fn errors_in_replies_have_a_position() {
    let one = |value: &str| {
        format!(r#"{{"status":"success","data":{{"resultType":"matrix","result":[{value}]}}}}"#)
    };
    for (body, expected) in [
        ("", "cut off at line 1 column "),
        (&one("")[..40], "cut off at line 1 column "),
        ("<html>", "line 1 column "),
        ("{}", "neither data nor an error"),
        ("[]", "neither data nor an error"),
        (r#"{"status":"success"}"#, "neither data nor an error"),
        (r#"{"status":"success","data":{},"data":{}}"#, "neither data nor an error"),
        (&success("vector", &json!([])), "not the series of a range query"),
        (&success("scalar", &json!([1, "1"])), "not the series of a range query"),
        (&one("[]"), "not the series of a range query"),
        (&one(r#"{"metric":{},"values":{}}"#), "line 1 column "),
        (&one(r#"{"metric":[],"values":[]}"#), "line 1 column "),
        (&one(r#"{"values":[[1790000000.5]]}"#), "line 1 column "),
        (&one(r#"{"values":[[1790000000.5,"secret"]]}"#), "line 1 column "),
        (&one(r#"{"values":[[1790000000.5,1]]}"#), "line 1 column "),
        (&one(r#"{"values":[["1790000000.5","1"]]}"#), "line 1 column "),
        (&one(r#"{"values":[[1790000000.5,"1",2]]}"#), "line 1 column "),
        (&format!("{} x", one("")), "line 1 column "),
    ] {
        let error = range(GRID, body).expect_err(body);
        let UpstreamError::NotUnderstood { fault, .. } = &error else { panic!("{body}: {error}") };
        let fault = fault.to_string();
        let said = fault.strip_prefix("not the expected JSON: ").unwrap_or_default();
        assert!(said.starts_with(expected), "{body}: {fault}");
        assert!(!fault.contains("secret"), "{fault}");
    }
}

#[test]
fn no_more_series_than_the_bound_and_the_rest_are_counted() {
    let body = |numbers: Range<usize>, time: f64| {
        let series = numbers.map(|number| {
            format!(r#"{{"metric":{{"n":"{number}"}},"values":[[{time},"1"]],"value":[1,"1"]}}"#)
        });
        let series: Vec<String> = series.collect();
        format!(
            r#"{{"status":"success","data":{{"result":[{}],"resultType":"matrix"}}}}"#,
            series.join(",")
        )
    };
    let all = body(0..100_010, 1_790_000_000.5);
    let reply = range(GRID, &all).expect("series");
    assert_eq!((reply.items.len(), reply.left_out), (100_000, 10));
    let reply = instant(&all.replace("matrix", "vector")).expect("series");
    assert_eq!((reply.items.len(), reply.left_out), (100_000, 10));
    let mut reply = RangeReply::new(Grid { points: 11_000, ..GRID });
    for (numbers, points, time) in
        [(0..780, 0..1, 1_790_000_000.5), (770..790, 1..2, 1_790_000_030.5)]
    {
        reply.add(&upstream(), body(numbers, time).as_bytes(), points).expect("series");
    }
    let reply = reply.finish();
    assert_eq!((reply.items.len(), reply.left_out), (762, 28), "8 million values");
    let wide: Value = (0..300).map(|number| (format!("n{number}"), json!("1"))).collect();
    let wide = json!([{ "metric": wide, "values": [[1_790_000_000.5, "1"]] }]);
    assert_eq!(range(GRID, &success("matrix", &wide)).expect("series").left_out, 1);
}

#[test]
fn nesting_without_end_overflows_no_stack() {
    const DEPTH: usize = 100_000;
    for (open, close) in
        [("[", "]"), ("{\"data\":", "}"), ("[{\"metric\":", "}]"), ("{\"x\":", "}")]
    {
        let nested = format!("{}null{}", open.repeat(DEPTH), close.repeat(DEPTH));
        for place in [
            "@",
            r#"{"data":@}"#,
            r#"{"warnings":@}"#,
            r#"{"warnings":[@]}"#,
            r#"{"status":@}"#,
            r#"{"errorType":@,"error":@}"#,
            r#"{"other":@}"#,
            r#"{"data":{"result":@}}"#,
            r#"{"data":{"result":[@]}}"#,
            r#"{"data":{"resultType":@}}"#,
            r#"{"data":[@]}"#,
            r#"{"data":{"version":@}}"#,
            r#"{"data":{"result":[{"metric":@}]}}"#,
            r#"{"data":{"result":[{"metric":{"a":@}}]}}"#,
            r#"{"data":{"result":[{"value":@}]}}"#,
            r#"{"data":{"result":[{"values":@}]}}"#,
            r#"{"data":{"result":[{"values":[@]}]}}"#,
            r#"{"data":{"result":[{"values":[[@]]}]}}"#,
            r#"{"data":{"result":[{"values":[[1,@]]}]}}"#,
            r#"{"data":{"result":[{"values":[[1,"1",@]]}]}}"#,
            r#"{"data":{"result":[{"histograms":@}]}}"#,
        ] {
            read_everywhere(place.replace('@', &nested).as_bytes());
            read_everywhere(place.replace('@', &open.repeat(DEPTH)).as_bytes());
        }
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let names = "status|data|resultType|result|metric|values?|success|vector|matrix|error|warnings|histograms?|__name__|[a-z\"]{0,3}";
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (0..4u8).prop_map(|point| json!(1_790_000_000.5 + 30.0 * f64::from(point))),
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

/// A number as Prometheus might write it: Go's shortest decimals, or an exponent.
fn number(value: f64, exponent: bool) -> String {
    match value {
        value if value.is_nan() => "NaN".to_owned(),
        f64::INFINITY => "+Inf".to_owned(),
        f64::NEG_INFINITY => "-Inf".to_owned(),
        value if exponent => format!("{value:e}"),
        value => value.to_string(),
    }
}

/// The reply to the query for some points of a grid: one series for each column.
fn matrix(grid: &Grid, points: Range<usize>, columns: &[Vec<Option<f64>>]) -> String {
    let mut body = r#"{"status":"success","data":{"resultType":"matrix","result":["#.to_owned();
    for (number_of, column) in columns.iter().enumerate() {
        let mut values = String::new();
        for (index, value) in column.iter().enumerate() {
            if let Some(value) = value.filter(|_| points.contains(&index)) {
                let time = grid.time(index).0;
                let comma = if values.is_empty() { "" } else { "," };
                let (whole, rest) = (time / 1_000, time % 1_000);
                write!(values, "{comma}[{whole}.{rest:03},\"{}\"]", number(value, index % 2 == 0))
                    .expect("text");
            }
        }
        // Prometheus leaves out series without samples.
        if !values.is_empty() {
            let comma = if body.ends_with('[') { "" } else { "," };
            write!(body, "{comma}{{\"metric\":{{\"n\":\"{number_of}\"}},\"values\":[{values}]}}")
                .expect("text");
        }
    }
    body + "]}}"
}

fn bits(values: &[f64]) -> Vec<Option<u64>> {
    values.iter().map(|value| (!value.is_nan()).then(|| value.to_bits())).collect()
}

proptest! {
    #[test]
    fn no_json_panics(any in any_json(), other in any_json(), text in any::<String>()) {
        let element = json!({ "metric": any, "value": [1, other], "values": [[1_790_000_000.5, any], other] });
        for body in [
            text,
            any.to_string(),
            success("vector", &any),
            success("matrix", &any),
            success("vector", &json!([element])),
            success("matrix", &json!([element])),
            success("matrix", &json!([{ "metric": { "a": any }, "values": [[1_790_000_000.5, "1"], other] }])),
            json!({ "status": "success", "data": other, "warnings": any, "infos": [other] }).to_string(),
        ] {
            read_everywhere(body.as_bytes());
        }
    }

    #[test]
    fn no_bytes_panic(body in prop::collection::vec(any::<u8>(), 0..300)) {
        read_everywhere(&body);
    }

    #[test]
    fn no_cut_and_no_changed_byte_panics(
        values in prop::collection::vec(prop::option::of(any::<f64>()), 3),
        at in any::<prop::sample::Index>(),
        byte: u8,
    ) {
        let mut body = matrix(&GRID, 0..3, &[values.clone(), values]).into_bytes();
        let at = at.index(body.len());
        read_everywhere(&body[..at]);
        body[at] = byte;
        read_everywhere(&body);
    }

    #[test]
    fn values_survive_and_any_split_decodes_alike(
        columns in prop::collection::vec(prop::collection::vec(
            prop::option::weighted(0.8, prop_oneof![
                any::<f64>(), any::<u64>().prop_map(f64::from_bits), (0..1_000u16).prop_map(f64::from),
            ]), 12), 0..5),
        step in 1u64..100_000,
        mut cuts in prop::collection::vec(0usize..=12, 0..4),
    ) {
        let step = Duration::from_millis(step);
        let grid = Grid { start: UtcMillis(1_790_000_000_123), step, points: 12 };
        let whole = range(grid, &matrix(&grid, 0..12, &columns)).expect("series");
        prop_assert!(whole.warnings.is_empty());
        let expected: Vec<_> = columns
            .iter()
            .filter(|column| column.iter().any(Option::is_some))
            .map(|column| bits(&column.iter().map(|value| value.unwrap_or(f64::NAN)).collect::<Vec<_>>()))
            .collect();
        let read = |reply: &Reply<Series>| reply.items.iter().map(|series| bits(&series.values)).collect::<Vec<_>>();
        prop_assert_eq!(read(&whole), expected);
        cuts.extend([0, 12]);
        cuts.sort_unstable();
        let mut pieces = RangeReply::new(grid);
        for cut in cuts.windows(2) {
            let body = matrix(&grid, cut[0]..cut[1], &columns);
            pieces.add(&upstream(), body.as_bytes(), cut[0]..cut[1]).expect("series");
        }
        let pieces = pieces.finish();
        prop_assert_eq!(read(&pieces), read(&whole));
        let labels = |reply: &Reply<Series>| reply.items.iter().map(|series| series.labels.clone()).collect::<Vec<_>>();
        prop_assert_eq!(labels(&pieces), labels(&whole));
    }
}
