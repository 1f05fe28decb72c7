//! The table of rules in the documentation.

use super::catalogue::RULES;
use super::rule::RuleGroup;
use std::fmt::Write as _;
use std::time::Duration;

/// The rules as a table in Markdown.
pub fn reference() -> String {
    let mut text = "| Rule | Fires when | For | Threshold from | Prometheus | Runbook |\n|---|---|---|---|---|---|\n".to_owned();
    for group in RuleGroup::ALL {
        for rule in RULES.iter().filter(|rule| rule.group == group) {
            // Writing to a String can't fail.
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} | {} | [{id}](runbooks/{}) |",
                rule.title,
                rule.when,
                in_words(rule.pending),
                rule.source,
                rule.metrics.map_or_else(String::new, |metrics| format!("`{}`", metrics.alert)),
                rule.runbook(),
                id = rule.id,
            );
        }
    }
    text
}

fn in_words(duration: Duration) -> String {
    let minutes = duration.as_secs() / 60;
    match minutes {
        1_440.. if minutes.is_multiple_of(1_440) => format!("{} d", minutes / 1_440),
        60.. if minutes.is_multiple_of(60) => format!("{} h", minutes / 60),
        _ => format!("{minutes} min"),
    }
}
