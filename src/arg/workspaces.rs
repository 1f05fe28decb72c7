//! Pages of the listing of Azure Monitor workspaces.

use super::page::{DecodeError, Envelope, PageSink};
use super::pages::{RowSink, Seen, Undo, Unreadable, read_page};
use crate::upstream::is_private_channel;
use crate::upstream::lenient::{Fill, Members, Says as _, Str, lenient_object};
use flux::{Text, Workspace, same_text};
use serde::de::{IgnoredAny, MapAccess};
use std::collections::BTreeMap;
use thiserror::Error;
use url::Url;

/// Most workspaces that are kept; Azure allows 100 in a subscription by default.
const MAX_WORKSPACES: usize = 1_000;

/// Why a row can't be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
enum Unusable {
    #[error("not an object")]
    NotAnObject,
    #[error("no id")]
    NoId,
    #[error("a workspace without an endpoint for queries")]
    NoEndpoint,
    #[error("a workspace whose endpoint for queries is no https URL")]
    Endpoint,
}

/// Takes the pages of the listing of Azure Monitor workspaces. Ignores rows of other resources.
#[derive(Debug, Default)]
pub struct WorkspacePages {
    /// By id in lower case: two scopes may list one twice.
    found: BTreeMap<String, Workspace>,
    /// Rows that could not be read, and workspaces that can't be queried.
    pub unreadable: Unreadable,
    /// Workspaces beyond the 1,000 that are kept.
    pub left_out: u64,
    seen: Seen,
    /// What was there when the listing began.
    begin: (BTreeMap<String, Workspace>, Unreadable, u64),
}

impl WorkspacePages {
    /// The workspaces, sorted by name, then by id.
    pub fn finish(self) -> Vec<Workspace> {
        // The ids are in order already, and the sort is stable.
        let mut workspaces: Vec<_> = self.found.into_values().collect();
        workspaces.sort_by_cached_key(|workspace| workspace.name.to_lowercase());
        workspaces
    }

    fn keep(&mut self, workspace: Workspace) {
        let id = workspace.id.to_ascii_lowercase();
        if self.found.len() < MAX_WORKSPACES || self.found.contains_key(&id) {
            self.found.entry(id).or_insert(workspace);
        } else {
            self.left_out += 1;
        }
    }
}

/// `None`: the row is not that of a workspace.
fn read(raw: &RawWorkspace<'_>) -> Result<Option<Workspace>, Unusable> {
    if raw.broken {
        return Err(Unusable::NotAnObject);
    }
    let id = raw.id.get().ok_or(Unusable::NoId)?;
    let segments: Vec<&str> = id.trim_start_matches('/').split('/').collect();
    // /subscriptions/{subscription}/resourceGroups/{group}/providers/{provider}/{kind}/{name}
    let [_, subscription, _, _, _, provider, kind, name] = *segments.as_slice() else {
        return Ok(None);
    };
    if !same_text(provider, "microsoft.monitor") || !same_text(kind, "accounts") {
        return Ok(None);
    }
    let endpoint = raw.endpoint.get().or_else(|| raw.metrics.endpoint.get());
    Ok(Some(Workspace {
        id: id.into(),
        name: raw.name.get().unwrap_or(name).into(),
        subscription_id: raw.subscription_id.get().unwrap_or(subscription).into(),
        location: raw.location.get().map(Text::from),
        endpoint: endpoint_url(endpoint.ok_or(Unusable::NoEndpoint)?)?,
    }))
}

/// The endpoint, when a token may be sent there.
fn endpoint_url(text: &str) -> Result<String, Unusable> {
    let url = Url::parse(text).ok().filter(is_private_channel).ok_or(Unusable::Endpoint)?;
    let plain = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if plain { Ok(url.as_str().trim_end_matches('/').to_owned()) } else { Err(Unusable::Endpoint) }
}

impl<'de> RowSink<'de> for WorkspacePages {
    type Raw = RawWorkspace<'de>;

    fn id<'r>(raw: &'r RawWorkspace<'de>) -> Option<&'r str> {
        raw.id.get()
    }

    fn row(&mut self, raw: &RawWorkspace<'de>) {
        match read(raw) {
            Ok(Some(workspace)) => self.keep(workspace),
            Ok(None) => {}
            Err(error) => self.unreadable.note(error),
        }
    }
}

