//! A cursor over tokens, shared by the parsers of pipelines and of expressions.

use super::error::KqlError;
use super::lexer::{Placed, Token, tokens};

/// Deepest nesting of parentheses and subqueries. Kusto has such a limit too.
const DEPTH: usize = 64;

pub(super) struct Cursor {
    tokens: Vec<Placed>,
    at: usize,
    depth: usize,
}

impl Cursor {
    pub(super) fn new(text: &str) -> Result<Self, KqlError> {
        Ok(Self { tokens: tokens(text)?, at: 0, depth: 0 })
    }

    /// The next token; at the end of the text always [`Token::End`].
    pub(super) fn peek(&self) -> &Token {
        &self.placed().token
    }

    /// The token after the next one.
    pub(super) fn peek_second(&self) -> &Token {
        let last = self.tokens.len() - 1;
        &self.tokens[(self.at + 1).min(last)].token
    }

    fn placed(&self) -> &Placed {
        // There is always a token here: the cursor never moves past the last one, `End`.
        &self.tokens[self.at]
    }

    /// Consumes the next token.
    pub(super) fn next(&mut self) -> Token {
        let token = self.peek().clone();
        if token != Token::End {
            self.at += 1;
        }
        token
    }

    /// The error for a next token that isn't allowed here.
    pub(super) fn unexpected(&self) -> KqlError {
        let placed = self.placed();
        KqlError::Syntax { position: placed.position, token: placed.text.clone() }
    }

    pub(super) fn is_sign(&self, sign: &str) -> bool {
        matches!(self.peek(), Token::Sign(found) if *found == sign)
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Token::Name(found) if found == word)
    }

    /// Consumes `sign` if it is the next token.
    pub(super) fn take_sign(&mut self, sign: &str) -> bool {
        let found = self.is_sign(sign);
        self.at += usize::from(found);
        found
    }

    /// Consumes the word if it is the next token.
    pub(super) fn take_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        self.at += usize::from(found);
        found
    }

    pub(super) fn expect_sign(&mut self, sign: &str) -> Result<(), KqlError> {
        if self.take_sign(sign) { Ok(()) } else { Err(self.unexpected()) }
    }

    pub(super) fn expect_word(&mut self, word: &str) -> Result<(), KqlError> {
        if self.take_word(word) { Ok(()) } else { Err(self.unexpected()) }
    }

    /// Consumes a name.
    pub(super) fn name(&mut self) -> Result<String, KqlError> {
        match self.peek() {
            Token::Name(name) => {
                let name = name.clone();
                self.at += 1;
                Ok(name)
            }
            _ => Err(self.unexpected()),
        }
    }

    /// Consumes a whole number that isn't negative.
    pub(super) fn count(&mut self) -> Result<u64, KqlError> {
        match *self.peek() {
            Token::Long(number) => {
                self.at += 1;
                // Literals have no sign, so this changes nothing.
                Ok(number.unsigned_abs())
            }
            _ => Err(self.unexpected()),
        }
    }

    /// Parses one item, then more items after commas.
    pub(super) fn list<T>(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<T, KqlError>,
    ) -> Result<Vec<T>, KqlError> {
        let mut items = vec![item(self)?];
        while self.take_sign(",") {
            items.push(item(self)?);
        }
        Ok(items)
    }

    /// Runs `parse` one nesting level deeper.
    ///
    /// # Errors
    /// The nesting is deeper than the limit, which keeps any text from overflowing the stack.
    pub(super) fn nested<T>(
        &mut self,
        parse: impl FnOnce(&mut Self) -> Result<T, KqlError>,
    ) -> Result<T, KqlError> {
        if self.depth == DEPTH {
            return Err(self.unexpected());
        }
        self.depth += 1;
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }
}
