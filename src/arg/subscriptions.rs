//! Pages of the listing of subscriptions.

use super::page::{DecodeError, Envelope, PageSink};
use super::pages::{RowSink, read_page};
use crate::upstream::lenient::{Str, lenient_object};
use flux::Text;
use std::collections::BTreeMap;

/// Takes the pages of the listing of subscriptions: display names by subscription id in lower case. Ignores rows of
/// resource groups and management groups, which have names too.
#[derive(Debug, Default)]
pub struct SubscriptionPages {
    /// Display names.
    pub names: BTreeMap<String, Text>,
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

impl PageSink for SubscriptionPages {
    fn page(&mut self, body: &[u8]) -> Result<Envelope, DecodeError> {
        // Names read from half a page are right as well, so there is nothing to undo.
        read_page(body, self)
    }

    fn restart(&mut self) {
        self.names.clear();
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
