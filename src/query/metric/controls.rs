//! Parameters that choose a metric of the catalogue, and labels of that metric.

use super::{Metric, metrics};
use crate::query::params::{ParamControl, ReadAfter, ReadAlone, shown, texts};
use crate::query::spec::Control;
use serde_json::Value;

/// The only value of the list: group by no label.
const NO_LABEL: &str = "none";

/// The id of a metric; required.
#[derive(Clone, Copy, Debug)]
pub(in crate::query) struct MetricId;

impl ParamControl for MetricId {
    type Value = &'static Metric;

    fn control(&self) -> Control {
        Control::Metric
    }
}

impl ReadAlone for MetricId {
    fn read(&self, given: Option<&Value>) -> Result<&'static Metric, String> {
        let known = || {
            let ids: Vec<_> = metrics().map(|metric| metric.id).collect();
            format!("one of {}", ids.join(", "))
        };
        match texts(given).map_err(|_| known())?.as_slice() {
            [id] => Metric::find(id).ok_or_else(|| format!("{} (not \"{}\")", known(), shown(id))),
            _ => Err(known()),
        }
    }
}

/// A list of labels of the metric. Default: the metric's own default.
#[derive(Clone, Copy, Debug)]
pub(in crate::query) struct Labels;

impl ParamControl for Labels {
    type Value = Vec<&'static str>;

    fn control(&self) -> Control {
        Control::Labels
    }
}

impl ReadAfter for Labels {
    type Earlier = &'static Metric;

    fn read_after(
        &self,
        given: Option<&Value>,
        metric: &'static Metric,
    ) -> Result<Vec<&'static str>, String> {
        let words = texts(given)?;
        match words.as_slice() {
            [] => Ok(metric.default_group_by.to_vec()),
            [word] if word == NO_LABEL => Ok(Vec::new()),
            words => {
                let mut labels = Vec::new();
                for word in words {
                    let label =
                        metric.group_by.iter().find(|label| *label == word).ok_or_else(|| {
                            format!(
                                "out of {}, or {NO_LABEL} (not \"{}\")",
                                metric.group_by.join(", "),
                                shown(word)
                            )
                        })?;
                    if !labels.contains(label) {
                        labels.push(*label);
                    }
                }
                Ok(labels)
            }
        }
    }
}
