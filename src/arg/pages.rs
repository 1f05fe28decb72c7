//! Reads pages of a listing in one pass over their bytes; and the pages of the fleet's listing.

use super::mend::{Apart, apart, mended};
use super::page::{DecodeError, Envelope, PageSink};
use super::raw::RawRow;
use super::row::{Row, RowReader};
use crate::upstream::lenient::{Fill, Int, Members, Str};
use flux::{FluxConfiguration, same_text};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::collections::HashSet;
use std::fmt;

/// Rows that could not be read and were left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unreadable {
    /// How many.
    pub count: u64,
    /// What is wrong with the first of these rows. Empty: all rows could be read.
    pub example: String,
}

impl Unreadable {
    pub(super) fn note(&mut self, reason: impl fmt::Display) {
        if self.count == 0 {
            self.example = reason.to_string();
        }
        self.count += 1;
    }
}

/// Which rows of a listing have come, to notice those that come twice: ids as numbers, in any case of their letters.
#[derive(Debug, Default)]
pub(super) struct Seen {
    listing: HashSet<u64>,
    /// Those of the page that is being read.
    page: Vec<u64>,
}

impl Seen {
    fn note(&mut self, id: &str) {
        // FNV-1a. Of 100,000 ids two share a number once in some billion listings, and would show a needless notice.
        self.page.push(id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0000_0100_0000_01b3)
        }));
    }

    /// The page is read: how many of its rows had come before.
    fn settle(&mut self) -> u64 {
        self.page.drain(..).map(|id| u64::from(!self.listing.insert(id))).sum()
    }

    pub(super) fn forget(&mut self) {
        self.listing.clear();
        self.page.clear();
    }
}

/// Takes the pages of the fleet listing.
#[derive(Debug)]
pub struct FleetPages<'r> {
    reader: &'r mut RowReader,
    /// The rows read so far, in the order of arrival.
    pub rows: Vec<Row>,
    /// The rows that could not be read.
    pub unreadable: Unreadable,
    /// Rows that Resource Graph announced, and that did not come although it was asked twice.
    pub missing: u64,
    seen: Seen,
    /// How far the sink was when the listing began.
    begin: (usize, Unreadable),
}

impl<'r> FleetPages<'r> {
    /// No rows yet. Equal texts are shared through `reader`.
    pub fn new(reader: &'r mut RowReader) -> Self {
        Self {
            reader,
            rows: Vec::new(),
            unreadable: Unreadable::default(),
            missing: 0,
            seen: Seen::default(),
            begin: Default::default(),
        }
    }
}

impl<'de> RowSink<'de> for FleetPages<'_> {
    type Raw = RawRow<'de>;

    fn id<'r>(raw: &'r RawRow<'de>) -> Option<&'r str> {
        raw.id.get()
    }

    fn row(&mut self, raw: &RawRow<'de>) -> bool {
        match self.reader.read(raw) {
            Ok(row) => {
                self.rows.extend(row);
                true
            }
            Err(error) => {
                self.unreadable.note(error);
                false
            }
        }
    }
}

impl Undo for FleetPages<'_> {
    type Mark = (usize, Unreadable);

    fn mark(&self) -> Self::Mark {
        (self.rows.len(), self.unreadable.clone())
    }

    fn back_to(&mut self, (rows, unreadable): Self::Mark) {
        self.rows.truncate(rows);
        self.unreadable = unreadable;
    }

    fn lost(&mut self, reason: &DecodeError) {
        self.unreadable.note(reason);
    }

    fn seen(&mut self) -> &mut Seen {
        &mut self.seen
    }
}

impl PageSink for FleetPages<'_> {
    fn begin(&mut self) {
        self.seen.forget();
        self.begin = self.mark();
    }

    fn page(&mut self, body: &[u8]) -> Result<Envelope, DecodeError> {
        read_page(body, self)
    }

    fn restart(&mut self) {
        self.seen.forget();
        self.back_to(self.begin.clone());
    }

    fn incomplete(&mut self, missing: u64) {
        self.missing += missing;
    }
}

/// Reads one resource from Resource Manager's reply to a GET. `None`: the resource is not a Flux extension or
/// configuration, or can't be read.
///
/// # Errors
/// The body is not JSON.
pub fn read_resource(body: &[u8], reader: &mut RowReader) -> Result<Option<Row>, DecodeError> {
    resource(body, |raw| reader.read(raw).unwrap_or(None))
}

