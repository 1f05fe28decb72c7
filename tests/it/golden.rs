//! The answers of every query type and format, byte for byte as Grafana gets them, on one small simulated fleet at one
//! fixed time.
//!
//! `tests/fixtures/frames` has the Arrow files of every query type with its default parameters, and of every choice
//! that changes the form of the answer. Its file `others.txt` has a line per answer with other parameters: groupings,
//! filters, limits, every metric. A query type, choice, dimension or metric that is added to the catalogue needs its
//! answers there.
//!
//! `UPDATE_GOLDEN=1` renews the files. `GOLDEN_TEXT=<folder>` writes every answer as text, to compare two commits.

use azuregitops::connect;
use azuregitops::instance::{Instance, Surroundings};
use azuregitops::query::{Query, Resolution, TimeRange, catalogue_json};
use azuregitops::settings::{HostEnvironment, Settings};
use flux::UtcMillis;
use frame::{Cell, Field, Frame};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

const NOW: UtcMillis = UtcMillis(1_790_000_000_000);
/// The time range of every query: six hours in steps of an hour.
const RANGE: TimeRange = TimeRange { from: UtcMillis(NOW.0 - 6 * 3_600_000), to: NOW };
const RESOLUTION: Resolution =
    Resolution { interval: Duration::from_secs(3_600), max_points: 1_000 };
/// The file with the answers that have no Arrow file of their own.
const OTHERS: &str = "others.txt";
const RENEW: &str = "If the answers are meant to change, renew the files and look at what changed: \
    UPDATE_GOLDEN=1 cargo test --test it golden. To see an answer as text, before and after: \
    GOLDEN_TEXT=<folder> cargo test --test it golden";

/// The data source whose answers are recorded.
fn instance() -> Instance {
    let settings =
        json!({ "demo": true, "demoClusters": 6, "demoConfigurations": 40, "demoSeed": 7 });
    let host = HostEnvironment::read(&HashMap::new(), &HashMap::new()).expect("nothing is set");
    let settings = Settings::parse(settings.to_string().as_bytes(), &HashMap::new(), &host)
        .expect("a demo needs nothing else");
    let surroundings = Surroundings {
        clock: Arc::new(|| NOW),
        upstream: Arc::new(|upstream, _, _| panic!("the demo asked {upstream}")),
        refreshed: Arc::new(|_, _| ()),
    };
    connect::instance(&settings, surroundings).expect("an instance")
}

/// One query. Its name consists of the query type and the given parameters.
struct Case {
    query_type: String,
    params: Map<String, Value>,
}

impl Case {
    fn name(&self) -> String {
        let mut name = self.query_type.clone();
        for (param, value) in &self.params {
            let value = match value {
                Value::Array(values) => values.iter().map(plain).collect::<Vec<_>>().join("+"),
                value => plain(value),
            };
            let _ = write!(name, " {param}={value}");
        }
        name
    }

    /// The name of its files, without number and extension.
    fn file_name(&self) -> String {
        self.name().replace(' ', ".").replace('=', "-")
    }

    /// The frames, or the error message that the user reads.
    ///
    /// *Cost*: tenths of a second for an instance that hasn't answered yet, little otherwise. When configurations are
    /// selected, an instance reads their conditions after it has answered, for the next answer. So such a query gets an
    /// instance of its own.
    async fn ask(&self, shared: &Instance) -> Result<Vec<Frame>, String> {
        let json = json!({ "refId": "A", "queryType": self.query_type, "params": self.params })
            .to_string();
        let mut query = Query::parse(json.as_bytes(), "A", "", RANGE)
            .unwrap_or_else(|error| panic!("{}: {}", self.name(), error.user_text()));
        query.resolution = RESOLUTION;
        let own = self.params.contains_key("configurations").then(instance);
        let answer = own.as_ref().unwrap_or(shared).answer(&query).await;
        answer.map_err(|error| error.user_text())
    }

