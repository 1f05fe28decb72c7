//! One sample in a reply.

use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};
use std::fmt;

/// A sample: time in milliseconds, and the value, which Prometheus writes as text: `"1"`, `"NaN"`, `"+Inf"`, `"-Inf"`.
pub(super) struct Point {
    pub(super) millis: i64,
    pub(super) value: f64,
}

struct PointVisitor;
struct Seconds(i64);
struct SecondsVisitor;
struct Float(f64);
struct FloatVisitor;

impl<'de> Deserialize<'de> for Point {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(PointVisitor)
    }
}

impl<'de> Visitor<'de> for PointVisitor {
    type Value = Point;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a time and a value")
    }

    // The parser itself refuses a longer list.
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Point, A::Error> {
        match (list.next_element()?, list.next_element()?) {
            (Some(Seconds(millis)), Some(Float(value))) => Ok(Point { millis, value }),
            _ => Err(Error::invalid_length(0, &self)),
        }
    }
}

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(SecondsVisitor)
    }
}

impl Visitor<'_> for SecondsVisitor {
    type Value = Seconds;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a time in seconds")
    }

    fn visit_u64<E: Error>(self, seconds: u64) -> Result<Seconds, E> {
        Ok(Seconds(i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(1_000)))
    }

    fn visit_i64<E: Error>(self, seconds: i64) -> Result<Seconds, E> {
        Ok(Seconds(seconds.saturating_mul(1_000)))
    }

    fn visit_f64<E: Error>(self, seconds: f64) -> Result<Seconds, E> {
        let millis = seconds * 1e3;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the cast saturates: such a time is outside any grid"
        )]
        // The cast after adding a half rounds; `f64::round` is a function call on older processors.
        Ok(Seconds((millis + 0.5_f64.copysign(millis)) as i64))
    }
}

impl<'de> Deserialize<'de> for Float {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(FloatVisitor)
    }
}

impl Visitor<'_> for FloatVisitor {
    type Value = Float;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number as text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Float, E> {
        text.parse().map(Float).map_err(|_| E::custom("a value that is no number"))
    }
}
