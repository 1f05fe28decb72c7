//! Parses pipelines: a source of rows and the operators after it.

use super::ast::{
    Expanded, Expression, JoinKind, NamePattern, Named, Operator, Piece, Pipeline, SortKey, Source,
};
use super::cursor::Cursor;
use super::error::KqlError;
use super::lexer::Token;
use super::parse_expression::{OPERATORS, expression};
use super::value::Type;

/// Parses a whole query.
pub(super) fn parse(text: &str) -> Result<Pipeline, KqlError> {
    let mut cursor = Cursor::new(text)?;
    let query = pipeline(&mut cursor)?;
    while cursor.take_sign(";") {}
    match cursor.peek() {
        Token::End => Ok(query),
        _ => Err(cursor.unexpected()),
    }
}

fn pipeline(cursor: &mut Cursor) -> Result<Pipeline, KqlError> {
    cursor.nested(|cursor| {
        let (source, mut operators) = match cursor.peek().clone() {
            Token::Name(word) if word == "union" => {
                cursor.next();
                (Source::Union(union_legs(cursor)?), Vec::new())
            }
            // A query may begin with an operator. Then it reads `resources`.
            Token::Name(word) if OPERATORS.contains(&word.as_str()) => {
                (Source::Table("resources".to_owned()), vec![operator(cursor)?])
            }
            Token::Sign("(") => {
                cursor.next();
                let inner = pipeline(cursor)?;
                cursor.expect_sign(")")?;
                (Source::Query(Box::new(inner)), Vec::new())
            }
            _ => (Source::Table(cursor.name()?), Vec::new()),
        };
        while cursor.take_sign("|") {
            operators.push(operator(cursor)?);
        }
        Ok(Pipeline { source, operators })
    })
}

fn operator(cursor: &mut Cursor) -> Result<Operator, KqlError> {
    let Token::Name(word) = cursor.peek().clone() else { return Err(cursor.unexpected()) };
    let unknown = cursor.unexpected();
    cursor.next();
    Ok(match word.as_str() {
        "where" | "filter" => Operator::Where(expression(cursor)?),
        "extend" => Operator::Extend(cursor.list(named)?),
        "project" => Operator::Project(cursor.list(named)?),
        "project-away" => Operator::ProjectAway(cursor.list(name_pattern)?),
        "project-keep" => Operator::ProjectKeep(cursor.list(name_pattern)?),
        "project-rename" => Operator::ProjectRename(cursor.list(|cursor| {
            let new = cursor.name()?;
            cursor.expect_sign("=")?;
            Ok((new, cursor.name()?))
        })?),
        "summarize" => summarize(cursor)?,
        "order" | "sort" => {
            cursor.expect_word("by")?;
            Operator::Sort(cursor.list(sort_key)?)
        }
        "limit" | "take" | "sample" => Operator::Take(cursor.count()?),
        "top" => {
            let count = cursor.count()?;
            cursor.expect_word("by")?;
            Operator::Top(count, cursor.list(sort_key)?)
        }
        "distinct" if cursor.take_sign("*") => Operator::Distinct(Vec::new()),
        "distinct" => Operator::Distinct(cursor.list(named)?),
        "count" => Operator::Count,
        "mv-expand" | "mvexpand" => expand(cursor)?,
        "join" => join(cursor)?,
        "union" => Operator::Union(union_legs(cursor)?),
        "parse" => parse_operator(cursor)?,
        _ => return Err(unknown),
    })
}

/// `name = expression`, or an expression alone.
fn named(cursor: &mut Cursor) -> Result<Named, KqlError> {
    let name = match (cursor.peek().clone(), cursor.peek_second()) {
        (Token::Name(name), Token::Sign("=")) => {
            cursor.next();
            cursor.next();
            Some(name)
        }
        _ => None,
    };
    let value = expression(cursor)?;
    match (name, value) {
        // A name in brackets is read as a column until the `=` after it.
        (None, Expression::Name(name)) if cursor.take_sign("=") => {
            Ok(Named { name: Some(name), expression: expression(cursor)? })
        }
        (name, expression) => Ok(Named { name, expression }),
    }
}

fn name_pattern(cursor: &mut Cursor) -> Result<NamePattern, KqlError> {
    let name = cursor.name()?;
    Ok(NamePattern { name, prefix: cursor.take_sign("*") })
}