/// Reads the Flux configuration `id` from Resource Manager's reply to a GET.
///
/// # Errors
/// The body is something else: no JSON, another resource, or one without properties. What answers may be a proxy.
pub(crate) fn read_configuration(
    body: &[u8],
    id: &str,
    reader: &mut RowReader,
) -> Result<FluxConfiguration, DecodeError> {
    let row = resource(body, |raw| {
        let is_asked = raw.has_properties && raw.id.get().is_some_and(|text| same_text(text, id));
        if is_asked { reader.read(raw).unwrap_or(None) } else { None }
    })?;
    match row {
        Some(Row::Configuration(configuration)) => Ok(configuration),
        _ => Err(DecodeError::at("not the configuration that was asked for")),
    }
}

fn resource<T>(body: &[u8], mut read: impl FnMut(&RawRow<'_>) -> T) -> Result<T, DecodeError> {
    if let Ok(text) = std::str::from_utf8(body)
        && let Ok(raw) = serde_json::from_str::<RawRow<'_>>(text)
    {
        return Ok(read(&raw));
    }
    let mended = mended(body);
    let raw: RawRow<'_> = serde_json::from_str(&mended).map_err(|error| at(&error))?;
    Ok(read(&raw))
}

/// Receives rows one by one.
pub(super) trait RowSink<'de>: Undo {
    type Raw: Members<'de> + Default;

    /// What tells the row apart from others. `None`: it doesn't say.
    fn id(raw: &Self::Raw) -> Option<&str>;

    /// `false`: the row can't be read, which the sink notes. Such rows count as different ones, whatever their ids.
    fn row(&mut self, raw: &Self::Raw) -> bool;
}

/// Goes back to where it was when a page turns out to be broken.
pub(super) trait Undo {
    type Mark;

    fn mark(&self) -> Self::Mark;
    fn back_to(&mut self, mark: Self::Mark);
    /// A row that could not be read and is left out.
    fn lost(&mut self, reason: &DecodeError);
    fn seen(&mut self) -> &mut Seen;
}

/// One reply of Resource Graph, `resultFormat: objectArray`.
struct Page<'s, S> {
    sink: &'s mut S,
    total_records: Int,
    rows: Option<u64>,
    truncated: bool,
    skip_token: Option<String>,
}

impl<'de, S: RowSink<'de>> Members<'de> for Page<'_, S> {
    const NAMES: &'static [&'static str] = &["totalRecords", "resultTruncated", "data"];

    fn member<A: MapAccess<'de>>(&mut self, name: &str, object: &mut A) -> Result<(), A::Error> {
        match name {
            "totalRecords" => self.total_records = object.next_value()?,
            "resultTruncated" => {
                let text: Str<'de> = object.next_value()?;
                self.truncated = text.get().is_some_and(|text| text.eq_ignore_ascii_case("true"));
            }
            "$skipToken" => {
                let text: Str<'de> = object.next_value()?;
                self.skip_token = text.get().map(str::to_owned);
            }
            "data" => self.rows = object.next_value_seed(Rows(self.sink))?,
            _ => drop(object.next_value::<IgnoredAny>()?),
        }
        Ok(())
    }
}

/// Reads `data`; gives the number of rows, `None` when it isn't a list.
struct Rows<'s, S>(&'s mut S);

impl<'de, S: RowSink<'de>> DeserializeSeed<'de> for Rows<'_, S> {
    type Value = Option<u64>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de, S: RowSink<'de>> Visitor<'de> for Rows<'_, S> {
    type Value = Option<u64>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of rows")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut count = 0;
        loop {
            // The row is filled in place. It is some hundred bytes wide, and would otherwise be moved several times.
            let mut raw = S::Raw::default();
            if list.next_element_seed(Fill(&mut raw))?.is_none() {
                return Ok(Some(count));
            }
            take(self.0, &raw);
            count += 1;
        }
    }
}

fn take<'de, S: RowSink<'de>>(sink: &mut S, raw: &S::Raw) {
    if sink.row(raw)
        && let Some(id) = S::id(raw)
    {
        sink.seen().note(id);
    }
}