/// Workspaces read from half a page are right, too; what is counted would be counted again.
impl Undo for WorkspacePages {
    type Mark = (Unreadable, u64);

    fn mark(&self) -> Self::Mark {
        (self.unreadable.clone(), self.left_out)
    }

    fn back_to(&mut self, (unreadable, left_out): Self::Mark) {
        self.unreadable = unreadable;
        self.left_out = left_out;
    }

    fn lost(&mut self, reason: &DecodeError) {
        self.unreadable.note(reason);
    }

    fn seen(&mut self) -> &mut Seen {
        &mut self.seen
    }
}

impl PageSink for WorkspacePages {
    fn begin(&mut self) {
        self.seen.forget();
        self.begin = (self.found.clone(), self.unreadable.clone(), self.left_out);
    }

    fn page(&mut self, body: &[u8]) -> Result<Envelope, DecodeError> {
        read_page(body, self)
    }

    fn restart(&mut self) {
        self.seen.forget();
        (self.found, self.unreadable, self.left_out) = self.begin.clone();
    }
}

lenient_object! {
    /// `metrics` of a workspace.
    struct RawMetrics<'a> {
        "prometheusQueryEndpoint" => endpoint: Str<'a>,
    }
}

/// A row of `resources`: our flat columns, or the resource with its `properties`.
#[derive(Clone, Debug, Default)]
pub(super) struct RawWorkspace<'a> {
    id: Str<'a>,
    name: Str<'a>,
    location: Str<'a>,
    subscription_id: Str<'a>,
    endpoint: Str<'a>,
    metrics: RawMetrics<'a>,
    /// Whether the row, or its `properties`, isn't an object.
    broken: bool,
    /// Whether `properties` is being read: an `id` or `name` in there isn't the workspace's.
    inside: bool,
}

