//! Pages of the listing of subscriptions.

use super::page::{DecodeError, Envelope, PageSink};
use super::pages::{RowSink, Seen, Undo, read_page};
use crate::upstream::lenient::{Str, lenient_object};
use flux::Text;
use std::collections::BTreeMap;

/// Takes the pages of the listing of subscriptions: display names by subscription id in lower case. Ignores rows of
/// resource groups and management groups, which have names too.
#[derive(Debug, Default)]
pub struct SubscriptionPages {
    /// Display names.
    pub names: BTreeMap<String, Text>,
    seen: Seen,
}

lenient_object! {
    /// A row of `resourcecontainers`.
    struct RawSubscription<'a> {
        "id" => id: Str<'a>,
        "subscriptionId" => subscription_id: Str<'a>,
        "name" => name: Str<'a>,
    }
}

impl<'de> RowSink<'de> for SubscriptionPages {
    type Raw = RawSubscription<'de>;

    fn id<'r>(raw: &'r RawSubscription<'de>) -> Option<&'r str> {
        raw.id.get()
    }

    fn row(&mut self, raw: &RawSubscription<'de>) {
        // `/subscriptions/{id}`, and nothing below it.
        if raw.id.get().is_some_and(|id| id.trim_matches('/').split('/').count() > 2) {
            return;
        }
        if let (Some(id), Some(name)) = (raw.subscription_id.get(), raw.name.get()) {
            self.names.insert(id.to_ascii_lowercase(), Text::from(name));
        }
    }
}

/// Names read from half a page, or from a listing that begins again, are right, too: nothing to undo.
impl Undo for SubscriptionPages {
    type Mark = ();

    fn mark(&self) {}
    fn back_to(&mut self, (): ()) {}
    fn lost(&mut self, _reason: &DecodeError) {}

    fn seen(&mut self) -> &mut Seen {
        &mut self.seen
    }
}

impl PageSink for SubscriptionPages {
    fn begin(&mut self) {
        self.seen.forget();
    }

    fn page(&mut self, body: &[u8]) -> Result<Envelope, DecodeError> {
        read_page(body, self)
    }

    fn restart(&mut self) {
        self.seen.forget();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn subscriptions_are_named() {
        let mut pages = SubscriptionPages::default();
        let body = json!({ "data": [
            { "id": "/subscriptions/A", "subscriptionId": "A", "name": "Production" }, { "name": 1 },
            { "id": "/subscriptions/A/resourceGroups/g", "subscriptionId": "A", "name": "g" },
            { "id": "/providers/Microsoft.Management/managementGroups/m", "subscriptionId": "", "name": "m" },
        ] });
        pages.page(body.to_string().as_bytes()).expect("a page");
        assert_eq!(
            pages.names.into_iter().collect::<Vec<_>>(),
            [("a".to_owned(), Text::from("Production"))]
        );
    }
}