/// Reads one reply into `sink`: row by row in one pass; where that fails because of a value that no JSON text or number
/// can be, with such values mended, and at last each row by itself, so that a value costs its row and no other.
///
/// # Errors
/// The reply is cut off, or no page. `sink` is then as it was.
pub(super) fn read_page<S>(body: &[u8], sink: &mut S) -> Result<Envelope, DecodeError>
where
    S: for<'de> RowSink<'de>,
{
    let whole = match std::str::from_utf8(body) {
        Ok(text) => undone_on_error(sink, |sink| read_whole(text, sink)),
        Err(_) => Err(DecodeError::at("bytes that are not UTF-8")),
    };
    let page = whole.or_else(|error| {
        let mended = mended(body);
        undone_on_error(sink, |sink| read_whole(&mended, sink)).or_else(|again| {
            // A reply that is cut off has no end: then it is better asked for again.
            let Some(apart) = apart(&mended) else {
                return Err(if mended.as_bytes() == body { error } else { again });
            };
            undone_on_error(sink, |sink| read_apart(&apart, sink))
        })
    })?;
    Ok(Envelope { repeated: sink.seen().settle(), ..page })
}

fn undone_on_error<S: Undo>(
    sink: &mut S,
    read: impl FnOnce(&mut S) -> Result<Envelope, DecodeError>,
) -> Result<Envelope, DecodeError> {
    let mark = sink.mark();
    read(sink).inspect_err(|_| {
        sink.back_to(mark);
        sink.seen().page.clear();
    })
}

fn read_whole<'de, S: RowSink<'de>>(body: &'de str, sink: &mut S) -> Result<Envelope, DecodeError> {
    let mut page = Page {
        sink,
        total_records: Int::default(),
        rows: None,
        truncated: false,
        skip_token: None,
    };
    let mut json = serde_json::Deserializer::from_str(body);
    Fill(&mut page).deserialize(&mut json).map_err(|error| at(&error))?;
    json.end().map_err(|error| at(&error))?;
    let count = page.rows.ok_or_else(|| DecodeError::at("no list `data`"))?;
    Ok(Envelope {
        total_records: page.total_records.0.and_then(|total| u64::try_from(total).ok()),
        count,
        repeated: 0,
        truncated: page.truncated,
        skip_token: page.skip_token,
    })
}

