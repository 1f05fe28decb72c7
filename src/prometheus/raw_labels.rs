//! The labels of series as replies have them, and which series are kept.

use super::Labels;
use crate::upstream::lenient::Str;
use flux::Interner;
use foldhash::fast::RandomState;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::hash::BuildHasher;

/// Most series that are kept of one answer.
pub(super) const MAX_SERIES: usize = 100_000;
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
pub(super) enum SeriesSlot {
    /// To the one that was kept with this number.
    Known(usize),
    /// Behind those that are kept.
    New(Labels),
    /// Nowhere: there are too many.
    LeftOut,
}

/// Which series are kept, and how many are not.
#[derive(Debug, Default)]
pub(super) struct KnownSeries {
    kept: HashMap<Box<[u8]>, usize, RandomState>,
    /// Hashes: two series with the same one are counted as one.
    left_out: HashSet<u64, RandomState>,
    interner: Interner,
    identity: Vec<u8>,
}

impl KnownSeries {
    /// Finds the place of a series; where it is [`SeriesSlot::New`], it must be kept. `has_room`: one more may be.
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

    /// How many are left out.
    pub(super) fn left_out(&self) -> usize {
        self.left_out.len()
    }
}
