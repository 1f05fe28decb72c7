//! What a query selects, as far as an Azure Monitor workspace limits it.

use super::select::{names_one_metric, offset_millis};
use super::{PromqlError, parse};
use promql_parser::label::{MatchOp, Matcher};
use promql_parser::parser::{Expr, VectorSelector};
use std::time::Duration;

/// What a query selects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueryScope {
    /// Whether every selector names its metric.
    pub names_metrics: bool,
    /// Whether a selector has a regular expression.
    pub has_patterns: bool,
    /// How far selectors look back from each point, by ranges and offsets.
    pub reach: Duration,
}

impl QueryScope {
    /// Reads the scope of a query.
    ///
    /// # Errors
    /// The text is not a valid query.
    pub fn of(promql: &str) -> Result<Self, PromqlError> {
        let expression = parse::parse(promql)?;
        let mut scope = Self { names_metrics: true, has_patterns: false, reach: Duration::ZERO };
        let mut open = vec![&expression];
        while let Some(expression) = open.pop() {
            match expression {
                Expr::Aggregate(aggregate) => {
                    open.extend(aggregate.param.as_deref());
                    open.push(&aggregate.expr);
                }
                Expr::Unary(unary) => open.push(&unary.expr),
                Expr::Paren(paren) => open.push(&paren.expr),
                Expr::Binary(binary) => open.extend([&*binary.lhs, &*binary.rhs]),
                Expr::Call(call) => open.extend(call.args.args.iter().map(|argument| &**argument)),
                Expr::VectorSelector(selector) => scope.add(selector, Duration::ZERO),
                Expr::MatrixSelector(selector) => scope.add(&selector.vs, selector.range),
                Expr::NumberLiteral(_)
                | Expr::StringLiteral(_)
                | Expr::Subquery(_)
                | Expr::Extension(_) => {}
            }
        }
        Ok(scope)
    }

    fn add(&mut self, selector: &VectorSelector, range: Duration) {
        let pattern = |matcher: &Matcher| matches!(matcher.op, MatchOp::Re(_) | MatchOp::NotRe(_));
        self.names_metrics &= names_one_metric(selector);
        self.has_patterns |= selector.matchers.matchers.iter().any(pattern);
        let offset = u64::try_from(offset_millis(selector)).unwrap_or(0);
        self.reach = self.reach.max(range + Duration::from_millis(offset));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_are_found_wherever_they_are() {
        let scope = |promql: &str| QueryScope::of(promql).expect(promql);
        let plain = scope("sum(rate(up[1h] offset 30m)) / -(2 * max_over_time(up[5m]))");
        assert_eq!((plain.names_metrics, plain.has_patterns), (true, false));
        assert_eq!(plain.reach, Duration::from_secs(5400));
        let scoped = scope("topk(2, {cluster=\"a\"}) and {__name__=\"up\", job=~\"a.*\"}");
        assert_eq!((scoped.names_metrics, scoped.has_patterns), (false, true));
        assert!(!scope("{__name__=~\"up\"}").names_metrics);
        assert!(QueryScope::of("sum(").is_err());
    }
}
