//! Reads replies to instant queries and to the request for the version.

use super::decode::{self, Data, Warnings};
use super::point::Point;
use super::raw_labels::{MAX_SERIES, RawLabels};
use super::series::{Results, Sink};
use super::{Reply, Sample};
use crate::upstream::lenient::{Fill, Str, lenient_object};
use crate::upstream::{Upstream, UpstreamError, printable};
use flux::Interner;
use serde::de::{Deserializer, MapAccess};

/// The series of an instant query's reply, in its order. Native histograms are left out with a warning.
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

/// The version in a `buildinfo` reply, shortened; `None` when the reply names none.
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
    /// Value of the series that is being read. `None`: the series is a native histogram.
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
