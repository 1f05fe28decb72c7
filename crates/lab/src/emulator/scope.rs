//! Parses a Resource Graph request and its subscriptions.

use super::Shared;
use super::reply::bad_request;
use axum::response::Response;
use flux::{UtcMillis, same_text};
use serde::Deserialize;

/// Most subscriptions of one request, and most rows of one page.
pub(super) const LIMIT: usize = 1000;

/// The body of a Resource Graph request.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GraphRequest {
    pub query: String,
    #[serde(default)]
    subscriptions: Option<Vec<String>>,
    #[serde(default)]
    management_groups: Option<Vec<String>>,
    #[serde(default)]
    options: Option<Options>,
    #[serde(default)]
    facets: Vec<serde::de::IgnoredAny>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Options {
    #[serde(rename = "$top", default)]
    top: Option<usize>,
    #[serde(rename = "$skip", default)]
    skip: Option<usize>,
    #[serde(rename = "$skipToken", default)]
    skip_token: Option<String>,
    #[serde(default)]
    result_format: Option<Format>,
}

/// Form of the rows in a reply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Format {
    /// An object per row.
    #[default]
    ObjectArray,
    /// A list of columns, and a list of values per row.
    Table,
}

/// A valid request.
#[derive(Debug)]
pub(super) struct Asked {
    pub query: String,
    /// Per subscription of the fleet, whether its rows are requested and readable.
    pub subscriptions: Vec<bool>,
    pub top: Option<usize>,
    pub skip: usize,
    pub skip_token: Option<String>,
    pub format: Format,
}

impl GraphRequest {
    /// Checks the request; errors have the service's messages.
    pub(super) fn check(self, shared: &Shared, now: UtcMillis) -> Result<Asked, Box<Response>> {
        let refuse = |code: &str, message: String| Err(Box::new(bad_request(code, &message, now)));
        let subscriptions = self.subscriptions(shared, now)?;
        let options = self.options.unwrap_or_default();
        if let Some(top) = options.top.filter(|top| !(1..=LIMIT).contains(top)) {
            let text = format!("The value '{top}' of '$top' is not between 1 and {LIMIT}.");
            return refuse("InvalidTop", text);
        }
        if !self.facets.is_empty() {
            return refuse("FacetsNotOffered", "This emulator evaluates no facets.".to_owned());
        }
        Ok(Asked {
            query: self.query,
            subscriptions,
            top: options.top,
            skip: options.skip.unwrap_or(0),
            skip_token: options.skip_token.filter(|token| !token.is_empty()),
            format: options.result_format.unwrap_or_default(),
        })
    }

    /// The requested subscriptions. Subscriptions that don't exist or can't be read are left out silently, unless none
    /// is left.
    fn subscriptions(&self, shared: &Shared, now: UtcMillis) -> Result<Vec<bool>, Box<Response>> {
        let refuse = |code: &str, message: &str| Err(Box::new(bad_request(code, message, now)));
        let fleet = &shared.options.fleet;
        let all = fleet.subscriptions();
        let mut meant = vec![false; all.len()];
        if self.subscriptions.is_none() && self.management_groups.is_none() {
            meant.fill(true);
        }
        let named = self.subscriptions.as_deref().unwrap_or_default();
        if named.len() > LIMIT {
            let text = format!(
                "The number of subscriptions in the request ({}) exceeds the maximum of {LIMIT}.",
                named.len()
            );
            return refuse("TooManySubscriptionsInQueryRequest", &text);
        }
        if let Some(odd) = named.iter().find(|id| !is_guid(id)) {
            let text = format!("Subscriptions contain invalid GUIDs. Given: '{odd}'.");
            return refuse("SubscriptionsContainInvalidGuids", &text);
        }
        let groups = self.management_groups.as_deref().unwrap_or_default();
        for (index, subscription) in all.iter().enumerate() {
            meant[index] |= named.iter().any(|id| same_text(id, &subscription.id));
        }
        for group in fleet.management_groups() {
            if groups.iter().any(|name| same_text(name, &group.name)) {
                group.subscriptions.iter().for_each(|index| meant[*index] = true);
            }
        }
        let hidden = &shared.options.unreadable_subscriptions;
        for (meant, subscription) in meant.iter_mut().zip(all) {
            *meant &= !hidden.iter().any(|id| same_text(id, &subscription.id));
        }
        if !meant.contains(&true) {
            let text = format!(
                "There must be at least one subscription that is eligible to contain resources. Given: '{}'.",
                named.join(",")
            );
            return refuse("NoValidSubscriptionsInQueryRequest", &text);
        }
        Ok(meant)
    }
}

fn is_guid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12])
        && parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
