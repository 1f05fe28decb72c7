//! One event: what happened, to which item, when, and the reported details.

use super::objects::EXTENSION;
use super::table::borrowed;
use flux::{
    ClusterRef, Condition, Extension, FluxConfiguration, FluxObject, Portal, PortalPage,
    ProvisioningState, UtcMillis, commit_sha,
};
use std::borrow::Cow;

/// What happened.
#[derive(Clone, Copy)]
pub(super) enum What<'a> {
    /// A source was updated.
    Source(&'a FluxConfiguration),
    /// A condition changed.
    Condition(&'a FluxConfiguration, &'a FluxObject, &'a Condition),
    /// An extension reached a state.
    Extension(&'a Extension),
}

#[derive(Clone, Copy)]
pub(super) struct Event<'a> {
    pub(super) at: UtcMillis,
    /// The last time at which the state is known to have lasted. `None`: the event has no duration, or its end isn't
    /// known.
    pub(super) until: Option<UtcMillis>,
    pub(super) what: What<'a>,
    /// Whether its texts are written as HTML.
    pub(super) is_annotation: bool,
}

impl<'a> Event<'a> {
    /// The cluster on which it happened.
    pub(super) fn cluster(self) -> &'a ClusterRef {
        match self.what {
            What::Source(configuration) | What::Condition(configuration, ..) => {
                &configuration.cluster
            }
            What::Extension(extension) => &extension.cluster,
        }
    }

    /// The configuration. `None`: the event belongs to an extension.
    pub(super) fn configuration(self) -> Option<&'a FluxConfiguration> {
        match self.what {
            What::Source(configuration) | What::Condition(configuration, ..) => Some(configuration),
            What::Extension(_) => None,
        }
    }

    /// The field `event`.
    pub(super) fn kind_of_event(self) -> &'static str {
        match self.what {
            What::Source(_) => "source",
            What::Condition(..) => "condition",
            What::Extension(_) => "extension",
        }
    }

    /// Kind, namespace and name of the item.
    pub(super) fn item(self) -> (Option<&'a str>, Option<&'a str>, &'a str) {
        match self.what {
            What::Source(configuration) => {
                let kind = configuration.source_kind.as_deref();
                (kind, configuration.namespace.as_deref(), &configuration.name)
            }
            What::Condition(_, object, _) => {
                (object.kind.as_deref(), object.namespace.as_deref(), &object.name)
            }
            What::Extension(extension) => (Some(EXTENSION), None, &extension.name),
        }
    }

    /// Status of the condition, or state of the extension. `None`: the item is a source, or no status is reported.
    pub(super) fn status(self) -> Option<&'a str> {
        match self.what {
            What::Source(_) => None,
            What::Condition(_, _, condition) => Some(condition.status.as_str()),
            What::Extension(extension) => {
                extension.provisioning_state.as_ref().map(ProvisioningState::as_str)
            }
        }
    }

    /// The new commit of the source. `None`: the item isn't a source, or no commit is reported.
    pub(super) fn commit(self) -> Option<&'a str> {
        match self.what {
            What::Source(configuration) => {
                configuration.source_synced_commit.as_deref().map(commit_sha)
            }
            _ => None,
        }
    }

    /// The item and what happened to it. HTML for annotations.
    pub(super) fn title(self) -> String {
        let (kind, namespace, name) = self.item();
        let mut title = kind.map_or_else(String::new, |kind| format!("{kind} "));
        if let Some(namespace) = namespace {
            title.push_str(namespace);
            title.push('/');
        }
        title.push_str(name);
        title.push_str(": ");
        match self.what {
            What::Source(_) => title.push_str("updated"),
            What::Condition(_, _, condition) => {
                title.push_str(&condition.kind);
                title.push(' ');
                title.push_str(condition.status.as_str());
            }
            What::Extension(_) => title.push_str(self.status().unwrap_or("no state")),
        }
        if self.is_annotation { escaped(&title) } else { title }
    }

    /// The reported details. `None`: none are reported.
    pub(super) fn text(self) -> Option<Cow<'a, str>> {
        match self.what {
            What::Source(configuration) => {
                let reference = configuration.reference.as_ref().map(|reference| &*reference.value);
                let parts = [reference, self.commit(), configuration.repository_url.as_deref()];
                let words = ["", "at ", "of "];
                let said: Vec<String> = words
                    .iter()
                    .zip(parts)
                    .filter_map(|(word, part)| Some(format!("{word}{}", part?)))
                    .collect();
                (!said.is_empty()).then(|| Cow::Owned(said.join(" ")))
            }
            What::Condition(_, object, condition) => {
                let message = condition.message.as_ref().or(object.message.as_ref());
                match (&condition.reason, message) {
                    (Some(reason), Some(message)) => {
                        Some(Cow::Owned(format!("{reason}: {message}")))
                    }
                    (Some(text), None) | (None, Some(text)) => borrowed(text),
                    (None, None) => None,
                }
            }
            What::Extension(extension) => extension.status_message.as_deref().map(Cow::Borrowed),
        }
    }

    /// Address of the portal page with more details.
    pub(super) fn page(self, portal: &Portal) -> String {
        match self.what {
            What::Source(configuration) => {
                portal.link(PortalPage::Overview, &configuration.arm_id())
            }
            What::Condition(configuration, ..) => {
                portal.link(PortalPage::ConfigurationObjects, &configuration.arm_id())
            }
            What::Extension(extension) => {
                portal.link(PortalPage::Extensions, &extension.cluster.arm_id())
            }
        }
    }

    /// The text as HTML, preceded by the cluster and followed by a link.
    pub(super) fn html(self, portal: &Portal) -> String {
        let text = self.text().map_or_else(String::new, |text| format!("<br/>{}", escaped(&text)));
        let (cluster, page) = (self.cluster(), self.page(portal));
        let link = if page.is_empty() {
            String::new()
        } else {
            format!(
                "<br/><a href=\"{}\" target=\"_blank\">Open in the Azure portal</a>",
                escaped(&page)
            )
        };
        format!("{} ({}){text}{link}", escaped(&cluster.name), escaped(&cluster.resource_group))
    }
}

/// `text` with HTML's special characters escaped.
fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
    html
}
