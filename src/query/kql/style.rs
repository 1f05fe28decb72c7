//! Filters in KQL, filled by template variables.
//!
//! Grafana's own Azure Monitor data source puts quotes around values but doesn't escape them. So the KQL names one of
//! Grafana's formats: `doublequote`, which escapes quotes, or `regex`. "All" is a value that matches everything: a list
//! of all values would end at 1,000, and would leave out rows without a value.

use crate::arg::kql::quote;
use crate::query::placeholder::variable;

/// How a dashboard's template variables are written in KQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KqlStyle {
    /// As lists of texts; "All" is the text `*`. Safe for any value without a backslash, which no name here may have.
    Lists,
    /// As regular expressions, which the same dashboard's PromQL needs too; "All" is `.*`. For names of Azure and
    /// Kubernetes, which have no quotes.
    Patterns,
}

/// The style for alert rules. They have no template variables, so either style gives the same KQL.
pub(in crate::query) const IN_RULES: KqlStyle = KqlStyle::Lists;

impl KqlStyle {
    /// The saved value of "All".
    pub fn all(self) -> &'static str {
        match self {
            Self::Lists => "\"*\"",
            Self::Patterns => ".*",
        }
    }

    /// The condition that a column has one of the values, compared without case. `None`: no values, so no condition.
    pub(in crate::query) fn accepts(self, column: &str, values: &[String]) -> Option<String> {
        match values {
            [] => None,
            [value] => Some(match (variable(value), self) {
                (Some(name), Self::Lists) => {
                    let list = format!("(${{{name}:doublequote}})");
                    format!("('*' in {list} or {column} in~ {list})")
                }
                (Some(name), Self::Patterns) => {
                    format!("{column} matches regex @'(?i)^${{{name}:regex}}$'")
                }
                (None, _) => format!("{column} =~ {}", quote(value)),
            }),
            values => {
                let values: Vec<String> = values.iter().map(|value| quote(value)).collect();
                Some(format!("{column} in~ ({})", values.join(", ")))
            }
        }
    }
}

/// `where` with these conditions; empty without any.
pub(in crate::query) fn filter(conditions: impl IntoIterator<Item = Option<String>>) -> String {
    let conditions: Vec<String> = conditions.into_iter().flatten().collect();
    if conditions.is_empty() {
        String::new()
    } else {
        format!("\n| where {}", conditions.join("\n    and "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::placeholder::held;

    #[test]
    fn values_are_quoted_and_variables_formatted() {
        let texts = |values: &[&str]| values.iter().map(|&v| v.to_owned()).collect::<Vec<_>>();
        let accepts = |style: KqlStyle, values: &[&str]| style.accepts("c", &texts(values));
        assert_eq!(accepts(KqlStyle::Lists, &[]), None);
        assert_eq!(accepts(KqlStyle::Lists, &["it's"]).as_deref(), Some(r"c =~ 'it\'s'"));
        assert_eq!(accepts(KqlStyle::Patterns, &["a", "b"]).as_deref(), Some("c in~ ('a', 'b')"));
        let variable = held("cluster");
        assert_eq!(
            accepts(KqlStyle::Lists, &[&variable]).as_deref(),
            Some("('*' in (${cluster:doublequote}) or c in~ (${cluster:doublequote}))")
        );
        assert_eq!(
            accepts(KqlStyle::Patterns, &[&variable]).as_deref(),
            Some("c matches regex @'(?i)^${cluster:regex}$'")
        );
        assert_eq!(filter([None, None]), "");
        assert_eq!(filter([Some("a".into()), None, Some("b".into())]), "\n| where a\n    and b");
    }
}