impl<'de> Members<'de> for RawWorkspace<'de> {
    const NAMES: &'static [&'static str] = &[
        "id",
        "name",
        "location",
        "subscriptionId",
        "prometheusQueryEndpoint",
        "metrics",
        "properties",
    ];

    fn member<A: MapAccess<'de>>(&mut self, name: &str, object: &mut A) -> Result<(), A::Error> {
        match name {
            "metrics" if self.inside => self.metrics.take_from(object.next_value()?),
            _ if self.inside => drop(object.next_value::<IgnoredAny>()?),
            "id" => self.id.take_from(object.next_value()?),
            "name" => self.name.take_from(object.next_value()?),
            "location" => self.location.take_from(object.next_value()?),
            "subscriptionId" => self.subscription_id.take_from(object.next_value()?),
            "prometheusQueryEndpoint" => self.endpoint.take_from(object.next_value()?),
            "properties" => {
                self.inside = true;
                object.next_value_seed(Fill(&mut *self))?;
                self.inside = false;
            }
            _ => drop(object.next_value::<IgnoredAny>()?),
        }
        Ok(())
    }

    fn not_an_object(&mut self) {
        self.broken = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn id(name: &str) -> String {
        format!("/subscriptions/S/resourceGroups/G/providers/Microsoft.Monitor/accounts/{name}")
    }

    fn row(name: &str, endpoint: &str) -> Value {
        json!({ "id": id(name), "name": name, "location": "westeurope", "subscriptionId": "S",
            "prometheusQueryEndpoint": endpoint })
    }

    fn page(rows: &Value) -> WorkspacePages {
        let mut pages = WorkspacePages::default();
        pages.page(json!({ "data": rows }).to_string().as_bytes()).expect("a page");
        pages
    }

    #[test]
    fn flat_columns_and_whole_resources_in_either_case_mean_the_same() {
        let whole = json!({ "id": id("w"), "name": "w", "location": "westeurope", "subscriptionId": "S",
            "properties": { "accountId": "x", "name": "other", "metrics": { "internalId": "y",
            "prometheusQueryEndpoint": "https://w-ab12.westeurope.prometheus.monitor.azure.com" } } });
        let pascal = json!({ "id": id("w").to_uppercase(), "name": "w", "Location": "westeurope",
            "Properties": { "Metrics": { "PrometheusQueryEndpoint": "https://w-ab12.westeurope.prometheus.monitor.azure.com/" } } });
        let flat = row("w", "https://w-ab12.westeurope.prometheus.monitor.azure.com");
        let [flat, whole, pascal] = [flat, whole, pascal].map(|row| {
            let pages = page(&json!([row]));
            assert_eq!(pages.unreadable, Unreadable::default());
            pages.finish().pop().expect("a workspace")
        });
        assert_eq!(flat, whole);
        assert_eq!(pascal, Workspace { id: id("w").to_uppercase().into(), ..flat.clone() });
        assert_eq!(flat.endpoint, "https://w-ab12.westeurope.prometheus.monitor.azure.com");
    }

    #[test]
    fn workspaces_are_sorted_and_unique() {
        let a = id("A").replace("/G/", "/H/");
        let pages = page(&json!([
            row("b", "https://b"),
            { "id": a, "prometheusQueryEndpoint": "https://a2" },
            row("A", "https://a1"),
            { "id": id("b").to_lowercase(), "prometheusQueryEndpoint": "https://b" },
        ]));
        let found = pages.finish();
        let shown: Vec<_> = found.iter().map(|found| (&*found.name, &*found.endpoint)).collect();
        assert_eq!(shown, [("A", "https://a1"), ("A", "https://a2"), ("b", "https://b")]);
        assert_eq!((found[1].location.as_ref(), found[1].subscription_id.as_str()), (None, "S"));
    }

    #[test]
    fn a_token_goes_to_https_only() {
        let rows: Vec<Value> = [
            "http://w",
            "https://user@w",
            "https://:secret@w",
            "https://w?x",
            "https://w#x",
            "ftp://w",
            "w",
            "",
            "https://w:1/base",
            "http://127.0.0.1:1/",
            "http://localhost:2",
        ]
        .iter()
        .zip(0..)
        .map(|(endpoint, number): (_, i32)| row(&format!("w{number}"), endpoint))
        .collect();
        let pages = page(&json!(rows));
        assert_eq!(pages.unreadable.count, 8);
        assert_eq!(
            pages.unreadable.example,
            "a workspace whose endpoint for queries is no https URL"
        );
        let mut kept: Vec<_> = pages.finish().into_iter().map(|found| found.endpoint).collect();
        kept.sort();
        assert_eq!(kept, ["http://127.0.0.1:1", "http://localhost:2", "https://w:1/base"]);
    }

    #[test]
    fn other_resources_are_ignored_and_unusable_rows_are_counted() {
        let cluster = "/subscriptions/s/resourceGroups/g/providers/microsoft.containerservice/managedclusters/c";
        let below = format!("{}/privateEndpointConnections/x", id("w"));
        let pages = page(&json!([
            { "id": cluster }, { "id": below }, { "id": "x" },
            { "id": id("w"), "properties": { "metrics": null } }, {}, 7,
            { "id": id("w"), "properties": [] }, { "id": id("w"), "properties": { "metrics": "x" } },
        ]));
        assert_eq!((pages.found.len(), pages.unreadable.count), (0, 5));
        assert_eq!(pages.unreadable.example, "a workspace without an endpoint for queries");
    }

    #[test]
    fn workspaces_are_limited() {
        let rows: Vec<Value> =
            (0..1_002).map(|number| row(&format!("w{number}"), "https://w")).collect();
        let mut pages = page(&json!(rows));
        assert_eq!((pages.found.len(), pages.left_out), (1_000, 2));
        pages.restart();
        assert_eq!((pages.left_out, pages.finish().len()), (0, 0));
    }

    #[test]
    fn a_broken_page_adds_no_rows() {
        let good = json!({ "data": [{}, row("w", "https://w")] }).to_string();
        let mut pages = WorkspacePages::default();
        pages.page(&good.as_bytes()[..good.len() - 1]).expect_err("cut off");
        assert_eq!(pages.unreadable.count, 0);
        pages.page(good.as_bytes()).expect("a page");
        assert_eq!((pages.unreadable.count, pages.finish().len()), (1, 1));
    }

    proptest! {
        #[test]
        fn no_id_and_no_endpoint_make_it_panic(id in "[/a-zA-Z.]{0,40}", endpoint in "(https?:)?[/:@?#a-z0-9.\\[\\]]{0,20}") {
            let rows = json!([{ "id": id, "prometheusQueryEndpoint": endpoint }, row("w", &endpoint)]);
            for workspace in page(&rows).finish() {
                let url = Url::parse(&workspace.endpoint).expect("a URL");
                prop_assert!(is_private_channel(&url));
            }
        }
    }
}
