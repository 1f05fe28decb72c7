//! Bicep's syntax: values of a few types, escaped so that no text can end a literal.

use std::fmt::{self, Write};

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TextPart {
    /// Literal text.
    Text(String),
    /// The value of an expression, such as the name of a parameter.
    Expression(&'static str),
}

/// A value of the template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Text(Vec<TextPart>),
    Number(u64),
    Bool(bool),
    /// A parameter, or a property of a resource.
    Expression(&'static str),
    List(Vec<Value>),
    /// Members whose names are identifiers, in order.
    Object(Vec<(&'static str, Value)>),
}

impl Value {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(vec![TextPart::Text(text.into())])
    }

    /// Writes the value; lines after the first are indented by `depth` steps.
    pub(super) fn write(&self, out: &mut String, depth: usize) -> fmt::Result {
        match self {
            Self::Text(parts) => write_text(out, parts),
            Self::Number(number) => write!(out, "{number}"),
            Self::Bool(value) => write!(out, "{value}"),
            Self::Expression(expression) => out.write_str(expression),
            Self::List(items) if items.is_empty() => out.write_str("[]"),
            Self::List(items) => {
                out.write_str("[\n")?;
                for item in items {
                    indent(out, depth + 1)?;
                    item.write(out, depth + 1)?;
                    out.write_str("\n")?;
                }
                indent(out, depth)?;
                out.write_str("]")
            }
            Self::Object(members) if members.is_empty() => out.write_str("{}"),
            Self::Object(members) => {
                out.write_str("{\n")?;
                for (name, value) in members {
                    indent(out, depth + 1)?;
                    write!(out, "{name}: ")?;
                    value.write(out, depth + 1)?;
                    out.write_str("\n")?;
                }
                indent(out, depth)?;
                out.write_str("}")
            }
        }
    }
}

fn indent(out: &mut String, depth: usize) -> fmt::Result {
    (0..depth).try_for_each(|_| out.write_str("  "))
}

/// A text in single quotes. Characters that would end the text, begin an interpolation or break the line are escaped.
fn write_text(out: &mut String, parts: &[TextPart]) -> fmt::Result {
    out.write_str("'")?;
    for part in parts {
        match part {
            TextPart::Expression(expression) => write!(out, "${{{expression}}}")?,
            TextPart::Text(text) => {
                let mut chars = text.chars().peekable();
                while let Some(c) = chars.next() {
                    match c {
                        '\'' => out.write_str("\\'")?,
                        '\\' => out.write_str("\\\\")?,
                        // The next part may begin with a brace.
                        '$' if matches!(chars.peek(), None | Some('{')) => out.write_str("\\$")?,
                        '\n' => out.write_str("\\n")?,
                        '\r' => out.write_str("\\r")?,
                        '\t' => out.write_str("\\t")?,
                        c if c.is_control() => write!(out, "\\u{{{:x}}}", u32::from(c))?,
                        c => out.write_char(c)?,
                    }
                }
            }
        }
    }
    out.write_str("'")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(value: &Value) -> String {
        let mut out = String::new();
        value.write(&mut out, 0).expect("a String takes it");
        out
    }

    #[test]
    fn texts_are_escaped_and_expressions_are_not() {
        let text = Value::text("it's \\ $1 ${x} {{ $y }}\n\u{1}");
        assert_eq!(written(&text), r"'it\'s \\ $1 \${x} {{ $y }}\n\u{1}'");
        let parts = vec![
            TextPart::Text("PT".to_owned()),
            TextPart::Expression("minutes"),
            TextPart::Text("M$".to_owned()),
        ];
        assert_eq!(written(&Value::Text(parts)), r"'PT${minutes}M\$'");
        let edge = vec![TextPart::Text("$".to_owned()), TextPart::Text("{a}".to_owned())];
        assert_eq!(written(&Value::Text(edge)), "'\\${a}'");
    }

    #[test]
    fn objects_and_lists_have_a_line_per_member() {
        let value = Value::Object(vec![
            ("on", Value::Bool(true)),
            ("list", Value::List(vec![Value::Number(3), Value::Object(vec![])])),
            ("none", Value::List(vec![])),
            ("id", Value::Expression("a.id")),
        ]);
        assert_eq!(
            written(&value),
            "{\n  on: true\n  list: [\n    3\n    {}\n  ]\n  none: []\n  id: a.id\n}"
        );
    }
}
