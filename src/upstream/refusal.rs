//! The error codes and messages in an upstream's reply, shortened so that they can be shown.

use flux::Text;
use serde::Deserialize;
use std::fmt;

/// Longest text of an upstream that is shown, in characters.
const SHOWN_CHARS: usize = 300;
/// How many of Resource Graph's `details[]` are kept.
const SHOWN_DETAILS: usize = 3;
/// Most api-versions that are kept of a reply that lists those it supports.
const MAX_API_VERSIONS: usize = 100;

/// `text` made fit for a message: one line, no control characters, no runs of white space, at most 300 characters.
pub fn printable(text: &str) -> String {
    let mut shown = String::new();
    let mut length = 0;
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        if word.is_empty() {
            continue;
        }
        let gap = usize::from(length > 0);
        let room = SHOWN_CHARS.saturating_sub(length + gap);
        if gap == 1 {
            shown.push(' ');
        }
        let chars = word.chars().count();
        if chars > room {
            shown.extend(word.chars().take(room));
            shown.push('…');
            return shown;
        }
        shown.push_str(word);
        length += gap + chars;
    }
    shown
}

/// An upstream's own words: error codes and their messages, shortened; never a body, a header or a token.
///
/// Reads the three shapes that our upstreams have: Azure's `{error: {code, message, details: [{code, message}]}}`,
/// the identity's `{error, error_description}` and Prometheus's `{status: "error", errorType, error}`. Where Azure sends
/// `details`, they replace its outer message, which holds only a correlation id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusal {
    /// Outer code first, then those of the details; empty when the upstream gave none.
    codes: Vec<Text>,
    /// The text to show; empty when there is nothing to show.
    text: Text,
    /// The api-versions that Azure offers in place of one that it doesn't know, as it lists them; mostly empty.
    api_versions: Box<[Text]>,
}

impl Refusal {
    /// A refusal with one code and one message of the upstream.
    pub fn new(code: &str, message: &str) -> Self {
        Self::of(&[], &[Detail { code: code.into(), message: message.into() }])
    }

    /// Reads the body of an error reply; anything that isn't one of the known shapes gives the empty refusal.
    pub fn parse(body: &[u8]) -> Self {
        Self { api_versions: offered_api_versions(body), ..Self::said(body) }
    }

    fn said(body: &[u8]) -> Self {
        let Ok(envelope) = serde_json::from_slice::<Envelope>(body) else {
            return Self::default();
        };
        match envelope.error {
            Some(ErrorMember::Azure { detail, details }) if details.is_empty() => {
                Self::of(&[], &[detail])
            }
            Some(ErrorMember::Azure { detail, details }) => Self::of(&[detail.code], &details),
            Some(ErrorMember::Text(text)) => match (envelope.error_type, envelope.description) {
                // Prometheus: the type is the code, `error` the message.
                (Some(kind), _) => Self::new(&kind, &text),
                // The identity: `error` is the code, the description's first line the message.
                (None, Some(description)) => {
                    Self::new(&text, description.lines().next().unwrap_or_default())
                }
                (None, None) => Self::new("", &text),
            },
            None => Self::default(),
        }
    }

    fn of(outer: &[String], details: &[Detail]) -> Self {
        let codes = outer.iter().chain(details.iter().map(|detail| &detail.code));
        let texts: Vec<String> = details
            .iter()
            .take(SHOWN_DETAILS)
            .map(|detail| match (detail.code.is_empty(), detail.message.is_empty()) {
                (false, false) if detail.code != detail.message => {
                    format!("{}: {}", detail.code, detail.message)
                }
                (true, _) => detail.message.clone(),
                (false, _) => detail.code.clone(),
            })
            .filter(|text| !text.is_empty())
            .collect();
        Self {
            codes: codes
                .filter(|code| !code.is_empty())
                .map(|code| Text::from(printable(code)))
                .collect(),
            text: Text::from(printable(&texts.join("; "))),
            api_versions: Box::default(),
        }
    }

    /// The api-versions to use in place of one that Azure doesn't know: stable ones before previews, newest first. Empty
    /// when the refusal is about something else, or lists none.
    pub fn api_versions(&self) -> Vec<Text> {
        if !UNKNOWN_API_VERSION.iter().any(|code| self.has_code(code)) {
            return Vec::new();
        }
        let mut versions = self.api_versions.to_vec();
        versions.sort_by(|left, right| {
            // A preview is longer than a date: `2022-01-01-preview`.
            (left.len() > DATE.len()).cmp(&(right.len() > DATE.len())).then(right.cmp(left))
        });
        versions
    }

    /// `true` when one of the codes is `code`, in any case.
    pub fn has_code(&self, code: &str) -> bool {
        self.codes.iter().any(|known| known.eq_ignore_ascii_case(code))
    }

