//! Parses expressions by recursive descent: or, and, comparisons, sums, products, signs, members.

use super::ast::{Arithmetic, Comparison, Expression, TextTest};
use super::cursor::Cursor;
use super::error::KqlError;
use super::lexer::Token;
use super::value::{Type, Value};
use flux::Text;

/// Names of operators, which can't be columns.
pub(super) const OPERATORS: [&str; 21] = [
    "where",
    "filter",
    "extend",
    "project",
    "project-away",
    "project-keep",
    "project-rename",
    "project-reorder",
    "summarize",
    "order",
    "sort",
    "limit",
    "take",
    "top",
    "distinct",
    "join",
    "union",
    "parse",
    "mv-expand",
    "mvexpand",
    "sample",
];

pub(super) fn expression(cursor: &mut Cursor) -> Result<Expression, KqlError> {
    cursor.nested(|cursor| {
        let mut left = conjunction(cursor)?;
        while cursor.take_word("or") {
            left = Expression::Or(Box::new(left), Box::new(conjunction(cursor)?));
        }
        Ok(left)
    })
}

fn conjunction(cursor: &mut Cursor) -> Result<Expression, KqlError> {
    let mut left = comparison(cursor)?;
    while cursor.take_word("and") {
        left = Expression::And(Box::new(left), Box::new(comparison(cursor)?));
    }
    Ok(left)
}

fn comparison(cursor: &mut Cursor) -> Result<Expression, KqlError> {
    let left = Box::new(sum(cursor)?);
    let sign = match cursor.peek() {
        Token::Sign(sign) => sign,
        Token::Name(word) => word.as_str(),
        _ => return Ok(*left),
    };
    let compare = match sign {
        "==" => Some(Comparison::Equal),
        "!=" => Some(Comparison::NotEqual),
        "<" => Some(Comparison::Less),
        "<=" => Some(Comparison::LessOrEqual),
        ">" => Some(Comparison::Greater),
        ">=" => Some(Comparison::GreaterOrEqual),
        _ => None,
    };
    if let Some(compare) = compare {
        cursor.next();
        return Ok(Expression::Compare(compare, left, Box::new(sum(cursor)?)));
    }
    if let Some((test, negated)) = text_test(sign) {
        cursor.next();
        return Ok(Expression::Test { test, negated, left, right: Box::new(sum(cursor)?) });
    }
    let (negated, word) = match sign.strip_prefix('!') {
        Some(word) => (true, word),
        None => (false, sign),
    };
    match word {
        "in" | "in~" => {
            let any_case = word == "in~";
            cursor.next();
            let list = parenthesised_list(cursor)?;
            Ok(Expression::In { value: left, list, negated, any_case })
        }
        "has_any" if !negated => {
            cursor.next();
            Ok(Expression::HasAny(left, parenthesised_list(cursor)?))
        }
        "matches" if !negated => {
            cursor.next();
            cursor.expect_word("regex")?;
            Ok(Expression::Matches(left, Box::new(sum(cursor)?)))
        }
        "between" => {
            cursor.next();
            cursor.expect_sign("(")?;
            let low = Box::new(sum(cursor)?);
            cursor.expect_sign("..")?;
            let high = Box::new(sum(cursor)?);
            cursor.expect_sign(")")?;
            Ok(Expression::Between { value: left, low, high, negated })
        }
        _ => Ok(*left),
    }
}

fn text_test(sign: &str) -> Option<(TextTest, bool)> {
    match sign {
        "=~" => return Some((TextTest::SameText, false)),
        "!~" => return Some((TextTest::SameText, true)),
        _ => {}
    }
    let (negated, word) = match sign.strip_prefix('!') {
        Some(word) => (true, word),
        None => (false, sign),
    };
    let test = match word {
        "has" => TextTest::Has,
        "has_cs" => TextTest::HasCs,
        "contains" => TextTest::Contains,
        "contains_cs" => TextTest::ContainsCs,
        "startswith" => TextTest::StartsWith,
        "startswith_cs" => TextTest::StartsWithCs,
        "endswith" => TextTest::EndsWith,
        "endswith_cs" => TextTest::EndsWithCs,
        _ => return None,
    };
    Some((test, negated))
}

fn parenthesised_list(cursor: &mut Cursor) -> Result<Vec<Expression>, KqlError> {
    cursor.expect_sign("(")?;
    let list = cursor.list(expression)?;
    cursor.expect_sign(")")?;
    Ok(list)
}

