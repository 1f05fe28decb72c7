//! Builds PromQL. Label values are quoted here and nowhere else, and every selector names its metric, as an Azure Monitor
//! workspace requires.

use std::fmt::{self, Write};
use std::time::Duration;

/// A whole expression. [`fmt::Display`] is its text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Expr {
    text: String,
    /// Whether it needs parentheses as an operand.
    compound: bool,
}

/// A condition on one label.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Matcher(String);

/// A span of time before a point, whole milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    /// Its length.
    pub window: Duration,
    /// Time between the end of the span and the point.
    pub ago: Duration,
}

impl Span {
    /// Time between the start of the span and the point.
    pub fn reach(self) -> Duration {
        self.window + self.ago
    }
}

/// How several series are aggregated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Aggregation {
    /// Their sum.
    Sum,
    /// The largest.
    Max,
    /// How many there are.
    Count,
}

impl Matcher {
    /// The label has this value. The empty text also matches an absent label.
    pub fn is(label: &str, value: &str) -> Self {
        Self(format!("{label}={}", quoted(value)))
    }

    /// The label has another value, or is absent. With the empty text: the label is present.
    pub fn is_not(label: &str, value: &str) -> Self {
        Self(format!("{label}!={}", quoted(value)))
    }

    /// The whole value matches a regular expression of ours.
    pub fn matches(label: &str, regex: &str) -> Self {
        Self(format!("{label}=~{}", quoted(regex)))
    }

    /// The whole value doesn't match a regular expression of ours.
    pub fn matches_not(label: &str, regex: &str) -> Self {
        Self(format!("{label}!~{}", quoted(regex)))
    }

    /// The label has exactly one of these values.
    pub fn one_of<S: AsRef<str>>(label: &str, values: &[S]) -> Self {
        match values {
            [value] => Self::is(label, value.as_ref()),
            values => Self::matches(label, &alternatives(values)),
        }
    }
}

/// A regular expression that matches exactly these texts.
pub fn alternatives<S: AsRef<str>>(values: &[S]) -> String {
    let mut regex = String::new();
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            regex.push('|');
        }
        for c in value.as_ref().chars() {
            if matches!(
                c,
                '\\' | '.' | '+' | '*' | '?' | '(' | ')' | '|' | '[' | ']' | '{' | '}' | '^' | '$'
            ) {
                regex.push('\\');
            }
            regex.push(c);
        }
    }
    regex
}

impl Expr {
    /// A metric's series.
    pub fn select(metric: &str, matchers: &[Matcher]) -> Self {
        let mut text = metric.to_owned();
        if !matchers.is_empty() {
            text.push('{');
            for (index, Matcher(matcher)) in matchers.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                text.push_str(matcher);
            }
            text.push('}');
        }
        Self { text, compound: false }
    }

    /// Growth per second of a counter's series over a window, whole milliseconds.
    pub fn rate(metric: &str, matchers: &[Matcher], window: Duration) -> Self {
        Self::over("rate", metric, matchers, Span { window, ago: Duration::ZERO })
    }

    /// A function of Prometheus over a metric's series in a span of time.
    pub fn over(function: &'static str, metric: &str, matchers: &[Matcher], span: Span) -> Self {
        let selector = Self::select(metric, matchers);
        let window = Window(span.window);
        call(if span.ago.is_zero() {
            format!("{function}({selector}[{window}])")
        } else {
            format!("{function}({selector}[{window}] offset {})", Window(span.ago))
        })
    }

    /// Aggregated, keeping these labels.
    #[must_use]
    pub fn aggregate(&self, how: Aggregation, by: &[&str]) -> Self {
        let how = match how {
            Aggregation::Sum => "sum",
            Aggregation::Max => "max",
            Aggregation::Count => "count",
        };
        call(format!("{how} by ({}) ({self})", by.join(", ")))
    }

    /// A quantile, 0 to 1, of a histogram's rates by `le` and other labels.
    #[must_use]
    pub fn histogram_quantile(&self, quantile: f64) -> Self {
        call(format!("histogram_quantile({quantile}, {self})"))
    }

    /// Copies label `from` to label `to` on series that have `from`.
    #[must_use]
    pub fn copy_label(&self, from: &str, to: &str) -> Self {
        if from == to {
            return self.clone();
        }
        call(format!("label_replace({self}, \"{to}\", \"$1\", \"{from}\", \"(.+)\")"))
    }

    /// Two expressions, joined by an operator with its modifiers, such as `/` or `unless on (cluster)`.
    #[must_use]
    pub fn with(&self, operator: &str, right: &Self) -> Self {
        let text = format!("{} {operator} {}", Operand(self), Operand(right));
        Self { text, compound: true }
    }

    /// The expression, compared or computed with a number.
    #[must_use]
    pub fn with_number(&self, operator: &str, number: f64) -> Self {
        Self { text: format!("{} {operator} {number}", Operand(self)), compound: true }
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn call(text: String) -> Expr {
    Expr { text, compound: false }
}

/// An operand: in parentheses when it is compound.
struct Operand<'a>(&'a Expr);

