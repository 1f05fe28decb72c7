//! Upper bounds of histograms, as Flux and its libraries set them.

use flux::Text;
use std::sync::LazyLock;

/// The upper bound of a bucket: the text of the label `le`, and its number.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bound {
    pub(super) le: Text,
    pub(super) value: f64,
}

/// Bounds in ascending order; the last is infinite.
pub(super) type Bounds = LazyLock<Vec<Bound>>;

fn bounds(texts: &[&str]) -> Vec<Bound> {
    let texts = texts.iter().chain(&["+Inf"]);
    // Each text is a number: a test parses all of them.
    let bound = |text: &&str| Some(Bound { le: Text::from(*text), value: text.parse().ok()? });
    texts.filter_map(bound).collect()
}

/// Bounds of `gotk_reconcile_duration_seconds`.
pub(super) static RECONCILE_DURATION: Bounds = LazyLock::new(|| {
    bounds(&[
        "0.01",
        "0.038363583488692544",
        "0.1471764538093883",
        "0.5646216173286169",
        "2.166090855590701",
        "8.309900738254731",
        "31.879757075478317",
        "122.30217221643493",
        "469.19495946736544",
        "1799.9999999999986",
    ])
});

/// Bounds of `controller_runtime_reconcile_time_seconds`.
pub(super) static RECONCILE_TIME: Bounds = LazyLock::new(|| {
    bounds(&[
        "0.005", "0.01", "0.025", "0.05", "0.1", "0.15", "0.2", "0.25", "0.3", "0.35", "0.4",
        "0.45", "0.5", "0.6", "0.7", "0.8", "0.9", "1", "1.25", "1.5", "1.75", "2", "2.5", "3",
        "3.5", "4", "4.5", "5", "6", "7", "8", "9", "10", "15", "20", "25", "30", "40", "50", "60",
    ])
});

/// Bounds of `workqueue_…_duration_seconds` until controller-runtime 0.18.
pub(super) static WORKQUEUE_SHORT: Bounds = LazyLock::new(|| bounds(&WORKQUEUE[..10]));

/// Bounds of `workqueue_…_duration_seconds` since controller-runtime 0.19.
pub(super) static WORKQUEUE_LONG: Bounds = LazyLock::new(|| bounds(&WORKQUEUE));

const WORKQUEUE: [&str; 12] = [
    "1e-08",
    "1e-07",
    "1e-06",
    "9.999999999999999e-06",
    "9.999999999999999e-05",
    "0.001",
    "0.01",
    "0.1",
    "1",
    "10",
    "100",
    "1000",
];

/// Bounds of `gotk_…_http_request_duration_seconds`.
pub(super) static HTTP_DURATION: Bounds = LazyLock::new(|| {
    bounds(&["0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10"])
});

/// Bounds of `gotk_…_http_response_size_bytes`.
pub(super) static HTTP_SIZE: Bounds = LazyLock::new(|| {
    bounds(&["100", "1000", "10000", "100000", "1e+06", "1e+07", "1e+08", "1e+09"])
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bound_is_a_number_above_the_one_before_it() {
        for (bounds, count) in [
            (&RECONCILE_DURATION, 11),
            (&RECONCILE_TIME, 41),
            (&WORKQUEUE_SHORT, 11),
            (&WORKQUEUE_LONG, 13),
            (&HTTP_DURATION, 12),
            (&HTTP_SIZE, 9),
        ] {
            assert_eq!(bounds.len(), count);
            assert!(bounds.windows(2).all(|pair| pair[0].value < pair[1].value));
            assert_eq!(bounds.last().map(|bound| bound.value), Some(f64::INFINITY));
        }
    }
}
