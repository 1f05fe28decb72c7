//! The text format in which endpoints expose their metrics.

use super::family::{Family, Part};
use super::signal::Exposed;
use flux::UtcMillis;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The lines written so far, by family.
#[derive(Default)]
pub(super) struct Page(BTreeMap<Family, String>);

impl Page {
    /// Adds a series with its value at a time. Adds nothing when the series doesn't exist then.
    pub(super) fn add(&mut self, exposed: &Exposed<'_>, at: UtcMillis) {
        let Some(value) = exposed.signal.at(at) else { return };
        let family = exposed.metric.family;
        let lines = self.0.entry(family).or_insert_with(|| {
            let name = family.name();
            format!("# HELP {name} {}\n# TYPE {name} {}\n", family.help(), family.type_name())
        });
        lines.push_str(&family.name());
        lines.push_str(match exposed.metric.part {
            Part::Whole => "",
            Part::Bucket => "_bucket",
            Part::Sum => "_sum",
            Part::Count => "_count",
        });
        for (index, (name, value)) in exposed.labels.iter().enumerate() {
            lines.push(if index == 0 { '{' } else { ',' });
            // Writing to a String can't fail.
            let _ = write!(lines, "{name}=\"{}\"", escaped(value));
        }
        if !exposed.labels.is_empty() {
            lines.push('}');
        }
        let _ = writeln!(lines, " {value}");
    }

    pub(super) fn finish(self) -> String {
        self.0.into_values().collect()
    }
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::super::family::Metric;
    use super::super::signal::Signal;
    use super::*;
    use flux::Text;

    #[test]
    fn families_stay_together_and_values_are_escaped() {
        let mut page = Page::default();
        let mut add = |family, labels: &[(&str, &str)], value: f64| {
            let labels = labels.iter().map(|(name, value)| (Text::from(*name), Text::from(*value)));
            let signal = Signal::gauge(UtcMillis(5), move |_| value);
            let metric = Metric { family, part: Part::Whole };
            let exposed = Exposed { metric, labels: labels.collect(), signal };
            page.add(&exposed, UtcMillis(5));
            page.add(&exposed, UtcMillis(4));
        };
        add(Family::QueueDepth, &[("name", "a\"\\\n"), ("priority", "")], 1.5);
        add(Family::CpuSeconds, &[], 2e-7);
        add(Family::QueueDepth, &[("name", "b")], 2e9);
        assert_eq!(
            page.finish(),
            "# HELP process_cpu_seconds_total CPU time, seconds.\n\
             # TYPE process_cpu_seconds_total counter\n\
             process_cpu_seconds_total 0.0000002\n\
             # HELP workqueue_depth Items that wait in the queue.\n\
             # TYPE workqueue_depth gauge\n\
             workqueue_depth{name=\"a\\\"\\\\\\n\",priority=\"\"} 1.5\n\
             workqueue_depth{name=\"b\"} 2000000000\n"
        );
    }
}