fn sum(cursor: &mut Cursor) -> Result<Expression, KqlError> {
    let mut left = product(cursor)?;
    loop {
        let operation = match cursor.peek() {
            Token::Sign("+") => Arithmetic::Add,
            Token::Sign("-") => Arithmetic::Subtract,
            _ => return Ok(left),
        };
        cursor.next();
        left = Expression::Calculate(operation, Box::new(left), Box::new(product(cursor)?));
    }
}

fn product(cursor: &mut Cursor) -> Result<Expression, KqlError> {
    let mut left = signed(cursor)?;
    loop {
        let operation = match cursor.peek() {
            Token::Sign("*") => Arithmetic::Multiply,
            Token::Sign("/") => Arithmetic::Divide,
            Token::Sign("%") => Arithmetic::Remainder,
            _ => return Ok(left),
        };
        cursor.next();
        left = Expression::Calculate(operation, Box::new(left), Box::new(signed(cursor)?));
    }
}

fn signed(cursor: &mut Cursor) -> Result<Expression, KqlError> {
    if cursor.take_sign("-") {
        let inner = cursor.nested(signed)?;
        return Ok(Expression::Negate(Box::new(inner)));
    }
    members(cursor)
}

fn members(cursor: &mut Cursor) -> Result<Expression, KqlError> {
    let mut value = primary(cursor)?;
    loop {
        if cursor.take_sign(".") {
            value = Expression::Member(Box::new(value), cursor.name()?);
        } else if cursor.take_sign("[") {
            let index = expression(cursor)?;
            cursor.expect_sign("]")?;
            value = match index {
                Expression::Literal(Value::Text(name), _) => {
                    Expression::Member(Box::new(value), name.to_string())
                }
                index => Expression::At(Box::new(value), Box::new(index)),
            };
        } else {
            return Ok(value);
        }
    }
}

fn primary(cursor: &mut Cursor) -> Result<Expression, KqlError> {
    let literal = |value, kind| Ok(Expression::Literal(value, kind));
    match cursor.peek().clone() {
        Token::Text(mut text) => {
            cursor.next();
            // Adjacent string literals are one string.
            while let Token::Text(more) = cursor.peek() {
                text.push_str(more);
                cursor.next();
            }
            literal(Value::Text(Text::from(text)), Type::Text)
        }
        Token::Long(number) => {
            cursor.next();
            literal(Value::Long(number), Type::Long)
        }
        Token::Real(number) => {
            cursor.next();
            literal(Value::Real(number), Type::Real)
        }
        Token::Span(millis) => {
            cursor.next();
            literal(Value::Span(millis), Type::Span)
        }
        Token::Time(at) => {
            cursor.next();
            literal(at.map_or(Value::Null, Value::Time), Type::Time)
        }
        Token::Dynamic(json) => {
            cursor.next();
            literal(Value::from_json(&json), Type::Dynamic)
        }
        Token::Sign("(") => {
            cursor.next();
            let inner = expression(cursor)?;
            cursor.expect_sign(")")?;
            Ok(inner)
        }
        Token::Sign("[") => {
            // A column name in brackets and quotes.
            cursor.next();
            let Token::Text(name) = cursor.peek().clone() else { return Err(cursor.unexpected()) };
            cursor.next();
            cursor.expect_sign("]")?;
            Ok(Expression::Name(name))
        }
        Token::Name(name) => {
            cursor.next();
            word(cursor, name)
        }
        Token::Sign(_) | Token::End => Err(cursor.unexpected()),
    }
}

fn word(cursor: &mut Cursor, name: String) -> Result<Expression, KqlError> {
    if cursor.take_sign("(") {
        let arguments = if cursor.is_sign(")") { Vec::new() } else { cursor.list(expression)? };
        cursor.expect_sign(")")?;
        return Ok(Expression::Call(name, arguments));
    }
    match name.as_str() {
        "true" | "false" => Ok(Expression::Literal(Value::Bool(name == "true"), Type::Bool)),
        // Azure's parser takes such a word for the start of an operator and reports an error at the token after it.
        _ if OPERATORS.contains(&name.as_str()) || name.starts_with('!') => {
            Err(cursor.unexpected())
        }
        _ => Ok(Expression::Name(name)),
    }
}