fn sort_key(cursor: &mut Cursor) -> Result<SortKey, KqlError> {
    let expression = expression(cursor)?;
    let ascending = cursor.take_word("asc");
    if !ascending {
        cursor.take_word("desc");
    }
    let mut nulls_first = ascending;
    if cursor.take_word("nulls") {
        nulls_first = cursor.take_word("first");
        if !nulls_first {
            cursor.expect_word("last")?;
        }
    }
    Ok(SortKey { expression, ascending, nulls_first })
}

fn summarize(cursor: &mut Cursor) -> Result<Operator, KqlError> {
    let aggregates = if cursor.is_word("by") { Vec::new() } else { cursor.list(named)? };
    let by = if cursor.take_word("by") { cursor.list(named)? } else { Vec::new() };
    Ok(Operator::Summarize { aggregates, by })
}

/// An option such as `kind=inner`, if it is next.
fn option(cursor: &mut Cursor, name: &str) -> Result<Option<String>, KqlError> {
    if !(cursor.is_word(name) && *cursor.peek_second() == Token::Sign("=")) {
        return Ok(None);
    }
    cursor.next();
    cursor.next();
    cursor.name().map(Some)
}

fn expand(cursor: &mut Cursor) -> Result<Operator, KqlError> {
    // Only the default kind is supported. `array` would differ for objects only.
    for name in ["kind", "bagexpansion"] {
        let unknown = cursor.unexpected();
        match option(cursor, name)?.as_deref() {
            None | Some("bag") => {}
            Some(_) => return Err(unknown),
        }
    }
    let index = option(cursor, "with_itemindex")?;
    let columns = cursor.list(|cursor| {
        let item = named(cursor)?;
        let mut element = Type::Dynamic;
        if cursor.take_word("to") {
            cursor.expect_word("typeof")?;
            cursor.expect_sign("(")?;
            element = type_name(cursor)?;
            cursor.expect_sign(")")?;
        }
        Ok(Expanded { item, element })
    })?;
    let limit = if cursor.take_word("limit") { Some(cursor.count()?) } else { None };
    Ok(Operator::Expand { columns, index, limit })
}

fn type_name(cursor: &mut Cursor) -> Result<Type, KqlError> {
    let unknown = cursor.unexpected();
    Type::parse(&cursor.name()?).ok_or(unknown)
}

fn join(cursor: &mut Cursor) -> Result<Operator, KqlError> {
    let unknown = cursor.unexpected();
    let kind = match option(cursor, "kind")?.as_deref() {
        None | Some("innerunique") => JoinKind::InnerUnique,
        Some("inner") => JoinKind::Inner,
        Some("leftouter") => JoinKind::LeftOuter,
        Some("leftanti" | "anti" | "leftantisemi") => JoinKind::LeftAnti,
        Some("leftsemi") => JoinKind::LeftSemi,
        Some(_) => return Err(unknown),
    };
    let right = leg(cursor)?;
    cursor.expect_word("on")?;
    let mut on = Vec::new();
    loop {
        on.push(join_key(cursor)?);
        if !(cursor.take_sign(",") || cursor.take_word("and")) {
            return Ok(Operator::Join { kind, right, on });
        }
    }
}

/// `column`, or `$left.a == $right.b` with the sides in either order.
fn join_key(cursor: &mut Cursor) -> Result<(String, String), KqlError> {
    let wrong = cursor.unexpected();
    let first = cursor.name()?;
    if !first.starts_with('$') {
        return Ok((first.clone(), first));
    }
    cursor.expect_sign(".")?;
    let first_column = cursor.name()?;
    cursor.expect_sign("==")?;
    let second = cursor.name()?;
    cursor.expect_sign(".")?;
    let second_column = cursor.name()?;
    match (first.as_str(), second.as_str()) {
        ("$left", "$right") => Ok((first_column, second_column)),
        ("$right", "$left") => Ok((second_column, first_column)),
        _ => Err(wrong),
    }
}

/// A table, or a query in parentheses.
fn leg(cursor: &mut Cursor) -> Result<Pipeline, KqlError> {
    if cursor.take_sign("(") {
        let inner = pipeline(cursor)?;
        cursor.expect_sign(")")?;
        return Ok(inner);
    }
    Ok(Pipeline { source: Source::Table(cursor.name()?), operators: Vec::new() })
}

fn union_legs(cursor: &mut Cursor) -> Result<Vec<Pipeline>, KqlError> {
    let unknown = cursor.unexpected();
    match option(cursor, "kind")?.as_deref() {
        None | Some("outer") => cursor.list(leg),
        Some(_) => Err(unknown),
    }
}