/// The rows that can be read; the others are lost.
fn read_apart<S>(apart: &Apart<'_>, sink: &mut S) -> Result<Envelope, DecodeError>
where
    S: for<'de> RowSink<'de>,
{
    let mut page = read_whole(&apart.envelope, sink)?;
    for (number, row) in apart.rows.iter().enumerate() {
        page.count += 1;
        if let Err(error) = read_row(row, sink) {
            sink.lost(&DecodeError::at(format!("row {number} of a page: {error}")));
        }
    }
    Ok(page)
}

fn read_row<'de, S: RowSink<'de>>(row: &'de str, sink: &mut S) -> Result<(), DecodeError> {
    let mut raw = S::Raw::default();
    let mut json = serde_json::Deserializer::from_str(row);
    Fill(&mut raw).deserialize(&mut json).map_err(|error| at(&error))?;
    json.end().map_err(|error| at(&error))?;
    take(sink, &raw);
    Ok(())
}

/// Where the JSON breaks; the parser's own text would quote the body.
fn at(error: &serde_json::Error) -> DecodeError {
    DecodeError::at(format!("line {} column {}", error.line(), error.column()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use flux::{ComplianceState, FluxConfiguration, ProvisioningState, ReferenceType, Text};
    use serde_json::{Value, json};

    const PREFIX: &str = "/subscriptions/s/resourceGroups/G/providers/Microsoft.ContainerService/ManagedClusters/C/providers/Microsoft.KubernetesConfiguration";

    fn page(rows: Value) -> (Vec<Row>, Unreadable) {
        let body = json!({ "totalRecords": 9, "count": 1, "data": rows, "facets": [], "resultTruncated": "false" });
        let mut reader = RowReader::default();
        let mut pages = FleetPages::new(&mut reader);
        pages.page(body.to_string().as_bytes()).expect("a page");
        (pages.rows, pages.unreadable)
    }

    fn configuration(properties: Value) -> FluxConfiguration {
        let id = format!("{PREFIX}/fluxConfigurations/app");
        match page(json!([{ "id": id, "properties": properties }])).0.pop() {
            Some(Row::Configuration(configuration)) => configuration,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_envelope_has_the_token_of_the_next_page() {
        let body = r#"{"totalRecords":161,"count":2,"data":[{},{"id":7}],"resultTruncated":"true","$skipToken":"abc"}"#;
        let mut reader = RowReader::default();
        let mut pages = FleetPages::new(&mut reader);
        let envelope = pages.page(body.as_bytes()).expect("a page");
        let expected = Envelope {
            total_records: Some(161),
            count: 2,
            repeated: 0,
            truncated: true,
            skip_token: Some("abc".to_owned()),
        };
        assert_eq!(envelope, expected);
        assert_eq!(pages.unreadable.count, 2, "rows without an id, or with a number for one");
        assert_eq!(pages.unreadable.example, "no id");
    }

    #[test]
    fn both_casings_and_both_forms_decode_the_same() {
        let id = format!("{PREFIX}/Extensions/flux");
        let (rows, unreadable) = page(json!([
            { "id": id, "properties": { "ExtensionType": "Microsoft.Flux", "ProvisioningState": "Failed", "Version": "1.8.0",
              "ReleaseTrain": "Stable", "AutoUpgradeMinorVersion": true, "Statuses": [{ "Code": "X", "Message": "no" }] } },
            { "id": id, "extensionType": "microsoft.flux", "provisioningState": "Failed", "version": "1.8.0",
              "releaseTrain": "Stable", "autoUpgradeMinorVersion": true, "statuses": [{ "code": "X", "message": "no" }] },
        ]));
        assert_eq!(unreadable, Unreadable::default());
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0], rows[1]);
        let Row::Extension(extension) = &rows[0] else { panic!("{:?}", rows[0]) };
        assert_eq!(extension.provisioning_state, Some(ProvisioningState::Failed));
        assert_eq!(extension.status_message.as_deref(), Some("no"));
        assert_eq!(extension.auto_upgrade, Some(true));
    }

    #[test]
    fn other_extensions_are_ignored() {
        let id = format!("{PREFIX}/extensions/azuremonitor-containers");
        let (rows, unreadable) = page(
            json!([{ "id": id, "properties": { "ExtensionType": "microsoft.azuremonitor.containers" } }]),
        );
        assert_eq!((rows.len(), unreadable.count), (0, 0));
    }

    #[test]
    fn a_fresh_configuration_is_pending() {
        for properties in [
            json!({}),
            json!(null),
            json!({ "complianceState": null, "statuses": [], "kustomizations": null }),
        ] {
            let fresh = configuration(properties);
            assert_eq!(fresh.compliance_state, ComplianceState::Pending);
            assert_eq!((fresh.source_synced_commit, fresh.provisioning_state), (None, None));
            assert!(fresh.objects.is_empty() && fresh.kustomizations.is_empty());
        }
    }

    #[test]
    fn properties_of_the_wrong_type_are_unreadable() {
        let id = format!("{PREFIX}/fluxConfigurations/app");
        let (rows, unreadable) = page(
            json!([{ "id": id, "properties": "text" }, { "id": id, "properties": [1] }, 5, "x"]),
        );
        assert_eq!((rows.len(), unreadable.count), (0, 4));
        assert_eq!(unreadable.example, "not an object");
    }

    #[test]
    fn the_most_exact_reference_wins() {
        let reference = |members: Value| {
            let git = json!({ "url": "https://h/r", "repositoryRef": members });
            configuration(json!({ "gitRepository": git, "bucket": null })).reference
        };
        let all = json!({ "branch": "main", "tag": "v1", "semver": ">=1", "commit": "abc" });
        assert_eq!(reference(all).expect("there").kind, ReferenceType::Commit);
        let tag =
            reference(json!({ "branch": "main", "tag": "v1", "semver": null })).expect("there");
        assert_eq!((tag.kind, tag.value.as_str()), (ReferenceType::Tag, "v1"));
        assert_eq!(reference(json!({ "branch": null })), None);
    }

    #[test]
    fn no_password_of_a_repository_url_is_kept() {
        for (given, kept) in [
            ("https://user:secret@host/r.git", "https://host/r.git"),
            ("https://token@host/r", "https://host/r"),
            ("ssh://git:secret@host/r", "ssh://host/r"),
            ("git@host.example:a/b.git", "host.example:a/b.git"),
            ("https://host/a@b", "https://host/a@b"),
        ] {
            let flat = configuration(json!({ "repositoryUrl": given }));
            assert_eq!(flat.repository_url.as_deref(), Some(kept));
        }
    }

    #[test]
    fn long_messages_are_cut_and_say_so() {
        let text = "é".repeat(5_000);
        let long = configuration(json!({ "errorMessage": text }));
        let message = long.error_message.expect("there");
        assert!(message.len() <= super::super::MAX_MESSAGE && message.ends_with("é…"));
    }

    #[test]
    fn dependencies_read_in_both_forms() {
        let configuration = configuration(json!({ "kustomizations": {
            "apps": { "dependsOn": ["infra", { "kustomizationName": "crds" }, null, 7, []], "syncIntervalInSeconds": 600 },
            "infra": { "name": "infra", "path": "./infra", "prune": true },
        } }));
        let [apps, infra] = &*configuration.kustomizations else { panic!("two") };
        assert_eq!((apps.name.as_str(), infra.name.as_str()), ("apps", "infra"));
        assert_eq!(apps.depends_on.iter().map(Text::as_str).collect::<Vec<_>>(), ["infra", "crds"]);
        assert_eq!((apps.sync_interval_seconds, apps.prune), (Some(600), None));
    }

    #[test]
    fn a_broken_page_does_not_change_the_sink() {
        let id = format!("{PREFIX}/fluxConfigurations/app");
        let good = json!({ "data": [{ "id": id }] }).to_string();
        let mut reader = RowReader::default();
        let mut pages = FleetPages::new(&mut reader);
        pages.page(good.as_bytes()).expect("a page");
        for broken in
            [&good[..good.len() - 1], "", "<html>", "{}", "{\"data\":{\"columns\":[]}}", "[]"]
        {
            let error = pages.page(broken.as_bytes()).expect_err(broken);
            assert!(!error.to_string().contains("html"), "{error}");
            assert_eq!((pages.rows.len(), pages.unreadable.count), (1, 0), "{broken}");
        }
    }

    /// A page of three rows, the second of which has these bytes for its message and these for its error count.
    fn page_with(message: &[u8], count: &str) -> Vec<u8> {
        let id = |name: &str| format!("{PREFIX}/fluxConfigurations/{name}");
        let (a, b, c) = (id("a"), id("b"), id("c"));
        let mut body = format!(
            r#"{{"totalRecords":3,"count":3,"data":[{{"id":"{a}"}},{{"id":"{b}","suspend":{count},"errorMessage":"#
        )
        .into_bytes();
        body.extend_from_slice(message);
        body.extend_from_slice(format!(r#"}},{{"id":"{c}"}}],"$skipToken":"t"}}"#).as_bytes());
        body
    }

    fn messages(body: &[u8]) -> (Vec<Option<String>>, Envelope, Unreadable) {
        let mut reader = RowReader::default();
        let mut pages = FleetPages::new(&mut reader);
        let envelope = pages.page(body).expect("a page");
        let message = |row: &Row| match row {
            Row::Configuration(row) => row.error_message.as_ref().map(ToString::to_string),
            Row::Extension(_) => None,
        };
        (pages.rows.iter().map(message).collect(), envelope, pages.unreadable)
    }

    #[test]
    fn a_text_that_is_none_costs_no_row() {
        for (message, shown) in [
            (&br#""cut \ud83d""#[..], "cut \u{fffd}"),
            (br#""\ude00 cut""#, "\u{fffd} cut"),
            (b"\"a \xff b\"", "a \u{fffd} b"),
            (b"\"a\nb\"", "a\nb"),
            (br#""a \q""#, "a \\q"),
        ] {
            let (rows, envelope, unreadable) = messages(&page_with(message, "false"));
            assert_eq!(rows, [None, Some(shown.to_owned()), None]);
            assert_eq!((envelope.count, envelope.skip_token.as_deref()), (3, Some("t")));
            assert_eq!(unreadable.count, 0);
        }
        let mut with_mark = b"\xef\xbb\xbf".to_vec();
        with_mark.extend(page_with(b"null", "NaN"));
        assert_eq!(messages(&with_mark).0.len(), 3);
    }

    #[test]
    fn a_value_that_is_no_json_costs_its_row_and_no_other() {
        for count in ["1e999", "tru", "+1", "0x1", "'a'", "", "1 2", "{\"a\" 1}"] {
            let (rows, envelope, unreadable) = messages(&page_with(br#""\ud83d""#, count));
            assert_eq!((rows.len(), envelope.count), (2, 3), "{count}");
            assert_eq!(envelope.total_records, Some(3));
            assert_eq!(unreadable.count, 1);
            assert!(
                unreadable.example.starts_with("row 1 of a page: line 1 column"),
                "{unreadable:?}"
            );
        }
    }

    #[test]
    fn a_value_nested_without_end_costs_no_row() {
        for depth in [60, 130, 100_000] {
            for (open, close) in [("[", "]"), ("{\"x\":", "}")] {
                let deep = format!("{}1{}", open.repeat(depth), close.repeat(depth));
                let (rows, _, unreadable) = messages(&page_with(deep.as_bytes(), &deep));
                assert_eq!((rows.len(), unreadable.count), (3, 0), "{depth}");
            }
        }
    }

    #[test]
    fn rows_that_come_twice_are_counted_whatever_the_case_of_their_ids() {
        let row = |name: &str| json!({ "id": format!("{PREFIX}/fluxConfigurations/{name}") });
        let body = |rows: &[Value]| json!({ "data": rows }).to_string().into_bytes();
        let mut reader = RowReader::default();
        let mut pages = FleetPages::new(&mut reader);
        let mut repeated = |rows: &[Value]| pages.page(&body(rows)).expect("a page").repeated;
        assert_eq!(repeated(&[row("a"), row("b"), row("A"), json!({}), json!({})]), 1);
        assert_eq!(repeated(&[row("b"), row("c")]), 1);
        let odd = || json!({ "id": "odd" });
        assert_eq!(repeated(&[odd(), odd()]), 0, "what can't be read is told otherwise");
        pages.page(b"{").expect_err("cut off");
        pages.restart();
        assert_eq!(pages.page(&body(&[row("a")])).expect("a page").repeated, 0);
    }

    #[test]
    fn a_listing_that_begins_again_keeps_the_rows_of_other_listings() {
        let body = |name: &str| {
            json!({ "data": [{ "id": format!("{PREFIX}/fluxConfigurations/{name}") }, {}] })
                .to_string()
        };
        let mut reader = RowReader::default();
        let mut pages = FleetPages::new(&mut reader);
        pages.begin();
        pages.page(body("a").as_bytes()).expect("a page");
        pages.begin();
        pages.page(body("b").as_bytes()).expect("a page");
        pages.restart();
        assert_eq!((pages.rows.len(), pages.unreadable.count), (1, 1));
    }

    #[test]
    fn a_resource_with_a_text_that_is_none_is_read() {
        let id = format!("{PREFIX}/fluxConfigurations/app");
        let mut body =
            format!(r#"{{"id":"{id}","properties":{{"errorMessage":"a \ud83d "#).into_bytes();
        body.extend_from_slice(b"\xff\"}}");
        let row = read_resource(&body, &mut RowReader::default()).expect("JSON").expect("a row");
        let Row::Configuration(row) = row else { panic!("{row:?}") };
        assert_eq!(row.error_message.as_deref(), Some("a \u{fffd} \u{fffd}"));
        read_resource(&body[..20], &mut RowReader::default()).expect_err("cut off");
    }

    #[test]
    fn spellings_of_one_cluster_are_one_cluster() {
        let lower = PREFIX.to_ascii_lowercase();
        let (rows, _) = page(json!([
            { "id": format!("{PREFIX}/fluxConfigurations/a") },
            { "id": format!("{lower}/fluxconfigurations/b") },
        ]));
        let clusters: Vec<_> = rows
            .iter()
            .map(|row| match row {
                Row::Configuration(configuration) => configuration.cluster.clone(),
                Row::Extension(extension) => extension.cluster.clone(),
            })
            .collect();
        assert!(std::sync::Arc::ptr_eq(&clusters[0], &clusters[1]));
    }
}
