//! Parses a text into an expression that is safe to evaluate: of bounded size and depth, and free of anything that
//! Prometheus would refuse.

use super::PromqlError;
use promql_parser::label::Matchers;
use promql_parser::parser::{self, BinModifier, Expr, VectorSelector};

/// Longest text of a query. Long lists of names in a matcher have to fit.
const TEXT_BYTES: usize = 1 << 20;
/// Most brackets and operators; they limit how deep the parser can nest.
const SIGNS: usize = 1000;
/// Deepest nesting of an expression.
const DEPTH: usize = 60;

/// Parses an expression.
pub(super) fn parse(promql: &str) -> Result<Expr, PromqlError> {
    if promql.len() > TEXT_BYTES || signs(promql) > SIGNS {
        return Err(PromqlError::TooComplex);
    }
    let expression = parser::parse(promql).map_err(|said| PromqlError::Parse(worded(&said)))?;
    check(&expression)?;
    Ok(expression)
}

/// The parser's message about types, with Prometheus' names of types.
fn worded(said: &str) -> String {
    let mut said = said.to_owned();
    for before in ["expected type ", ", got "] {
        for (theirs, ours) in [("matrix", "range vector"), ("vector", "instant vector")] {
            said = said.replace(&format!("{before}{theirs}"), &format!("{before}{ours}"));
        }
    }
    said
}

/// Parses a selector, such as `match[]` of Prometheus' API.
pub(super) fn selector(text: &str) -> Result<VectorSelector, PromqlError> {
    match parse(text)? {
        Expr::VectorSelector(selector) if selector.offset.is_none() => Ok(selector),
        _ => Err(PromqlError::Parse("unexpected expression, expected a series selector".into())),
    }
}

/// Number of brackets and operators outside of strings.
fn signs(promql: &str) -> usize {
    let mut quote = None;
    let mut escaped = false;
    let mut signs = 0;
    let mut word = String::new();
    for c in promql.chars() {
        if let Some(open) = quote {
            if escaped {
                escaped = false;
            } else if c == '\\' && open != '`' {
                escaped = true;
            } else if c == open {
                quote = None;
            }
            continue;
        }
        if c.is_ascii_alphanumeric() || c == '_' {
            word.push(c.to_ascii_lowercase());
            continue;
        }
        signs += usize::from(matches!(&*word, "and" | "or" | "unless" | "atan2" | "offset"));
        word.clear();
        match c {
            '"' | '\'' | '`' => quote = Some(c),
            '(' | '[' | '+' | '-' | '*' | '/' | '%' | '^' | '=' | '!' | '<' | '>' | '@' => {
                signs += 1;
            }
            _ => {}
        }
    }
    signs
}

/// Refuses expressions that aren't supported. It keeps its own list of expressions to check, so that deep nesting can't
/// overflow the stack.
fn check(expression: &Expr) -> Result<(), PromqlError> {
    let unsupported = |what: &str| Err(PromqlError::NotSupported(what.to_owned()));
    let mut open = vec![(expression, 1)];
    while let Some((expression, depth)) = open.pop() {
        if depth > DEPTH {
            return Err(PromqlError::TooComplex);
        }
        let mut inside = |expression| open.push((expression, depth + 1));
        match expression {
            Expr::Aggregate(aggregate) => {
                aggregate.param.iter().for_each(|param| inside(param));
                inside(&aggregate.expr);
            }
            Expr::Unary(unary) => inside(&unary.expr),
            Expr::Paren(paren) => inside(&paren.expr),
            Expr::Binary(binary) => {
                check_modifier(binary.modifier.as_ref())?;
                inside(&binary.lhs);
                inside(&binary.rhs);
            }
            Expr::Call(call) => call.args.args.iter().for_each(|argument| inside(argument)),
            Expr::VectorSelector(selector) => check_selector(selector)?,
            Expr::MatrixSelector(selector) => {
                check_selector(&selector.vs)?;
                if selector.range.is_zero() {
                    return Err(PromqlError::Parse("duration must be greater than 0".into()));
                }
            }
            Expr::NumberLiteral(_) | Expr::StringLiteral(_) => {}
            Expr::Subquery(_) => return unsupported("subqueries are"),
            Expr::Extension(_) => return unsupported("extensions are"),
        }
    }
    Ok(())
}

fn check_modifier(modifier: Option<&BinModifier>) -> Result<(), PromqlError> {
    let fills = modifier.map(|modifier| &modifier.fill_values);
    if fills.is_some_and(|fills| fills.lhs.is_some() || fills.rhs.is_some()) {
        return Err(PromqlError::NotSupported("fill modifiers are".into()));
    }
    Ok(())
}

fn check_selector(selector: &VectorSelector) -> Result<(), PromqlError> {
    let Matchers { or_matchers, .. } = &selector.matchers;
    if !or_matchers.is_empty() {
        return Err(PromqlError::Parse("unexpected \"or\" in label matching".into()));
    }
    if selector.at.is_some() {
        return Err(PromqlError::NotSupported("@ modifiers are".into()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_deep_nesting_is_refused() {
        for (open, close) in [("(", ")"), ("sum(", ")"), ("-", ""), ("1+", ""), ("1 and ", "")] {
            for times in [70, 2_000, 200_000] {
                let text = format!("{}up{}", open.repeat(times), close.repeat(times));
                assert!(parse(&text).is_err(), "{open} {times}");
            }
            let text = format!("{}up{}", open.repeat(20), close.repeat(20));
            assert!(parse(&text).is_ok() || open.starts_with('1'), "{open}");
        }
    }

    #[test]
    fn long_lists_of_names_are_fine() {
        let names: Vec<String> = (0..20_000).map(|index| format!("aks-{index}-(a)")).collect();
        let text = format!("sum(up{{cluster=~\"{}\"}})", names.join("|"));
        parse(&text).expect("parses");
    }

    #[test]
    fn unsupported_expressions_are_refused() {
        for (text, said) in [
            ("up[5m:1m]", "subqueries are not supported"),
            ("up @ 0", "@ modifiers are not supported"),
            ("up{a=\"b\" or c=\"d\"}", "unexpected \"or\""),
            ("up[0s]", "duration must be greater than 0"),
            ("sum(", "parse error"),
            ("{}", "at least one non-empty matcher"),
            ("up{a=~\"(\"}", "illegal regex"),
            ("rate(up)", "expected type range vector"),
            ("nothing(up)", "nothing"),
        ] {
            let error = parse(text).expect_err(text).to_string();
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}
