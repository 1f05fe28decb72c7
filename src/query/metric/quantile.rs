//! Quantiles of histograms, estimated as Prometheus does. They are computed here when buckets of several endpoints have
//! to be added first.

/// One bucket.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bucket {
    /// Upper bound, inclusive; the last is infinite.
    pub(super) bound: f64,
    /// Number of observations up to the bound, or its growth rate.
    pub(super) count: f64,
}

/// An estimated quantile.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Estimate {
    /// Its value.
    pub(super) value: f64,
    /// Whether the quantile is larger than the value, which is then the largest finite bound.
    pub(super) beyond: bool,
}

/// The quantile `wanted`, 0 to 1, of buckets sorted by bound. It is interpolated linearly within a bucket; the first
/// bucket starts at 0. `None`: there are no observations, or no infinite bucket.
pub(super) fn quantile(buckets: &[Bucket], wanted: f64) -> Option<Estimate> {
    let (last, finite) = buckets.split_last().filter(|(last, _)| last.bound == f64::INFINITY)?;
    let largest = finite.last()?;
    // Buckets from scrapes at different moments may be added, so a count can be lower than the one before. Counts must
    // not fall.
    let mut counts: Vec<f64> = Vec::with_capacity(finite.len());
    for bucket in finite {
        counts.push(counts.last().map_or(bucket.count, |before| before.max(bucket.count)));
    }
    let all = counts.last().map_or(last.count, |before| before.max(last.count));
    if all <= 0.0 {
        return None;
    }
    let rank = wanted * all;
    let Some(found) = counts.iter().position(|count| *count >= rank) else {
        return Some(Estimate { value: largest.bound, beyond: true });
    };
    let (start, before) = match found.checked_sub(1) {
        Some(before) => (finite[before].bound, counts[before]),
        None => (0.0, 0.0),
    };
    let end = finite[found].bound;
    if found == 0 && end <= 0.0 {
        return Some(Estimate { value: end, beyond: false });
    }
    let within = counts[found] - before;
    let share = if within > 0.0 { (rank - before) / within } else { 1.0 };
    Some(Estimate { value: start + (end - start) * share, beyond: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buckets(counts: [f64; 3]) -> Vec<Bucket> {
        let bounds = [1.0, 4.0, f64::INFINITY];
        bounds.into_iter().zip(counts).map(|(bound, count)| Bucket { bound, count }).collect()
    }

    fn estimate(counts: [f64; 3], wanted: f64) -> Option<(f64, bool)> {
        quantile(&buckets(counts), wanted).map(|found| (found.value, found.beyond))
    }

    #[test]
    fn a_quantile_is_linear_within_its_bucket() {
        assert_eq!(estimate([2.0, 4.0, 4.0], 0.5), Some((1.0, false)));
        assert_eq!(estimate([2.0, 4.0, 4.0], 0.75), Some((2.5, false)));
        assert_eq!(estimate([2.0, 4.0, 4.0], 0.25), Some((0.5, false)));
        assert_eq!(estimate([0.0, 4.0, 4.0], 0.0), Some((1.0, false)), "nothing was shorter");
    }

    #[test]
    fn a_quantile_above_the_last_bound_is_marked() {
        assert_eq!(estimate([1.0, 2.0, 4.0], 0.9), Some((4.0, true)));
    }

    #[test]
    fn without_observations_there_is_none() {
        assert_eq!(estimate([0.0, 0.0, 0.0], 0.9), None);
        assert_eq!(quantile(&[], 0.5), None);
        assert_eq!(quantile(&buckets([1.0, 1.0, 1.0])[..2], 0.5), None);
    }

    #[test]
    fn counts_that_fall_are_mended() {
        assert_eq!(estimate([4.0, 3.0, 4.0], 1.0), Some((1.0, false)));
    }
}
