//! Reads the series of a query's reply, one by one, into a sink.

use super::decode::{Data, Each, Items};
use super::raw_labels::RawLabels;
use crate::upstream::lenient::{Fill, Members, Str};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess};

/// Takes the series of a result.
pub(super) trait Sink<'de> {
    /// The `resultType` that the sink takes.
    const RESULT_TYPE: &'static str;
    /// The fault to report for any other `resultType`.
    const OTHER_TYPE: &'static str;
    /// The member of a series that holds its values.
    const VALUES: &'static str;

    /// Reads the values of the series that is being read.
    fn values<A: MapAccess<'de>>(&mut self, object: &mut A) -> Result<(), A::Error>;

    /// Keeps the series, which has been read to its end.
    fn end(&mut self, labels: &mut RawLabels<'de>);
}

/// Reads `data` of a query's reply, series by series, into a sink.
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
    /// Whether some series isn't an object.
    odd: bool,
    /// Whether some series is a native histogram.
    histograms: bool,
}

impl<S> Results<'_, S> {
    pub(super) fn new(sink: S) -> Self {
        Self { sink, result_type: Str::default(), series: Current::default() }
    }

    /// Whether there were native histograms, which have no plain values.
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
            _ => drop(object.next_value::<IgnoredAny>()?),
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
                object.next_value::<IgnoredAny>()?;
            }
            _ => drop(object.next_value::<IgnoredAny>()?),
        }
        Ok(())
    }

    fn not_an_object(&mut self) {
        self.current.odd = true;
    }
}