fn parse_operator(cursor: &mut Cursor) -> Result<Operator, KqlError> {
    let unknown = cursor.unexpected();
    match option(cursor, "kind")?.as_deref() {
        None | Some("simple") => {}
        Some(_) => return Err(unknown),
    }
    let expression = expression(cursor)?;
    cursor.expect_word("with")?;
    let mut pattern = Vec::new();
    loop {
        let piece = match cursor.peek().clone() {
            Token::Sign("*") => Piece::Anything,
            Token::Text(text) => Piece::Literal(text),
            Token::Name(name) => Piece::Column(name, Type::Text),
            _ if pattern.is_empty() => return Err(cursor.unexpected()),
            _ => return Ok(Operator::Parse { expression, pattern }),
        };
        cursor.next();
        pattern.push(match piece {
            Piece::Column(name, _) if cursor.take_sign(":") => {
                Piece::Column(name, type_name(cursor)?)
            }
            piece => piece,
        });
    }
}

/// The column name that an unnamed expression gets from its content. `None`: the service numbers the column.
pub(super) fn own_name(expression: &Expression) -> Option<String> {
    match expression {
        Expression::Name(name) => Some(name.clone()),
        Expression::Member(inner, name) => Some(format!("{}_{name}", own_name(inner)?)),
        Expression::At(inner, index) => match &**index {
            Expression::Literal(value, _) => Some(format!("{}_{}", own_name(inner)?, value.text())),
            _ => None,
        },
        Expression::Call(function, arguments) if KEEPS_NAME.contains(&function.as_str()) => {
            own_name(arguments.first()?)
        }
        _ => None,
    }
}

/// Conversions and rounding functions, whose column keeps the argument's name.
const KEEPS_NAME: [&str; 11] = [
    "tostring",
    "toint",
    "tolong",
    "todouble",
    "toreal",
    "tobool",
    "todatetime",
    "bin",
    "todynamic",
    "parse_json",
    "take_any",
];

#[cfg(test)]
mod tests {
    use super::super::error::Position;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_usual_queries() {
        for query in [
            "Resources",
            "resources | where type =~ 'a' and not(name has 'b') or id in~ ('x', \"y\")",
            "project id, name | where name == 'a' | limit 5",
            "KubernetesConfigurationResources | extend p = properties, ['odd name'] = 1 | project-away p*, q",
            "t | parse id with * \"ManagedClusters/\" x \"/\" * | summarize n=count(), max(a.b['c'][0]) by x, tolower(id)",
            "t | join kind=leftouter (resourcecontainers | project subscriptionId, sub=name) on subscriptionId",
            "t | join (u) on $left.a == $right.b, c | union (u), v | mv-expand with_itemindex=i s = properties.statuses to typeof(dynamic) limit 5",
            "t | top 3 by n desc nulls last, name asc | order by id | distinct a, b | distinct * | count;",
            "union (t | where a > ago(1d)), u // comment\n| where now() - b between (-5m .. 1.5h)",
        ] {
            if let Err(error) = parse(query) {
                panic!("{query}: {error}");
            }
        }
    }

    #[test]
    fn stumbles_where_the_recorded_service_does() {
        let error = parse("project id, location | where where").expect_err("recorded as an error");
        let position = Position { line: 1, column: 34 };
        assert_eq!(error, KqlError::Syntax { position, token: "<EOF>".to_owned() });
    }

    #[test]
    fn refuses_texts_that_are_not_queries() {
        for query in [
            "",
            "|",
            "resources |",
            "resources where a",
            "resources | where",
            "resources | wher a",
            "resources | take x",
            "resources | where a ==",
            "resources | where (a",
            "let x = 1; resources",
            "resources | join (u)",
            "resources | order id",
            "resources | where a ! b",
            "resources | a b",
        ] {
            assert!(parse(query).is_err(), "{query}");
        }
        assert!(parse(&format!("resources | where {}1", "(".repeat(10_000))).is_err());
        assert!(parse(&format!("resources | where {}1", "-".repeat(10_000))).is_err());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC*") {
            let _ = parse(&text);
        }

        #[test]
        fn no_sequence_of_words_makes_it_panic(words in proptest::collection::vec(
            proptest::sample::select(vec![
                "resources", "|", "where", "extend", "project", "summarize", "by", "order", "join",
                "on", "union", "(", ")", "[", "]", ".", ",", "=", "==", "!in", "in~", "'a'", "1", "5m",
                "mv-expand", "parse", "with", "*", "take", "top", "and", "not", "count", "-", "$left", "kind",
            ]), 0..30)) {
            let _ = parse(&words.join(" "));
        }
    }
}