impl fmt::Display for Operand<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.compound { write!(f, "({})", self.0) } else { self.0.fmt(f) }
    }
}

/// A duration as PromQL writes it.
struct Window(Duration);

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = self.0.as_millis();
        if millis.is_multiple_of(1000) {
            write!(f, "{}s", millis / 1000)
        } else {
            write!(f, "{millis}ms")
        }
    }
}

/// A string literal. Characters that would end the literal or the line are escaped; all others are kept.
fn quoted(value: &str) -> String {
    let mut text = String::with_capacity(value.len() + 2);
    text.push('"');
    for c in value.chars() {
        match c {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            c if c.is_ascii_control() => {
                // Writing to a String can't fail.
                let _ = write!(text, "\\x{:02x}", u32::from(c));
            }
            c => text.push(c),
        }
    }
    text.push('"');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_become_the_text_that_prometheus_reads() {
        let matchers = [Matcher::is("kind", "HelmRelease"), Matcher::is_not("ready", "")];
        let selected = Expr::select("gotk_resource_info", &matchers);
        assert_eq!(
            selected.aggregate(Aggregation::Count, &["cluster", "kind"]).to_string(),
            r#"count by (cluster, kind) (gotk_resource_info{kind="HelmRelease",ready!=""})"#
        );
        let up = Expr::select("up", &[]);
        let share = up.with_number(">", 0.0).with("/ on (pod)", &up).with_number("*", 60.0);
        assert_eq!(share.to_string(), "((up > 0) / on (pod) up) * 60");
        assert_eq!(
            Expr::rate("x_bucket", &[], Duration::from_millis(1500))
                .histogram_quantile(0.99)
                .to_string(),
            "histogram_quantile(0.99, rate(x_bucket[1500ms]))"
        );
        assert_eq!(
            up.copy_label("exported_namespace", "namespace").to_string(),
            r#"label_replace(up, "namespace", "$1", "exported_namespace", "(.+)")"#
        );
        assert_eq!(up.copy_label("namespace", "namespace"), up);
        assert_eq!(Expr::rate("up", &[], Duration::from_secs(120)).to_string(), "rate(up[120s])");
        let span = Span { window: Duration::from_secs(60), ago: Duration::from_secs(3_600) };
        assert_eq!(
            Expr::over("avg_over_time", "up", &[], span).to_string(),
            "avg_over_time(up[60s] offset 3600s)"
        );
        assert_eq!(span.reach(), Duration::from_secs(3_660));
    }

    #[test]
    fn values_are_quoted_and_regular_expressions_escaped() {
        let text = |matcher: Matcher| matcher.0;
        assert_eq!(text(Matcher::is("a", "x\"\\\n\u{1}é")), r#"a="x\"\\\n\x01é""#);
        assert_eq!(text(Matcher::one_of("a", &["b.c"])), r#"a="b.c""#);
        assert_eq!(text(Matcher::one_of("a", &["b.c", "d|e", ""])), r#"a=~"b\\.c|d\\|e|""#);
        assert_eq!(text(Matcher::matches_not("code", "[23]..")), r#"code!~"[23]..""#);
    }
}