    async fn frames(&self, shared: &Instance) -> Vec<Frame> {
        self.ask(shared).await.unwrap_or_else(|error| panic!("{}: {error}", self.name()))
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn texts(list: &Value) -> Vec<Value> {
    list.as_array().into_iter().flatten().cloned().collect()
}

fn choices(control: &Value) -> Vec<Value> {
    let choices = control["choices"].as_array().into_iter().flatten();
    choices.map(|choice| choice["value"].clone()).collect()
}

/// All queries: those whose answers have files, and those whose answers have lines.
struct Cases {
    with_files: Vec<Case>,
    with_lines: Vec<Case>,
}

/// The queries are made from the editors' catalogue, so that additions to the catalogue are tested here too.
async fn cases(shared: &Instance) -> Cases {
    let catalogue = catalogue_json();
    let mut cases = Cases { with_files: Vec::new(), with_lines: Vec::new() };
    let filter_values = filter_values(shared).await;
    for query_type in texts(&catalogue["queryTypes"]) {
        let id = plain(&query_type["id"]);
        let params = texts(&query_type["params"]);
        let case =
            |params: &Map<String, Value>| Case { query_type: id.clone(), params: params.clone() };
        let base = base(&params);
        cases.with_files.push(case(&base));
        // Combinations of choices, and then of choices and groupings.
        let mut combined = vec![base.clone()];
        for param in &params {
            let (name, control) = (plain(&param["name"]), &param["control"]);
            let values: Vec<Value> = match control["type"].as_str() {
                Some("oneOf") if name != "quantile" => choices(control).split_off(1),
                Some("switch") => vec![json!(true)],
                _ => continue,
            };
            for given in &values {
                cases.with_files.push(case(&with(&base, &name, given)));
            }
            let more = combined
                .iter()
                .flat_map(|params| values.iter().map(|given| with(params, &name, given)));
            let more: Vec<_> = more.collect();
            combined.extend(more);
        }
        cases
            .with_lines
            .extend(combined[1..].iter().filter(|given| given.len() > base.len() + 1).map(case));
        for param in &params {
            let (name, control) = (plain(&param["name"]), &param["control"]);
            let values: Vec<Value> = match control["type"].as_str() {
                Some("dimensions") => {
                    let choices = choices(control);
                    let two = choices.iter().take(2).rev().cloned().collect();
                    choices.iter().skip(1).map(|one| json!([one])).chain([two]).collect()
                }
                Some("dimension") => {
                    choices(control).into_iter().filter(|one| *one != base[&name]).collect()
                }
                Some("metric") => {
                    cases.with_lines.extend(of_metrics(&catalogue).map(|params| case(&params)));
                    continue;
                }
                _ => continue,
            };
            for params in &combined {
                let given = values.iter().map(|value| with(params, &name, value));
                cases.with_lines.extend(given.map(|params| case(&params)));
            }
        }
        for param in &params {
            let (name, control) = (plain(&param["name"]), &param["control"]);
            let value = match control["type"].as_str() {
                Some("values") => filter_values[&plain(&control["dimension"])].clone(),
                Some("number") if name == "limit" => json!(2),
                Some("number") => json!(100),
                _ => continue,
            };
            cases.with_lines.push(case(&with(&base, &name, &value)));
        }
    }
    cases
}

fn with(params: &Map<String, Value>, name: &str, value: &Value) -> Map<String, Value> {
    let mut params = params.clone();
    params.insert(name.to_owned(), value.clone());
    params
}

/// Values of the required parameters.
fn base(params: &[Value]) -> Map<String, Value> {
    let mut base = Map::new();
    for param in params {
        let value = match param["control"]["type"].as_str() {
            Some("dimension") => json!("cluster"),
            Some("metric") => json!("objects"),
            _ => continue,
        };
        base.insert(plain(&param["name"]), value);
    }
    base
}

/// Every metric over time, and as one value: by default, by each of its labels, and in each quantile.
fn of_metrics(catalogue: &Value) -> impl Iterator<Item = Map<String, Value>> {
    let quantiles = texts(&catalogue["queryTypes"])
        .iter()
        .flat_map(|query_type| texts(&query_type["params"]))
        .find(|param| param["name"] == "quantile")
        .map_or_else(Vec::new, |param| choices(&param["control"]));
    texts(&catalogue["metrics"]).into_iter().flat_map(move |metric| {
        let base = with(&Map::new(), "metric", &metric["id"]);
        let over_time = vec![base.clone(), with(&base, "groupBy", &json!(["none"]))];
        let mut cases = over_time.clone();
        let labels = texts(&metric["groupBy"]);
        cases.extend(labels.iter().map(|label| with(&base, "groupBy", &json!([label]))));
        if metric["quantile"] == true {
            cases.extend(quantiles[1..].iter().map(|given| with(&base, "quantile", given)));
        }
        for params in &mut cases {
            params.insert("instant".to_owned(), json!(true));
        }
        cases.extend(over_time);
        cases
    })
}

/// Two values of each dimension with a filter.
async fn filter_values(shared: &Instance) -> HashMap<String, Value> {
    let catalogue = catalogue_json();
    let mut values = HashMap::new();
    for query_type in texts(&catalogue["queryTypes"]) {
        for param in texts(&query_type["params"]) {
            let dimension = &param["control"]["dimension"];
            if param["control"]["type"] != "values" || values.contains_key(&plain(dimension)) {
                continue;
            }
            let params = with(&Map::new(), "dimension", dimension);
            let frames = Case { query_type: "values".to_owned(), params }.frames(shared).await;
            let field = frames[0].field("value").expect("values");
            let known: Vec<_> = field
                .cells()
                .filter_map(
                    |cell| if let Cell::Text(text) = cell { Some(json!(text)) } else { None },
                )
                .take(2)
                .collect();
            values.insert(plain(dimension), json!(known));
        }
    }
    values
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/frames")
}

/// The content of the committed file. `None`: there is no such file.
fn committed(path: &Path) -> Option<Vec<u8>> {
    match fs::read(path) {
        Ok(bytes) => Some(bytes),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => panic!("{}: {error}", path.display()),
    }
}

/// A description of where two Arrow files differ.
fn difference(expected: &[u8], got: &[u8]) -> String {
    let (Ok(expected), Ok(got)) = (Frame::decode(expected), Frame::decode(got)) else {
        return "one of them is no Arrow file".to_owned();
    };
    if expected.meta != got.meta {
        return format!("metadata was {:?}, is {:?}", expected.meta, got.meta);
    }
    if (&expected.name, &expected.ref_id) != (&got.name, &got.ref_id) {
        return format!("name or refId was {}, is {}", expected.name, got.name);
    }
    let names =
        |frame: &Frame| frame.fields.iter().map(|field| field.name.clone()).collect::<Vec<_>>();
    if names(&expected) != names(&got) {
        return format!("fields were {:?}, are {:?}", names(&expected), names(&got));
    }
    for (expected, got) in expected.fields.iter().zip(&got.fields) {
        if let Some(difference) = field_difference(expected, got) {
            return format!("field {}: {difference}", got.name);
        }
    }
    "they hold the same, written in another way".to_owned()
}

fn field_difference(expected: &Field, got: &Field) -> Option<String> {
    if expected.labels != got.labels {
        return Some(format!("labels were {:?}, are {:?}", expected.labels, got.labels));
    }
    if expected.config != got.config {
        return Some(format!("config was {:?}, is {:?}", expected.config, got.config));
    }
    if expected.nullable != got.nullable {
        return Some(format!("nullable was {}, is {}", expected.nullable, got.nullable));
    }
    if expected.len() != got.len() {
        return Some(format!("rows were {}, are {}", expected.len(), got.len()));
    }
    let mut pairs = expected.cells().zip(got.cells()).enumerate();
    let (row, (expected, got)) = pairs.find(|(_, (expected, got))| expected != got)?;
    Some(format!("row {row} was {expected:?}, is {got:?}"))
}

/// The line of an answer without an Arrow file; any change of the answer changes the line.
fn line(case: &Case, frames: &[Frame]) -> String {
    let encoded = encode(case, frames);
    let mut crc = flate2::Crc::new();
    for bytes in &encoded {
        crc.update(bytes);
    }
    format!(
        "{}: {} frames, {} rows, {} bytes, CRC {:08x}",
        case.name(),
        frames.len(),
        frames.iter().map(Frame::rows).sum::<usize>(),
        encoded.iter().map(Vec::len).sum::<usize>(),
        crc.sum()
    )
}

fn encode(case: &Case, frames: &[Frame]) -> Vec<Vec<u8>> {
    let encoded = frames.iter().map(Frame::encode);
    encoded.collect::<Result<_, _>>().unwrap_or_else(|error| panic!("{}: {error}", case.name()))
}

/// Writes an answer as text into the folder of `GOLDEN_TEXT`, if that variable is set.
fn write_text(folder: Option<&Path>, case: &Case, frames: &[Frame]) {
    let Some(folder) = folder else { return };
    fs::create_dir_all(folder).expect("the folder for texts");
    let mut text = String::new();
    for frame in frames {
        let _ = writeln!(text, "{} {} {:#?}", frame.name, frame.ref_id, frame.meta);
        for field in &frame.fields {
            let _ = writeln!(
                text,
                "{} nullable={} {:?} {:?}",
                field.name, field.nullable, field.labels, field.config
            );
            for cell in field.cells() {
                let _ = writeln!(text, "  {cell:?}");
            }
        }
    }
    let name = case.file_name().replace(['/', ':'], "_");
    let name: String = name.chars().take(200).collect();
    fs::write(folder.join(name + ".txt"), text).expect("a text");
}

#[tokio::test(start_paused = true)]
async fn every_answer_is_byte_for_byte_the_committed_one() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let text = std::env::var_os("GOLDEN_TEXT").map(PathBuf::from);
    let folder = folder();
    let shared = instance();
    let cases = cases(&shared).await;
    let mut files = BTreeMap::new();
    for case in &cases.with_files {
        let frames = case.frames(&shared).await;
        for (index, bytes) in encode(case, &frames).into_iter().enumerate() {
            let number = if index == 0 { String::new() } else { format!(".{}", index + 1) };
            files.insert(format!("{}{number}.arrow", case.file_name()), bytes);
        }
        write_text(text.as_deref(), case, &frames);
    }
    let mut lines = String::new();
    for case in &cases.with_lines {
        match case.ask(&shared).await {
            Ok(frames) => {
                lines.push_str(&line(case, &frames));
                write_text(text.as_deref(), case, &frames);
            }
            Err(error) => {
                let _ = write!(lines, "{}: error: {error}", case.name());
            }
        }
        lines.push('\n');
    }
    files.insert(OTHERS.to_owned(), lines.into_bytes());
    if update {
        // Files of queries that no longer exist must go.
        if folder.exists() {
            fs::remove_dir_all(&folder).expect("the old files go");
        }
        fs::create_dir_all(&folder).expect("the folder of the files");
        for (name, bytes) in &files {
            fs::write(folder.join(name), bytes).expect("a file is written");
        }
        return;
    }
    let problems = problems(&folder, &files);
    assert!(problems.is_empty(), "{}\n{RENEW}", problems.join("\n"));
}

fn problems(folder: &Path, files: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let mut problems = Vec::new();
    for (name, got) in files {
        match committed(&folder.join(name)) {
            None => problems.push(format!("{name} is missing in {}", folder.display())),
            Some(expected) if expected == *got => {}
            Some(expected) if name == OTHERS => {
                let (expected, got) =
                    (String::from_utf8_lossy(&expected), String::from_utf8_lossy(got));
                let (expected, got): (Vec<_>, Vec<_>) =
                    (expected.lines().collect(), got.lines().collect());
                let gone = expected.iter().filter(|line| !got.contains(line));
                problems.extend(gone.map(|line| format!("{name} has  {line}")));
                let new = got.iter().filter(|line| !expected.contains(line));
                problems.extend(new.map(|line| format!("answer is    {line}")));
            }
            Some(expected) => {
                problems.push(format!("{name} differs: {}", difference(&expected, got)));
            }
        }
    }
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let name = entry.expect("a folder").file_name().to_string_lossy().into_owned();
        if !files.contains_key(&name) {
            problems.push(format!("{name} belongs to no query type of the catalogue"));
        }
    }
    problems
}
