//! Replies to a range query: values placed on the grid, part by part.

use super::decode::{self, Each, Items, Warnings};
use super::point::Point;
use super::raw_labels::{KnownSeries, MAX_SERIES, RawLabels, SeriesSlot};
use super::series::{Results, Sink};
use super::{Grid, Reply, Series};
use crate::upstream::{Upstream, UpstreamError};
use flux::UtcMillis;
use serde::de::{MapAccess, SeqAccess};
use std::ops::Range;

/// Most values of one answer, missing ones included: 64 MB.
const MAX_VALUES: usize = 8 * 1024 * 1024;

/// Joins the replies to one range query, each for a part of the grid.
///
/// Values are kept unchanged, as in Grafana's own Prometheus data source (12.3): NaN and infinities are values, not null,
/// and nothing is filled in where Prometheus has no sample (none yet, none within its look-back of five minutes, or the
/// series has ended: staleness markers never leave Prometheus). Grafana's data source makes a frame for each series and
/// leaves out the times without a sample; on a grid these times have NaN, which a chart draws as the same gap. Unlike in
/// Grafana's data source, native histograms are left out with a warning.
#[derive(Debug)]
pub struct RangeReply {
    grid: Grid,
    series: Vec<Series>,
    known: KnownSeries,
    warnings: Warnings,
    /// Values of the series that is being read, for the whole grid; all NaN between two series.
    values: Vec<f64>,
}

impl RangeReply {
    /// A result without any replies.
    pub fn new(grid: Grid) -> Self {
        Self {
            grid,
            series: Vec::new(),
            known: KnownSeries::default(),
            warnings: Warnings::default(),
            values: vec![f64::NAN; grid.points],
        }
    }

    /// Reads one reply (`resultType` `matrix`) to the query for these points of the grid. Samples at other times are left
    /// out with a warning.
    ///
    /// # Errors
    /// The reply is an error, or can't be read; the result is useless then.
    ///
    /// # Cost
    /// One pass over the reply; eight bytes of memory for each point of the grid and series. At most 100,000 series and 8
    /// million values are kept.
    pub fn add(
        &mut self,
        upstream: &Upstream,
        body: &[u8],
        points: Range<usize>,
    ) -> Result<(), UpstreamError> {
        let mut warnings = std::mem::take(&mut self.warnings);
        let step = self.grid.step_millis();
        let next = (self.grid.time(points.start), points.start);
        let sink = Matrix { reply: self, points, step, next, samples: 0, off_grid: false };
        let mut results = Results::new(sink);
        let read = decode::read(upstream, body, &mut results, &mut warnings);
        if results.had_histograms() {
            warnings.note("native histograms are left out");
        }
        if results.sink.off_grid {
            warnings.note("samples at times that the query didn't ask for are left out");
        }
        self.warnings = warnings;
        read
    }

    /// All series that have a sample, sorted by their labels.
    pub fn finish(self) -> Reply<Series> {
        let mut items = self.series;
        items.sort_by(|left, right| left.labels.cmp(&right.labels));
        Reply { items, warnings: self.warnings.finish(), left_out: self.known.left_out() }
    }

    fn has_room(&self) -> bool {
        let kept = self.series.len();
        kept < MAX_SERIES && (kept + 1).saturating_mul(self.values.len()) <= MAX_VALUES
    }
}

/// Reads one reply.
struct Matrix<'r> {
    reply: &'r mut RangeReply,
    points: Range<usize>,
    step: i64,
    /// Time and index of the point that is expected next.
    next: (UtcMillis, usize),
    /// Samples of the series that is being read.
    samples: usize,
    off_grid: bool,
}

impl Matrix<'_> {
    fn put(&mut self, point: &Point) {
        let time = UtcMillis(point.millis);
        let index =
            if time == self.next.0 { Some(self.next.1) } else { self.reply.grid.index(time) };
        let index = index.filter(|index| self.points.contains(index));
        let Some((index, value)) =
            index.and_then(|index| Some((index, self.reply.values.get_mut(index)?)))
        else {
            self.off_grid = true;
            return;
        };
        *value = point.value;
        self.samples += 1;
        self.next = (UtcMillis(point.millis.saturating_add(self.step)), index + 1);
    }

    /// The values that were read, in their part of the grid.
    fn read_values(&mut self) -> &mut [f64] {
        self.reply.values.get_mut(self.points.clone()).unwrap_or_default()
    }
}

impl<'de> Sink<'de> for Matrix<'_> {
    const RESULT_TYPE: &'static str = "matrix";
    const OTHER_TYPE: &'static str = "not the series of a range query";
    const VALUES: &'static str = "values";

    fn values<A: MapAccess<'de>>(&mut self, object: &mut A) -> Result<(), A::Error> {
        self.next = (self.reply.grid.time(self.points.start), self.points.start);
        object.next_value_seed(Each(self))
    }

    fn end(&mut self, labels: &mut RawLabels<'de>) {
        if std::mem::take(&mut self.samples) == 0 {
            return;
        }
        let has_room = self.reply.has_room();
        match self.reply.known.slot(labels, has_room) {
            SeriesSlot::New(labels) => {
                let empty = vec![f64::NAN; self.reply.values.len()];
                let values = std::mem::replace(&mut self.reply.values, empty);
                self.reply.series.push(Series { labels, values });
                return;
            }
            SeriesSlot::Known(index) => {
                let points = self.points.clone();
                let RangeReply { series, values, .. } = &mut *self.reply;
                let kept = series.get_mut(index).map(|series| &mut series.values);
                let kept = kept.and_then(|values| values.get_mut(points.clone()));
                let read = values.get(points).unwrap_or_default();
                for (kept, read) in kept.unwrap_or_default().iter_mut().zip(read) {
                    if !read.is_nan() {
                        *kept = *read;
                    }
                }
            }
            SeriesSlot::LeftOut => {}
        }
        self.read_values().fill(f64::NAN);
    }
}

impl<'de> Items<'de> for Matrix<'_> {
    fn item<A: SeqAccess<'de>>(&mut self, list: &mut A) -> Result<bool, A::Error> {
        let point: Option<Point> = list.next_element()?;
        if let Some(point) = &point {
            self.put(point);
        }
        Ok(point.is_some())
    }
}