    /// `true` when the upstream said nothing that can be shown.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Codes of a refusal whose reason may be an api-version that this cloud doesn't know.
const UNKNOWN_API_VERSION: [&str; 3] =
    ["NoRegisteredProviderFound", "InvalidResourceType", "InvalidApiVersionParameter"];
/// The form of a stable api-version.
const DATE: &str = "0000-00-00";

/// The api-versions behind "The supported api-versions are" in a reply. They are read from the whole body, because the
/// text to show is cut before the list ends.
fn offered_api_versions(body: &[u8]) -> Box<[Text]> {
    let text = String::from_utf8_lossy(body);
    let Some((_, list)) = text.split_once("versions are") else { return Box::default() };
    // Some of Azure's JSON writers escape the apostrophe. No version has one, so the list's second one ends it.
    let list = list.replace("\\u0027", "'");
    let list = list.split('\'').nth(1).unwrap_or(&list);
    let versions = list.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    let is_version = |word: &&str| {
        let date = word.as_bytes().get(..DATE.len()).unwrap_or_default();
        let begins = date.len() == DATE.len()
            && date.iter().zip(DATE.bytes()).all(|(byte, form)| match form {
                b'-' => *byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        begins && matches!(word.as_bytes().get(DATE.len()), None | Some(b'-')) && word.len() <= 40
    };
    versions.filter(is_version).take(MAX_API_VERSIONS).map(Text::from).collect()
}

#[derive(Deserialize)]
struct Envelope {
    error: Option<ErrorMember>,
    #[serde(rename = "errorType")]
    error_type: Option<String>,
    #[serde(rename = "error_description")]
    description: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum ErrorMember {
    Text(String),
    Azure {
        #[serde(flatten)]
        detail: Detail,
        #[serde(default, deserialize_with = "null_is_empty")]
        details: Vec<Detail>,
    },
}

#[derive(Deserialize)]
struct Detail {
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
}

fn null_is_empty<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<Detail>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::upstream::testing::fixtures::json_replies;
    use proptest::prelude::*;

    #[test]
    fn shows_the_details_instead_of_the_correlation_id() {
        for body in json_replies("arg/error-400-disallowedlogicaltablename.json") {
            let refusal = Refusal::parse(body.to_string().as_bytes());
            let why = body["error"]["details"][0]["message"].as_str().expect("a sentence");
            assert_eq!(refusal.to_string(), format!("DisallowedLogicalTableName: {why}"));
            assert!(refusal.has_code("BadRequest"));
            assert!(refusal.has_code("disallowedlogicaltablename"));
        }
    }

    #[test]
    fn reads_a_recorded_parser_failure() {
        for recording in json_replies("arg/recorded-malformed-query-400.json") {
            let body = &recording["ResponseBody"];
            let refusal = Refusal::parse(body.to_string().as_bytes());
            let why = body["error"]["details"][0]["message"].as_str().expect("a sentence");
            assert_eq!(refusal.to_string(), format!("InvalidQuery: {why}; ParserFailure"));
        }
    }

    #[test]
    fn reads_an_error_without_details() {
        for body in json_replies("arg/error-401-expiredauthenticationtoken.json") {
            let refusal = Refusal::parse(body.to_string().as_bytes());
            let why = body["error"]["message"].as_str().expect("a sentence");
            assert_eq!(refusal.to_string(), format!("ExpiredAuthenticationToken: {why}"));
        }
    }

    #[test]
    fn reads_the_identity_and_prometheus() {
        let identity = br#"{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided.\r\nTrace ID: 1\r\nTimestamp: 2","error_codes":[7000215]}"#;
        assert_eq!(
            Refusal::parse(identity).to_string(),
            "invalid_client: AADSTS7000215: Invalid client secret provided."
        );
        let prometheus =
            br#"{"status":"error","errorType":"bad_data","error":"parse error: unclosed"}"#;
        assert_eq!(Refusal::parse(prometheus).to_string(), "bad_data: parse error: unclosed");
    }

    #[test]
    fn anything_else_says_nothing() {
        for body in [&b"<html>secret</html>"[..], b"", b"{}", b"[1]", b"{\"error\":null}"] {
            assert!(Refusal::parse(body).is_empty());
        }
        assert!(Refusal::parse(br#"{"error":{"code":"X","details":null}}"#).has_code("X"));
    }

    #[test]
    fn api_versions_that_a_reply_offers_are_read_to_the_end_and_sorted() {
        let offered = |code: &str, message: &str| {
            let body = format!(r#"{{"error":{{"code":"{code}","message":"{message}"}}}}"#);
            Refusal::parse(body.as_bytes()).api_versions()
        };
        let long = "x".repeat(2 * SHOWN_CHARS);
        let text = format!(
            "No provider for '2025-04-01' {long}. The supported api-versions are '2021-03-01, 2022-01-01-preview, 2024-11-01, 2023-05-01'. The supported locations are ', westeurope'."
        );
        let sorted = ["2024-11-01", "2023-05-01", "2021-03-01", "2022-01-01-preview"];
        assert_eq!(offered("NoRegisteredProviderFound", &text), sorted.map(Text::from));
        let escaped = text.replace('\'', "\\u0027");
        assert_eq!(offered("InvalidResourceType", &escaped), sorted.map(Text::from));
        assert!(offered("AuthorizationFailed", &text).is_empty(), "about something else");
        assert!(offered("InvalidResourceType", "The supported api-versions are ''.").is_empty());
    }

    proptest! {
        #[test]
        fn shown_text_is_one_bounded_line(text in any::<String>()) {
            let shown = printable(&text);
            prop_assert!(shown.chars().count() <= SHOWN_CHARS + 1);
            prop_assert!(!shown.chars().any(char::is_control));
        }
    }
}
