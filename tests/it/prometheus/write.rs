//! Prometheus' remote write protocol, as far as plain samples need it.

use fleet::metrics::ScrapedSeries;
use flux::UtcMillis;
use prost::Message;

/// The bits of the value that marks the end of a series.
pub const STALE: u64 = 0x7ff0_0000_0000_0002;

#[derive(Clone, PartialEq, Message)]
struct WriteRequest {
    #[prost(message, repeated, tag = "1")]
    timeseries: Vec<TimeSeries>,
}

#[derive(Clone, PartialEq, Message)]
struct TimeSeries {
    #[prost(message, repeated, tag = "1")]
    labels: Vec<Label>,
    #[prost(message, repeated, tag = "2")]
    samples: Vec<Sample>,
}

#[derive(Clone, PartialEq, Message)]
struct Label {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(string, tag = "2")]
    value: String,
}

#[derive(Clone, PartialEq, Message)]
struct Sample {
    #[prost(double, tag = "1")]
    value: f64,
    #[prost(int64, tag = "2")]
    timestamp: i64,
}

/// A request that is being built.
#[derive(Default)]
pub struct Request {
    message: WriteRequest,
    samples: usize,
}

impl Request {
    /// Adds samples of a series, if there are any.
    pub fn add(&mut self, series: &ScrapedSeries, samples: impl Iterator<Item = (UtcMillis, f64)>) {
        let samples: Vec<Sample> =
            samples.map(|(at, value)| Sample { value, timestamp: at.0 }).collect();
        if samples.is_empty() {
            return;
        }
        self.samples += samples.len();
        let label = |name: &str, value: &str| Label { name: name.into(), value: value.into() };
        // Labels are sorted by name. This one is first, because no other label begins with an upper-case letter.
        let name = label("__name__", &series.name);
        let others = series.labels.iter().map(|(name, value)| label(name, value));
        let labels = [name].into_iter().chain(others).collect();
        self.message.timeseries.push(TimeSeries { labels, samples });
    }

    /// Number of samples in the request.
    pub fn samples(&self) -> usize {
        self.samples
    }

    /// The body of the request, compressed.
    pub fn into_body(self) -> Vec<u8> {
        let plain = self.message.encode_to_vec();
        snap::raw::Encoder::new().compress_vec(&plain).expect("it fits")
    }
}
