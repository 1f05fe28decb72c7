//! What the other calls of the HTTP API reply: instant vectors, names of labels, label sets, the version.

use super::decode::{self, Data, Each, Items, Warnings};
use super::point::Point;
use super::raw_labels::{Known, MAX_SERIES, Place, RawLabels};
use super::series::{Results, Sink};
use super::{Labels, Reply, Sample};
use crate::upstream::lenient::{Fill, Str, lenient_object};
use crate::upstream::{Upstream, UpstreamError, printable};
use flux::{Interner, Text};
use serde::de::{Deserializer, MapAccess, SeqAccess};
use std::collections::BTreeSet;

/// Most names of labels that are kept.
const MAX_NAMES: usize = 10_000;

/// The series of an instant query's reply, in its order. Native histograms are left out, and said to be.
pub(super) fn instant(upstream: &Upstream, body: &[u8]) -> Result<Reply<Sample>, UpstreamError> {
    let mut warnings = Warnings::default();
    let mut results = Results::new(Vector::default());
    decode::read(upstream, body, &mut results, &mut warnings)?;
    if results.had_histograms() {
        warnings.note("native histograms are left out");
    }
    let Vector { samples, left_out, .. } = results.sink;
    Ok(Reply { items: samples, warnings: warnings.finish(), left_out })
}

/// The names of a `labels` reply, sorted.
pub(super) fn names(upstream: &Upstream, body: &[u8]) -> Result<Reply<Text>, UpstreamError> {
    let mut warnings = Warnings::default();
    let mut names = Names::default();
    decode::read(upstream, body, &mut names, &mut warnings)?;
    let Names { names, left_out } = names;
    let items = names.into_iter().collect();
    Ok(Reply { items, warnings: warnings.finish(), left_out })
}

/// The version of a `buildinfo` reply, shortened; `None` where it names none.
pub(super) fn version(upstream: &Upstream, body: &[u8]) -> Result<Option<String>, UpstreamError> {
    let mut info = BuildInfo::default();
    decode::read(upstream, body, &mut info, &mut Warnings::default())?;
    Ok(info.version.get().map(printable).filter(|version| !version.is_empty()))
}

#[derive(Default)]
struct Vector {
    samples: Vec<Sample>,
    left_out: usize,
    interner: Interner,
    /// Of the series that is being read. `None`: it is a native histogram.
    value: Option<f64>,
}

impl<'de> Sink<'de> for Vector {
    const RESULT_TYPE: &'static str = "vector";
    const OTHER_TYPE: &'static str = "not an instant vector";
    const VALUES: &'static str = "value";

    fn values<A: MapAccess<'de>>(&mut self, object: &mut A) -> Result<(), A::Error> {
        let point: Point = object.next_value()?;
        self.value = Some(point.value);
        Ok(())
    }

    fn end(&mut self, labels: &mut RawLabels<'de>) {
        let Some(value) = self.value.take() else { return };
        if labels.too_many() || self.samples.len() == MAX_SERIES {
            self.left_out += 1;
        } else {
            self.samples.push(Sample { labels: labels.labels(&mut self.interner), value });
        }
    }
}

#[derive(Default)]
struct Names {
    names: BTreeSet<Text>,
    left_out: usize,
}

impl<'de> Data<'de> for Names {
    fn read<D: Deserializer<'de>>(&mut self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(Each(self))
    }
}

impl<'de> Items<'de> for Names {
    fn item<A: SeqAccess<'de>>(&mut self, list: &mut A) -> Result<bool, A::Error> {
        let name: Option<Str<'de>> = list.next_element()?;
        if let Some(name) = name.as_ref().map(Str::raw).filter(|name| !name.is_empty()) {
            if self.names.len() < MAX_NAMES {
                self.names.insert(name.into());
            } else if !self.names.contains(name) {
                self.left_out += 1;
            }
        }
        Ok(name.is_some())
    }
}

/// Takes the replies to one question for series, each for a part of its time.
#[derive(Default)]
pub(super) struct SeriesReply {
    sets: Vec<Labels>,
    known: Known,
    warnings: Warnings,
}

impl SeriesReply {
    pub(super) fn add(&mut self, upstream: &Upstream, body: &[u8]) -> Result<(), UpstreamError> {
        let Self { sets, known, warnings } = self;
        let mut data = LabelSets { sets, known, labels: RawLabels::default() };
        decode::read(upstream, body, &mut data, warnings)
    }

    /// Each label set once, sorted.
    pub(super) fn finish(self) -> Reply<Labels> {
        let mut items = self.sets;
        items.sort();
        // Metrics with different names may have series with the same labels.
        items.dedup();
        Reply { items, warnings: self.warnings.finish(), left_out: self.known.left_out() }
    }
}

struct LabelSets<'s, 'de> {
    sets: &'s mut Vec<Labels>,
    known: &'s mut Known,
    labels: RawLabels<'de>,
}

impl<'de> Data<'de> for LabelSets<'_, 'de> {
    fn read<D: Deserializer<'de>>(&mut self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(Each(self))
    }
}

impl<'de> Items<'de> for LabelSets<'_, 'de> {
    fn item<A: SeqAccess<'de>>(&mut self, list: &mut A) -> Result<bool, A::Error> {
        let found = list.next_element_seed(&mut self.labels)?.is_some();
        if found {
            let has_room = self.sets.len() < MAX_SERIES;
            if let Place::New(labels) = self.known.place(&mut self.labels, has_room) {
                self.sets.push(labels);
            }
        }
        Ok(found)
    }
}

lenient_object! {
    /// `data` of `buildinfo`.
    struct BuildInfo<'a> {
        "version" => version: Str<'a>,
    }
}

impl<'de> Data<'de> for BuildInfo<'de> {
    fn read<D: Deserializer<'de>>(&mut self, from: D) -> Result<(), D::Error> {
        use serde::de::DeserializeSeed;
        Fill(self).deserialize(from)
    }
}
