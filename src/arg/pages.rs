//! Reads pages of a listing in one pass over their bytes; and the pages of the fleet's listing.

use super::page::{DecodeError, Envelope, PageSink};
use super::raw::RawRow;
use super::row::{Row, RowReader};
use crate::upstream::lenient::{Fill, Int, Members, Skip, Str};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
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

/// Takes the pages of the fleet listing.
#[derive(Debug)]
pub struct FleetPages<'r> {
    reader: &'r mut RowReader,
    /// The rows read so far, in the order of arrival.
    pub rows: Vec<Row>,
    /// The rows that could not be read.
    pub unreadable: Unreadable,
}

impl<'r> FleetPages<'r> {
    /// No rows yet. Equal texts are shared through `reader`.
    pub fn new(reader: &'r mut RowReader) -> Self {
        Self { reader, rows: Vec::new(), unreadable: Unreadable::default() }
    }
}

impl<'de> RowSink<'de> for FleetPages<'_> {
    type Raw = RawRow<'de>;

    fn row(&mut self, raw: &RawRow<'de>) {
        match self.reader.read(raw) {
            Ok(Some(row)) => self.rows.push(row),
            Ok(None) => {}
            Err(error) => self.unreadable.note(error),
        }
    }
}

impl PageSink for FleetPages<'_> {
    fn page(&mut self, body: &[u8]) -> Result<Envelope, DecodeError> {
        let (rows, unreadable) = (self.rows.len(), self.unreadable.clone());
        read_page(body, self).inspect_err(|_| {
            self.rows.truncate(rows);
            self.unreadable = unreadable;
        })
    }

    fn restart(&mut self) {
        self.rows.clear();
        self.unreadable = Unreadable::default();
    }
}

/// Reads one resource from Resource Manager's reply to a GET. `None`: the resource is not a Flux extension or
/// configuration, or can't be read.
///
/// # Errors
/// The body is not JSON.
pub fn read_resource(body: &[u8], reader: &mut RowReader) -> Result<Option<Row>, DecodeError> {
    let raw: RawRow<'_> = sonic_rs::from_slice(body).map_err(|error| at(&error))?;
    Ok(reader.read(&raw).unwrap_or(None))
}

/// Receives rows one by one.
pub(super) trait RowSink<'de> {
    type Raw: Members<'de> + Default;

    fn row(&mut self, raw: &Self::Raw);
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
            _ => drop(object.next_value::<Skip>()?),
        }
        Ok(())
    }
}

/// Reads `data`; gives the number of rows, `None` when it isn't a list.
struct Rows<'s, S>(&'s mut S);

impl<'de, S: RowSink<'de>> DeserializeSeed<'de> for Rows<'_, S> {
    type Value = Option<u64>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        // Not `deserialize_seq`: to report the type of a value that isn't a list, the parser would read it by recursion
        // without a limit.
        from.deserialize_any(self)
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
            self.0.row(&raw);
            count += 1;
        }
    }
}

/// Reads one reply row by row into `sink`. When the reply breaks off, the sink has already received the rows before.
pub(super) fn read_page<'de, S: RowSink<'de>>(
    body: &'de [u8],
    sink: &mut S,
) -> Result<Envelope, DecodeError> {
    let mut page = Page {
        sink,
        total_records: Int::default(),
        rows: None,
        truncated: false,
        skip_token: None,
    };
    let mut json = sonic_rs::Deserializer::from_slice(body);
    Fill(&mut page).deserialize(&mut json).map_err(|error| at(&error))?;
    json.end().map_err(|error| at(&error))?;
    let count = page.rows.ok_or_else(|| DecodeError::at("no list `data`"))?;
    Ok(Envelope {
        total_records: page.total_records.0.and_then(|total| u64::try_from(total).ok()),
        count,
        truncated: page.truncated,
        skip_token: page.skip_token,
    })
}

/// The place where the JSON breaks. The parser's own text isn't used, because it quotes the body.
fn at(error: &sonic_rs::Error) -> DecodeError {
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
            ("ssh://git:secret@host/r", "ssh://git@host/r"),
            ("git@host:a/b.git", "git@host:a/b.git"),
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
