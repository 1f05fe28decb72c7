//! Filters in KQL, filled by template variables.
//!
//! Grafana's own Azure Monitor data source puts quotes around values and escapes nothing, so formats of Grafana's are
//! named: `doublequote`, which escapes quotes, or `regex`. "All" is a value that lets everything through: the list of
//! all values would end at 1,000 and leave out rows that have none.

use super::super::placeholder::variable;
use crate::arg::kql::quote;

/// How a dashboard's variables reach KQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// As lists of texts; "All" is the text `*`. Any value is safe that has no backslash, as no name here may have.
    Lists,
    /// As regular expressions, which the same dashboard's PromQL takes too; "All" is `.*`. For names of Azure and
    /// Kubernetes, which have no quotes.
    Patterns,
}

impl Style {
    /// What "All" of a variable stands for, as it is saved.
    pub fn all(self) -> &'static str {
        match self {
            Self::Lists => "\"*\"",
            Self::Patterns => ".*",
        }
    }

    /// The condition that a column has one of the values, in any case. `None`: there are none, so anything goes.
    pub(super) fn accepts(self, column: &str, values: &[String]) -> Option<String> {
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

/// `where` with these conditions; nothing where there are none.
pub(super) fn filter(conditions: impl IntoIterator<Item = Option<String>>) -> String {
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
    use crate::native::placeholder::held;

    #[test]
    fn values_are_quoted_and_variables_formatted() {
        let texts = |values: &[&str]| values.iter().map(|&v| v.to_owned()).collect::<Vec<_>>();
        let accepts = |style: Style, values: &[&str]| style.accepts("c", &texts(values));
        assert_eq!(accepts(Style::Lists, &[]), None);
        assert_eq!(accepts(Style::Lists, &["it's"]).as_deref(), Some(r"c =~ 'it\'s'"));
        assert_eq!(accepts(Style::Patterns, &["a", "b"]).as_deref(), Some("c in~ ('a', 'b')"));
        let variable = held("cluster");
        assert_eq!(
            accepts(Style::Lists, &[&variable]).as_deref(),
            Some("('*' in (${cluster:doublequote}) or c in~ (${cluster:doublequote}))")
        );
        assert_eq!(
            accepts(Style::Patterns, &[&variable]).as_deref(),
            Some("c matches regex @'(?i)^${cluster:regex}$'")
        );
        assert_eq!(filter([None, None]), "");
        assert_eq!(filter([Some("a".into()), None, Some("b".into())]), "\n| where a\n    and b");
    }
}
