//! Error texts as sentences.

use std::error::Error;

/// A text and the causes behind it, joined with ": ". `error` is the first cause that isn't in `text` already.
pub fn with_causes(text: impl Into<String>, mut error: Option<&dyn Error>) -> String {
    let mut text = text.into();
    while let Some(cause) = error {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        error = cause.source();
    }
    text
}

/// What failed as a sentence, then the hint. A name of a setting at the beginning keeps its spelling.
pub fn sentences(text: &str, hint: &str) -> String {
    let mut text = text.to_owned();
    let is_word =
        text.split(' ').next().is_some_and(|word| word.bytes().all(|b| b.is_ascii_lowercase()));
    if is_word && let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    if !text.ends_with('.') {
        text.push('.');
    }
    if hint.is_empty() { text } else { format!("{text} {hint}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_begins_large_and_ends_with_a_stop() {
        assert_eq!(sentences("the host is gone", "Look."), "The host is gone. Look.");
        assert_eq!(sentences("cacheSeconds is 1.", ""), "cacheSeconds is 1.");
        assert_eq!(sentences("", "Look."), ". Look.");
    }

    #[test]
    fn causes_follow_what_they_caused() {
        let cause = std::io::Error::other("no route");
        assert_eq!(with_causes("gone", Some(&cause)), "gone: no route");
        assert_eq!(with_causes("gone", None), "gone");
    }
}
