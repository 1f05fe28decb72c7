//! Splits a query's text into tokens.

use super::error::{KqlError, Position};
use super::quoting::{closing, double_quoted};
use super::value::parse_time;
use fleet::Json;

/// One token.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A name or keyword: `where`, `mv-expand`, `!in~`, `$left`.
    Name(String),
    /// A string literal, escapes resolved.
    Text(String),
    Long(i64),
    Real(f64),
    /// A duration in milliseconds: `5m`.
    Span(i64),
    /// `datetime(…)`, milliseconds since the epoch; `None` for `datetime(null)`.
    Time(Option<i64>),
    /// `dynamic(…)`.
    Dynamic(Json),
    /// Punctuation.
    Sign(&'static str),
    End,
}

/// A token with its position and its original text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Placed {
    pub token: Token,
    pub position: Position,
    pub text: String,
}

/// Signs, longest first, so that `==` isn't read as two `=`.
const SIGNS: [&str; 25] = [
    "==", "!=", "=~", "!~", "<=", ">=", "..", "|", ",", "(", ")", "[", "]", ".", "=", "<", ">",
    "+", "-", "*", "/", "%", ";", ":", "?",
];

/// Keywords that contain a hyphen.
const HYPHENATED: [&str; 5] =
    ["project-away", "project-keep", "project-rename", "project-reorder", "mv-expand"];

/// Units of durations in milliseconds; longer names first.
const UNITS: [(&str, f64); 5] =
    [("ms", 1.0), ("d", 86_400_000.0), ("h", 3_600_000.0), ("m", 60_000.0), ("s", 1_000.0)];

/// Splits a query into tokens; the last one is [`Token::End`].
pub(super) fn tokens(text: &str) -> Result<Vec<Placed>, KqlError> {
    let mut lexer = Lexer { text, at: 0, position: Position { line: 1, column: 0 } };
    let mut tokens = Vec::new();
    loop {
        lexer.skip_space();
        let (start, position) = (lexer.at, lexer.position);
        let token = lexer.token()?;
        let end = token == Token::End;
        let text = if end { "<EOF>" } else { &text[start..lexer.at] };
        tokens.push(Placed { token, position, text: text.to_owned() });
        if end {
            return Ok(tokens);
        }
    }
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    position: Position,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Moves past `bytes` bytes, which must end at the end of a character.
    fn advance(&mut self, bytes: usize) -> &'a str {
        let passed = &self.rest()[..bytes];
        for letter in passed.chars() {
            if letter == '\n' {
                self.position = Position { line: self.position.line + 1, column: 0 };
            } else {
                self.position.column += 1;
            }
        }
        self.at += bytes;
        passed
    }

    /// Moves past the characters that `take` accepts.
    fn advance_while(&mut self, take: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.find(|letter| !take(letter)).unwrap_or(rest.len());
        self.advance(length)
    }

    fn skip_space(&mut self) {
        loop {
            self.advance_while(char::is_whitespace);
            if !self.rest().starts_with("//") {
                return;
            }
            self.advance_while(|letter| letter != '\n');
        }
    }

    fn wrong(&self) -> KqlError {
        let token = self.rest().chars().next().map_or("<EOF>".to_owned(), String::from);
        KqlError::Syntax { position: self.position, token }
    }

    fn token(&mut self) -> Result<Token, KqlError> {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return Ok(Token::End) };
        if first.is_ascii_digit() {
            return self.number();
        }
        if first == '"' || first == '\'' {
            return self.text(false);
        }
        let string_after = |prefix: &str| {
            rest.strip_prefix(prefix).is_some_and(|after| after.starts_with(['"', '\'']))
        };
        for (prefix, verbatim) in
            [("@", true), ("h@", true), ("H@", true), ("h", false), ("H", false)]
        {
            if string_after(prefix) {
                self.advance(prefix.len());
                return self.text(verbatim);
            }
        }
        if is_name_start(first) || (first == '!' && rest[1..].starts_with(is_name_start)) {
            return self.name();
        }
        match SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
            Some(sign) => {
                self.advance(sign.len());
                Ok(Token::Sign(sign))
            }
            None => Err(self.wrong()),
        }
    }

    fn name(&mut self) -> Result<Token, KqlError> {
        let rest = self.rest();
        if let Some(word) = HYPHENATED.into_iter().find(|word| {
            rest.strip_prefix(word).is_some_and(|after| !after.starts_with(is_name_part))
        }) {
            self.advance(word.len());
            return Ok(Token::Name(word.to_owned()));
        }
        let sign = if rest.starts_with('!') { self.advance(1) } else { "" };
        let word = self.advance_while(is_name_part);
        let tilde = if word == "in" && self.rest().starts_with('~') { self.advance(1) } else { "" };
        match word {
            "datetime" | "dynamic" | "timespan" | "time" if self.rest().starts_with('(') => {
                self.literal(word)
            }
            _ => Ok(Token::Name(format!("{sign}{word}{tilde}"))),
        }
    }

    /// `datetime(…)`, `dynamic(…)`, `timespan(…)`: the text inside the parentheses isn't KQL.
    fn literal(&mut self, word: &str) -> Result<Token, KqlError> {
        let wrong = self.wrong();
        let length = closing(self.rest()).ok_or_else(|| wrong.clone())?;
        let inside = self.advance(length);
        let inside = inside[1..inside.len() - 1].trim();
        let token = match word {
            "dynamic" => serde_json::from_str::<serde_json::Value>(&double_quoted(inside))
                .ok()
                .map(|value| Token::Dynamic(Json::from(&value))),
            "datetime" if inside == "null" => Some(Token::Time(None)),
            "datetime" => {
                parse_time(inside.trim_matches(['"', '\''])).map(|time| Token::Time(Some(time)))
            }
            _ => Lexer { text: inside, at: 0, position: self.position }.number().ok(),
        };
        token.ok_or(wrong)
    }

    fn number(&mut self) -> Result<Token, KqlError> {
        let wrong = self.wrong();
        let whole = self.advance_while(|letter| letter.is_ascii_digit());
        let after = self.rest();
        let fraction = after
            .strip_prefix('.')
            .filter(|digits| digits.starts_with(|digit: char| digit.is_ascii_digit()))
            .map(|_| {
                self.advance(1);
                self.advance_while(|letter| letter.is_ascii_digit())
            });
        let number: f64 =
            format!("{whole}.{}", fraction.unwrap_or("0")).parse().map_err(|_| wrong.clone())?;
        let unit = UNITS.into_iter().find(|(unit, _)| {
            let after = self.rest().strip_prefix(unit);
            after.is_some_and(|after| !after.starts_with(is_name_part))
        });
        if let Some((unit, millis)) = unit {
            self.advance(unit.len());
            return super::value::whole(number * millis).map(Token::Span).ok_or(wrong);
        }
        if self.rest().starts_with(is_name_part) {
            return Err(self.wrong());
        }
        if fraction.is_some() {
            return Ok(Token::Real(number));
        }
        whole.parse().map(Token::Long).map_err(|_| wrong)
    }

    /// A string literal. In the verbatim form a backslash is an ordinary character, and a doubled quote is a quote.
    fn text(&mut self, verbatim: bool) -> Result<Token, KqlError> {
        let wrong = self.wrong();
        let quote = self.advance(1);
        let mut value = String::new();
        loop {
            let Some(letter) = self.rest().chars().next() else { return Err(self.wrong()) };
            self.advance(letter.len_utf8());
            match letter {
                _ if quote.starts_with(letter) => {
                    if !(verbatim && self.rest().starts_with(quote)) {
                        return Ok(Token::Text(value));
                    }
                    self.advance(quote.len());
                    value.push(letter);
                }
                '\\' if !verbatim => value.push(self.escape().ok_or_else(|| wrong.clone())?),
                '\n' if !verbatim => return Err(wrong),
                _ => value.push(letter),
            }
        }
    }

    /// The character of an escape sequence, after its backslash. `None`: not a valid escape.
    fn escape(&mut self) -> Option<char> {
        let letter = self.rest().chars().next()?;
        self.advance(letter.len_utf8());
        let digits = match letter {
            '\\' | '"' | '\'' => return Some(letter),
            'n' => return Some('\n'),
            'r' => return Some('\r'),
            't' => return Some('\t'),
            '0' => return Some('\0'),
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => return None,
        };
        let code = self.rest().get(..digits)?;
        let code = u32::from_str_radix(code, 16).ok()?;
        self.advance(digits);
        char::from_u32(code)
    }
}

