//! The labels of series in replies, and the limit on the number of series.

use super::Labels;
use crate::upstream::lenient::Str;
use flux::Interner;
use foldhash::fast::RandomState;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::hash::BuildHasher;

/// Most series of one answer.
pub(super) const MAX_SERIES: usize = 100_000;
/// Most labels of one series; an Azure Monitor workspace takes 63. A series with more is left out.
const MAX_LABELS: usize = 256;
/// The label that is the metric's name.
const NAME: &str = "__name__";

/// The labels of one series, in the order of the reply.
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

    /// `true` when the series has too many labels to be kept.
    pub(super) fn too_many(&self) -> bool {
        self.too_many
    }

    /// The labels without the metric's name.
    pub(super) fn labels(&self, interner: &mut Interner) -> Labels {
        let kept = self.pairs.iter().map(|(name, value)| (name.raw(), value.raw()));
        kept.filter(|(name, value)| *name != NAME && !value.is_empty())
            .map(|(name, value)| (interner.intern(name), interner.intern(value)))
            .collect()
    }

    /// Writes bytes that are equal for equal labels in any order, and different for all others; the metric's name counts.
    fn identity(&mut self, bytes: &mut Vec<u8>) {
        self.pairs.sort_by(|(left, _), (right, _)| left.raw().cmp(right.raw()));
        bytes.clear();
        for (name, value) in &self.pairs {
            for text in [name.raw(), value.raw()] {
                bytes.extend_from_slice(text.as_bytes());
                // A byte that no UTF-8 text contains.
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

/// Where the values of a series go.
pub(super) enum SeriesSlot {
    /// To the series with this index, which an earlier reply had.
    Known(usize),
    /// To a new series.
    New(Labels),
    /// Nowhere: the limit is reached.
    LeftOut,
}

/// The series that are kept, and the number of those that are not.
#[derive(Debug, Default)]
pub(super) struct KnownSeries {
    kept: HashMap<Box<[u8]>, usize, RandomState>,
    /// Hashes of the series that are left out; two series with the same hash are counted as one.
    left_out: HashSet<u64, RandomState>,
    interner: Interner,
    identity: Vec<u8>,
}

impl KnownSeries {
    /// Where the values of a series go. The caller must keep a [`SeriesSlot::New`]. `has_room`: one more series may be kept.
    pub(super) fn slot(&mut self, labels: &mut RawLabels, has_room: bool) -> SeriesSlot {
        labels.identity(&mut self.identity);
        if let Some(&index) = self.kept.get(&*self.identity) {
            return SeriesSlot::Known(index);
        }
        if labels.too_many() || !has_room {
            self.left_out.insert(self.kept.hasher().hash_one(&self.identity));
            return SeriesSlot::LeftOut;
        }
        self.kept.insert(self.identity.as_slice().into(), self.kept.len());
        SeriesSlot::New(labels.labels(&mut self.interner))
    }

    /// Number of series that are left out.
    pub(super) fn left_out(&self) -> usize {
        self.left_out.len()
    }
}
