//! The envelope that all replies of the HTTP API share, read in one pass over its bytes; `data` goes to whoever takes it.

use crate::upstream::lenient::{Fill, Members, Str};
use crate::upstream::{Refusal, ReplyFault, Upstream, UpstreamError, printable};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// Most warnings of one answer.
const MAX_WARNINGS: usize = 10;

/// The `warnings` and `infos` of the replies, each once.
#[derive(Debug, Default)]
pub(super) struct Warnings {
    texts: Vec<String>,
    more: bool,
}

impl Warnings {
    pub(super) fn note(&mut self, text: &str) {
        let text = printable(text);
        if text.is_empty() || self.texts.contains(&text) {
            return;
        }
        if self.texts.len() < MAX_WARNINGS {
            self.texts.push(text);
        } else {
            self.more = true;
        }
    }

    /// At most ten lines of at most 300 characters, and one more line when there are more.
    pub(super) fn finish(mut self) -> Vec<String> {
        if self.more {
            self.texts.push(format!("more warnings than these {MAX_WARNINGS}"));
        }
        self.texts
    }
}

impl<'de> Items<'de> for Warnings {
    fn item<A: SeqAccess<'de>>(&mut self, list: &mut A) -> Result<bool, A::Error> {
        let text: Option<Str<'de>> = list.next_element()?;
        if let Some(text) = text.as_ref().and_then(Str::get) {
            self.note(text);
        }
        Ok(text.is_some())
    }
}

/// Takes `data` of a reply.
pub(super) trait Data<'de> {
    /// Reads `data`; called once for each reply.
    fn read<D: Deserializer<'de>>(&mut self, from: D) -> Result<(), D::Error>;

    /// What is wrong with `data`, after it has been read. `None`: nothing.
    fn fault(&self) -> Option<&'static str> {
        None
    }
}

/// Takes the items of a list one by one.
pub(super) trait Items<'de> {
    /// Reads the next item. `false`: there is none.
    fn item<A: SeqAccess<'de>>(&mut self, list: &mut A) -> Result<bool, A::Error>;
}

/// Reads a list item by item; `null`, which Go writes for a list that was never made, is an empty one.
pub(super) struct Each<'s, S>(pub(super) &'s mut S);

impl<'de, S: Items<'de>> DeserializeSeed<'de> for Each<'_, S> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de, S: Items<'de>> Visitor<'de> for Each<'_, S> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while self.0.item(&mut list)? {}
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

struct Envelope<'s, 'de, D> {
    status: Str<'de>,
    error_type: Str<'de>,
    error: Str<'de>,
    data: &'s mut D,
    /// How often `data` came.
    times: usize,
    warnings: &'s mut Warnings,
}

struct Inside<'s, D>(&'s mut D);

impl<'de, D: Data<'de>> DeserializeSeed<'de> for Inside<'_, D> {
    type Value = ();

    fn deserialize<F: Deserializer<'de>>(self, from: F) -> Result<(), F::Error> {
        self.0.read(from)
    }
}

impl<'de, D: Data<'de>> Members<'de> for Envelope<'_, 'de, D> {
    fn member<A: MapAccess<'de>>(&mut self, name: &str, object: &mut A) -> Result<(), A::Error> {
        match name {
            "status" => self.status = object.next_value()?,
            "errorType" => self.error_type = object.next_value()?,
            "error" => self.error = object.next_value()?,
            "data" if self.times == 0 => {
                self.times = 1;
                object.next_value_seed(Inside(self.data))?;
            }
            "data" => {
                self.times += 1;
                object.next_value::<IgnoredAny>()?;
            }
            "warnings" | "infos" => object.next_value_seed(Each(self.warnings))?,
            _ => drop(object.next_value::<IgnoredAny>()?),
        }
        Ok(())
    }
}

/// Reads a reply that came with a good status: its `data`, and its `warnings` and `infos`. Both are useless after an
/// error.
///
/// # Errors
/// [`UpstreamError::Refused`] when the reply reports an error; [`UpstreamError::NotUnderstood`] when the reply is cut off,
/// not JSON, or of another shape.
pub(super) fn read<'de, D: Data<'de>>(
    upstream: &Upstream,
    body: &'de [u8],
    data: &mut D,
    warnings: &mut Warnings,
) -> Result<(), UpstreamError> {
    let mut envelope = Envelope {
        status: Str::default(),
        error_type: Str::default(),
        error: Str::default(),
        data,
        times: 0,
        warnings,
    };
    let mut json = serde_json::Deserializer::from_slice(body);
    let read = Fill(&mut envelope).deserialize(&mut json).and_then(|()| json.end());
    read.map_err(|error| not_understood(upstream, &place(&error)))?;
    match envelope.status.get() {
        Some("success") if envelope.times == 1 => match envelope.data.fault() {
            Some(fault) => Err(not_understood(upstream, fault)),
            None => Ok(()),
        },
        Some("error") => {
            let [code, message] =
                [&envelope.error_type, &envelope.error].map(|text| text.get().unwrap_or_default());
            let refusal = Refusal::new(code, message);
            Err(UpstreamError::Refused { upstream: upstream.clone(), status: 200, refusal })
        }
        _ => Err(not_understood(upstream, "neither data nor an error")),
    }
}

/// Where the JSON breaks; the parser's own text would quote the body.
fn place(error: &serde_json::Error) -> String {
    let cut_off = if error.is_eof() { "cut off at " } else { "" };
    format!("{cut_off}line {} column {}", error.line(), error.column())
}

fn not_understood(upstream: &Upstream, why: &str) -> UpstreamError {
    let fault = ReplyFault::Decode(why.into());
    UpstreamError::NotUnderstood { upstream: upstream.clone(), fault }
}