fn is_name_start(letter: char) -> bool {
    letter.is_ascii_alphabetic() || letter == '_' || letter == '$'
}

fn is_name_part(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_' || letter == '$'
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Vec<Token> {
        let tokens = tokens(text).expect(text);
        tokens.into_iter().map(|placed| placed.token).collect()
    }

    #[test]
    fn reads_words_signs_and_literals() {
        use Token::{End, Long, Name, Real, Sign, Span, Text, Time};
        let name = |text: &str| Name(text.to_owned());
        assert_eq!(
            read("a.b !in~ (1, 2.5) // no\n| mv-expand x==5m"),
            [
                name("a"),
                Sign("."),
                name("b"),
                name("!in~"),
                Sign("("),
                Long(1),
                Sign(","),
                Real(2.5),
                Sign(")"),
                Sign("|"),
                name("mv-expand"),
                name("x"),
                Sign("=="),
                Span(300_000),
                End
            ]
        );
        assert_eq!(
            read(r#"'a\'b' "c\\" @'d\''' h"e" datetime(2026-01-02)"#),
            [
                Text("a'b".to_owned()),
                Text("c\\".to_owned()),
                Text("d\\'".to_owned()),
                Text("e".to_owned()),
                Time(Some(1_767_312_000_000)),
                End
            ]
        );
        assert_eq!(
            read(r#"dynamic(["a)", {"b": null}])"#)[0],
            Token::Dynamic(Json::from(&serde_json::json!(["a)", {"b": null}])))
        );
        assert_eq!(
            read(r#"dynamic(['a)"\'', "b'"])"#)[0],
            Token::Dynamic(Json::from(&serde_json::json!(["a)\"'", "b'"])))
        );
        assert_eq!(read("a-b")[1], Sign("-"));
    }

    #[test]
    fn errors_have_the_position() {
        for (text, line, column) in
            [("a\n  ^", 2, 2), ("'abc", 1, 4), ("1x", 1, 1), ("'\\q'", 1, 0)]
        {
            let Err(KqlError::Syntax { position, .. }) = tokens(text) else { panic!("{text}") };
            assert_eq!(position, Position { line, column }, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC*") {
            let _ = tokens(&text);
        }

        #[test]
        fn no_query_like_text_makes_it_panic(text in "[a-z0-9 |'\"@h\\\\()\\[\\],.=~!<>\n-]{0,60}") {
            let _ = tokens(&text);
        }

        #[test]
        fn string_literals_keep_their_text(text in "\\PC*") {
            let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
            prop_assert_eq!(&read(&format!("\"{escaped}\""))[0], &Token::Text(text.clone()));
            let doubled = text.replace('\'', "''");
            prop_assert_eq!(&read(&format!("@'{doubled}'"))[0], &Token::Text(text));
        }
    }
}
