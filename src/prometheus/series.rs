//! The series of a query's reply, one by one: labels, and what a sink makes of the values.

use super::Labels;
use super::decode::{Data, Each, Items};
use crate::azure::lenient::{Fill, Members, Skip, Str};
use crate::domain::Interner;
use foldhash::fast::RandomState;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::hash::BuildHasher;

/// Most series that are kept of one answer.
pub(super) const MAX_SERIES: usize = 20_000;
/// Most labels of one series; an Azure Monitor workspace takes 63. A series with more is left out.
const MAX_LABELS: usize = 256;
/// The label that is the metric's name.
const NAME: &str = "__name__";

/// The labels of one series as they come.
#[derive(Debug, Default)]
pub(super) struct RawLabels<'de> {
    pairs: Vec<(Str<'de>, Str<'de>)>,
    too_many: bool,
}

impl RawLabels<'_> {
    pub(super) fn clear(&mut self) {
        self.pairs.clear();
        self.too_many = false;
    }

    /// `true` when there are too many to keep the series.
    pub(super) fn too_many(&self) -> bool {
        self.too_many
    }

    /// Without the metric's name.
    pub(super) fn labels(&self, interner: &mut Interner) -> Labels {
        let kept = self.pairs.iter().map(|(name, value)| (name.raw(), value.raw()));
        kept.filter(|(name, value)| *name != NAME && !value.is_empty())
            .map(|(name, value)| (interner.intern(name), interner.intern(value)))
            .collect()
    }

    /// The same bytes for the same labels in any order, and for no others; the metric's name counts.
    fn identity(&mut self, bytes: &mut Vec<u8>) {
        self.pairs.sort_by(|(left, _), (right, _)| left.raw().cmp(right.raw()));
        bytes.clear();
        for (name, value) in &self.pairs {
            for text in [name.raw(), value.raw()] {
                bytes.extend_from_slice(text.as_bytes());
                // In no UTF-8 text.
                bytes.push(0xff);
            }
        }
    }
}

impl<'de> DeserializeSeed<'de> for &mut RawLabels<'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &mut RawLabels<'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("labels by name")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        self.clear();
        while let Some(pair) = object.next_entry()? {
            if self.pairs.len() < MAX_LABELS {
                self.pairs.push(pair);
            } else {
                self.too_many = true;
            }
        }
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.clear();
        Ok(())
    }
}

/// Where a series belongs.
pub(super) enum Place {
    /// To the one that was kept with this number.
    Known(usize),
    /// Behind those that are kept.
    New(Labels),
    /// Nowhere: there are too many.
    LeftOut,
}

/// Which series are kept, and how many are not.
#[derive(Debug, Default)]
pub(super) struct Known {
    kept: HashMap<Box<[u8]>, usize, RandomState>,
    /// Hashes: two series with the same one are counted as one.
    left_out: HashSet<u64, RandomState>,
    interner: Interner,
    identity: Vec<u8>,
}

impl Known {
    /// Finds the place of a series; where it is [`Place::New`], it must be kept. `has_room`: one more may be.
    pub(super) fn place(&mut self, labels: &mut RawLabels, has_room: bool) -> Place {
        labels.identity(&mut self.identity);
        if let Some(&index) = self.kept.get(&*self.identity) {
            return Place::Known(index);
        }
        if labels.too_many() || !has_room {
            self.left_out.insert(self.kept.hasher().hash_one(&self.identity));
            return Place::LeftOut;
        }
        self.kept.insert(self.identity.as_slice().into(), self.kept.len());
        Place::New(labels.labels(&mut self.interner))
    }

    /// How many are left out.
    pub(super) fn left_out(&self) -> usize {
        self.left_out.len()
    }
}

/// Takes the series of a result.
pub(super) trait Sink<'de> {
    /// The `resultType` that it is for.
    const RESULT_TYPE: &'static str;
    /// What to say of any other.
    const OTHER_TYPE: &'static str;
    /// The member of a series that holds its values.
    const VALUES: &'static str;

    /// Reads the values of the series that is being read.
    fn values<A: MapAccess<'de>>(&mut self, object: &mut A) -> Result<(), A::Error>;

    /// Keeps the series, now that it is read.
    fn end(&mut self, labels: &mut RawLabels<'de>);
}

/// `data` of a query's reply, series by series into a sink.
#[derive(Debug)]
pub(super) struct Results<'de, S> {
    pub(super) sink: S,
    result_type: Str<'de>,
    series: Current<'de>,
}

/// The series that is being read.
#[derive(Debug, Default)]
struct Current<'de> {
    labels: RawLabels<'de>,
    /// Some series is no object.
    odd: bool,
    /// Some series is a native histogram.
    histograms: bool,
}

impl<S> Results<'_, S> {
    pub(super) fn new(sink: S) -> Self {
        Self { sink, result_type: Str::default(), series: Current::default() }
    }

    /// Whether there were native histograms, which have no values of their own.
    pub(super) fn had_histograms(&self) -> bool {
        self.series.histograms
    }
}

impl<'de, S: Sink<'de>> Data<'de> for Results<'de, S> {
    fn read<D: Deserializer<'de>>(&mut self, from: D) -> Result<(), D::Error> {
        Fill(self).deserialize(from)
    }

    fn fault(&self) -> Option<&'static str> {
        let other = self.result_type.get() != Some(S::RESULT_TYPE);
        (other || self.series.odd).then_some(S::OTHER_TYPE)
    }
}

impl<'de, S: Sink<'de>> Members<'de> for Results<'de, S> {
    fn member<A: MapAccess<'de>>(&mut self, name: &str, object: &mut A) -> Result<(), A::Error> {
        match name {
            "resultType" => self.result_type = object.next_value()?,
            "result" => object.next_value_seed(Each(self))?,
            _ => drop(object.next_value::<Skip>()?),
        }
        Ok(())
    }
}

impl<'de, S: Sink<'de>> Items<'de> for Results<'de, S> {
    fn item<A: SeqAccess<'de>>(&mut self, list: &mut A) -> Result<bool, A::Error> {
        self.series.labels.clear();
        let mut series = OneSeries { sink: &mut self.sink, current: &mut self.series };
        let found = list.next_element_seed(Fill(&mut series))?.is_some();
        if found {
            self.sink.end(&mut self.series.labels);
        }
        Ok(found)
    }
}

struct OneSeries<'s, 'de, S> {
    sink: &'s mut S,
    current: &'s mut Current<'de>,
}

impl<'de, S: Sink<'de>> Members<'de> for OneSeries<'_, 'de, S> {
    fn member<A: MapAccess<'de>>(&mut self, name: &str, object: &mut A) -> Result<(), A::Error> {
        match name {
            "metric" => object.next_value_seed(&mut self.current.labels)?,
            name if name == S::VALUES => self.sink.values(object)?,
            "histogram" | "histograms" => {
                self.current.histograms = true;
                object.next_value::<Skip>()?;
            }
            _ => drop(object.next_value::<Skip>()?),
        }
        Ok(())
    }

    fn not_an_object(&mut self) {
        self.current.odd = true;
    }
}

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

    // The parser itself refuses a list that goes on.
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
            reason = "the cast saturates: it is no point then"
        )]
        // Rounds; `f64::round` is a call on older processors.
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
